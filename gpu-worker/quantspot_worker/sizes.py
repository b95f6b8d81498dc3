"""What weights will take on a device, from the headers of their files: nothing is loaded for it."""

from math import prod
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from .checkpoints import quantization, read_json
from .errors import EngineError
from .model import Model
from .protocol import TextEncoderPrecision
from .recipes import Recipe

_T5_BITS: dict[TextEncoderPrecision, float] = {"bf16": 16, "int8": 8, "nf4": 4, "fp8": 8}
#: What transformers and diffusers look for, in their order.
_NAMES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors",
)


def transformer_bytes(recipe: Recipe, model: Model) -> int:
    """Of the recipe's transformer; a few layers that stay wider are left out."""
    named = model.weights.get(recipe.id)
    if named is not None and named.is_file():
        return named.stat().st_size
    return _bytes(named or model.folder / "transformer", recipe.bits)


def home(recipe: Recipe, device: torch.device) -> torch.device:
    """Where its weights rest. Under group offload on the CPU, and their leaves visit the device."""
    return torch.device("cpu") if recipe.placement == "group-offload" else device


def loading_bytes(recipe: Recipe, model: Model, device: torch.device) -> int:
    """Of the device, as the variant loads: under model offload the whole transformer is made there, then leaves."""
    return transformer_bytes(recipe, model) if home(recipe, device) == device else 0


def shared_bytes(model: Model) -> int:
    """Of CLIP, T5 and the autoencoder, once for all variants."""
    t5 = _bytes(model.folder / "text_encoder_2", _T5_BITS[model.text_encoder])
    return t5 + sum(_bytes(model.folder / part, 16) for part in ("text_encoder", "vae"))


def _bytes(folder: Path, bits: float) -> int:
    """bits: of a weight as it will be loaded, unless it was saved quantized."""
    files = _files(folder)
    if quantization(folder):
        return sum(file.stat().st_size for file in files)
    return int(sum(map(_elements, files)) * bits / 8)


def _files(folder: Path) -> list[Path]:
    """Those that will be loaded: variants of the weights (`model.fp16.safetensors`) may lie beside them."""
    for name in _NAMES:
        file = folder / name
        if file.is_file():
            return _shards(file) if file.suffix == ".json" else [file]
    return []


def _shards(index: Path) -> list[Path]:
    """None for a damaged index: whoever loads it is told."""
    try:
        files = {index.parent / name for name in read_json(index)["weight_map"].values()}
    except (EngineError, KeyError, AttributeError, TypeError):
        return []
    return [file for file in files if file.is_file()]


def _elements(file: Path) -> int:
    """0 for a damaged file: whoever loads it is told."""
    try:
        with safe_open(file, "pt") as tensors:
            return sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118  # it has no iterator
    except (SafetensorError, OSError):
        return 0
