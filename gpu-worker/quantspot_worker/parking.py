"""Parking: a module's tensors moved to pinned CPU memory, and back, without the library that made them noticing.

Bringing a variant back this way is one copy a tensor; making it again would quantize every weight. All of a module
lies in one slab of ordinary memory that is pinned as it is: PyTorch's own pinned memory would round every tensor up to
a power of two, and keep what was freed.
"""

import weakref
from itertools import accumulate

import torch
from torch import Tensor, nn

from .memory import tensors_of

#: Bytes; more than any dtype or copy asks for.
_ALIGNMENT = 512


class ParkedTensors:
    """Moves on construction. Works below the tensor subclasses, on the plain tensors inside them, so no library has
    to support `.to()`; the module must not run until `restore`.
    """

    def __init__(self, module: nn.Module, device: torch.device) -> None:
        """device: tensors elsewhere stay. Raises RuntimeError, with nothing moved, when the machine's memory does not
        suffice.
        """
        self._device = device
        #: The same storage can have several tensors of one layout (bitsandbytes' CB): they stay one.
        groups: dict[tuple[int, int, torch.Size, tuple[int, ...]], list[Tensor]] = {}
        for tensor in tensors_of(module):
            if tensor.device == device:
                layout = tensor.data_ptr(), tensor.nbytes, tensor.shape, tensor.stride()
                groups.setdefault(layout, []).append(tensor)
        self._groups = list(groups.values())
        extents = [_extent(tensors[0]) for tensors in self._groups]
        *starts, total = accumulate((-(-extent // _ALIGNMENT) * _ALIGNMENT for extent in extents), initial=0)
        slab = torch.empty(total, dtype=torch.uint8)
        _pin(slab, device)
        self._unpin = weakref.finalize(self, _release, slab, device)
        self._unpin.atexit = False  # a process that ends gives everything back
        places = []
        for tensors, start, extent in zip(self._groups, starts, extents, strict=True):
            first = tensors[0]
            place = slab[start : start + extent].view(first.dtype).as_strided(first.size(), first.stride())
            places.append(place.copy_(first.data, non_blocking=True))
        self._move(places)

    def restore(self) -> None:
        """Back onto the device. When its memory does not suffice, nothing has moved."""
        self._move([tensors[0].data.to(self._device, non_blocking=True, copy=True) for tensors in self._groups])
        self._unpin()

    def _move(self, places: list[Tensor]) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        for tensors, place in zip(self._groups, places, strict=True):
            for tensor in tensors:
                tensor.data = place.view(tensor.dtype)


def _extent(tensor: Tensor) -> int:
    """Bytes from a tensor's first element to the end of its last."""
    last = sum((size - 1) * stride for size, stride in zip(tensor.size(), tensor.stride(), strict=True))
    return (last + 1) * tensor.element_size() if tensor.numel() else 0


def _pin(slab: Tensor, device: torch.device) -> None:
    if device.type == "cuda" and slab.numel():
        torch.cuda.check_error(torch.cuda.cudart().cudaHostRegister(slab.data_ptr(), slab.numel(), 0))


def _release(slab: Tensor, device: torch.device) -> None:
    if device.type == "cuda" and slab.numel():
        torch.cuda.check_error(torch.cuda.cudart().cudaHostUnregister(slab.data_ptr()))
