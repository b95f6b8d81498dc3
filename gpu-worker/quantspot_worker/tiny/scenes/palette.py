"""Colours by name, and the few operations that scenes need on them."""

import math

RGB = tuple[float, float, float]

COLOURS: dict[str, RGB] = {
    "red": (0.88, 0.13, 0.15),
    "orange": (0.98, 0.55, 0.10),
    "yellow": (0.99, 0.87, 0.16),
    "green": (0.16, 0.62, 0.24),
    "blue": (0.13, 0.33, 0.85),
    "purple": (0.52, 0.20, 0.72),
    "pink": (0.98, 0.55, 0.72),
    "brown": (0.48, 0.29, 0.14),
    "black": (0.06, 0.06, 0.07),
    "white": (0.97, 0.97, 0.97),
    "gray": (0.55, 0.56, 0.58),
    "turquoise": (0.15, 0.76, 0.74),
    "dark blue": (0.06, 0.11, 0.38),
    "light blue": (0.60, 0.82, 0.97),
    "dark green": (0.04, 0.32, 0.13),
    "light green": (0.60, 0.88, 0.48),
    "dark red": (0.50, 0.04, 0.08),
    "beige": (0.94, 0.87, 0.72),
}
"""Red, green and blue in 0..1 of every colour word."""

FREQUENCIES = (4, 3, 4, 4, 4, 3, 3, 2, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1)
"""How often each colour of `COLOURS` is drawn, in the same order."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "gray": ("gray", "grey"),
    "turquoise": ("turquoise", "teal", "cyan"),
    "purple": ("purple", "purple", "violet"),
    "dark blue": ("dark blue", "navy"),
    "pink": ("pink", "pink", "rose"),
}

DISTINCT = 0.33
"""Two colours nearer than this (Euclidean, in RGB) are not put side by side."""


def distance(first: str, second: str) -> float:
    return math.dist(COLOURS[first], COLOURS[second])


def darker(colour: RGB, factor: float) -> RGB:
    """`colour` times `factor`, which may be above 1 to brighten."""
    red, green, blue = (min(1.0, value * factor) for value in colour)
    return red, green, blue


def blend(first: RGB, second: RGB, share: float) -> RGB:
    """`first` at share 0, `second` at share 1."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue
