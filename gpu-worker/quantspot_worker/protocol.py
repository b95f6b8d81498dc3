"""What the engine says, under the wire's own names; what it is told is in requests.py.

The protocol's schema is src/engine/protocol.ts; test/fixtures/protocol holds one golden message a line of every kind.
"""

from typing import Literal, NotRequired, TypedDict

MAJOR, MINOR = 2, 0

ErrorCode = Literal[
    "bad_request", "unknown_recipe", "recipe_unavailable", "load_failed", "out_of_memory", "cancelled", "internal"
]

#: Who quantizes: the name of a module in loaders/, such as "bitsandbytes".
Family = str
Placement = Literal["resident", "model-offload", "group-offload"]
Execution = Literal["eager", "compiled"]
LoadedFrom = Literal["disk", "parked"]
PoolState = Literal["resident", "parked", "absent"]
TextEncoderPrecision = Literal["bf16", "int8", "nf4", "fp8"]
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
    revision: NotRequired[str]
    sizes: list[Size]
    steps: StepLimits
    guidance: NotRequired[GuidanceLimits]
    promptTokens: int
    examples: list[str]


class Notice(TypedDict):
    """Something to tell people. Without a code it is for whoever runs the engine: members see it quoted."""

    code: NotRequired[str]
    params: NotRequired[dict[str, str | float]]
    message: str


class RecipeReport(TypedDict):
    id: str
    label: str
    family: Family
    bits: float
    placement: Placement
    execution: Execution
    runnable: bool
    reason: NotRequired[Notice]
    standIn: NotRequired[Notice]


class VariantState(TypedDict):
    recipe: str
    state: PoolState
    weightsBytes: int
    outputError: NotRequired[float]


class JobSeconds(TypedDict):
    queue: float
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
    textEncoder: TextEncoderPrecision
    truncatedTokens: int
    warnings: list[Notice]


class ReadyMessage(TypedDict):
    kind: Literal["ready"]
    protocol: Version
    device: DeviceReport
    model: ModelReport
    textEncoder: TextEncoderPrecision
    recipes: list[RecipeReport]
    versions: dict[str, str]


class FetchingMessage(TypedDict):
    kind: Literal["fetching"]
    name: str
    doneBytes: int
    totalBytes: int


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
    notice: Notice
    retryable: bool


class PoolMessage(TypedDict):
    kind: Literal["pool"]
    variants: list[VariantState]
    usedBytes: int
    budgetBytes: int


EngineMessage = (
    FetchingMessage
    | ReadyMessage
    | HeartbeatMessage
    | LoadingMessage
    | StepMessage
    | PreviewMessage
    | ImageMessage
    | DoneMessage
    | ErrorMessage
    | PoolMessage
)
