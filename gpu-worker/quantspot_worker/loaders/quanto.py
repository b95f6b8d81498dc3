"""Quanto, weight-only: int4, int8 and float8 (e4m3)."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel, QuantoConfig
from optimum.quanto.library import get_extension, is_extension_available
from torch import Tensor, nn

from ..recipes import Recipe

#: Quanto's words. A wrong one, or a wrong keyword, is swallowed and gives int8: the check after load sees it.
DTYPES = {"int4": "int4", "int8": "int8", "fp8": "float8"}


@contextmanager
def _one_build_at_a_time() -> Iterator[None]:
    """Quanto compiles its C++ at first use, and PyTorch guards the build by a file that an engine killed in the middle
    leaves behind: every later build would wait for ever. This lock goes with its process, so who holds it may clear
    that file away.
    """
    with ExitStack() as locks:
        for name in ("quanto_cpp", "quanto_cuda"):
            if is_extension_available(name):
                folder = Path(get_extension(name).build_directory)
                lock = locks.enter_context((folder.parent / "build.lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
                (folder / "lock").unlink(missing_ok=True)
        yield


def load(recipe: Recipe, folder: Path, device: torch.device) -> Any:
    # Quanto's float8 kernel for newer GPUs (Marlin) drops every bias. Weights that are quantized on the CPU and moved
    # keep the plain kernel.
    first = torch.device("cpu") if recipe.scheme == "fp8" else device
    with _one_build_at_a_time():
        return FluxTransformer2DModel.from_pretrained(
            folder,
            subfolder="transformer",
            dtype=torch.bfloat16,
            use_safetensors=True,
            local_files_only=True,
            device_map={"": first},
            quantization_config=QuantoConfig(weights_dtype=DTYPES[recipe.scheme]),
        ).to(device)


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.dequantize().float()
