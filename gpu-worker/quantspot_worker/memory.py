"""Memory, by definition. Every figure that the engine reports is one of these, under the same name everywhere;
docs/measuring.md has them all, the benchmark's too.

weights bytes   Bytes of a model's tensors: parameters, buffers, and what quantized tensors hold inside (packed data,
                scales, bitsandbytes' quantization state), each piece of storage once. Exact, on every device.
resident bytes  By the measure, of the whole engine, before a job runs and with its variant in place.
peak bytes      By the measure, of the whole engine, the highest in the job.

The measure is `cuda-allocated` (torch.cuda.memory_allocated; the peak after a reset at the job's start) or, on a CPU,
`process-rss` (the process's resident set; the peak is sampled every 10 ms, so a shorter spike can be missed).
"""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import psutil
import torch
from torch import Tensor, nn

from .protocol import Measure

_SAMPLE_SECONDS = 0.01
_CGROUP = Path("/sys/fs/cgroup")
_process = psutil.Process()


def rss_bytes() -> int:
    """The process's resident set."""
    return int(_process.memory_info().rss)


def available_bytes() -> int:
    """What the machine, or this container, can still give to a process without swapping."""
    available = int(psutil.virtual_memory().available)
    limit = container_limit()
    if limit is None:
        return available
    used = int((_CGROUP / "memory.current").read_text())
    lines = (line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
    # Cached pages of files count as used, and leave when memory is wanted.
    cached = sum(int(value) for name, value in lines if name in ("active_file", "inactive_file"))
    return min(available, limit - used + cached)


def container_limit() -> int | None:
    """The memory of this container (cgroup v2), or None where nothing limits it."""
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
    except OSError:
        return None
    return int(limit) if limit.isdecimal() else None


def tensors_of(module: nn.Module) -> Iterator[Tensor]:
    """The plain tensors that hold a module's weights, with tensor subclasses taken apart; may repeat storage."""
    for parameter in (*module.parameters(), *module.buffers()):
        yield from _leaves(parameter)
        # bitsandbytes keeps scales beside the parameter, not in it.
        state = getattr(parameter, "quant_state", None)
        if state is not None:
            yield from _attributes(state, "absmax", "code", "offset")
            if state.nested:
                yield from _attributes(state.state2, "absmax", "code")
        yield from _attributes(parameter, "CB", "SCB")
    for child in module.modules():
        state = getattr(child, "state", None)
        if state is not None:  # bitsandbytes' Linear8bitLt takes CB and SCB over from its parameter
            yield from _attributes(state, "CB", "SCB")


def _leaves(tensor: Tensor) -> Iterator[Tensor]:
    # A wrapper subclass (torchao, quanto) has no storage of its own and names the tensors inside.
    if type(tensor) is not nn.Parameter and hasattr(tensor, "__tensor_flatten__"):
        for name in tensor.__tensor_flatten__()[0]:
            yield from _leaves(getattr(tensor, name))
    else:
        yield tensor


def _attributes(holder: object, *names: str) -> Iterator[Tensor]:
    for name in names:
        value = getattr(holder, name, None)
        if isinstance(value, Tensor):
            yield value


def weights_bytes(module: nn.Module, device: torch.device | None = None) -> int:
    """Bytes of the module's tensors (only those on `device`, if given), each piece of storage once."""
    pieces = {(t.device, t.data_ptr(), t.nbytes) for t in tensors_of(module) if device is None or t.device == device}
    return sum(nbytes for _, _, nbytes in pieces)


def collect(device: torch.device) -> None:
    """Give freed memory back, so that what is read next is in use."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)  # a copy that is still under way may read or write what is freed
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def let_segments_grow(device: torch.device) -> None:
    """Let PyTorch's allocator grow, and join, the pieces that it takes from a GPU's driver.

    Else every layer that is replaced while a variant loads leaves a hole that only a layer of its size can fill. An
    operator's own choice (PYTORCH_ALLOC_CONF) stands, and where the driver can't do it all stays as it was.
    """
    if os.environ.keys() & {"PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"}:
        return
    torch._C._accelerator_setAllocatorSettings("expandable_segments:True")
    try:
        torch.empty(2**21, dtype=torch.uint8, device=device)
    except RuntimeError:
        torch._C._accelerator_setAllocatorSettings("expandable_segments:False")


class Meter:
    """Resident and peak bytes of what runs inside `with`, by the device's measure."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.measure: Measure = "cuda-allocated" if device.type == "cuda" else "process-rss"
        self.resident_bytes = 0
        self.peak_bytes = 0
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, name="memory", daemon=True)

    def __enter__(self) -> "Meter":
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
            torch.cuda.reset_peak_memory_stats(self._device)
            self.resident_bytes = torch.cuda.memory_allocated(self._device)
        else:
            self.resident_bytes = self.peak_bytes = rss_bytes()
            self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._device.type == "cuda":
            self.peak_bytes = torch.cuda.max_memory_allocated(self._device)
        else:
            self._stop.set()
            self._sampler.join()
            self.peak_bytes = max(self.peak_bytes, rss_bytes())

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, rss_bytes())
