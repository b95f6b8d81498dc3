"""bitsandbytes: 4-bit NF4 and 8-bit with outliers kept apart (LLM.int8)."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bitsandbytes as bnb
import torch
from diffusers import BitsAndBytesConfig
from diffusers.quantizers.bitsandbytes import BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer
from torch import Tensor, nn

from ..recipes import Recipe
from .pretrained import load_pretrained, nothing, replaced

CONFIGS: dict[str, dict[str, Any]] = {
    "nf4": {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": torch.bfloat16},
    "int8": {"load_in_8bit": True},
}


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    quantizer = BitsAndBytesConfig(**CONFIGS[recipe.scheme])
    with ExitStack() as checks:
        if device.type == "cpu":
            # diffusers 0.42.1 says "No GPU found. A GPU is needed for quantization." although bitsandbytes itself has
            # CPU kernels (transformers uses them).
            for quantizers in (BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer):
                checks.enter_context(replaced(quantizers, "validate_environment", nothing))
        return load_pretrained(weights or folder / "transformer", device, quantizer)


def dequantized(layer: nn.Linear) -> Tensor:
    weight: Any = layer.weight
    if isinstance(weight, bnb.nn.Params4bit):
        whole: Tensor = bnb.functional.dequantize_4bit(weight.data, weight.quant_state)
        return whole.float()
    if isinstance(weight, bnb.nn.Int8Params):
        return bnb.functional.int8_vectorwise_dequant(weight.CB, weight.SCB)
    return layer.weight.float()  # of a checkpoint that keeps some layers in bfloat16
