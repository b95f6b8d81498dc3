"""The engine protocol's Python side; its schema is src/engine/protocol.ts.

What the engine says are the TypedDicts, under the wire's own names. What it is told is validated here, at the
boundary, and becomes the dataclasses. test/fixtures/protocol holds one golden message a line of every kind.
"""

import json
import math
import sys
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from .errors import EngineError, ErrorCode

MAJOR, MINOR = 1, 0

Family = Literal["original", "bitsandbytes", "torchao", "quanto", "gguf", "layerwise"]
Placement = Literal["resident", "model-offload", "group-offload"]
Execution = Literal["eager", "compiled"]
LoadedFrom = Literal["disk", "parked"]
PoolState = Literal["resident", "parked", "absent"]
Measure = Literal["cuda-allocated", "process-rss"]


class Version(TypedDict):
    major: int
    minor: int


class DeviceReport(TypedDict):
    id: str
    name: str
    totalBytes: int
    budgetBytes: int


class Size(TypedDict):
    width: int
    height: int


class StepLimits(TypedDict):
    min: int
    max: int
    default: int


class GuidanceLimits(TypedDict):
    min: float
    max: float
    default: float


class ModelReport(TypedDict):
    name: str
    sizes: list[Size]
    steps: StepLimits
    guidance: NotRequired[GuidanceLimits]
    promptTokens: int
    examples: list[str]


class RecipeReport(TypedDict):
    id: str
    label: str
    family: Family
    bits: float
    placement: Placement
    execution: Execution
    runnable: bool
    reason: NotRequired[str]
    standIn: NotRequired[str]


class VariantState(TypedDict):
    recipe: str
    state: PoolState
    weightsBytes: int


class JobSeconds(TypedDict):
    load: NotRequired[float]
    unpark: NotRequired[float]
    encode: float
    denoise: float
    perStep: float
    decode: float
    total: float


class JobMemory(TypedDict):
    measure: Measure
    weightsBytes: int
    residentBytes: int
    peakBytes: int


class JobStats(TypedDict):
    device: str
    deviceName: str
    seconds: JobSeconds
    memory: JobMemory
    truncatedTokens: int
    warnings: list[str]


class ReadyMessage(TypedDict):
    kind: Literal["ready"]
    protocol: Version
    device: DeviceReport
    model: ModelReport
    recipes: list[RecipeReport]
    versions: dict[str, str]


class HeartbeatMessage(TypedDict):
    kind: Literal["heartbeat"]
    request: NotRequired[int]
    rssBytes: int


# The functional form, since "from" is a keyword of Python.
LoadingMessage = TypedDict(
    "LoadingMessage",
    {"kind": Literal["loading"], "request": int, "recipe": str, "from": LoadedFrom},
)


class StepMessage(TypedDict):
    kind: Literal["step"]
    request: int
    image: int
    step: int
    steps: int


class PreviewMessage(TypedDict):
    kind: Literal["preview"]
    request: int
    image: int
    width: int
    height: int
    rgb: str


class ImageMessage(TypedDict):
    kind: Literal["image"]
    request: int
    image: int
    width: int
    height: int


class DoneMessage(TypedDict):
    kind: Literal["done"]
    request: int
    stats: JobStats


class ErrorMessage(TypedDict):
    kind: Literal["error"]
    request: NotRequired[int]
    code: ErrorCode
    message: str
    retryable: bool


class PoolMessage(TypedDict):
    kind: Literal["pool"]
    variants: list[VariantState]
    usedBytes: int
    budgetBytes: int


EngineMessage = (
    ReadyMessage
    | HeartbeatMessage
    | LoadingMessage
    | StepMessage
    | PreviewMessage
    | ImageMessage
    | DoneMessage
    | ErrorMessage
    | PoolMessage
)


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


@dataclass(frozen=True)
class Cancel:
    request: int


@dataclass(frozen=True)
class Shutdown:
    pass


WorkerMessage = Generate | Cancel | Shutdown

MAX_REQUEST = 0xFFFFFFFF
MAX_SEED = 2**53 - 1  # Number.MAX_SAFE_INTEGER: seeds survive JSON


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
    if any(sum(part.weight**2 for part in image) == 0 for image in noise):
        raise EngineError("bad_request", "The weights of an image's noise are all zero.")
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
    )


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

    def number(self, name: str, least: float = -sys.float_info.max) -> float:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < math.inf:
            raise EngineError("bad_request", f"{name} is not a number of at least {least}.")
        return float(value)

    def text(self, name: str, least: int, most: int) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise EngineError("bad_request", f"{name} is not a text of {least} to {most} characters.")
        return value

    def array(self, name: str, most: int) -> list[Any]:
        value = self.values.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise EngineError("bad_request", f"{name} is not a list of 1 to {most} entries.")
        return value
