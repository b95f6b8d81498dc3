"""Write a transformer as a GGUF file in one of llama.cpp's formats, once, in a cache folder."""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType
from numpy.typing import NDArray
from safetensors import safe_open

from .cache import cache_folder
from .digests import digest
from .kept import is_whole, locked, made, mark_used
from .q2_k import Floats, quantize_q2_k

log = logging.getLogger(__name__)

#: Of types that gguf reads and does not write.
OWN_WRITERS: dict[GGMLQuantizationType, Callable[[Floats], NDArray[np.uint8]]] = {
    GGMLQuantizationType.Q2_K: quantize_q2_k
}
#: Part of the cache's key: raise it when the same weights would give another file.
_WRITER = 2


def cached_gguf(transformer: Path, scheme: str) -> Path:
    """The GGUF file of the safetensors in `transformer`, made when the cache has none for this content that is whole.

    Raises OSError, a full disk's for one, and what reading the weights raises.
    """
    path = gguf_path(transformer, scheme)
    kept = path.parent
    if not is_whole(kept):
        with locked(kept, wait=True):
            if not is_whole(kept):  # another engine may have made it meanwhile
                log.info("quantizing the transformer to %s", kept.name)
                with made(kept) as folder:
                    write_gguf(_weights(transformer), folder / path.name, GGMLQuantizationType[scheme])
    mark_used(kept)
    return path


def gguf_path(transformer: Path, scheme: str) -> Path:
    """Where that file is, or will be: alone in a folder of its own."""
    content = " ".join([f"{_WRITER} {scheme}", *map(digest, _weights(transformer))])
    key = hashlib.sha256(content.encode()).hexdigest()[:32]
    return cache_folder("gguf") / f"{scheme.lower()}-{key}" / f"{scheme}.gguf"


def _weights(transformer: Path) -> list[Path]:
    return sorted(transformer.glob("*.safetensors"))


def write_gguf(weights: list[Path], path: Path, kind: GGMLQuantizationType) -> None:
    """Write the tensors of the safetensors files under their own (diffusers) names.

    Matrices whose rows are whole blocks become `kind`, other matrices F16, all else F32.
    """
    writer = gguf.GGUFWriter(path, "flux", use_temp_file=True)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    block = gguf.GGML_QUANT_SIZES[kind][0]
    for file in weights:
        with safe_open(file, "pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118 (it is no dict)
                values = tensors.get_tensor(name).to(torch.float32).numpy()
                target = kind if values.shape[-1] % block == 0 else GGMLQuantizationType.F16
                if values.ndim != 2:
                    target = GGMLQuantizationType.F32
                writer.add_tensor(name, quantize(values, target), raw_dtype=target)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantize(values: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """(rows, columns) float32, columns whole blocks of `kind`, to rows of its bytes."""
    own = OWN_WRITERS.get(kind)
    return own(values) if own else gguf.quantize(values, kind)
