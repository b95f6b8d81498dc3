"""Scenes by number: the same number always gives the same picture and caption."""

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from .captions import vary
from .figures import animal, fish, ice_cream, mushroom, robot, smiley
from .landscapes import city, flowers, forest, house, mountains, rainbow, sea, snowman
from .layers import FIELDS, MAX_LAYERS, pack
from .plain import objects, pair
from .scene import Scene
from .vehicles import balloon, car, planet, rocket

MIXTURE: dict[Callable[[Scene], str], float] = {
    objects: 84, pair: 48,
    sea: 6, house: 6, mountains: 4, forest: 4, snowman: 3, city: 2.5, flowers: 3, planet: 3, rocket: 4, balloon: 3,
    rainbow: 1.5, smiley: 3, animal: 5.5, fish: 3.5, car: 4, robot: 3, mushroom: 2, ice_cream: 2,
}  # fmt: skip
"""Scene types and how often each is drawn, relative to each other."""

CHUNK = 2000


@dataclass(frozen=True)
class Dataset:
    rows: NDArray[np.float32]
    """(scenes, MAX_LAYERS, len(FIELDS)): what the renderer takes."""
    captions: list[str]


def compose(number: int, width: float = 1.0, height: float = 1.0) -> tuple[Scene, str]:
    """Scene `number` on a canvas of this size (short side 1), and its caption."""
    scene = Scene(random.Random(number), width, height)
    draw = scene.weighted(tuple(MIXTURE), tuple(MIXTURE.values()))
    caption = draw(scene)
    return scene, vary(scene.rng, caption)


def _chunk(first: int, count: int, width: float, height: float) -> Dataset:
    rows = np.zeros((count, MAX_LAYERS, len(FIELDS)), np.float32)
    captions = []
    for index in range(count):
        scene, caption = compose(first + index, width, height)
        rows[index] = pack(scene.layers)
        captions.append(caption)
    return Dataset(rows, captions)


def compose_many(count: int, first: int = 0, width: float = 1.0, height: float = 1.0, workers: int = 1) -> Dataset:
    """Scenes `first` to `first + count - 1`; with several workers in forked processes."""
    if workers <= 1:
        return _chunk(first, count, width, height)
    starts = range(first, first + count, CHUNK)
    counts = [min(CHUNK, first + count - start) for start in starts]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        parts = list(pool.map(_chunk, starts, counts, [width] * len(counts), [height] * len(counts)))
    return Dataset(np.concatenate([part.rows for part in parts]), [text for part in parts for text in part.captions])
