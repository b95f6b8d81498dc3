"""Group offload: weights rest in pinned CPU memory, and each block's come to the GPU while the block before computes.

A block is one copy, into one of two places on the GPU that all blocks take in turn. So the GPU holds the weights of two
blocks, and waits for nothing but the bus, where that is slower than the products.
"""

from typing import Any

import torch
from torch import Tensor, nn

from ..pinned import Slab

_PLACES = 2


class _Place:
    """Memory on the device for one unit at a time. Copies and computing wait for each other on the device alone."""

    def __init__(self, size: int, device: torch.device) -> None:
        self.bytes = torch.empty(size, dtype=torch.uint8, device=device)
        self._device = device
        self.holds: int | None = None
        if device.type == "cuda":
            self._copied, self._used = torch.cuda.Event(), torch.cuda.Event()
        self.leave()  # whatever the allocator had in this memory before

    def fill(self, index: int, slab: Slab, stream: Any) -> None:
        self.holds = index
        target = self.bytes[: slab.bytes.numel()]
        if stream is None:
            target.copy_(slab.bytes)
            return
        with torch.cuda.stream(stream):
            stream.wait_event(self._used)
            target.copy_(slab.bytes, non_blocking=True)
            self._copied.record(stream)

    def take(self, slab: Slab) -> list[Tensor]:
        """The unit's tensors, for what is computed from now on."""
        if self._device.type == "cuda":
            torch.cuda.current_stream(self._device).wait_event(self._copied)
        return slab.views(self.bytes)

    def leave(self) -> None:
        """What has been computed so far was the last to read it."""
        if self._device.type == "cuda":
            self._used.record(torch.cuda.current_stream(self._device))


class _Stream:
    """Units that run in a known order."""

    def __init__(self, units: list[nn.Module], following: list[int], device: torch.device) -> None:
        """units: on the CPU. following: of each unit, which one runs next."""
        self._slabs = [_pinned(unit, device) for unit in units]
        size = max(slab.bytes.numel() for slab in self._slabs)
        self.places = [_Place(size, device) for _ in range(_PLACES)]
        self._following = following
        self._copies = torch.cuda.Stream(device) if device.type == "cuda" else None

    def run(self, index: int, unit: nn.Module, *args: Any, **options: Any) -> Any:
        place = self._fetched(index)
        slab = self._slabs[index]
        slab.put(place.take(slab))
        try:
            self._fetched(self._following[index], besides=place)
            return unit(*args, **options)
        finally:
            place.leave()
            slab.put(slab.places)

    def _fetched(self, index: int, besides: _Place | None = None) -> _Place:
        """The place that has the unit, or is getting it from now on."""
        for place in self.places:
            if place.holds == index:
                return place
        free = next(place for place in self.places if place is not besides)
        free.fill(index, self._slabs[index], self._copies)
        return free


def _pinned(unit: nn.Module, device: torch.device) -> Slab:
    slab = Slab(unit, torch.device("cpu"), pinned_for=device)
    slab.put(slab.places)
    return slab


class _Streamed(nn.Module):
    """In the place of a unit."""

    def __init__(self, stream: _Stream, index: int, unit: nn.Module) -> None:
        super().__init__()
        self._stream, self._index, self.unit = stream, index, unit

    def forward(self, *args: Any, **options: Any) -> Any:
        return self._stream.run(self._index, self.unit, *args, **options)


def stream_weights(transformer: Any, device: torch.device) -> None:
    """In place. transformer: in its fast execution, its weights on the CPU. What is small comes to the device for good.

    The modulation's layers run in turn, before an image's first step; then the blocks, again and again.
    """
    lists = (transformer.modulation.layers, transformer.transformer_blocks, transformer.single_transformer_blocks)
    units = [unit for each in lists for unit in each]
    first_block = len(transformer.modulation.layers)
    following = [*range(1, len(units)), first_block]
    streamed = {id(tensor) for unit in units for tensor in (*unit.parameters(), *unit.buffers())}
    for tensor in (*transformer.parameters(), *transformer.buffers()):
        if id(tensor) not in streamed:
            tensor.data = tensor.data.to(device)
    stream = _Stream(units, following, device)
    for number, place in enumerate(stream.places):
        transformer.register_buffer(f"place_{number}", place.bytes, persistent=False)  # what it holds of the device
    wrapped = iter([_Streamed(stream, index, unit) for index, unit in enumerate(units)])
    for each in lists:
        for position in range(len(each)):
            each[position] = next(wrapped)
