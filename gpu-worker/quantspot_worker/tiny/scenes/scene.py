"""The sketchbook that every scene type draws in: random choices, colours, layers."""

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from .layers import Fill, Kind, Layer
from .palette import COLOURS, DISTINCT, FREQUENCIES, RGB, SYNONYMS, distance

T = TypeVar("T")


class Scene:
    """One picture in the making. `left`, `right`, `top` and `bottom` are its edges (see `layers`)."""

    def __init__(self, rng: random.Random, width: float = 1.0, height: float = 1.0) -> None:
        self.rng = rng
        self.width, self.height = width, height
        self.left, self.right = 0.5 - width / 2, 0.5 + width / 2
        self.top, self.bottom = 0.5 - height / 2, 0.5 + height / 2
        self.layers: list[Layer] = []

    # --- chance
    def uniform(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, *options: T) -> T:
        return self.rng.choice(options)

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        return self.rng.choices(options, weights)[0]

    # --- colours
    def colour(self, *avoid: str, among: Sequence[str] | None = None) -> str:
        """A colour word that can be told from those to avoid."""
        while True:
            name = self.rng.choice(among) if among else self.weighted(tuple(COLOURS), FREQUENCIES)
            if all(name != other and distance(name, other) > DISTINCT for other in avoid):
                return name

    def shade(self, name: str, jitter: float = 0.025) -> RGB:
        red, green, blue = (min(1.0, max(0.0, value + self.uniform(-jitter, jitter))) for value in COLOURS[name])
        return red, green, blue

    def say(self, colour: str) -> str:
        return self.rng.choice(SYNONYMS.get(colour, (colour,)))

    # --- layers
    def add(
        self, kind: Kind, x: float, y: float, half_width: float, half_height: float | None = None, **style: Any
    ) -> Layer:
        """Paint a shape; as high as it is wide unless `half_height` says otherwise."""
        layer = Layer(kind, x, y, half_width, half_width if half_height is None else half_height, **style)
        self.layers.append(layer)
        return layer

    def cover(self, colour: RGB, **style: Any) -> None:
        """Paint the whole picture; patterns keep their scale, gradients reach from edge to edge."""
        if style.get("fill") in ("stripes", "dots", "checker"):
            self.add("full", 0.5, 0.5, 0.5, colour=colour, **style)
        else:
            self.add("full", 0.5, 0.5, self.width / 2, self.height / 2, colour=colour, **style)

    def floor(self, top: float, colour: RGB, second_colour: RGB | None = None, fill: Fill = "flat") -> None:
        """Paint everything below a level line."""
        middle, half = (top + self.bottom) / 2, (self.bottom - top) / 2
        style = {"colour": colour, "second_colour": second_colour, "fill": fill}
        self.add("box", 0.5, middle, self.width / 2, half, **style)

    def spread(self, index: int, count: int) -> float:
        """The middle of column `index` of `count`, over the whole width."""
        return self.left + self.width * (index + 0.5) / count


def article(phrase: str) -> str:
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
