"""The device that this engine renders on."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from . import notices
from .errors import EngineError
from .memory import container_limit


@dataclass(frozen=True)
class Device:
    torch: torch.device
    name: str
    total_bytes: int

    @property
    def is_cuda(self) -> bool:
        return self.torch.type == "cuda"

    @property
    def capability(self) -> tuple[int, int]:
        """CUDA compute capability; (0, 0) on a CPU."""
        return torch.cuda.get_device_capability(self.torch) if self.is_cuda else (0, 0)

    def require_alive(self) -> None:
        """Raises EngineError("internal") once a kernel has failed for good: an illegal address, a device-side assert.

        From then on CUDA answers every call of this process with that error, this one too, and only a new process
        helps. Other failures, an allocation's for one, leave the GPU usable.
        """
        if not self.is_cuda:
            return
        try:
            torch.cuda.synchronize(self.torch)
        except RuntimeError as error:
            raise EngineError("internal", notices.gpu_lost(), retryable=True) from error


def open_device(name: str) -> Device:
    """`cpu`, `cuda`, `cuda:N`, or `auto` (the first GPU, else the CPU).

    Raises EngineError("load_failed") when this machine has no such device.
    """
    if name == "auto":
        name = "cuda:0" if torch.cuda.is_available() else "cpu"
    kind, _, index = name.partition(":")
    if kind == "cpu" and not index:
        # One MKL or OpenMP thread a core that this process may use, not one a core of the host.
        torch.set_num_threads(len(os.sched_getaffinity(0)))
        return Device(torch.device("cpu"), _cpu_name(), _memory_bytes())
    if kind != "cuda" or not (index or "0").isdecimal():
        raise EngineError("load_failed", f"{name} is no device: say cpu, cuda:0, cuda:1, or auto.")
    number = int(index or 0)
    if number >= torch.cuda.device_count():
        raise EngineError("load_failed", f"There is no {name} here: PyTorch sees {torch.cuda.device_count()} GPUs.")
    properties = torch.cuda.get_device_properties(number)
    torch.cuda.set_device(number)
    return Device(torch.device("cuda", number), properties.name, properties.total_memory)


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory_bytes() -> int:
    """This machine's memory, or this container's share of it."""
    total = int(psutil.virtual_memory().total)
    limit = container_limit()
    return total if limit is None else min(total, limit)
