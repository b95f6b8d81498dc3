"""An image's steps: the host has the next one queued while a GPU computes one, and hears of each as it ends."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Step:
    """number: from 1. before, after: the latents. sigmas: (2,), the noise that is left in each of them."""

    number: int
    before: Tensor
    after: Tensor
    sigmas: Tensor


class Steps:
    """A GPU whose host waited for each step would stand still until the next one is queued. With more than one step
    ahead a cancel would be seen steps too late.
    """

    def __init__(self, on_end: Callable[[Step], None]) -> None:
        self._on_end = on_end
        self._ahead: tuple[Step, torch.cuda.Event] | None = None

    def queued(self, step: Step) -> None:
        """Returns when the one before it has ended; on a CPU this one has."""
        if not step.after.is_cuda:
            self._on_end(step)
            return
        ended = torch.cuda.Event(blocking=True)
        ended.record()
        self.end()
        self._ahead = step, ended

    def end(self) -> None:
        """Wait for what is queued."""
        if self._ahead is not None:
            step, ended = self._ahead
            self._ahead = None
            ended.synchronize()
            self._on_end(step)
