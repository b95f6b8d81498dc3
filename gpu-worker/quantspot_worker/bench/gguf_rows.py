"""The GGUF files that rows read: made once, and in a process of their own, so that no row's memory shows the making."""

import fcntl
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ..gguf_file import cached_gguf, gguf_path
from .random_weights import make_gguf


def gguf_for(folder: Path, scheme: str, random_weights: bool, lock: Path) -> Path:
    """folder: the pipeline's. lock: keeps two rows from making the same file. Raises what the making raises."""
    if not random_weights and (made := gguf_path(folder / "transformer", scheme)).exists():
        return made
    with lock.open("w") as held, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        fcntl.flock(held, fcntl.LOCK_EX)
        if random_weights:
            return other.submit(make_gguf, folder, scheme).result()
        return other.submit(cached_gguf, folder / "transformer", scheme).result()
