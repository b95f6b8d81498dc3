"""A picture is a list of layers, painted in order: each one a shape with a fill.

Lengths are in units of the picture's short side. The central square of the picture reaches from
(0, 0), its top left corner, to (1, 1); a landscape picture goes on to both sides of it and a
portrait one above and below.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .palette import RGB

Kind = Literal[
    "full", "ellipse", "box", "rounded_box", "triangle", "trapezoid", "star", "heart", "cross", "ring", "moon",
    "diamond", "hexagon", "drop", "arrow", "cloud", "dome", "arc", "flower", "hills", "stars",
]  # fmt: skip
Fill = Literal["flat", "gradient", "stripes", "dots", "checker", "radial", "windows"]

KINDS: tuple[Kind, ...] = get_args(Kind)
FILLS: tuple[Fill, ...] = get_args(Fill)
MAX_LAYERS = 32
BLACK: RGB = (0.0, 0.0, 0.0)


@dataclass(slots=True, frozen=True)
class Layer:
    kind: Kind
    x: float
    y: float
    half_width: float
    half_height: float
    colour: RGB
    rotation: float = 0.0
    """Degrees, counterclockwise."""
    parameter: float = 0.0
    """What it means depends on the kind: see `distances`."""
    second_colour: RGB | None = None
    fill: Fill = "flat"
    fill_angle: float = 90.0
    """Degrees; 90 makes a gradient run from bottom to top and stripes lie flat."""
    fill_frequency: float = 4.0
    border: float = 0.0
    """Width of a line inside the edge; 0 for none."""
    border_colour: RGB = BLACK
    opacity: float = 1.0
    softness: float = 0.0
    """Width over which the edge fades out, besides the antialiasing."""
    hollow: float = 0.0
    """If above 0, only a line of this width along the edge is painted."""

    def row(self) -> tuple[float, ...]:
        """The numbers that the renderer takes, in the order of `FIELDS`."""
        return (
            KINDS.index(self.kind), self.x, self.y, self.half_width, self.half_height,
            math.radians(self.rotation), self.parameter,
            *self.colour, *(self.second_colour or self.colour),
            FILLS.index(self.fill), math.radians(self.fill_angle), self.fill_frequency,
            self.border, *self.border_colour, self.opacity, self.softness, self.hollow,
        )  # fmt: skip


FIELDS = (
    "kind", "x", "y", "half_width", "half_height", "rotation", "parameter",
    "red", "green", "blue", "second_red", "second_green", "second_blue",
    "fill", "fill_angle", "fill_frequency",
    "border", "border_red", "border_green", "border_blue", "opacity", "softness", "hollow",
)  # fmt: skip
COLUMN = {name: index for index, name in enumerate(FIELDS)}


def pack(layers: list[Layer]) -> NDArray[np.float32]:
    """(MAX_LAYERS, len(FIELDS)); rows after the last layer have kind -1."""
    if len(layers) > MAX_LAYERS:
        raise ValueError(f"a picture of {len(layers)} layers; at most {MAX_LAYERS} can be drawn")
    rows = np.zeros((MAX_LAYERS, len(FIELDS)), np.float32)
    rows[:, 0] = -1
    if layers:
        rows[: len(layers)] = [layer.row() for layer in layers]
    return rows
