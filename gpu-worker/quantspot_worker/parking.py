"""Parking: variants that leave a GPU for pinned memory, as far as the machine has some to spare."""

import logging
from collections.abc import Sequence

import torch

from . import execution
from .memory import available_bytes, collect
from .pinned import PinnedCopy
from .variant import Variant

log = logging.getLogger(__name__)

#: Of the memory that the machine has to spare, what one that leaves may take.
_SHARE = 0.5


def park(variant: Variant, others: Sequence[Variant], device: torch.device) -> bool:
    """Move a variant off the device; False when the machine has no memory for it.

    others: least recently used first. To make room, those that are on the device give up their copies; then parked
    ones do, which are lost by that. None do where all of them would not make enough.
    """
    transformer = variant.pipe.transformer
    execution.forget(transformer)
    if variant.copy is None or not variant.copy.is_of(transformer):
        variant.copy = None
        _make_room(variant, others, device)
        if not has_room(variant.device_bytes):
            log.info("%s leaves altogether: the machine has no memory to park it", variant.recipe.id)
            return False
        try:
            copy = PinnedCopy(transformer, device)
        except RuntimeError as error:
            log.warning("%s could not be parked (%s); it leaves altogether", variant.recipe.id, error)
            return False
        if not copy.pinned:
            log.warning("%s can't be parked in memory that is not pinned; it leaves altogether", variant.recipe.id)
            return False
        variant.copy = copy
    variant.copy.leave()
    variant.parked = True
    return True


def _make_room(variant: Variant, others: Sequence[Variant], device: torch.device) -> None:
    with_copies = [other for other in others if other.copy is not None]
    freed = sum(other.copy.bytes for other in others if other.copy is not None)
    if not has_room(variant.device_bytes, freed):
        return
    for other in sorted(with_copies, key=lambda other: other.parked):
        if has_room(variant.device_bytes):
            return
        log.info("%s gives up its pinned copy for %s", other.recipe.id, variant.recipe.id)
        other.copy = None
        if other.parked:
            other.pipe = None  # its tensors are in the copy's memory, and would keep it
        collect(device)


def has_room(needed: int, freed: int = 0) -> bool:
    """Whether the machine has so many bytes of memory to spare, or would have once `freed` more are free."""
    return needed <= (available_bytes() + freed) * _SHARE
