"""Quanto, weight-only: int4, int8 and float8 (e4m3)."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel, QuantoConfig
from torch import Tensor, nn

from ..recipes import Recipe

#: Quanto's words. A wrong one, or a wrong keyword, is swallowed and gives int8: the check after load sees it.
DTYPES = {"int4": "int4", "int8": "int8", "fp8": "float8"}


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    return FluxTransformer2DModel.from_pretrained(
        folder,
        subfolder="transformer",
        dtype=torch.bfloat16,
        use_safetensors=True,
        local_files_only=True,
        device_map={"": device},
        quantization_config=QuantoConfig(weights_dtype=DTYPES[recipe.scheme]),
    )


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.dequantize().float()
