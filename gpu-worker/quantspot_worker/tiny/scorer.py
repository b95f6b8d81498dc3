"""How well prompts are followed, read off the pixels: no model judges, only colours and outlines.

The background is the colour of the border. What differs from it falls into components; each one's
outline, cut to its bounding square, is compared with the fifteen true shapes.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .renderer import render
from .requests import Request, held_out_requests
from .samples import Sampler
from .scenes import Layer, pack
from .scenes.nouns import SHAPES
from .scenes.palette import COLOURS

Mask = NDArray[np.bool_]
Pixels = NDArray[np.float32]

FOREGROUND = 0.22
"""A pixel this far from the background's colour, in RGB 0..1, belongs to something."""
SMALLEST = 0.002
"""Share of the picture below which a component is a speck."""
SMALLEST_OF_LARGEST = 0.15
LIKE_A_SHAPE = 0.6
"""Overlap with the best template (intersection over union) below which an outline is no shape."""
STRAY = 0.2
"""Share of the foreground that colours nobody asked for may take."""
TEMPLATE = 32
TILTS = (-12, -6, 0, 6, 12)
"""Degrees by which training pictures may tilt a shape."""
BORDER = 6
NAMES = tuple(COLOURS)
PALETTE = np.array(list(COLOURS.values()), np.float32)


@dataclass(frozen=True)
class Verdict:
    """What is right about one picture; None where the request says nothing."""

    background: bool
    colour: bool
    shape: bool
    count: bool | None = None
    relation: bool | None = None

    @property
    def everything(self) -> bool:
        asked = (self.background, self.colour, self.shape, self.count, self.relation)
        return all(value is not False for value in asked)


def _named(pixels: Pixels) -> NDArray[np.int64]:
    """(..., 3) colours -> (...) indices of the nearest names."""
    nearest: NDArray[np.int64] = ((pixels[..., None, :] - PALETTE) ** 2).sum(-1).argmin(-1)
    return nearest


def _to_square(mask: Mask, side: int = TEMPLATE) -> Mask:
    """The mask cut to its bounding square and resampled to `side` x `side`."""
    rows, columns = np.where(mask)
    half = max(np.ptp(rows), np.ptp(columns)) / 2 + 1e-6
    steps = np.linspace(-half, half, side)
    down = np.clip(np.rint((rows.min() + rows.max()) / 2 + steps), 0, mask.shape[0] - 1).astype(int)
    right = np.clip(np.rint((columns.min() + columns.max()) / 2 + steps), 0, mask.shape[1] - 1).astype(int)
    return mask[np.ix_(down, right)]


@cache
def _templates() -> list[tuple[str, Mask]]:
    """Every shape at every tilt, as a square mask."""
    white = (1.0, 1.0, 1.0)
    words, rows = [], []
    for word, shape in SHAPES.items():
        for tilt in TILTS:
            size = 0.35 * shape.half_width, 0.35 * shape.half_height
            layer = Layer(shape.kind, 0.5, 0.5, *size, white, rotation=tilt, parameter=shape.parameter)
            words.append(word)
            rows.append(pack([layer]))
    pictures = render(torch.from_numpy(np.stack(rows)), 128, 128)[:, 0].numpy()
    return [(word, _to_square(picture > 0)) for word, picture in zip(words, pictures, strict=True)]


def shape_of(mask: Mask) -> str | None:
    """The shape word that an outline is most like; None if it is like none."""
    square = _to_square(mask)
    overlap, word = max(((square & true).sum() / (square | true).sum(), word) for word, true in _templates())
    return word if overlap >= LIKE_A_SHAPE else None


def _components(mask: Mask) -> list[Mask]:
    """Connected parts that are no specks, largest first."""
    labels, count = ndimage.label(ndimage.binary_opening(mask))
    sizes = ndimage.sum_labels(mask, labels, range(1, count + 1)) if count else np.array([])
    least = max(SMALLEST * mask.size, SMALLEST_OF_LARGEST * sizes.max(initial=0))
    return [labels == index + 1 for index in np.argsort(-sizes) if sizes[index] >= least]


def _centre(mask: Mask) -> tuple[float, float]:
    """(right, down) of the bounding box's middle, as shares of the picture."""
    rows, columns = np.where(mask)
    height, width = mask.shape
    return (columns.min() + columns.max()) / 2 / width, (rows.min() + rows.max()) / 2 / height


def _core(mask: Mask) -> Mask:
    """The mask without its edges, if that leaves something."""
    core: Mask = ndimage.binary_erosion(mask, iterations=3)
    return core if core.any() else mask


def judge(picture: Image.Image, request: Request) -> Verdict:
    pixels: Pixels = np.asarray(picture.convert("RGB"), np.float32) / np.float32(255)
    rim = np.ones(pixels.shape[:2], bool)
    rim[BORDER:-BORDER, BORDER:-BORDER] = False
    ground = np.median(pixels[rim], 0).astype(np.float32)
    background = NAMES[int(_named(ground))] == request.background
    foreground: Mask = np.sqrt(((pixels - ground) ** 2).sum(-1)) > FOREGROUND
    if request.relation:
        return _judge_pair(pixels, foreground, background, request)
    return _judge_objects(pixels, foreground, background, request)


def _judge_objects(pixels: Pixels, foreground: Mask, background: bool, request: Request) -> Verdict:
    parts = _components(foreground)
    if not parts:
        return Verdict(background, False, False, count=False)
    colour, shape = request.things[0]
    found = np.median(pixels[_core(foreground)], 0).astype(np.float32)
    votes = [shape_of(part) for part in parts]
    return Verdict(
        background,
        NAMES[int(_named(found))] == colour,
        max(set(votes), key=votes.count) == shape,
        count=len(parts) == request.count,
    )


def _judge_pair(pixels: Pixels, foreground: Mask, background: bool, request: Request) -> Verdict:
    names = _named(pixels)
    masks = [foreground & (names == NAMES.index(colour)) for colour, _ in request.things]
    parts = [_components(mask) for mask in masks]
    stray = _core(foreground) & ~(masks[0] | masks[1])
    if not all(parts):
        return Verdict(background, False, False, relation=False)
    colours = bool(stray.sum() < STRAY * foreground.sum())
    first, second = parts[0][0], parts[1][0]
    if request.relation == "inside":
        second = ndimage.binary_fill_holes(second | first)
    shapes = shape_of(first) == request.things[0][1] and shape_of(second) == request.things[1][1]
    single = len(parts[0]) == 1 and (request.relation == "inside" or len(parts[1]) == 1)
    return Verdict(background, colours, shapes, relation=single and _related(first, second, request.relation))


def _related(first: Mask, second: Mask, relation: str | None) -> bool:
    (x, y), (other_x, other_y) = _centre(first), _centre(second)
    right, down = other_x - x, other_y - y
    if relation == "inside":
        held = (first & second).sum() > 0.95 * first.sum()
        return bool(held and first.sum() < 0.6 * second.sum() and max(abs(right), abs(down)) < 0.2)
    along, across = {"left": (right, down), "right": (-right, down), "above": (down, right), "below": (-down, right)}[
        str(relation)
    ]
    return bool(along > 0.15 and along > abs(across))


def summarise(verdicts: list[Verdict]) -> dict[str, float | None]:
    """Share of pictures in which each thing is right, of those whose request speaks of it."""

    def share(values: list[bool | None]) -> float | None:
        asked = [value for value in values if value is not None]
        return round(sum(asked) / len(asked), 3) if asked else None

    return {
        "background": share([verdict.background for verdict in verdicts]),
        "colour": share([verdict.colour for verdict in verdicts]),
        "shape": share([verdict.shape for verdict in verdicts]),
        "count": share([verdict.count for verdict in verdicts]),
        "relation": share([verdict.relation for verdict in verdicts]),
        "everything": share([verdict.everything for verdict in verdicts]),
    }


def score(sampler: Sampler, prompts: int = 300, seed: int = 0) -> dict[str, Any]:
    """Draws held-out prompts and judges them; the pictures' seeds start at 5000."""
    requests = held_out_requests(prompts, seed)
    pictures = sampler.draw([request.prompt for request in requests], seed + 5000)
    verdicts = [judge(picture, request) for picture, request in zip(pictures, requests, strict=True)]
    groups: dict[str, list[Verdict]] = {}
    for request, verdict in zip(requests, verdicts, strict=True):
        groups.setdefault(request.relation or f"count {request.count}", []).append(verdict)
    return {
        "prompts": prompts,
        "settings": {
            "height": sampler.height, "width": sampler.width, "steps": sampler.steps, "guidance": sampler.guidance,
        },
        "scores": summarise(verdicts),
        "by request": {name: summarise(group) for name, group in sorted(groups.items())},
    }  # fmt: skip
