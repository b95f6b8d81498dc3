"""Stages of given lengths on one clock that survives interruptions."""

import time
from dataclasses import dataclass, field

from .world import World

SYNC_EVERY = 20
"""Steps between two looks at the clock, so that all processes keep the same learning rate."""


@dataclass
class Stage:
    """A stage's time: `spent` seconds of `seconds`, counted on from an earlier run."""

    name: str
    seconds: float
    deadline: float
    """On time.monotonic(): when this run must stop, whether or not the stage is over."""
    decay: float
    """The share of the stage, at its end, in which the learning rate falls to zero."""
    warmup: int
    spent: float = 0.0
    step: int = 0
    pictures: int = 0
    max_steps: int | None = None
    _seen: float = field(default_factory=time.monotonic)
    _steps_here: int = 0
    _out_of_time: bool = False

    def start(self) -> None:
        self._seen = time.monotonic()
        self._steps_here = 0

    def goes_on(self, world: World) -> bool:
        """Called before each step; looks at the clock now and then."""
        if self._steps_here % SYNC_EVERY == 0:
            now = time.monotonic()
            self.spent = world.agree(self.spent + now - self._seen)
            self._out_of_time = world.agree(float(now >= self.deadline)) > 0
            self._seen = now
        if self.max_steps is not None and self.step >= self.max_steps:
            return False
        return not self.done and not self._out_of_time

    def tick(self, pictures: int) -> None:
        self.step += 1
        self._steps_here += 1
        self.pictures += pictures

    @property
    def done(self) -> bool:
        return self.spent >= self.seconds

    @property
    def rate(self) -> float:
        """Share of the full learning rate: up in `warmup` steps, level, and down at the end."""
        up = min(1.0, (self._steps_here + 1) / self.warmup)
        left = 1 - self.spent / self.seconds
        return up * min(1.0, max(left, 1e-3) / self.decay)
