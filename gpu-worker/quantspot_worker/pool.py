"""The variant pool: one FLUX, many transformers.

CLIP, T5 and the autoencoder are loaded once and shared by all variants (never through `from_pipe`, which casts shared
parts in place); so a comparison shows the transformer's quantization alone, and their memory is paid once. A variant
under model offload has parts of its own, since the hooks sit on modules.

The budget is in bytes of weights on the device. When a variant needs room, the least recently used one leaves: on a
GPU to pinned CPU memory (`parked`), on a CPU altogether (`absent`).
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import diffusers
import torch
import transformers
from diffusers import FluxPipeline
from safetensors import SafetensorError

from .checks import check
from .device import Device
from .errors import EngineError
from .loaders import loader
from .memory import collect, weights_bytes
from .model import Model
from .parking import ParkedTensors
from .protocol import LoadedFrom, PoolMessage, VariantState
from .recipes import RECIPES, Recipe

log = logging.getLogger(__name__)
# The log is lines, and these bars redraw theirs.
diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.disable_progress_bar()

_BF16_BITS = 16


@dataclass
class Variant:
    """A recipe, loaded. `parked` holds its tensors while it is off the device."""

    recipe: Recipe
    pipe: Any
    #: Of its transformer, by tensor storage.
    weights_bytes: int
    #: What it takes of the budget while it is resident.
    device_bytes: int
    parked: ParkedTensors | None = None


@dataclass(frozen=True)
class Acquired:
    """A variant in place, and the seconds that it took to get there, if it wasn't."""

    variant: Variant
    load_seconds: float | None = None
    unpark_seconds: float | None = None


class VariantPool:
    """Not for use from several threads: pipelines aren't either."""

    def __init__(
        self, model: Model, device: Device, budget_bytes: int, on_change: Callable[[PoolMessage], None] = lambda _: None
    ) -> None:
        """Load the shared parts. Raises EngineError("load_failed") when they can't be."""
        self.model = model
        self.device = device
        self.budget_bytes = budget_bytes
        self._on_change = on_change
        #: Least recently used first.
        self._variants: dict[str, Variant] = {}
        with _explained(f"The shared parts of {model.report['name']}"):
            self.base = self._load_base()
        self._base_bytes = self._bytes_on_device(self.base)
        self._transformer_bytes = sum(f.stat().st_size for f in (model.folder / "transformer").glob("*.safetensors"))

    def acquire(self, recipe: Recipe, on_loading: Callable[[LoadedFrom], None] = lambda _: None) -> Acquired:
        """The recipe's variant, resident and now the most recently used.

        on_loading is told "disk" or "parked" before it is brought from there. Raises EngineError "load_failed" or
        "out_of_memory"; the variants that are already loaded stay usable.
        """
        started = time.perf_counter()
        variant = self._variants.get(recipe.id)
        if variant is None:
            on_loading("disk")
            self._make_room(int(self._transformer_bytes * recipe.bits / _BF16_BITS), recipe)
            variant = self._load(recipe)
            self._variants[recipe.id] = variant
            self._make_room(0, recipe)
            self._on_change(self.state())
            return Acquired(variant, load_seconds=time.perf_counter() - started)
        if variant.parked is not None:
            on_loading("parked")
            self._make_room(variant.device_bytes, recipe)
            variant.parked.restore()
            variant.parked = None
            self._touch(recipe.id)
            self._on_change(self.state())
            return Acquired(variant, unpark_seconds=time.perf_counter() - started)
        self._touch(recipe.id)
        return Acquired(variant)

    def evict_others(self, keep: Recipe) -> None:
        """Take every other variant off the device, to make room in an emergency."""
        for id in list(self._variants):
            if id != keep.id:
                self._evict(id)
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
        return self._base_bytes + sum(v.device_bytes for v in self._variants.values() if v.parked is None)

    def _state_of(self, id: str) -> VariantState:
        variant = self._variants.get(id)
        if variant is None:
            return VariantState(recipe=id, state="absent", weightsBytes=0)
        state = VariantState(recipe=id, state="resident", weightsBytes=variant.weights_bytes)
        if variant.parked is not None:
            state["state"] = "parked"
        return state

    def _touch(self, id: str) -> None:
        self._variants[id] = self._variants.pop(id)

    def _make_room(self, needed: int, recipe: Recipe) -> None:
        """Evict the least recently used until `needed` more bytes fit, sparing `recipe` itself."""
        for id in [id for id, v in self._variants.items() if v.parked is None and id != recipe.id]:
            if self.used_bytes + needed <= self.budget_bytes:
                return
            self._evict(id)
            collect(self.device.torch)
        if self.used_bytes + needed > self.budget_bytes:
            self._variants.pop(recipe.id, None)
            short = (self.used_bytes + needed) / 2**20
            raise EngineError(
                "out_of_memory",
                f"{recipe.label} needs about {short:.0f} MiB with the shared parts, and the engine may use "
                f"{self.budget_bytes / 2**20:.0f} MiB.",
            )

    def _evict(self, id: str) -> None:
        variant = self._variants[id]
        if self.device.is_cuda and variant.recipe.placement == "resident":
            variant.parked = ParkedTensors(variant.pipe.transformer)
        else:
            del self._variants[id]

    def _load(self, recipe: Recipe) -> Variant:
        family = loader(recipe)
        # Under group offload the weights rest on the CPU, and their leaves visit the device.
        home = torch.device("cpu") if recipe.placement == "group-offload" else self.device.torch
        with _explained(recipe.label):
            transformer = family.load(recipe, self.model.folder, home)
            check(recipe, transformer, family)
            size = weights_bytes(transformer)
            pipe = self._pipeline(recipe, transformer)
        collect(self.device.torch)
        own = weights_bytes(transformer, self.device.torch)
        if recipe.placement == "model-offload":
            own = self._bytes_on_device(pipe)
        return Variant(recipe, pipe, size, own)

    def _pipeline(self, recipe: Recipe, transformer: Any) -> Any:
        if recipe.placement == "model-offload":
            pipe = self._load_base(transformer=transformer)
            pipe.enable_model_cpu_offload(device=self.device.torch)
            return pipe
        if recipe.placement == "group-offload":
            transformer.enable_group_offload(
                onload_device=self.device.torch,
                offload_device=torch.device("cpu"),
                offload_type="leaf_level",
                use_stream=self.device.is_cuda,
            )
        base = self.base
        scheduler = base.scheduler.from_config(base.scheduler.config)
        pipe = FluxPipeline(**{**base.components, "transformer": transformer, "scheduler": scheduler})
        pipe.set_progress_bar_config(disable=True)
        if recipe.execution == "compiled":
            transformer.compile_repeated_blocks(fullgraph=True)
            self._warm_up(pipe)
        return pipe

    def _load_base(self, transformer: Any = None) -> Any:
        pipe = FluxPipeline.from_pretrained(
            self.model.folder,
            transformer=transformer,
            dtype=torch.bfloat16,
            use_safetensors=True,
            local_files_only=True,
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe.to(self.device.torch) if transformer is None else pipe

    def _warm_up(self, pipe: Any) -> None:
        """One step at the default size, so that compiling is part of loading and not of someone's first image."""
        config, report = pipe.transformer.config, self.model.report

        def zeros(*shape: int) -> torch.Tensor:
            return torch.zeros(shape, dtype=torch.bfloat16, device=self.device.torch)

        pipe(
            prompt_embeds=zeros(1, report["promptTokens"], config.joint_attention_dim),
            pooled_prompt_embeds=zeros(1, config.pooled_projection_dim),
            width=report["sizes"][0]["width"],
            height=report["sizes"][0]["height"],
            num_inference_steps=1,
            output_type="latent",
        )

    def _bytes_on_device(self, pipe: Any) -> int:
        modules = (part for part in pipe.components.values() if isinstance(part, torch.nn.Module))
        return sum(weights_bytes(module, self.device.torch) for module in modules)


class _explained:
    """Turn what a library raises while `what` loads into one sentence for people; the log has the rest."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        if error is None or isinstance(error, EngineError) or not isinstance(error, Exception):
            return
        log.error("%s failed to load", self._what, exc_info=error)
        if out_of_memory(error):
            raise EngineError("out_of_memory", f"Memory ran out while {self._what} was loading.", retryable=True)
        if any(isinstance(cause, SafetensorError) for cause in _causes(error)):
            sentence = f"{self._what} could not be loaded: a weights file is damaged or cut short."
        elif isinstance(error, OSError):
            sentence = f"{self._what} could not be loaded: a file of the model is missing or unreadable."
        else:
            sentence = f"{self._what} could not be loaded ({kind.__name__ if kind else ''}); the engine's log says why."
        raise EngineError("load_failed", sentence) from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those behind it: diffusers raises an OSError of its own over safetensors' one."""
    behind: BaseException | None = error
    while behind is not None:
        yield behind
        behind = behind.__cause__ or behind.__context__


def out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the device's memory, or the machine's, ran out."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and "DefaultCPUAllocator: can't allocate memory" in str(error)
    )
