"""bitsandbytes: 4-bit NF4 and 8-bit with outliers kept apart (LLM.int8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bitsandbytes as bnb
import torch
from diffusers import BitsAndBytesConfig, FluxTransformer2DModel
from diffusers.quantizers.bitsandbytes import BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer
from torch import Tensor, nn

from ..recipes import Recipe

CONFIGS: dict[str, dict[str, Any]] = {
    "nf4": {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": torch.bfloat16},
    "int8": {"load_in_8bit": True},
}


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    with _allowed_on(device):
        return FluxTransformer2DModel.from_pretrained(
            folder,
            subfolder="transformer",
            dtype=torch.bfloat16,
            use_safetensors=True,
            local_files_only=True,
            device_map={"": device},
            quantization_config=BitsAndBytesConfig(**CONFIGS[recipe.scheme]),
        )


@contextmanager
def _allowed_on(device: torch.device) -> Iterator[None]:
    # diffusers 0.42.1 says "No GPU found. A GPU is needed for quantization." although bitsandbytes itself has CPU
    # kernels (transformers uses them). On a CPU its check is left out while a model loads, and comes back after.
    quantizers = (BnB4BitDiffusersQuantizer, BnB8BitDiffusersQuantizer)
    checks = [quantizer.validate_environment for quantizer in quantizers]
    if device.type == "cpu":
        for quantizer in quantizers:
            quantizer.validate_environment = lambda self, *args, **kwargs: None
    try:
        yield
    finally:
        for quantizer, check in zip(quantizers, checks, strict=True):
            quantizer.validate_environment = check


def dequantized(layer: nn.Linear) -> Tensor:
    weight: Any = layer.weight
    if isinstance(weight, bnb.nn.Params4bit):
        whole: Tensor = bnb.functional.dequantize_4bit(weight.data, weight.quant_state)
        return whole.float()
    return bnb.functional.int8_vectorwise_dequant(weight.CB, weight.SCB)
