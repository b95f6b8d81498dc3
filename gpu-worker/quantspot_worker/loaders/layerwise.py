"""diffusers' own layerwise casting: weights rest in float8, each layer casts them to bfloat16 as it runs."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..recipes import Recipe
from . import original


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    transformer = original.load(recipe, folder, device)
    transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    return transformer


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.float()
