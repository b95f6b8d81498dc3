"""torchao, weight-only: int4 in groups of 128, int8 and float8 a channel."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel, TorchAoConfig
from torch import Tensor, nn
from torchao.core.config import AOBaseConfig
from torchao.quantization import Float8WeightOnlyConfig, Int4WeightOnlyConfig, Int8WeightOnlyConfig

from ..recipes import Recipe

_INT4_GROUP = 128


def config(scheme: str, device: torch.device) -> AOBaseConfig:
    """torchao's own configuration for one of its recipes."""
    if scheme == "int8":
        return Int8WeightOnlyConfig()
    if scheme == "fp8":
        return Float8WeightOnlyConfig()
    if device.type == "cuda":
        return Int4WeightOnlyConfig(group_size=_INT4_GROUP, int4_packing_format="tile_packed_to_4d")
    # Int4WeightOnlyConfig has no packing for CPUs in torchao 0.18 (it asks for mslk or CUDA). The prototype's
    # tinygemm kernel holds the same numbers; recipes report it as a stand-in.
    from torchao.prototype.quantization.int4.inference_workflow import PrototypeInt4WeightOnlyConfig

    return PrototypeInt4WeightOnlyConfig(group_size=_INT4_GROUP)


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    return FluxTransformer2DModel.from_pretrained(
        folder,
        subfolder="transformer",
        dtype=torch.bfloat16,
        use_safetensors=True,
        local_files_only=True,
        device_map={"": device},
        quantization_config=TorchAoConfig(config(recipe.scheme, device)),
    )


def dequantized(layer: nn.Linear) -> Tensor | None:
    if not hasattr(layer.weight, "dequantize") or type(layer.weight).__name__.startswith("Int4"):
        return None  # packed for its kernel alone
    return layer.weight.dequantize().float()
