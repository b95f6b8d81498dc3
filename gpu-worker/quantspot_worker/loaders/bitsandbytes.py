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


def int8_codes(layer: Any) -> tuple[Tensor, Tensor]:
    """Of a Linear8bitLt: (out, in) int8, and (out,) float32 of which 1/127 is each row's scale."""
    # They are the parameter's until the layer's first run.
    holder = layer.state if layer.weight.CB is None else layer.weight
    return holder.CB, holder.SCB


def dequantized(layer: nn.Linear) -> Tensor | None:
    weight: Any = layer.weight
    if isinstance(weight, bnb.nn.Params4bit):
        if getattr(weight.quant_state, "packing_format_for_cpu", False):
            return None  # it has run on a CPU, and was packed anew for that
        whole: Tensor = bnb.functional.dequantize_4bit(weight.data, weight.quant_state)
        return whole.float()
    if isinstance(layer, bnb.nn.Linear8bitLt):
        return bnb.functional.int8_vectorwise_dequant(*int8_codes(layer))
    return layer.weight.float()  # of a checkpoint that keeps some layers in bfloat16
