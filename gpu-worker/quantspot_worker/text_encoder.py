"""T5, which all variants share: as it was saved, or quantized once as it loads."""

from pathlib import Path
from typing import Any

import torch
from transformers import BitsAndBytesConfig, T5EncoderModel, TorchAoConfig

from .checkpoints import quantization
from .parts import load_part
from .protocol import TextEncoderPrecision


def load_text_encoder(folder: Path, precision: TextEncoderPrecision, device: torch.device) -> Any:
    """folder: a pipeline in diffusers' layout. precision: a T5 that was saved quantized has that one.

    What is quantized here comes on the device, all else on the CPU. Raises as load_part does.
    """
    if precision == "bf16" or quantization(folder / "text_encoder_2") is not None:
        return load_part(T5EncoderModel, folder, "text_encoder_2")
    quantizer = _quantizer(precision, device)
    return load_part(T5EncoderModel, folder, "text_encoder_2", device_map={"": device}, quantization_config=quantizer)


def _quantizer(precision: TextEncoderPrecision, device: torch.device) -> Any:
    """The same numbers as in the transformer's recipes."""
    if precision == "nf4":
        from .loaders.bitsandbytes import CONFIGS

        return BitsAndBytesConfig(**CONFIGS[precision])
    from .loaders.torchao import config

    return TorchAoConfig(config(precision, device))
