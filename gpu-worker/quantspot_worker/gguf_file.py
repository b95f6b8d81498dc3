"""Write a transformer as a GGUF file in one of llama.cpp's formats, once, in a cache folder."""

import hashlib
import logging
import os
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType
from safetensors import safe_open

from .q2_k import quantize_q2_k

log = logging.getLogger(__name__)

#: Part of the cache's key: raise it when the same weights would give another file.
_WRITER = 2


def cached_gguf(transformer: Path, scheme: str) -> Path:
    """The GGUF file of the safetensors in `transformer`, made when the cache has none for this content."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "quantspot" / "gguf"
    weights = sorted(transformer.glob("*.safetensors"))
    digest = hashlib.sha256(f"{_WRITER} {scheme}".encode())
    for file in weights:
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    path = folder / f"{scheme.lower()}-{digest.hexdigest()[:32]}.gguf"
    if not path.exists():
        log.info("quantizing the transformer to %s", path.name)
        folder.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=folder, suffix=".part")
        os.close(handle)
        try:
            write_gguf(weights, Path(unfinished), GGMLQuantizationType[scheme])
            os.replace(unfinished, path)
        finally:
            Path(unfinished).unlink(missing_ok=True)
    return path


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
                writer.add_tensor(name, _quantize(values, target), raw_dtype=target)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _quantize(values: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    if kind == GGMLQuantizationType.Q2_K:
        return quantize_q2_k(values)
    return gguf.quantize(values, kind)
