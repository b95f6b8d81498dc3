"""The original weights in bfloat16."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel
from torch import Tensor, nn

from ..recipes import Recipe


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    return FluxTransformer2DModel.from_pretrained(
        folder, subfolder="transformer", dtype=torch.bfloat16, use_safetensors=True, local_files_only=True
    ).to(device)


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.float()
