"""The modulation of every layer, for all steps of a schedule at once.

In each block, shifts, scales and gates are a linear layer of the embedding of time, guidance and pooled prompt: one
row. Those layers hold 27 % of FLUX's parameters, which each step reads and de-quantizes for a handful of numbers. All
that they depend on is known before the first step.
"""

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.normalization import AdaLayerNormContinuous, AdaLayerNormZero, AdaLayerNormZeroSingle
from torch import Tensor, nn

from .linear import FastLinear

#: Rows in one product, so that schedules of any length are one shape for the compiler.
_ROWS = 64


class Modulation(nn.Module):
    """A transformer's modulation layers, taken over. They stay part of it, under `transformer.modulation`."""

    def __init__(self, transformer: Any, device: torch.device) -> None:
        """device: where steps are computed."""
        super().__init__()
        kinds = AdaLayerNormZero | AdaLayerNormZeroSingle | AdaLayerNormContinuous
        norms = [module for module in transformer.modules() if isinstance(module, kinds)]
        self.embed = transformer.time_text_embed
        self.layers = nn.ModuleList(norm.linear for norm in norms)
        self._sizes = [int(norm.linear.out_features) for norm in norms]
        #: Each layer's output for the step at hand. Tensors of their own: of pieces of one, the compiler would take the
        #: places for part of a block, and compile for the first and the others apart.
        self._rows = [torch.zeros(size, dtype=torch.bfloat16, device=device) for size in self._sizes]
        for norm, row in zip(norms, self._rows, strict=True):
            torch._dynamo.mark_static(row)
            norm.linear, norm.silu = _Row(row), nn.Identity()
        transformer.time_text_embed = _Unused()
        transformer.modulation = self
        self._conditions: _Conditions | None = None
        #: The schedule's timesteps as the transformer gets them, and all layers' outputs for each.
        self._timesteps: list[float] = []
        self._table: list[Tensor] = []
        #: Which of them is the next one's, where one has been made.
        self._next: int | None = None

    def fast_layers(self) -> list[FastLinear]:
        return [layer for layer in self.layers if isinstance(layer, FastLinear)]

    def forget(self) -> None:
        """Give the table's memory back: 2 MiB a step."""
        self._timesteps, self._table, self._next = [], [], None

    def set_step(self, scheduler: Any, timestep: Tensor, guidance: Tensor | None, pooled: Tensor) -> None:
        """Before a step. scheduler: with timesteps from 1000 to 0; the rest as the transformer is called, which gets
        them as 1 to 0.

        Computes the whole schedule when its conditions, or this timestep, are new.
        """
        conditions = _Conditions(scheduler.timesteps, guidance, pooled)
        if not conditions.are(self._conditions):
            self._conditions = conditions
            self.forget()
        # The scheduler counts an image's steps. To read the timestep itself, the host would wait for the step before.
        if self._next is None or self._next != scheduler.step_index:
            self._next = self._looked_up(scheduler.timesteps, timestep, guidance, pooled)
        torch._foreach_copy_(self._rows, self._table[self._next].split(self._sizes))
        self._next += 1
        if self._next == len(self._table):
            self.forget()  # the last step; the next image has other conditions

    def _looked_up(self, schedule: Tensor, timestep: Tensor, guidance: Tensor | None, pooled: Tensor) -> int:
        """Where a timestep is in the table, which is computed if it is not."""
        now = float(timestep)
        if now not in self._timesteps:
            # The numbers that a pipeline makes of them.
            given = schedule.to(timestep.device, timestep.dtype) / 1000
            known = given if (given == timestep).any() else timestep
            self._timesteps, self._table = known.tolist(), self._computed(known, guidance, pooled)
        return self._timesteps.index(now)

    def _computed(self, timesteps: Tensor, guidance: Tensor | None, pooled: Tensor) -> list[Tensor]:
        """A row of all layers' outputs for each."""
        rows: list[Tensor] = []
        for part in timesteps.split(_ROWS):
            # As FluxTransformer2DModel.forward calls it, with a row for each step.
            given = [F.pad(part.to(torch.bfloat16), (0, _ROWS - len(part))) * 1000]
            if guidance is not None:
                given.append(guidance.to(torch.bfloat16).expand(_ROWS) * 1000)
            embedding = F.silu(self.embed(*given, pooled.expand(_ROWS, -1)))
            rows += torch.cat([layer(embedding)[: len(part)] for layer in self.layers], dim=1).unbind()
        return rows


class _Conditions:
    """What a schedule's modulation depends on. A pipeline hands the same tensors to each step of an image; a tensor's
    version counts changes in place."""

    def __init__(self, *tensors: Tensor | None) -> None:
        self._tensors = tensors
        self._versions = [None if tensor is None else tensor._version for tensor in tensors]

    def are(self, others: "_Conditions | None") -> bool:
        return (
            others is not None
            and all(mine is other for mine, other in zip(self._tensors, others._tensors, strict=True))
            and self._versions == others._versions
        )


class _Row(nn.Module):
    """In the place of a modulation layer: its output for the step at hand, whatever the input."""

    def __init__(self, row: Tensor) -> None:
        super().__init__()
        # No buffer: it is working memory, and stays on the device when weights leave it.
        self.row = row

    def forward(self, embedding: Tensor) -> Tensor:
        return self.row[None]


class _Unused(nn.Module):
    """In the place of the embedding, which only modulation layers read."""

    def forward(self, *conditions: Tensor) -> Tensor:
        return conditions[-1]
