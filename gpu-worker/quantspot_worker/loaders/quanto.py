"""Quanto, weight-only: int4, int8 and float8 (e4m3)."""

import fcntl
import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from diffusers import QuantoConfig
from optimum.quanto import WeightQBitsTensor, WeightQBytesTensor
from optimum.quanto.library import get_extension, is_extension_available
from torch import Tensor, nn

from ..cache import cache_folder
from ..recipes import Recipe
from .pretrained import load_pretrained, nothing, replaced

#: Quanto's words. A wrong one, or a wrong keyword, is swallowed and gives int8: the check after load sees it.
DTYPES = {"int4": "int4", "int8": "int8", "fp8": "float8"}


def build_extension(device: torch.device) -> None:
    """Compile and load the C++ that Quanto's int4 calls on this device; later it is only loaded.

    By itself Quanto does so at the first call, and PyTorch guards the build by a file that an engine killed in the
    middle leaves behind: every later build would wait for ever. The lock here goes with its process, so who holds it
    may clear that file away; and several engines build one after the other.
    """
    name = f"quanto_{'cuda' if device.type == 'cuda' else 'cpp'}"
    if not is_extension_available(name):
        return
    extension = get_extension(name)
    # By itself it builds among its sources, where whoever runs the engine may well be unable to write. Another
    # installation's, with its own sources, would be built anew each time that the two take turns.
    folder = cache_folder("extensions") / hashlib.sha256(str(extension.sources).encode()).hexdigest()[:16]
    folder.mkdir(exist_ok=True)
    extension.build_directory = str(folder)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "lock").unlink(missing_ok=True)
        _ = extension.lib


def load(recipe: Recipe, folder: Path, device: torch.device, weights: Path | None = None) -> Any:
    quantizer = QuantoConfig(weights_dtype=DTYPES[recipe.scheme])
    if recipe.scheme == "int4":
        build_extension(device)
    # By itself Quanto picks its Marlin kernel for float8 on GPUs from compute capability 8.0, and that one drops every
    # bias (0.2.7). The plain tensor's product de-quantizes, multiplies and adds the bias; recipes report it.
    with ExitStack() as replacements:
        replacements.enter_context(replaced(WeightQBytesTensor, "create", WeightQBytesTensor))
        if weights is None:
            # For each file diffusers (0.42.1) makes a state dict of the whole model, to know its names and shapes, and
            # for that Quanto unpacks every int4 weight loaded so far: as much memory again, and minutes on a CPU.
            replacements.enter_context(replaced(WeightQBitsTensor, "save_to_state_dict", nothing))
        return load_pretrained(weights or folder / "transformer", device, quantizer)


def dequantized(layer: nn.Linear) -> Tensor:
    return layer.weight.dequantize().float()
