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
        self._steps: dict[float, Tensor] = {}

    def fast_layers(self) -> list[FastLinear]:
        return [layer for layer in self.layers if isinstance(layer, FastLinear)]

    def forget(self) -> None:
        """Give the tables' memory back: 2 MiB a step."""
        self._steps = {}

    def set_step(self, schedule: Tensor, timestep: Tensor, guidance: Tensor | None, pooled: Tensor) -> None:
        """Before a step. schedule: the scheduler's timesteps, 0 to 1000; the rest as the transformer is called, with
        timestep 0 to 1.

        Computes the whole schedule when its conditions, or this timestep, are new.
        """
        conditions = _Conditions(guidance, pooled)
        if not conditions.are(self._conditions):
            self._conditions, self._steps = conditions, {}
        now = float(timestep)
        if now not in self._steps:
            # The numbers that a pipeline makes of them.
            known = (schedule.to(timestep.device, timestep.dtype) / 1000).unique()
            self._compute(known if (known == timestep).any() else timestep, guidance, pooled)
        torch._foreach_copy_(self._rows, self._steps[now].split(self._sizes))
        if now == min(self._steps):
            self.forget()  # the last step; the next image has other conditions

    def _compute(self, timesteps: Tensor, guidance: Tensor | None, pooled: Tensor) -> None:
        for part in timesteps.split(_ROWS):
            # As FluxTransformer2DModel.forward calls it, with a row for each step.
            given = [F.pad(part.to(torch.bfloat16), (0, _ROWS - len(part))) * 1000]
            if guidance is not None:
                given.append(guidance.to(torch.bfloat16).expand(_ROWS) * 1000)
            embedding = F.silu(self.embed(*given, pooled.expand(_ROWS, -1)))
            table = torch.cat([layer(embedding)[: len(part)] for layer in self.layers], dim=1)
            self._steps.update(zip(part.tolist(), table.unbind(), strict=True))


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
