"""Clocks and memory of one row's process. docs/measuring.md has the definitions."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from diffusers import FluxTransformer2DModel

from ..memory import collect, rss_bytes
from .jobs import Memory

T = TypeVar("T")


class StepClock:
    """The time from each step's end to the next one's, on the device's clock: no step waits to be measured.

    `mark` ends a step; the first mark begins the first one.
    """

    def __init__(self, device: torch.device) -> None:
        self._cuda = device.type == "cuda"
        self._marks: list[Any] = []

    def mark(self) -> None:
        if self._cuda:
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self._marks.append(event)
        else:
            self._marks.append(time.perf_counter())

    def milliseconds(self) -> list[float]:
        """Of each step, in order."""
        if self._cuda:
            torch.cuda.synchronize()
        between = zip(self._marks, self._marks[1:], strict=False)
        if self._cuda:
            return [float(a.elapsed_time(b)) for a, b in between]
        return [(b - a) * 1000 for a, b in between]


class MemoryReadings:
    """Read once after loading and once at the end, never reset between."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._after: Memory | None = None

    def after_loading(self) -> None:
        """Gives no free memory back on a GPU, since the article's scripts don't either."""
        if self._device.type == "cpu":
            collect(self._device)
            resident = rss_bytes()
            self._after = Memory(measure="process-rss", after_loading=resident, peak=resident)
            return
        reserved = torch.cuda.max_memory_reserved()
        torch.cuda.synchronize()
        free, total = torch.cuda.mem_get_info()
        self._after = Memory(
            measure="cuda-max-reserved",
            after_loading=reserved,
            peak=reserved,
            allocated_after_loading=torch.cuda.memory_allocated(),
            driver_after_loading=total - free,
        )

    def at_the_end(self) -> Memory:
        assert self._after is not None
        if self._device.type == "cpu":
            return {**self._after, "peak": _peak_rss_bytes()}
        return {
            **self._after,
            "peak": torch.cuda.max_memory_reserved(),
            "allocated_peak": torch.cuda.max_memory_allocated(),
        }


class FirstCalls:
    """Wall time of a transformer's first two calls in this process, which is where compiling falls: tracing, code
    generation, and the trying of kernels, which the compiler's own account leaves out."""

    _COUNT = 2

    def __init__(self, device: torch.device) -> None:
        self.seconds: list[float] = []
        self._device = device

    def __enter__(self) -> "FirstCalls":
        call = FluxTransformer2DModel.__call__

        def timed_call(transformer: Any, *args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            result = call(transformer, *args, **kwargs)
            if self._device.type == "cuda":
                torch.cuda.synchronize()
            self.seconds.append(time.perf_counter() - started)
            if len(self.seconds) == self._COUNT:
                self.stop()
            return result

        FluxTransformer2DModel.__call__ = timed_call
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave later calls alone."""
        if "__call__" in vars(FluxTransformer2DModel):
            del FluxTransformer2DModel.__call__

    def beyond(self, step_seconds: float) -> float:
        """What they took more than steps do."""
        return max(0.0, sum(self.seconds) - len(self.seconds) * step_seconds)


def has_compiled() -> bool:
    """Whether Dynamo has compiled anything in this process."""
    if "torch._dynamo" not in sys.modules:
        return False
    from torch._dynamo.utils import calculate_time_spent

    return float(calculate_time_spent()["total_wall_time"]) > 0


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` gives, and the seconds it took; it must end with its results on the host."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _peak_rss_bytes() -> int:
    """The highest resident set of the process so far, by the kernel's count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    # Elsewhere the only count there is, which on Linux would begin with the parent's: in bytes, on a Mac.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
