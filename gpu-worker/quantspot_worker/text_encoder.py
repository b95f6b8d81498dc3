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
        quantization_config=_quantizer(precision),
    )


def _quantizer(precision: TextEncoderPrecision) -> Any:
    if precision == "nf4":
        return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
    from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig

    weights = Int8WeightOnlyConfig if precision == "int8" else Float8WeightOnlyConfig
    return TorchAoConfig(weights(set_inductor_config=False))  # it would set options of the whole process
