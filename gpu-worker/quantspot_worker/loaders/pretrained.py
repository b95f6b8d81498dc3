"""The one call by which a transformer comes out of diffusers' layout, and what several loaders need around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel

from ..checkpoints import quantization


def load_pretrained(transformer: Path, device: torch.device, quantizer: Any = None) -> Any:
    """transformer: its own folder. quantizer: a configuration of diffusers' for weights that are not quantized yet; a
    checkpoint that was saved quantized brings its own.
    """
    return FluxTransformer2DModel.from_pretrained(
        transformer,
        dtype=torch.bfloat16,
        use_safetensors=True,
        local_files_only=True,
        device_map={"": device},
        quantization_config=None if quantization(transformer) else quantizer,
    )


def nothing(*args: Any, **kwargs: Any) -> None:
    """In the place of what a library need not do."""


@contextmanager
def replaced(owner: Any, name: str, by: Any) -> Iterator[None]:
    """While the block runs, a module's or class's attribute is another."""
    kept = vars(owner)[name]
    setattr(owner, name, by)
    try:
        yield
    finally:
        setattr(owner, name, kept)
