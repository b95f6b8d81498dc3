"""A module's tensors in pinned CPU memory. The module moves there and back, and the library that made it sees nothing.

Bringing a variant back this way is one copy a tensor; making it again would quantize every weight. The copy stays when
the module is back on the device, since weights don't change: to leave again costs nothing then.
"""

import logging
import weakref
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate

import torch
from torch import Tensor, nn

from .memory import tensors_of

log = logging.getLogger(__name__)

#: Bytes; more than any dtype or copy asks for.
_ALIGNMENT = 512


class Slab:
    """All of a module's tensors on one device, packed into one piece of pinned memory.

    Works below the tensor subclasses, on the plain tensors inside them, so no library has to support `.to()`. The
    memory is ordinary memory that is pinned as it is: PyTorch's own would round every tensor up to a power of two, and
    keep what was freed. Where the driver refuses to pin it, it stays as it is: slower to copy from, and right.
    """

    def __init__(self, module: nn.Module, home: torch.device, pinned_for: torch.device) -> None:
        """home: where the tensors are; others are left out. Raises RuntimeError when the machine's memory does not
        suffice.
        """
        #: The same storage can have several tensors of one layout (bitsandbytes' CB): they stay one.
        groups: dict[tuple[int, int, torch.Size, tuple[int, ...]], list[Tensor]] = {}
        for tensor in tensors_of(module):
            if tensor.device == home:
                layout = tensor.data_ptr(), tensor.nbytes, tensor.shape, tensor.stride()
                groups.setdefault(layout, []).append(tensor)
        self._groups = list(groups.values())
        extents = [_extent(tensors[0]) for tensors in self._groups]
        self._starts = list(accumulate((-(-extent // _ALIGNMENT) * _ALIGNMENT for extent in extents), initial=0))
        # Written once, by all threads: pinning would bring new pages into being one by one, which takes seconds.
        self.bytes = torch.empty(self._starts.pop(), dtype=torch.uint8).zero_()
        self.pinned = _pin(self.bytes, pinned_for)
        if self.pinned:
            # Not at exit: a process that ends gives all back.
            weakref.finalize(self, _release, self.bytes, pinned_for).atexit = False
        self.places = self.views(self.bytes)
        for tensors, place in zip(self._groups, self.places, strict=True):
            place.copy_(tensors[0].data, non_blocking=True)
        synchronize(home)

    def views(self, memory: Tensor) -> list[Tensor]:
        """The tensors as they would lie in other memory of this size."""
        firsts = (tensors[0] for tensors in self._groups)
        return [
            memory[start : start + _extent(first)].view(first.dtype).as_strided(first.size(), first.stride())
            for first, start in zip(firsts, self._starts, strict=True)
        ]

    def put(self, places: list[Tensor]) -> None:
        """Let the module's tensors be these."""
        for tensors, place in zip(self._groups, places, strict=True):
            for tensor in tensors:
                tensor.data = place.view(tensor.dtype)

    def holds(self, tensors: Iterable[Tensor]) -> bool:
        held = {id(tensor) for group in self._groups for tensor in group}
        return all(id(tensor) in held for tensor in tensors)


class PinnedCopy:
    """Of a module that runs on a device."""

    def __init__(self, module: nn.Module, device: torch.device, home: torch.device | None = None) -> None:
        """home: where the module is, if that is not its device. Raises RuntimeError when the machine's memory does not
        suffice.
        """
        self._device = device
        self._slab = Slab(module, home or device, device)

    @property
    def pinned(self) -> bool:
        return self._slab.pinned

    @property
    def bytes(self) -> int:
        """Of the machine's memory."""
        return self._slab.bytes.numel()

    def is_of(self, module: nn.Module) -> bool:
        """Whether it still has all of the module's tensors on the device; a library can have put others in place."""
        return self._slab.holds(tensor for tensor in tensors_of(module) if tensor.device == self._device)

    def leave(self) -> None:
        """Off the device. The module must not run until `come_back`."""
        synchronize(self._device)
        self._slab.put(self._slab.places)

    def come_back(self) -> None:
        """Onto the device. When its memory does not suffice, nothing has moved."""
        copies = [place.to(self._device, non_blocking=True, copy=True) for place in self._slab.places]
        synchronize(self._device)
        self._slab.put(copies)


def synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _extent(tensor: Tensor) -> int:
    """Bytes from a tensor's first element to the end of its last."""
    last = sum((size - 1) * stride for size, stride in zip(tensor.size(), tensor.stride(), strict=True))
    return (last + 1) * tensor.element_size() if tensor.numel() else 0


def _pin(memory: Tensor, device: torch.device) -> bool:
    if device.type != "cuda" or not memory.numel():
        return True
    status = int(torch.cuda.cudart().cudaHostRegister(memory.data_ptr(), memory.numel(), 0))
    if status:
        log.warning("%d bytes of the machine's memory could not be pinned (CUDA error %d)", memory.numel(), status)
        _take_error(device)
    return not status


def _take_error(device: torch.device) -> None:
    """CUDA keeps a call's error until someone asks for it: else the next kernel's launch is taken to have failed."""
    with suppress(RuntimeError):
        torch.zeros(1, device=device)


def _release(memory: Tensor, device: torch.device) -> None:
    if device.type == "cuda" and memory.numel():
        torch.cuda.check_error(torch.cuda.cudart().cudaHostUnregister(memory.data_ptr()))
