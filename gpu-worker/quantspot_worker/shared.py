"""The shared parts, which leave a GPU while a transformer is made there that is to fit alone: under model offload."""

import logging
from collections.abc import Sequence

from torch import nn

from .device import Device
from .parking import has_room
from .pinned import PinnedCopy

log = logging.getLogger(__name__)


class SharedParts:
    def __init__(self, parts: Sequence[nn.Module], device: Device) -> None:
        self._parts = parts
        self._device = device
        self._away: list[tuple[nn.Module, PinnedCopy]] = []

    def leave(self, needed: int) -> None:
        """Off a GPU, unless the machine has no `needed` bytes of memory to spare: then they stay."""
        if self._away or not self._device.is_cuda or not has_room(needed):
            return
        try:
            copies = [PinnedCopy(part, self._device.torch) for part in self._parts]
        except RuntimeError as error:
            log.warning("the shared parts stay on the GPU while a transformer is made: %s", error)
            return
        for copy in copies:
            copy.leave()
        self._away = list(zip(self._parts, copies, strict=True))

    def come_back(self) -> None:
        """All that are away, but those that a pipeline moves itself by now.

        Raises what the device raises when its memory does not suffice; those that are still away can be asked again.
        """
        while self._away:
            part, copy = self._away[-1]
            if not hasattr(part, "_hf_hook"):  # accelerate's: a part that the benchmark gave to the variant as well
                copy.come_back()
            self._away.pop()
