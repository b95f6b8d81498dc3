"""What libraries raise, as sentences for people."""

import errno
import logging
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import SafetensorError

from . import notices
from .cache import cache_root
from .errors import EngineError

log = logging.getLogger(__name__)

#: Of RuntimeErrors: PyTorch's allocator on a CPU, cuBLAS, and CUDA itself (as a kernel's and as a call's failure).
_OUT_OF_MEMORY = (
    "DefaultCPUAllocator: can't allocate memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDA error: out of memory",
    "out of memory (2)",
)
#: Of OSErrors: the disk, or what of it this user may have.
_FULL = (errno.ENOSPC, errno.EDQUOT)


class explained:
    """Turn what a library raises while `what` loads into a notice for people; the log has the rest."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        if error is None or isinstance(error, EngineError) or not isinstance(error, Exception):
            return
        log.error("%s failed to load", self._what, exc_info=error)
        if out_of_memory(error):
            raise EngineError("out_of_memory", notices.loading_ran_out(self._what), retryable=True)
        if disk_full(error):
            notice = notices.disk_full(self._what)
        elif any(isinstance(cause, SafetensorError) for cause in causes(error)):
            notice = notices.weights_damaged(self._what)
        elif any(isinstance(cause, OSError) and _in_cache(cause) for cause in causes(error)):
            notice = notices.cache_unusable(self._what)
        elif isinstance(error, OSError):
            notice = notices.file_missing(self._what)
        else:
            notice = notices.not_loaded(self._what, type(error).__name__)
        raise EngineError("load_failed", notice) from error


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those behind it: diffusers raises an OSError of its own over safetensors' one."""
    behind: BaseException | None = error
    while behind is not None:
        yield behind
        behind = behind.__cause__ or behind.__context__


def disk_full(error: BaseException) -> bool:
    """Whether an exception means that a file could not be written to its end."""
    return any(
        isinstance(cause, OSError)
        # numpy says only how much it could write.
        and (cause.errno in _FULL or "requested and" in str(cause))
        for cause in causes(error)
    )


def _in_cache(error: OSError) -> bool:
    return isinstance(error.filename, str) and Path(error.filename).is_relative_to(cache_root())


def out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the device's memory, or the machine's, ran out."""
    return any(
        isinstance(cause, torch.OutOfMemoryError | MemoryError)
        or (isinstance(cause, EngineError) and cause.code == "out_of_memory")
        or (isinstance(cause, RuntimeError) and any(words in str(cause) for words in _OUT_OF_MEMORY))
        for cause in causes(error)
    )
