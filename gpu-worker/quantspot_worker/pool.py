"""The variant pool: one FLUX, many transformers.

The budget is in bytes of weights on the device. When a variant needs room, the least recently used one leaves: on a
GPU to pinned CPU memory (`parked`), on a CPU altogether (`absent`).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import torch

from . import execution, notices
from .checks import check
from .device import Device
from .errors import EngineError
from .failures import explained, out_of_memory
from .loaders import loader
from .memory import collect, weights_bytes
from .model import Model
from .parking import park
from .pinned import synchronize
from .pipelines import Pipelines
from .protocol import LoadedFrom, PoolMessage, VariantState
from .quantized import can_be_kept, load_or_quantize
from .recipes import RECIPES, Recipe
from .shared import SharedParts
from .sizes import home, loading_bytes
from .variant import Acquired, Variant

log = logging.getLogger(__name__)

T = TypeVar("T")


class VariantPool:
    """Not for use from several threads: pipelines aren't either."""

    def __init__(
        self,
        model: Model,
        device: Device,
        budget_bytes: int,
        on_change: Callable[[PoolMessage], None] = lambda _: None,
        text_encoder: Any = None,
        *,
        keep_quantized: bool = False,
    ) -> None:
        """Load the shared parts. text_encoder: a T5 in the place of the model's, as the benchmark needs it.
        keep_quantized: on disk, for the next start.

        Raises EngineError("load_failed") when they can't be loaded.
        """
        self.model = model
        self.device = device
        self.budget_bytes = budget_bytes
        self._on_change = on_change
        self._keep_quantized = keep_quantized
        #: Least recently used first.
        self._variants: dict[str, Variant] = {}
        #: Bytes of those that turned out larger than expected, and than the budget has room for.
        self._too_large: dict[str, int] = {}
        with explained(model.report["name"]):
            self._pipelines = Pipelines(model, device, text_encoder)
        collect(device.torch)  # quantizing T5 leaves its original weights in cycles
        self.base = self._pipelines.base
        self._base_bytes = self._bytes_on_device(self.base)
        self._shared = SharedParts(_modules(self.base), device)

    def acquire(self, recipe: Recipe, on_loading: Callable[[LoadedFrom], None] = lambda _: None) -> Acquired:
        """The recipe's variant, resident and now the most recently used.

        on_loading is told "disk" or "parked" before it is brought from there. Raises EngineError "load_failed" or
        "out_of_memory"; the variants that are already loaded stay usable.
        """
        try:
            return self._acquire(recipe, on_loading)
        except EngineError:
            self._on_change(self.state())  # others may have left for it
            raise

    def _acquire(self, recipe: Recipe, on_loading: Callable[[LoadedFrom], None]) -> Acquired:
        started = time.perf_counter()
        with explained(recipe.label):
            self._again_with_room(recipe, self._shared.come_back)  # where a load has ended in the middle
        variant = self._variants.get(recipe.id)
        if variant is None:
            on_loading("disk")
            expected = loading_bytes(recipe, self.model, self.device.torch)
            self._make_room(max(expected, self._too_large.get(recipe.id, 0)), recipe)
            self._variants[recipe.id] = variant = self._again_with_room(recipe, lambda: self._load(recipe))
            try:
                self._make_room(0, recipe)
            except EngineError:
                self._too_large[recipe.id] = variant.device_bytes
                del self._variants[recipe.id]
                raise
            self._on_change(self.state())
            return Acquired(variant, load_seconds=time.perf_counter() - started)
        self._touch(recipe.id)
        if variant.copy is None or not variant.parked:
            self._make_room_to_visit(recipe)
            return Acquired(variant)
        on_loading("parked")
        self._make_room(variant.device_bytes, recipe)
        with explained(recipe.label):
            self._again_with_room(recipe, variant.copy.come_back)
        variant.parked = False
        self._on_change(self.state())
        return Acquired(variant, unpark_seconds=time.perf_counter() - started)

    def _again_with_room(self, recipe: Recipe, work: Callable[[], T]) -> T:
        """Once more with every other variant off the device, when memory runs out although the budget has room."""
        try:
            return work()
        except Exception as error:
            if not out_of_memory(error):
                raise
        # Not in the handler: until it ends, the error keeps alive what the first try has allocated.
        self.evict_others(recipe)
        return work()

    def evict_others(self, keep: Recipe) -> None:
        """Take every other variant off the device, to make room in an emergency."""
        for id in self._leaving():
            if id != keep.id:
                self._evict(id, keep)
        collect(self.device.torch)
        self._on_change(self.state())

    def state(self) -> PoolMessage:
        return PoolMessage(
            kind="pool",
            variants=[self._state_of(recipe.id) for recipe in RECIPES],
            usedBytes=self.used_bytes,
            budgetBytes=self.budget_bytes,
        )

    @property
    def used_bytes(self) -> int:
        """Bytes of weights on the device: the shared parts and every resident variant."""
        return self._base_bytes + sum(v.device_bytes for v in self._variants.values() if not v.parked)

    def _state_of(self, id: str) -> VariantState:
        variant = self._variants.get(id)
        if variant is None:
            return VariantState(recipe=id, state="absent", weightsBytes=0)
        state = VariantState(
            recipe=id, state="resident", weightsBytes=variant.weights_bytes, outputError=variant.output_error
        )
        if variant.parked:
            state["state"] = "parked"
        return state

    def _touch(self, id: str) -> None:
        self._variants[id] = self._variants.pop(id)

    def _make_room(self, needed: int, recipe: Recipe) -> None:
        """Evict the least recently used until `needed` more bytes fit, sparing `recipe` itself.

        Raises EngineError("out_of_memory"), with nobody evicted, where they would not fit even then.
        """
        others = [id for id in self._leaving() if id != recipe.id]
        alone = self.used_bytes - sum(self._variants[id].device_bytes for id in others) + needed
        if alone > self.budget_bytes:
            raise EngineError("out_of_memory", notices.over_budget(recipe.label, alone, self.budget_bytes))
        for id in others:
            if self.used_bytes + needed <= self.budget_bytes:
                return
            self._evict(id, recipe)
            collect(self.device.torch)

    def _make_room_to_visit(self, recipe: Recipe) -> None:
        """Under model offload the weights rest on the CPU, and each part comes to the GPU as an image needs it."""
        if recipe.placement != "model-offload" or not self.device.is_cuda:
            return
        used = self.used_bytes
        self._make_room(loading_bytes(recipe, self.model, self.device.torch), recipe)
        if self.used_bytes != used:
            self._on_change(self.state())

    def _evict(self, id: str, keep: Recipe) -> None:
        """keep: whose room this is for. It may be parked itself, on its way back."""
        synchronize(self.device.torch)  # a cancelled image's last step can still be reading the weights
        variant = self._variants[id]
        others = [other for other in self._variants.values() if other.recipe.id not in (id, keep.id)]
        if not (self._may_park(variant) and park(variant, others, self.device.torch)):
            del self._variants[id]
        for other in others:
            if other.lost:
                del self._variants[other.recipe.id]

    def _leaving(self) -> list[str]:
        """Those on the device, in the order in which they leave: the least recently used first. What can't be parked
        would be made anew, and under group offload it holds little, so it goes last."""
        there = [id for id, variant in self._variants.items() if not variant.parked and variant.device_bytes]
        return sorted(there, key=lambda id: not self._may_park(self._variants[id]))

    def _may_park(self, variant: Variant) -> bool:
        return self.device.is_cuda and variant.recipe.placement == "resident"

    def _load(self, recipe: Recipe) -> Variant:
        if not (execution.is_on(self.device) and execution.knows(recipe)):
            return self._load_as(recipe, fast=False)
        try:
            return self._load_as(recipe, fast=True)
        except execution.Unavailable as error:
            warning = error.notice
        # Not in the handler: until it ends, the error keeps alive what the first try has loaded.
        collect(self.device.torch)
        return replace(self._load_as(recipe, fast=False), warning=warning)

    def _load_as(self, recipe: Recipe, *, fast: bool) -> Variant:
        family, place = loader(recipe), home(recipe, self.device.torch)
        with explained(recipe.label):
            if recipe.placement == "model-offload":
                # It will rest in the machine's memory, with parts of its own, while the shared ones are there.
                self._shared.leave(loading_bytes(recipe, self.model, place) + 2 * self._base_bytes)
            named = self.model.weights.get(recipe.id)
            checked = partial(check, recipe, loader=family, mixed=named is not None)
            if self._keep_quantized and can_be_kept(recipe, self.model):
                transformer, output_error = load_or_quantize(recipe, self.model, place, checked)
            else:
                transformer = family.load(recipe, self.model.folder, place, named)
                output_error = checked(transformer)
            size = weights_bytes(transformer)
            pipe = self._pipelines.around(recipe, transformer, fast=fast)
            collect(self.device.torch)
            self._shared.come_back()
        own = weights_bytes(transformer, self.device.torch)
        if recipe.placement == "model-offload":
            own = self._bytes_on_device(pipe)
        return Variant(recipe, pipe, size, own, output_error)

    def _bytes_on_device(self, pipe: Any) -> int:
        return sum(weights_bytes(module, self.device.torch) for module in _modules(pipe))


def _modules(pipe: Any) -> list[torch.nn.Module]:
    return [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
