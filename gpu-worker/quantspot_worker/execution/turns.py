"""Model offload: the parts of a pipeline take turns on the device, and rest in pinned memory.

accelerate's own hooks copy a part back to the host when its turn is over, and both ways through memory that is not
pinned. Weights don't change, so here leaving costs nothing.
"""

from typing import Any

import torch
from accelerate.hooks import ModelHook, add_hook_to_module
from torch import nn

from ..pinned import PinnedCopy


class _Turns:
    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._copies: dict[nn.Module, PinnedCopy] = {}
        self._there: nn.Module | None = None

    def add(self, part: nn.Module) -> None:
        """part: anywhere, all of it in one place."""
        copy = PinnedCopy(part, self._device, home=next(part.parameters()).device)
        copy.leave()
        self._copies[part] = copy
        add_hook_to_module(part, _Hook(self, self._device))

    def take(self, part: nn.Module) -> None:
        if part is not self._there:
            self.end()
            self._copies[part].come_back()
            self._there = part

    def end(self) -> None:
        if self._there is not None:
            self._copies[self._there].leave()
            self._there = None


class _Hook(ModelHook):
    def __init__(self, turns: _Turns, device: torch.device) -> None:
        self._turns = turns
        #: Where diffusers' pipelines make their tensors.
        self.execution_device = device

    def pre_forward(self, module: nn.Module, *args: Any, **options: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        self._turns.take(module)
        return args, options


def take_turns(pipe: Any, device: torch.device) -> None:
    """In place. Like accelerate's, a part's turn ends with the next one's, or with the pipeline's call."""
    turns = _Turns(device)
    for part in pipe.components.values():
        if isinstance(part, nn.Module):
            turns.add(part)
    pipe.maybe_free_model_hooks = turns.end
