"""Parking: a module's tensors moved to pinned CPU memory, and back, without the library that made them noticing.

Bringing a variant back this way is one copy; making it again would quantize every weight.
"""

import torch
from torch import Tensor, nn

from .memory import tensors_of


class ParkedTensors:
    """Moves on construction. Works below the tensor subclasses, on the plain tensors inside them, so no library has
    to support `.to()`; the module must not run until `restore`.
    """

    def __init__(self, module: nn.Module) -> None:
        #: The same storage can have several tensors (bitsandbytes' CB): they stay one.
        self._groups: dict[tuple[int, int], list[Tensor]] = {}
        for tensor in tensors_of(module):
            if tensor.is_cuda:
                self._groups.setdefault((tensor.data_ptr(), tensor.nbytes), []).append(tensor)
        for tensors in self._groups.values():
            first = tensors[0]
            self._device = first.device
            pinned = torch.empty_strided(first.size(), first.stride(), dtype=first.dtype, pin_memory=True)
            pinned.copy_(first.data, non_blocking=True)
            _point(tensors, pinned)
        torch.cuda.synchronize()
        torch.cuda.empty_cache()

    def restore(self) -> None:
        for tensors in self._groups.values():
            _point(tensors, tensors[0].data.to(self._device, non_blocking=True))
        torch.cuda.synchronize()


def _point(tensors: list[Tensor], data: Tensor) -> None:
    for tensor in tensors:
        tensor.data = data.view(tensor.dtype)
