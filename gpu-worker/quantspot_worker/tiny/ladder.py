"""The quiz's ladder: how far each recipe's pictures are from bf16 at the same seeds.

The transformer alone is exchanged, as in the engine, which shares one T5 between its variants.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..loaders import loader
from ..recipes import BY_ID
from .samples import SHOWCASE, Sampler

RECIPES = (
    "gguf-q8_0", "torchao-int8", "quanto-int8", "bnb-int8", "torchao-fp8", "fp8-layerwise", "quanto-fp8",
    "gguf-q4_1", "bnb-nf4", "quanto-int4", "torchao-int4", "gguf-q2_k",
)  # fmt: skip
PROMPTS = [SHOWCASE[index] for index in (0, 3, 8, 12, 13, 15, 20, 24, 26, 28, 32, 35)]
CHANGED = 32
"""Of 255: a pixel with a channel this far off counts as changed."""


def decibels(picture: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    """Peak signal-to-noise ratio of pictures in 0..255."""
    return float(10 * np.log10(255**2 / max(((picture - reference) ** 2).mean(), 1e-3)))


def climb(sampler: Sampler, folder: Path, recipes: Sequence[str], seed: int = 0) -> Iterator[dict[str, Any]]:
    """One line a recipe: mean and range of the PSNR to bf16, and the share of changed pixels."""

    def draw() -> NDArray[np.float64]:
        return np.stack([np.asarray(picture, np.float64) for picture in sampler.draw(PROMPTS, seed)])

    reference = draw()
    device = next(sampler.pipeline.transformer.parameters()).device
    for name in recipes:
        recipe = BY_ID[name]
        sampler.pipeline.transformer = loader(recipe).load(recipe, folder, torch.device(device))
        started = time.perf_counter()
        pictures = draw()
        seconds = (time.perf_counter() - started) / len(PROMPTS)
        values = [decibels(picture, true) for picture, true in zip(pictures, reference, strict=True)]
        changed = (np.abs(pictures - reference).max(-1) > CHANGED).mean()
        yield {
            "recipe": name,
            "psnr": round(float(np.mean(values)), 1),
            "lowest": round(min(values), 1),
            "highest": round(max(values), 1),
            "changed": round(float(changed), 4),
            "seconds": round(seconds, 2),
        }
