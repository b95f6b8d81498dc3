"""Muon for the matrices inside the blocks, AdamW for everything else, on float32 copies of the weights.

The model computes in bfloat16. Here are its master weights, their gradients (averaged over all
processes), and an exponential moving average that is what gets saved.
"""

import math
import re
from collections import defaultdict
from typing import Any

import torch
from torch import Tensor, nn

from .world import World

MUON_MATRIX = re.compile(
    r"(\.attn\..*|\.ff(_context)?\.net\..*|\.proj_mlp|\.proj_out|\.self_attn\..*|\.fc[12]"
    r"|\.SelfAttention\.[qkvo]|\.DenseReluDense\.w[io].*)\.weight$"
)
"""What Muon updates: attention, feed-forward layers and the output, but neither modulations nor embeddings."""
MUON_MOMENTUM = 0.95
MUON_DECAY = 0.05
ADAM_BETAS = (0.9, 0.98)
ADAM_DECAY = 0.02
CLIP_NORM = 1.0


def orthogonalise(matrices: Tensor, rounds: int = 5) -> Tensor:
    """(n, rows, columns) -> about U V^T of each one's singular value decomposition (Newton-Schulz)."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.bfloat16()
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(rounds):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.mT if tall else x


class Masters:
    """Float32 weights behind a bfloat16 model, and one optimiser step on them."""

    def __init__(self, model: nn.Module, muon_rate: float, adam_rate: float, ema: float) -> None:
        self.muon_rate, self.adam_rate, self.ema = muon_rate, adam_rate, ema
        self.steps = 0
        named = list(model.named_parameters())
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        rest: list[int] = []
        for index, (name, parameter) in enumerate(named):
            if MUON_MATRIX.search(f".{name}") and parameter.ndim == 2:
                groups[tuple(parameter.shape)].append(index)
            else:
                rest.append(index)
        order = [index for members in groups.values() for index in members] + rest
        self.working: list[Tensor] = [named[index][1] for index in order]
        sizes = [parameter.numel() for parameter in self.working]
        values = torch.cat([parameter.detach().float().flatten() for parameter in self.working])
        self.values, self.averages, self.gradients = values, values.clone(), torch.zeros_like(values)
        self.value_views = self._views(self.values, sizes)
        self.gradient_views = self._views(self.gradients, sizes)
        self.average_views = self._views(self.averages, sizes)
        self.matrices: list[tuple[Tensor, Tensor]] = []
        """Of each shape: all its weights and all their gradients, (n, rows, columns)."""
        start = 0
        for shape, members in groups.items():
            end = start + len(members) * math.prod(shape)
            stacked = (len(members), *shape)
            self.matrices.append((self.values[start:end].view(stacked), self.gradients[start:end].view(stacked)))
            start = end
        self.momenta = [torch.zeros_like(weights) for weights, _ in self.matrices]
        others = self.value_views[len(order) - len(rest) :]
        for value, gradient in zip(self.value_views, self.gradient_views, strict=True):
            value.grad = gradient
        self.adam = torch.optim.AdamW(
            [
                {"params": [value for value in others if value.ndim >= 2], "weight_decay": ADAM_DECAY},
                {"params": [value for value in others if value.ndim < 2], "weight_decay": 0.0},
            ],
            adam_rate,
            ADAM_BETAS,
            eps=1e-9,
            fused=values.is_cuda,
        )

    def _views(self, flat: Tensor, sizes: list[int]) -> list[Tensor]:
        parts = flat.split(sizes)
        return [part.view(parameter.shape) for part, parameter in zip(parts, self.working, strict=True)]

    @torch.no_grad()
    def step(self, world: World, scale: float) -> Tensor:
        """One step at `scale` times the learning rates; returns the gradient's norm."""
        gradients = [
            torch.zeros_like(parameter) if parameter.grad is None else parameter.grad for parameter in self.working
        ]
        torch._foreach_copy_(self.gradient_views, gradients)
        for parameter in self.working:
            parameter.grad = None
        world.average(self.gradients)
        norm = self.gradients.norm()
        self.gradients *= (CLIP_NORM / (norm + 1e-6)).clamp(max=1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * scale
        self.adam.step()
        rate = self.muon_rate * scale
        for (weights, gradient), momentum in zip(self.matrices, self.momenta, strict=True):
            momentum.lerp_(gradient, 1 - MUON_MOMENTUM)
            update = orthogonalise(gradient.lerp(momentum, MUON_MOMENTUM))
            size = 0.2 * math.sqrt(max(weights.shape[1:]))  # as large as AdamW's usual update
            weights.mul_(1 - rate * MUON_DECAY).add_(update, alpha=-rate * size)
        torch._foreach_copy_(self.working, self.value_views)
        self.steps += 1
        self.averages.lerp_(self.values, 1 - min(self.ema, (1 + self.steps) / (10 + self.steps)))
        return norm

    def state(self) -> dict[str, Any]:
        return {
            "values": self.values, "averages": self.averages, "momenta": self.momenta,
            "adam": self.adam.state_dict(), "steps": self.steps,
        }  # fmt: skip

    @torch.no_grad()
    def load(self, state: dict[str, Any]) -> None:
        self.values.copy_(state["values"])
        self.averages.copy_(state["averages"])
        for momentum, saved in zip(self.momenta, state["momenta"], strict=True):
            momentum.copy_(saved)
        self.adam.load_state_dict(state["adam"])
        self.steps = state["steps"]
        torch._foreach_copy_(self.working, self.value_views)

    @torch.no_grad()
    def export(self) -> None:
        """Puts the averages in the model's weights; the next step puts the current ones back."""
        torch._foreach_copy_(self.working, self.average_views)
