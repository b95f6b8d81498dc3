"""The original weights in bfloat16."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..recipes import Recipe
from .pretrained import load_pretrained


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    return load_pretrained(weights or folder / "transformer", device)


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.float()
