"""torchao. Weights alone: int4 in groups of 128, int8 and float8 a channel. Weights and activations (w8a8): int8 and
float8, weights a channel and activations a token, so that the matrix product itself runs in eight bits.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from diffusers import TorchAoConfig
from torch import Tensor, nn
from torchao.core.config import AOBaseConfig
from torchao.quantization import (
    Float8DynamicActivationFloat8WeightConfig,
    Float8WeightOnlyConfig,
    Int4WeightOnlyConfig,
    Int8DynamicActivationInt8WeightConfig,
    Int8WeightOnlyConfig,
    PerRow,
    quant_api,
)

from ..recipes import Recipe
from .pretrained import load_pretrained, nothing, replaced

_INT4_GROUP = 128


def config(scheme: str, device: torch.device) -> AOBaseConfig:
    """torchao's own configuration for one of its recipes."""
    found = _config(scheme, device)
    if hasattr(found, "set_inductor_config"):
        found.set_inductor_config = False  # it would set options of the whole process: other variants run in it
    return found


def _config(scheme: str, device: torch.device) -> AOBaseConfig:
    if scheme == "int8":
        return Int8WeightOnlyConfig()
    if scheme == "fp8":
        return Float8WeightOnlyConfig()
    if scheme == "int8-w8a8":
        return Int8DynamicActivationInt8WeightConfig()
    if scheme == "fp8-w8a8":
        return Float8DynamicActivationFloat8WeightConfig(granularity=PerRow())
    if device.type == "cuda":
        return Int4WeightOnlyConfig(group_size=_INT4_GROUP, int4_packing_format="tile_packed_to_4d")
    # Int4WeightOnlyConfig has no packing for CPUs in torchao 0.18 (it asks for mslk or CUDA). The prototype's
    # tinygemm kernel holds the same numbers; recipes report it as a stand-in.
    from torchao.prototype.quantization.int4.inference_workflow import PrototypeInt4WeightOnlyConfig

    return PrototypeInt4WeightOnlyConfig(group_size=_INT4_GROUP)


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    quantizer = TorchAoConfig(config(recipe.scheme, device))
    with ExitStack() as checks:
        if device.type == "cpu":
            # torchao wants float8 tensor cores; torch._scaled_mm, which it calls, has a CPU kernel too. Recipes report
            # it as a stand-in.
            checks.enter_context(replaced(quant_api, "_check_hardware_support", nothing))
        return load_pretrained(weights or folder / "transformer", device, quantizer)


def dequantized(layer: nn.Linear) -> Tensor | None:
    if not hasattr(layer.weight, "dequantize") or type(layer.weight).__name__.startswith("Int4"):
        return None  # packed for its kernel alone
    return layer.weight.dequantize().float()
