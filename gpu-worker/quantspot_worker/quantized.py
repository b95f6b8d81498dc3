"""Quantized weights kept on disk, so that the next start reads them and quantizes nothing.

The libraries save them themselves, before a layer has run, into a folder that is named by all that they depend on.
GGUF has its own way (gguf_file.py); casting to float8 is no slower than reading. Quanto's int4 is made anew each time:
its kernel's packing loses a bit of each group's shift when it is saved.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from .cache import cache_folder
from .digests import digest
from .loaders import loader
from .memory import weights_bytes
from .model import Model
from .recipes import Recipe

log = logging.getLogger(__name__)

_PACKAGES = {"bitsandbytes": "bitsandbytes", "torchao": "torchao", "quanto": "optimum-quanto"}
_DIGESTS = "digests.json"
#: Small enough that several are read and checked side by side. diffusers finds a weight of bitsandbytes' only in the
#: file that also has its scales.
_SHARD, _ONE_FILE = "1GB", "1TB"
#: Of a variant's size, what the disk must have free.
_FREE = 4


def can_be_kept(recipe: Recipe, model: Model) -> bool:
    """Whether the recipe's weights are quantized here, by a library that gives back what it saved."""
    lossy = recipe.family == "quanto" and recipe.scheme == "int4"
    return recipe.family in _PACKAGES and not lossy and recipe.id not in model.weights and model.quantization is None


def load_or_quantize(recipe: Recipe, model: Model, device: torch.device) -> Any:
    """A recipe's transformer, as an earlier start kept it if that is whole. Raises whatever the library raises."""
    family, kept = loader(recipe), _folder(recipe, model, device)
    if _is_whole(kept):
        return family.load(recipe, model.folder, device, kept)
    transformer = family.load(recipe, model.folder, device)
    try:
        _keep(transformer, kept, _ONE_FILE if recipe.family == "bitsandbytes" else _SHARD)
    except (OSError, ValueError, SafetensorError) as error:
        # torchao's int4 for CPUs can't be saved; a disk can be full; another engine can have been faster.
        log.warning("the weights of %s are not kept for the next start: %s", recipe.id, error)
    return transformer


def _folder(recipe: Recipe, model: Model, device: torch.device) -> Path:
    original = model.folder / "transformer"
    files = sorted((*original.glob("*.safetensors"), original / "config.json"))
    with ThreadPoolExecutor() as threads:
        content = list(threads.map(digest, files))
    versions = [version(package) for package in ("torch", "diffusers", _PACKAGES[recipe.family])]
    key = hashlib.sha256(" ".join([recipe.scheme, device.type, *versions, *content]).encode()).hexdigest()
    return cache_folder("quantized") / f"{recipe.family}-{recipe.scheme}-{key[:32]}"


def _is_whole(kept: Path) -> bool:
    try:
        expected = json.loads((kept / _DIGESTS).read_text())
    except FileNotFoundError:
        return False
    except ValueError:
        expected = None
    whole = expected == _digests(kept)
    if not whole:
        log.warning("%s is damaged, and is made anew", kept)
    return whole


def _keep(transformer: Any, kept: Path, shard: str) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    free, size = shutil.disk_usage(kept.parent).free, weights_bytes(transformer)
    if free < _FREE * size:
        raise OSError(f"{size / 2**30:.1f} GiB would be written, and the disk has {free / 2**30:.1f} GiB free")
    unfinished = Path(tempfile.mkdtemp(dir=kept.parent, suffix=".part"))
    try:
        transformer.save_pretrained(unfinished, max_shard_size=shard)
        (unfinished / _DIGESTS).write_text(json.dumps(_digests(unfinished)))
        os.rename(unfinished, kept)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.iterdir() if file.name != _DIGESTS)
    with ThreadPoolExecutor() as threads:
        return dict(zip((file.name for file in files), threads.map(_sha256, files), strict=True))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, hashlib.sha256).hexdigest()
