"""diffusers' own layerwise casting: weights rest in float8, each layer casts them to bfloat16 as it runs."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..recipes import Recipe
from . import original


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    # Cast on the CPU: the device never holds the bfloat16 weights.
    transformer = original.load(recipe, folder, torch.device("cpu"), weights)
    transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    return transformer.to(device)


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.float()
