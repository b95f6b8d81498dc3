"""GGUF: a file of llama.cpp's block formats, de-quantized layer by layer as the model runs."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel, GGUFQuantizationConfig
from diffusers.quantizers.gguf.utils import dequantize_gguf_tensor
from torch import Tensor, nn

from ..gguf_file import cached_gguf
from ..recipes import Recipe


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    return FluxTransformer2DModel.from_single_file(
        str(weights or cached_gguf(folder / "transformer", recipe.scheme)),
        config=str(folder),
        subfolder="transformer",
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
        dtype=torch.bfloat16,
        local_files_only=True,
    ).to(device)


def dequantized(layer: nn.Linear) -> Tensor:
    return dequantize_gguf_tensor(layer.weight).float()
