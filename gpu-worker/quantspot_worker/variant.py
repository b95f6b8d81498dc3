"""A recipe, loaded."""

from dataclasses import dataclass
from typing import Any

from .pinned import PinnedCopy
from .protocol import Notice
from .recipes import Recipe


@dataclass
class Variant:
    recipe: Recipe
    pipe: Any
    #: Of its transformer, by tensor storage.
    weights_bytes: int
    #: What it takes of the budget while it is resident.
    device_bytes: int
    #: The largest of a layer's output against its de-quantized weights, as the check after loading measured it.
    output_error: float
    #: Why it has the libraries' own execution where it should have the fast one.
    warning: Notice | None = None
    #: Once it has been parked, and as long as the machine has the memory.
    copy: PinnedCopy | None = None
    #: Whether its tensors are in that copy, and not on the device.
    parked: bool = False

    @property
    def lost(self) -> bool:
        return self.parked and self.copy is None


@dataclass(frozen=True)
class Acquired:
    """A variant in place, and the seconds that it took to get there, if it wasn't."""

    variant: Variant
    load_seconds: float | None = None
    unpark_seconds: float | None = None
