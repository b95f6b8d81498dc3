"""A whole pipeline folder of random weights in FLUX.1-dev's architecture and size, made in seconds, with no download.

Every loader then reads real files and quantizes real tensors, as from the hub. All tensors are pieces of one seeded
pool of N(0, 0.02) in bfloat16; where a piece begins follows from the tensor's name. Scales of norms are 1. The
tokenizers are tiny's: they fill up to the same lengths, and T5 takes as long whatever its tokens are.

FLUX.1-dev's folder takes 31.5 GiB, and the article's three GGUF files 22 GiB more: a folder in memory (tmpfs) spares
the disk.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import gguf
import numpy as np
import torch
from diffusers import AutoencoderKL, FluxTransformer2DModel
from gguf import GGMLQuantizationType
from numpy.typing import NDArray
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from ..cache import written_whole
from ..gguf_file import quantize
from ..model import HUB_MODELS, SHIPPED
from ..serving import SERVING_FILE
from . import article
from .architectures import ARCHITECTURES
from .stamp import add, clear, has_whole, is_whole, stamp

log = logging.getLogger(__name__)

_DTYPES: dict[GGMLQuantizationType, np.dtype[Any]] = {
    GGMLQuantizationType.F16: np.dtype(np.float16),
    GGMLQuantizationType.F32: np.dtype(np.float32),
}
_WEIGHT_FILES = {"transformer": "diffusion_pytorch_model", "vae": "diffusion_pytorch_model"}
_SCALE, _SEED = 0.02, 0
_POOL_ELEMENTS = 2**26
#: Pieces begin at multiples of llama.cpp's largest block, so that a quantized pool has the same pieces.
_ALIGNMENT = 256
_SHARD_BYTES = 2 * 2**30
#: Raise it when the same architecture would give other files, safetensors or GGUF.
_VERSION = "3"


@dataclass(frozen=True)
class Piece:
    name: str
    shape: tuple[int, ...]
    is_scale: bool

    @property
    def elements(self) -> int:
        return int(np.prod(self.shape))


def make(folder: Path, architecture: str) -> Path:
    """Fill `folder` with a pipeline in diffusers' layout, if it is not there whole already: of this architecture, by
    this version, each file with the bytes that were written. GGUF files go with what they were made like.

    Raises OSError when the disk is full.
    """
    kind = f"{_VERSION} {architecture}"
    if is_whole(folder, kind):
        return folder
    log.info("writing random weights of %s to %s", architecture, folder)
    clear(folder)
    shutil.copytree(SHIPPED / "tiny", folder, ignore=_without_weights, dirs_exist_ok=True)
    pool = Pool()
    with ThreadPoolExecutor() as threads:
        written, shards = [], []
        for component, changes in ARCHITECTURES[architecture].items():
            configure(folder / component, changes)
            for path, pieces in _shards(folder / component):
                shards.append(path)
                written.append(threads.submit(_write_shard, path, pieces, pool))
        for shard in written:
            shard.result()
    report = {**HUB_MODELS["black-forest-labs/FLUX.1-dev"], "name": f"{architecture} (random weights)"}
    if architecture == "tiny":
        report = {**json.loads((SHIPPED / "tiny" / SERVING_FILE).read_text()), "name": report["name"]}
    (folder / SERVING_FILE).write_text(json.dumps({**report, "examples": list(article.PROMPTS)}))
    stamp(folder, kind, shards)
    return folder


def make_gguf(folder: Path, scheme: str) -> Path:
    """The transformer of such a folder as a GGUF file, by quantizing the pool once and cutting it as `make` does.

    Block by block the same numbers that llama.cpp's format would hold for those weights. Made once, and again when its
    length is not what was written. Raises OSError when the disk is full.
    """
    path = folder / f"transformer-{scheme}.gguf"
    if has_whole(folder, path):
        return path
    kind = GGMLQuantizationType[scheme]
    pool = Pool()
    packed = quantize(pool.values.reshape(-1, 2**13), kind).reshape(-1)
    with written_whole(path) as unfinished:
        _write_gguf(unfinished, folder, kind, packed, pool)
    add(folder, path)
    return path


def _write_gguf(path: Path, folder: Path, kind: GGMLQuantizationType, packed: NDArray[np.uint8], pool: "Pool") -> None:
    block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    writer = gguf.GGUFWriter(path, "flux")
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    pieces = [(piece, _target(piece, kind)) for piece in pieces_of(folder / "transformer")]
    for piece, target in pieces:
        dtype, shape = _DTYPES.get(target, np.dtype(np.uint8)), piece.shape
        if target == kind:
            shape = (piece.shape[0], piece.shape[1] // block * block_bytes)
        writer.add_tensor_info(piece.name, shape, dtype, int(np.prod(shape)) * dtype.itemsize, raw_dtype=target)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for piece, target in pieces:
        cut = _cut(packed, piece, block_bytes / block) if target == kind else pool.of(piece).astype(_DTYPES[target])
        writer.write_tensor_data(cut)
    writer.close()


def _target(piece: Piece, kind: GGMLQuantizationType) -> GGMLQuantizationType:
    """As gguf_file.write_gguf decides."""
    if len(piece.shape) != 2:
        return GGMLQuantizationType.F32
    return kind if piece.shape[1] % gguf.GGML_QUANT_SIZES[kind][0] == 0 else GGMLQuantizationType.F16


class Pool:
    """Seeded normal numbers, and the piece of them that a name stands for."""

    def __init__(self) -> None:
        generator = torch.Generator("cpu").manual_seed(_SEED)
        drawn = (torch.randn(_POOL_ELEMENTS, generator=generator) * _SCALE).bfloat16()
        self._bits: NDArray[np.int16] = drawn.view(torch.int16).numpy()
        #: As float32, which holds bfloat16 exactly.
        self.values: NDArray[np.float32] = drawn.float().numpy()
        self._one = int(torch.ones(1, dtype=torch.bfloat16).view(torch.int16))

    def of(self, piece: Piece) -> NDArray[np.float32]:
        return np.ones(piece.shape, np.float32) if piece.is_scale else _cut(self.values, piece, 1).reshape(piece.shape)

    def write(self, file: BinaryIO, piece: Piece) -> None:
        """The piece's bfloat16 bytes."""
        if piece.is_scale:
            file.write(np.full(piece.elements, self._one, np.int16).data)
        else:
            for part in _parts(self._bits, piece, 1):
                file.write(part.data)


def _parts(pool: NDArray[Any], piece: Piece, per_element: float) -> Iterator[NDArray[Any]]:
    """A piece, which goes on at the pool's beginning when it comes to its end. per_element: entries of `pool`."""
    digest = hashlib.sha256(piece.name.encode()).digest()
    offset = int.from_bytes(digest[:8]) % (_POOL_ELEMENTS // _ALIGNMENT) * _ALIGNMENT
    start, left = round(offset * per_element), round(piece.elements * per_element)
    while left > 0:
        part = pool[start : start + left]
        yield part
        left -= len(part)
        start = 0


def _cut(pool: NDArray[Any], piece: Piece, per_element: float) -> NDArray[Any]:
    parts = list(_parts(pool, piece, per_element))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _without_weights(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.endswith((".safetensors", ".md", ".txt")) or name == "samples"]


def configure(component: Path, changes: dict[str, Any]) -> None:
    config = component / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **changes}, indent=2))


def _model(component: Path) -> nn.Module:
    """Without memory: on torch's meta device."""
    config = json.loads((component / "config.json").read_text())
    with torch.device("meta"):
        if component.name == "transformer":
            return FluxTransformer2DModel.from_config(config)
        if component.name == "vae":
            return AutoencoderKL.from_config(config)
        if component.name == "text_encoder":
            return CLIPTextModel(CLIPTextConfig(**config))
        return T5EncoderModel(T5Config(**config))


def pieces_of(component: Path) -> list[Piece]:
    """All tensors of a component, by the configuration in its folder."""
    # named_parameters() names a tied weight once, as a checkpoint does.
    return [
        Piece(name, tuple(parameter.shape), is_scale=parameter.ndim == 1 and name.endswith("weight"))
        for name, parameter in _model(component).named_parameters()
    ]


def _shards(component: Path) -> list[tuple[Path, list[Piece]]]:
    """Files of at most `_SHARD_BYTES`, with the index beside them that both libraries look for."""
    shards: list[list[Piece]] = [[]]
    room = _SHARD_BYTES
    for piece in pieces_of(component):
        if piece.elements * 2 > room and shards[-1]:
            shards.append([])
            room = _SHARD_BYTES
        shards[-1].append(piece)
        room -= piece.elements * 2
    stem = _WEIGHT_FILES.get(component.name, "model")
    if len(shards) == 1:
        return [(component / f"{stem}.safetensors", shards[0])]
    names = [f"{stem}-{n:05d}-of-{len(shards):05d}.safetensors" for n in range(1, len(shards) + 1)]
    total = sum(piece.elements * 2 for shard in shards for piece in shard)
    places = {piece.name: name for name, shard in zip(names, shards, strict=True) for piece in shard}
    index = {"metadata": {"total_size": total}, "weight_map": places}
    (component / f"{stem}.safetensors.index.json").write_text(json.dumps(index))
    return [(component / name, shard) for name, shard in zip(names, shards, strict=True)]


def _write_shard(path: Path, pieces: list[Piece], pool: Pool) -> None:
    """The safetensors format: the header's length in 8 bytes, the header in JSON, the tensors in its order."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for piece in pieces:
        start, end = end, end + piece.elements * 2
        header[piece.name] = {"dtype": "BF16", "shape": piece.shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for piece in pieces:
            pool.write(file, piece)
