"""Paint scenes: signed distances, fills and antialiased edges, on any torch device."""

import math

import torch
from torch import Tensor

from .distances import DISTANCES, Distance, length
from .scenes import COLUMN, FILLS, KINDS

FILL: dict[str, int] = {str(name): index for index, name in enumerate(FILLS)}
FUNCTIONS = [DISTANCES[kind] for kind in KINDS]


def _column(rows: Tensor, name: str) -> Tensor:
    """(scenes, 1, 1): one number of every layer."""
    return rows[:, COLUMN[name], None, None]


def _colour(rows: Tensor, first: str) -> Tensor:
    """(scenes, 3, 1, 1): the colour whose red is in column `first`."""
    start = COLUMN[first]
    return rows[:, start : start + 3, None, None]


def _fill_share(rows: Tensor, x: Tensor, y: Tensor, pixel: float) -> Tensor:
    """(scenes, height, width): how much of the second colour each pixel has; `pixel` is its size."""
    half_width, half_height = _column(rows, "half_width"), _column(rows, "half_height")
    frequency, angle = _column(rows, "fill_frequency"), _column(rows, "fill_angle")
    fill = _column(rows, "fill")
    half = torch.minimum(half_width, half_height)
    along = x * torch.cos(angle) + y * torch.sin(angle)
    across = y * torch.cos(angle) - x * torch.sin(angle)
    pace = math.pi * frequency / 2
    sharpness = half / (pace * pixel)
    cell = 2 * half / frequency / pixel  # pixels in one cell of a pattern

    stripes = (0.5 + torch.sin(2 * pace * along) * sharpness / 2).clamp(0, 1)
    in_cell = torch.frac(along * frequency / 2 + 8) - 0.5, torch.frac(across * frequency / 2 + 8) - 0.5
    dots = (0.5 - (length(*in_cell) - 0.27) * cell).clamp(0, 1)
    checker = (0.5 + torch.sin(pace * along) * torch.sin(pace * across) * sharpness).clamp(0, 1)
    column, row = x * half_width / half * frequency / 2 + 8, y * half_height / half * frequency / 2 + 8
    hashed = torch.sin(torch.floor(column) * 12.9898 + torch.floor(row) * 78.233 + angle * 7) * 43758.5453
    frame = torch.maximum((torch.frac(column) - 0.5).abs(), (torch.frac(row) - 0.5).abs()) - 0.27
    windows = (0.5 - frame * cell).clamp(0, 1) * (torch.frac(hashed).abs() > 0.35)

    share = torch.zeros_like(along)
    fills: tuple[tuple[str, Tensor], ...] = (
        ("gradient", (0.5 - 0.5 * along).clamp(0, 1)),
        ("stripes", stripes),
        ("dots", dots),
        ("checker", checker),
        ("radial", length(x, y).clamp(0, 1)),
        ("windows", windows),
    )
    for name, values in fills:
        share = torch.where(fill == FILL[name], values, share)
    return share


def _paint(canvas: Tensor, rows: Tensor, outline: Distance, patterned: bool) -> Tensor:
    """The canvas (scenes, 3, height, width), 0..1, with one more layer (scenes, fields) on each."""
    height, width = canvas.shape[2:]
    pixel = 1 / min(height, width)
    right = (torch.arange(width, device=canvas.device) + 0.5 - width / 2) * pixel + 0.5
    down = (torch.arange(height, device=canvas.device) + 0.5 - height / 2) * pixel + 0.5
    right = right[None, None, :] - _column(rows, "x")
    up = _column(rows, "y") - down[None, :, None]
    half_width, half_height = _column(rows, "half_width"), _column(rows, "half_height")
    cosine, sine = torch.cos(_column(rows, "rotation")), torch.sin(_column(rows, "rotation"))
    x, y = (right * cosine + up * sine) / half_width, (up * cosine - right * sine) / half_height
    distance = outline(x, y, _column(rows, "parameter"), half_width, half_height)
    hollow = _column(rows, "hollow")
    distance = torch.where(hollow > 0, (distance + hollow / 2).abs() - hollow / 2, distance)
    cover = (0.5 - distance / (pixel + _column(rows, "softness"))).clamp(0, 1) * _column(rows, "opacity")
    colour = _colour(rows, "red")
    if patterned:
        share = _fill_share(rows, x, y, pixel)[:, None]
        colour = colour + (_colour(rows, "second_red") - colour) * share
        border = _column(rows, "border")
        line = torch.where(border > 0, (0.5 + (distance + border) / pixel).clamp(0, 1), 0.0)[:, None]
        colour = colour + (_colour(rows, "border_red") - colour) * line
    return canvas + (colour - canvas) * cover[:, None]


@torch.no_grad()
def render(rows: Tensor, height: int, width: int) -> Tensor:
    """Pictures (scenes, 3, height, width), -1..1, of scenes (scenes, MAX_LAYERS, fields) in pixels.

    At each depth the layers are painted in groups of one kind, with or without a pattern: the larger
    the batch, the fewer launches a picture takes on a GPU.
    """
    canvas = torch.zeros(len(rows), 3, height, width, device=rows.device)
    host = rows.cpu()
    kinds = host[:, :, COLUMN["kind"]].round().long()
    patterned = (host[:, :, COLUMN["fill"]] > 0) | (host[:, :, COLUMN["border"]] > 0)
    groups = torch.where(kinds < 0, -1, kinds * 2 + patterned)
    for depth in range(groups.shape[1]):
        present = [group for group in groups[:, depth].unique().tolist() if group >= 0]
        if not present:
            break
        for group in present:
            chosen = (groups[:, depth] == group).nonzero()[:, 0].to(rows.device)
            layers = rows[chosen, depth]
            canvas[chosen] = _paint(canvas[chosen], layers, FUNCTIONS[group // 2], patterned=group % 2 == 1)
    return canvas * 2 - 1


def to_bytes(pictures: Tensor) -> Tensor:
    """-1..1 as uint8 0..255, in the same shape."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255).byte()
