"""Loaders: one module a family, imported when the first of its recipes is loaded.

Each has `load`, which gives the transformer on the device, quantized, and `dequantized`, which gives the weights that
one of its layers stands for, or None where the library can't say.
"""

import importlib
from pathlib import Path
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn

from ..recipes import Recipe


class Loader(Protocol):
    def load(self, recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
        """folder: a pipeline in diffusers' layout. weights: what to load in the place of its transformer's, a GGUF file
        or the folder of a transformer that was saved quantized. Raises whatever the library raises.
        """

    def dequantized(self, layer: nn.Linear) -> Tensor | None:
        """(out, in) float32, or None."""


def loader(recipe: Recipe) -> Loader:
    return cast(Loader, importlib.import_module(f".{recipe.family}", __name__))
