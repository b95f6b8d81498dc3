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

#: Bits of a weight of T5, and what the names of weights have in them that stay in bfloat16 beside it.
_T5: dict[TextEncoderPrecision, tuple[float, tuple[str, ...]]] = {
    "bf16": (16, ()),
    "int8": (8, ("shared.",)),
    "nf4": (4.5, ("shared.", ".wo.")),
    "fp8": (8, ("shared.",)),
}
#: The same of layerwise casting. FLUX's modulation alone is over a quarter of all its weights.
_LAYERWISE = ("norm",)
#: What transformers and diffusers look for, in their order.
_NAMES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors",
)


def transformer_bytes(recipe: Recipe, model: Model) -> int:
    """Of the recipe's transformer; a few small layers that stay wider are left out."""
    named = model.weights.get(recipe.id)
    if named is not None and named.is_file():
        return named.stat().st_size
    wide = _LAYERWISE if recipe.family == "layerwise" else ()
    return _bytes(named or model.folder / "transformer", recipe.bits, wide)


def home(recipe: Recipe, device: torch.device) -> torch.device:
    """Where its weights rest. Under group offload on the CPU, and their leaves visit the device."""
    return torch.device("cpu") if recipe.placement == "group-offload" else device


def loading_bytes(recipe: Recipe, model: Model, device: torch.device) -> int:
    """Of the device, as the variant loads: under model offload the whole transformer is made there, then leaves a GPU.
    On a CPU it stays, with parts of its own.
    """
    if home(recipe, device) != device:
        return 0
    own = shared_bytes(model) if recipe.placement == "model-offload" and device.type == "cpu" else 0
    return transformer_bytes(recipe, model) + own


def shared_bytes(model: Model) -> int:
    """Of CLIP, T5 and the autoencoder, once for all variants."""
    t5 = _bytes(model.folder / "text_encoder_2", *_T5[model.text_encoder])
    return t5 + sum(_bytes(model.folder / part, 16) for part in ("text_encoder", "vae"))


def _bytes(folder: Path, bits: float, wide: tuple[str, ...] = ()) -> int:
    """bits: of a weight as it will be loaded, unless it was saved quantized. wide: in the names of those of 16 bits."""
    files = _files(folder)
    if quantization(folder):
        return sum(file.stat().st_size for file in files)
    weights = (weight for file in files for weight in _elements(file).items())
    return int(sum(count * (16 if any(part in name for part in wide) else bits) for name, count in weights) / 8)


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


def _elements(file: Path) -> dict[str, int]:
    """How many each weight has; none for a damaged file: whoever loads it is told."""
    try:
        with safe_open(file, "pt") as tensors:
            return {name: prod(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118  # it has no iterator
    except (SafetensorError, OSError):
        return {}
