"""What the engine is told: the worker's messages, checked at the boundary, as dataclasses.

The protocol's schema is src/engine/protocol.ts; what the engine says is in protocol.py.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from .errors import EngineError


@dataclass(frozen=True)
class Seed:
    """One part of an image's start noise: torch.Generator("cpu") seeded with `seed`, times `weight`."""

    seed: int
    weight: float


@dataclass(frozen=True)
class Generate:
    request: int
    recipe: str
    prompt: str
    width: int
    height: int
    steps: int
    guidance: float
    noise: tuple[tuple[Seed, ...], ...]
    preview_every: int | None
    execution: Literal["alternate"] | None = None


@dataclass(frozen=True)
class Cancel:
    request: int


@dataclass(frozen=True)
class Shutdown:
    pass


WorkerMessage = Generate | Cancel | Shutdown

#: Half of a pair of UTF-16, as JSON can spell it: no tokenizer reads it, and no pipe carries it.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

MAX_REQUEST = 0xFFFFFFFF
MAX_SEED = 2**53 - 1  # Number.MAX_SAFE_INTEGER: seeds survive JSON
#: Of weights and guidance, either sign: far beyond any use, and its square is still a float32.
MAX_NUMBER = 1e6
#: Of an image's weights together: what is less may be no more than rounding's rest of weights that cancel out.
MIN_NORM = 1e-6


def parse_worker_message(line: str | bytes) -> WorkerMessage:
    """Read one line from the worker.

    Raises EngineError("bad_request") naming what is wrong; unknown fields are ignored.
    """
    try:
        message = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise EngineError("bad_request", "The message is not one line of JSON.") from error
    if not isinstance(message, dict):
        raise EngineError("bad_request", "The message is not a JSON object.")
    fields = _Fields(message)
    match message.get("kind"):
        case "generate":
            return _generate(fields)
        case "cancel":
            return Cancel(fields.integer("request", 0, MAX_REQUEST))
        case "shutdown":
            return Shutdown()
        case _:
            raise EngineError("bad_request", "The message is of a kind that this engine does not know.")


def request_of(line: str | bytes) -> int | None:
    """The request number of a line that did not parse as a message, if it has a valid one."""
    try:
        return _Fields(json.loads(line)).integer("request", 0, MAX_REQUEST)
    except (ValueError, RecursionError, AttributeError, EngineError):
        return None


def _generate(fields: "_Fields") -> Generate:
    noise = [
        tuple(Seed(part.integer("seed", 0, MAX_SEED), part.number("weight")) for part in _objects("noise", image, 4))
        for image in fields.array("noise", 4)
    ]
    for image in noise:
        mixture(image)  # here, so that what it refuses is refused before anything is loaded
    execution = fields.values.get("execution")
    if execution not in (None, "alternate"):
        raise EngineError("bad_request", "execution is none that this engine knows.")
    return Generate(
        request=fields.integer("request", 0, MAX_REQUEST),
        recipe=fields.text("recipe", 0, 4000),
        prompt=fields.text("prompt", 1, 4000),
        width=fields.integer("width", 1),
        height=fields.integer("height", 1),
        steps=fields.integer("steps", 1),
        guidance=fields.number("guidance", 0),
        noise=tuple(noise),
        preview_every=fields.integer("previewEvery", 1) if "previewEvery" in fields.values else None,
        execution=execution,
    )


def mixture(parts: tuple[Seed, ...]) -> dict[int, float]:
    """Distinct seeds and what each one's noise is multiplied with, so that their sum has unit variance.

    Raises EngineError("bad_request") where the weights of an image's noise leave nothing of it.
    """
    weights: dict[int, float] = {}
    for part in parts:
        seed = part.seed % 2**32  # all that torch.Generator("cpu") takes of it: equal ones draw the same noise
        weights[seed] = weights.get(seed, 0.0) + part.weight
    norm = math.hypot(*weights.values())
    if norm < MIN_NORM:
        raise EngineError("bad_request", "The weights of an image's noise are zero, or cancel out.")
    return {seed: weight / norm for seed, weight in weights.items()}


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _objects(name: str, value: object, most: int) -> list["_Fields"]:
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(v, dict) for v in value):
        raise EngineError("bad_request", f"{name} is not a list of 1 to {most} objects an image.")
    return [_Fields(v) for v in value]


class _Fields:
    """Checked access to a JSON object's fields."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def integer(self, name: str, least: int, most: int = MAX_SEED) -> int:
        value = self.values.get(name)
        if type(value) is not int or not least <= value <= most:
            raise EngineError("bad_request", f"{name} is not an integer from {least} to {most}.")
        return value

    def number(self, name: str, least: float = -MAX_NUMBER) -> float:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= MAX_NUMBER:
            raise EngineError("bad_request", f"{name} is not a number from {least:g} to {MAX_NUMBER:g}.")
        return float(value)

    def text(self, name: str, least: int, most: int) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not least <= len(value) <= most or _HALF_CHARACTER.search(value):
            raise EngineError("bad_request", f"{name} is not a text of {least} to {most} characters.")
        return value

    def array(self, name: str, most: int) -> list[Any]:
        value = self.values.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise EngineError("bad_request", f"{name} is not a list of 1 to {most} entries.")
        return value
