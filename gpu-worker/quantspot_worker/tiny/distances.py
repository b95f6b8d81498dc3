"""Signed distances of the shapes: negative inside, zero on the edge, positive outside.

Every function takes the same arguments, tensors that broadcast together:

- `x`, `y`: the point, in -1..1 across the shape's box, y upwards;
- `parameter`: the shape's own number;
- `half_width`, `half_height`: half extents of the box, in units of the picture's short side.

The result is in units of the picture's short side. Far from the edge it may be off, which antialiasing
never sees.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from .scenes.layers import Kind

Distance = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


def length(x: Tensor, y: Tensor) -> Tensor:
    return torch.sqrt(x * x + y * y + 1e-12)


def _full(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    return torch.full_like(x + y, -1.0)


def _ellipse(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    radius = length(x, y)
    return radius * (radius - 1) / length(x / half_width, y / half_height)


def _box(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    return torch.maximum((x.abs() - 1) * half_width, (y.abs() - 1) * half_height)


def _rounded_box(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """`parameter`: the corners' radius as a share of the shorter half extent."""
    radius = parameter * torch.minimum(half_width, half_height)
    right, up = x.abs() * half_width - half_width + radius, y.abs() * half_height - half_height + radius
    return length(right.clamp(min=0), up.clamp(min=0)) + torch.maximum(right, up).clamp(max=0) - radius


def _triangle(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    side = (2 * x.abs() + y - 1) / torch.sqrt((2 / half_width) ** 2 + (1 / half_height) ** 2)
    return torch.maximum(side, -(y + 1) * half_height)


def _trapezoid(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """`parameter`: the width at the top, as a share of that at the bottom."""
    half = 1 + (parameter - 1) * (y + 1) / 2
    slope = torch.sqrt((1 / half_width) ** 2 + ((1 - parameter) / 2 / half_height) ** 2)
    return torch.maximum((x.abs() - half) / slope, (y.abs() - 1) * half_height)


def _star(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """Five points, folded into one by mirrors."""
    cosine, sine, inner = 0.809016994375, 0.587785252292, 0.45
    x = x.abs()
    for sign in (1, -1):
        fold = 2 * (sign * cosine * x - sine * y).clamp(min=0)
        x, y = x - sign * fold * cosine, y + fold * sine
    x, y = x.abs(), y - 1
    edge_x, edge_y = inner * sine, inner * cosine - 1
    along = ((x * edge_x + y * edge_y) / (edge_x**2 + edge_y**2)).clamp(0, 1)
    side = torch.sign(y * edge_x - x * edge_y)
    return length(x - edge_x * along, y - edge_y * along) * side * torch.minimum(half_width, half_height)


def _heart(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    x, y = x.abs() * 0.6, y * 0.56 + 0.54
    lobe = length(x - 0.25, y - 0.75) - math.sqrt(2) / 4
    diagonal = 0.5 * (x + y).clamp(min=0)
    wedge = torch.minimum(length(x, y - 1), length(x - diagonal, y - diagonal)) * torch.sign(x - y)
    return torch.where(x + y > 1, lobe, wedge) / 0.58 * torch.minimum(half_width, half_height)


def _cross(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    x, y = x.abs(), y.abs()
    bars = torch.minimum(torch.maximum(x - 1, y - 0.34), torch.maximum(x - 0.34, y - 1))
    return bars * torch.minimum(half_width, half_height)


def _ring(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """`parameter`: half the ring's width."""
    return ((length(x, y) - 1 + parameter).abs() - parameter) * torch.minimum(half_width, half_height)


def _moon(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    crescent = torch.maximum(length(x, y) - 1, 0.82 - length(x - 0.48, y - 0.12))
    return crescent * torch.minimum(half_width, half_height)


def _diamond(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    return (x.abs() + y.abs() - 1) / torch.sqrt(1 / half_width**2 + 1 / half_height**2)


def _hexagon(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    x, y = x.abs(), y.abs()
    return (torch.maximum(x * 0.866 + y * 0.5, y) - 0.866) * torch.minimum(half_width, half_height)


def _drop(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """A cone of two circles, the upper one nearly a point."""
    low_radius, high_radius, rise = 0.6, 0.02, 1.38
    x, y = x.abs(), y + 0.4
    sine = (low_radius - high_radius) / rise
    cosine = math.sqrt(1 - sine * sine)
    along = cosine * y - sine * x
    flank = cosine * x + sine * y - low_radius
    tip = length(x, y - rise) - high_radius
    distance = torch.where(along < 0, length(x, y) - low_radius, torch.where(along > cosine * rise, tip, flank))
    return distance * torch.minimum(half_width, half_height)


def _arrow(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """Points to the right."""
    shaft = torch.maximum((x + 0.4).abs() - 0.6, y.abs() - 0.26)
    head = torch.maximum((x + y.abs() - 1) / math.sqrt(2), 0.1 - x)
    return torch.minimum(shaft, torch.maximum(head, y.abs() - 0.9)) * torch.minimum(half_width, half_height)


def _cloud(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """Three discs cut off level."""
    aspect = half_width / half_height
    x = x * aspect
    left = length(x + 0.5 * aspect, y + 0.3) - 0.55
    middle = length(x, y - 0.15) - 0.8
    right = length(x - 0.52 * aspect, y + 0.25) - 0.6
    return torch.maximum(torch.minimum(left, torch.minimum(middle, right)), -(y + 0.55)) * half_height


def _dome(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    return torch.maximum((length(x, y) - 1) * torch.minimum(half_width, half_height), -y * half_height)


def _arc(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """The upper half of a ring."""
    return torch.maximum(_ring(x, y, parameter, half_width, half_height), -y * half_height)


def _flower(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """`parameter`: how many petals."""
    radius, angle = length(x, y), torch.atan2(x, y)
    edge = radius - 0.68 - 0.32 * torch.cos(parameter * angle)
    slope = 0.32 * parameter * torch.sin(parameter * angle) / radius.clamp(min=0.3)
    return edge / torch.sqrt(1 + slope**2) * torch.minimum(half_width, half_height)


def _hills(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """All below a wavy line, however wide. `parameter`: 10 * waves in the short side + phase."""
    x, y = x * half_width * 2, y * half_height * 2
    waves, phase = torch.floor(parameter / 10), torch.remainder(parameter, 10)
    angle = math.pi * waves * x + phase
    slope = half_height * math.pi * waves * torch.cos(angle)
    return (y - half_height * torch.sin(angle)) * 0.5 / torch.sqrt(1 + slope**2)


def _stars(x: Tensor, y: Tensor, parameter: Tensor, half_width: Tensor, half_height: Tensor) -> Tensor:
    """Small discs scattered over the whole plane, one or none in each cell. `parameter`: the seed."""
    cells = 4.0
    column, row = torch.floor(x * cells), torch.floor(y * cells)

    def noise(first: float, second: float, third: float) -> Tensor:
        return torch.frac(torch.sin(column * first + row * second + parameter * third) * 43758.5453).abs()

    right, up = noise(12.9898, 78.233, 1.7) * 0.6 + 0.2, noise(39.346, 11.135, 2.3) * 0.6 + 0.2
    share = noise(73.156, 52.235, 3.1)
    radius = torch.where(share > 0.45, 0.04 + 0.1 * (share - 0.45), -1.0)
    distance = length(x * cells - column - right, y * cells - row - up) - radius
    return distance / cells * torch.minimum(half_width, half_height)


DISTANCES: dict[Kind, Distance] = {
    "full": _full,
    "ellipse": _ellipse,
    "box": _box,
    "rounded_box": _rounded_box,
    "triangle": _triangle,
    "trapezoid": _trapezoid,
    "star": _star,
    "heart": _heart,
    "cross": _cross,
    "ring": _ring,
    "moon": _moon,
    "diamond": _diamond,
    "hexagon": _hexagon,
    "drop": _drop,
    "arrow": _arrow,
    "cloud": _cloud,
    "dome": _dome,
    "arc": _arc,
    "flower": _flower,
    "hills": _hills,
    "stars": _stars,
}
