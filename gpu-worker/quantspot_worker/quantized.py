"""Quantized weights kept on disk, so that the next start reads them and quantizes nothing.

The libraries save them themselves, once they have been checked and before an image is drawn with them, into a folder
that is named by all that they depend on. GGUF has its own way (gguf_file.py); casting to float8 is no slower than
reading. Quanto's int4 is made anew each time: its kernel's packing loses a bit of each group's shift when it is saved.
"""

import hashlib
import logging
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from traceback import format_exc
from typing import Any

import torch
from safetensors import SafetensorError

from .cache import cache_folder
from .digests import digest
from .failures import out_of_memory
from .kept import is_whole, locked, made, made_at, mark_used
from .loaders import loader
from .memory import available_bytes, collect, weights_bytes
from .model import Model
from .recipes import Recipe

log = logging.getLogger(__name__)

_PACKAGES = {"bitsandbytes": "bitsandbytes", "torchao": "torchao", "quanto": "optimum-quanto"}
#: Raised when the loaders quantize in another way, or something else is written.
_WRITER = "3"
#: Small enough that several are read and checked side by side. diffusers finds a weight of bitsandbytes' only in the
#: file that also has its scales.
_SHARD, _ONE_FILE = "1GB", "1TB"
#: Of a variant's size, what must be free: of the disk; and of each memory, where saving makes a copy.
_FREE, _COPY = 4, 1.2


def can_be_kept(recipe: Recipe, model: Model) -> bool:
    """Whether the recipe's weights are quantized here, by a library that gives back what it saved."""
    lossy = recipe.family == "quanto" and recipe.scheme == "int4"
    return recipe.family in _PACKAGES and not lossy and recipe.id not in model.weights and model.quantization is None


def load_or_quantize(
    recipe: Recipe, model: Model, device: torch.device, check: Callable[[Any], float]
) -> tuple[Any, float]:
    """A recipe's transformer and what `check` says of it; as an earlier start kept it, if that is whole and passes.

    Raises whatever the library or the check raises, but nothing for want of what keeps them.
    """
    kept, refused = _folder(recipe, model, device), None
    if kept and is_whole(kept):
        try:
            refused = made_at(kept)
            return _load_kept(recipe, model, device, kept, check)
        except Exception as error:
            if out_of_memory(error):
                raise
            log.warning("what was kept of %s can't be used, and is made anew\n%s", recipe.id, format_exc())
        # Not in the handler: until it ends, the error keeps alive what was loaded. So would the log's record.
        collect(device)
    transformer = loader(recipe).load(recipe, model.folder, device)
    output_error = check(transformer)
    if kept:
        _keep(recipe, transformer, kept, refused, device)
    return transformer, output_error


def _load_kept(
    recipe: Recipe, model: Model, device: torch.device, kept: Path, check: Callable[[Any], float]
) -> tuple[Any, float]:
    transformer = loader(recipe).load(recipe, model.folder, device, kept)
    mark_used(kept)
    return transformer, check(transformer)


def _folder(recipe: Recipe, model: Model, device: torch.device) -> Path | None:
    """Where they are kept; None where they can't be."""
    original = model.folder / "transformer"
    files = sorted((*original.glob("*.safetensors"), original / "config.json"))
    try:
        root = cache_folder("quantized")
        with ThreadPoolExecutor() as threads:
            content = list(threads.map(digest, files))
    except OSError as error:
        log.warning("quantized weights are not kept: %s", error)
        return None
    versions = [version(package) for package in ("torch", "diffusers", _PACKAGES[recipe.family])]
    key = hashlib.sha256(" ".join([_WRITER, recipe.scheme, device.type, *versions, *content]).encode()).hexdigest()
    return root / f"{recipe.family}-{recipe.scheme}-{key[:32]}"


def _keep(recipe: Recipe, transformer: Any, kept: Path, refused: int | None, device: torch.device) -> None:
    """Write them, unless something is in the way: then the next start quantizes again.

    refused: when those were made that could not be used. Others that are there by now are another engine's, and stay.
    """
    try:
        shard = _ONE_FILE if recipe.family == "bitsandbytes" else _SHARD
        with locked(kept, wait=False):  # another engine may be writing the same
            if is_whole(kept) and made_at(kept) != refused:
                return
            with made(kept) as folder:
                _require_room(weights_bytes(transformer), folder, device)
                transformer.save_pretrained(folder, max_shard_size=shard)
    except (OSError, ValueError, SafetensorError, torch.OutOfMemoryError) as error:
        # torchao's int4 for CPUs can't be saved, and a disk can be full.
        log.warning("the weights of %s are not kept for the next start: %s", recipe.id, error)
    collect(device)


def _require_room(size: int, disk: Path, device: torch.device) -> None:
    """Raises OSError. torchao copies all its tensors on their device to save them, and safetensors a file in memory."""
    rooms = [("disk", shutil.disk_usage(disk).free, _FREE), ("memory", available_bytes(), _COPY)]
    if device.type == "cuda":
        rooms.append(("GPU", torch.cuda.mem_get_info(device)[0], _COPY))
    for name, free, times in rooms:
        if free < times * size:
            raise OSError(f"{size / 2**30:.1f} GiB would be written, and the {name} has {free / 2**30:.1f} GiB free")
