"""T5 in another precision than it was saved in. It is quantized once, and all variants share it."""

from pathlib import Path
from typing import Any

import torch
from transformers import BitsAndBytesConfig, T5EncoderModel, TorchAoConfig

from .protocol import TextEncoderPrecision


def load_text_encoder(folder: Path, precision: TextEncoderPrecision, device: torch.device) -> Any:
    """folder: a pipeline in diffusers' layout, its T5 unquantized. precision: any but bf16."""
    return T5EncoderModel.from_pretrained(
        folder,
        subfolder="text_encoder_2",
        dtype=torch.bfloat16,
        use_safetensors=True,
        local_files_only=True,
        device_map={"": device},
        quantization_config=_quantizer(precision, device),
    )


def _quantizer(precision: TextEncoderPrecision, device: torch.device) -> Any:
    """The same numbers as in the transformer's recipes."""
    if precision == "nf4":
        from .loaders.bitsandbytes import CONFIGS

        return BitsAndBytesConfig(**CONFIGS[precision])
    from .loaders.torchao import config

    return TorchAoConfig(config(precision, device))
