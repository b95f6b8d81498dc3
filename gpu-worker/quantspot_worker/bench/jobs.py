"""What the benchmark measures: a job is one row, run in one way, in one fresh process."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, NotRequired, TypedDict

#: own: as the engine renders. own-as-article: the same, with T5 quantized where the article quantized it. plain: the
#: article's script in today's API. plain-compile: that with `compile_repeated_blocks`. plain-max-autotune: that with
#: the whole transformer under `torch.compile(mode="max-autotune")`, as the article compiled.
#: resident: the engine with several rows loaded together; the job's row is their list.
Way = Literal["own", "own-as-article", "plain", "plain-compile", "plain-max-autotune", "resident"]
#: In words, for headings. `resident` has tables of its own.
WAYS = {
    "own": "The engine's own way",
    "own-as-article": "The engine's own way, T5 quantized where the article did",
    "plain": "The article's scripts in today's API",
    "plain-compile": "The article's scripts in today's API, with compile_repeated_blocks",
    "plain-max-autotune": "The article's scripts, the whole transformer under max-autotune",
}
Status = Literal["measured", "refused", "failed"]
#: Of QUANTSPOT_EXECUTION: execution.CHOICES, without the seconds that importing those takes.
EXECUTIONS = ("auto", "fast", "stock")
#: Characters of the rows that a log's name begins with: any one row's name is shorter.
_NAMED = 60


@dataclass(frozen=True)
class Settings:
    """What must be equal for two figures to be compared, besides the machine.

    model: its name. steps: of a whole image. timed_steps: time only so many steps after `warm_up` ones, and no whole
    image; None times the whole image. pictures: how many of the prompts are drawn and kept. execution:
    QUANTSPOT_EXECUTION, which the engine's own ways go by; before it was written down, it was auto.
    """

    model: str
    device: str
    width: int
    height: int
    steps: int
    guidance: float
    prompt_tokens: int
    warm_up: int
    timed_steps: int | None
    pictures: int
    execution: str = "auto"

    @property
    def other_execution(self) -> str:
        """For headings: nothing where the engine chose by itself."""
        return "" if self.execution == "auto" else f", {self.execution} execution"


@dataclass(frozen=True)
class Job:
    row: str
    way: Way
    settings: Settings

    def picture(self, index: int) -> str:
        """The file of its image of a prompt, in the run's folder of pictures, where no other settings' images are."""
        settings = self.settings
        folder = f"{settings.width}x{settings.height}-{settings.steps}-{_digest(asdict(settings))}"
        return f"{folder}/{self.row}.{self.way}.{index}.png"

    @property
    def log(self) -> str:
        """The file of what its process prints. All rows of `resident` would be more than a file's name can hold."""
        return f"{self.row[:_NAMED]}.{self.way}.{_digest(self.as_json())}.log"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Job":
        return cls(value["row"], value["way"], Settings(**value["settings"]))


def _digest(value: dict[str, Any]) -> str:
    """Short enough for a file's name, and the same in every run."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


class Memory(TypedDict):
    """Bytes; docs/measuring.md has the definitions.

    measure: `cuda-max-reserved` (the article's) or `process-rss`. resident and peak by `cuda-allocated` stand beside
    the former.
    """

    measure: Literal["cuda-max-reserved", "process-rss"]
    after_loading: int
    peak: int
    allocated_after_loading: NotRequired[int]
    allocated_peak: NotRequired[int]
    driver_after_loading: NotRequired[int]


class Figures(TypedDict):
    """Seconds, unless the name says otherwise.

    seconds: of one whole image. times: its parts, where the engine tells them. components: bytes of weights by the
    pipeline's names. pictures: files' names.
    """

    load_seconds: float
    compile_seconds: NotRequired[float]
    step_ms: list[float]
    seconds: NotRequired[float]
    times: NotRequired[dict[str, float]]
    memory: Memory
    components: dict[str, int]
    pictures: list[str]
    warnings: NotRequired[list[str]]


class Resident(TypedDict):
    """One of several variants in a pool. switch_seconds: what the pool takes to give it out while it is resident.
    changed_seconds: an image of one step, after another variant's; unchanged_seconds: after its own. unpark_seconds: to
    bring it back from pinned memory; reload_seconds: from disk, where it could not be parked."""

    load_seconds: float
    weights_bytes: int
    switch_seconds: NotRequired[float]
    changed_seconds: NotRequired[float]
    unchanged_seconds: NotRequired[float]
    unpark_seconds: NotRequired[float]
    reload_seconds: NotRequired[float]


class Residence(TypedDict):
    """resident: who was on the device when memory was read. park_seconds: to take all but one off it."""

    variants: dict[str, Resident]
    memory: Memory
    resident: list[str]
    park_seconds: float


class Fidelity(TypedDict):
    """Distance from the article's bf16 script, eager; psnr is None where the pictures are identical."""

    psnr: float | None
    ssim: float
    flip: float


class Record(TypedDict):
    """One finished job. reason: why it was refused or failed, a whole sentence."""

    job: dict[str, Any]
    status: Status
    at: str
    machine: NotRequired[dict[str, str]]
    stand_in: NotRequired[str]
    reason: NotRequired[str]
    figures: NotRequired[Figures]
    residence: NotRequired[Residence]
    fidelity: NotRequired[Fidelity]
