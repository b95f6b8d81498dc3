"""One row's fresh process: `python -m quantspot_worker.bench.row ASSIGNMENT LOCK RESULT`.

It imports first, waits for its turn on the device, measures, writes its record, and ends at once.
"""

import json
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from ..errors import EngineError
from ..recipes import BY_ID, Recipe
from .jobs import Figures, Job, Record
from .turn import Turn, waiting_file

WARM_UP_PROMPT = "a warm-up"


@dataclass(frozen=True)
class Assignment:
    """folder: the model's. random_weights: whether it was made by this benchmark. pictures: where they go, if kept."""

    job: Job
    folder: str
    prompts: tuple[str, ...]
    random_weights: bool
    pictures: str | None

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "job": self.job.as_json()})

    @classmethod
    def from_json(cls, text: str) -> "Assignment":
        value = json.loads(text)
        return cls(**{**value, "job": Job.from_json(value["job"]), "prompts": tuple(value["prompts"])})


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    # One line a layer and step, whose printing would be in the times.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _, text, lock, result = sys.argv
    record = measure(Assignment.from_json(text), Turn(Path(lock), waiting_file(Path(result))))
    unfinished = Path(f"{result}.unfinished")
    unfinished.write_text(json.dumps(record))
    unfinished.rename(result)
    # Taking PyTorch apart costs seconds, and the next row waits for this one's turn to end.
    os._exit(0)


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def measure(assignment: Assignment, turn: Turn) -> Record:
    """Whatever goes wrong becomes the record's reason."""
    from ..device import open_device
    from ..probes import reason_against, stand_in
    from . import resident
    from .machine import describe

    job = assignment.job
    record = Record(job=job.as_json(), status="failed", at=datetime.now(UTC).isoformat(timespec="seconds"))
    recipes = [BY_ID[row] for row in job.row.split(",")]
    try:
        device = open_device(job.settings.device)
        record["machine"] = describe(device)
        for recipe in recipes:
            reason = reason_against(recipe, device)
            if reason is not None:
                return {**record, "status": "refused", "reason": reason["message"]}
            instead = stand_in(recipe, device)
            # The article's scripts replace nothing, but on a CPU they could not run without.
            if instead is not None and not (device.is_cuda and job.way.startswith("plain")):
                record["stand_in"] = instead["message"]
        _build_extensions(recipes, device)
        model = _model(assignment, recipes, turn.lock.with_suffix(".gguf"))
        if job.way == "resident":
            found = resident.measure(recipes, model, device, job.settings, assignment.prompts[0], turn.take)
            return {**record, "status": "measured", "residence": found}
        return {**record, "status": "measured", "figures": _figures(assignment, recipes[0], model, device, turn)}
    except EngineError as error:
        traceback.print_exc()
        return {**record, "reason": error.message}
    except Exception as error:
        traceback.print_exc()
        first_line = str(error).strip().partition("\n")[0][:300]
        return {**record, "reason": f"{type(error).__name__}: {first_line}"}


def _figures(assignment: Assignment, recipe: Recipe, model: Any, device: Any, turn: Any) -> Figures:
    from ..memory import weights_bytes
    from .measure import FirstCalls, MemoryReadings, has_compiled, timed
    from .subjects import open_subject

    job, settings = assignment.job, assignment.job.settings
    memory = MemoryReadings(device.torch)
    with FirstCalls(device.torch) as first:
        if job.way == "plain-max-autotune":
            first.stop()  # it would be compiled as well
        subject, load_seconds = timed(lambda: open_subject(job.way, recipe, model, device, settings, turn.take))
        memory.after_loading()
        figures = Figures(
            # The engine's own way compiles while it loads.
            load_seconds=load_seconds - turn.waited - sum(first.seconds),
            step_ms=[],
            memory=memory.at_the_end(),
            # By now, since a parameter under group offload is nowhere in particular after it has run.
            components={name: weights_bytes(part) for name, part in subject.parts.items()},
            pictures=[],
        )
        if job.way == "plain-max-autotune":
            _, cold = timed(lambda: subject.draw(WARM_UP_PROMPT, settings.warm_up))
            _, warm = timed(lambda: subject.draw(WARM_UP_PROMPT, settings.warm_up))
            figures["compile_seconds"] = cold - warm
        drawn = _draw(subject, assignment, figures)
    figures["memory"] = memory.at_the_end()
    if first.seconds and has_compiled():
        figures["compile_seconds"] = first.beyond(median(figures["step_ms"]) / 1000)
    if assignment.pictures is not None:
        figures["pictures"] = _save(subject, drawn, assignment, Path(assignment.pictures))
    figures["warnings"] = subject.warnings()
    print(f"{job.row} {job.way}: {median(figures['step_ms']):.1f} ms a step", file=sys.stderr)
    return figures


def _draw(subject: Any, assignment: Assignment, figures: Figures) -> Any:
    """The image of the first prompt, with its times."""
    from .measure import timed

    settings, prompt = assignment.job.settings, assignment.prompts[0]
    if settings.timed_steps is not None:
        drawn = subject.draw(prompt, settings.warm_up + settings.timed_steps)
        figures["step_ms"] = drawn.step_ms[-settings.timed_steps :]
        return drawn
    # Another prompt, since the engine keeps a prompt's embedding.
    subject.draw(WARM_UP_PROMPT, settings.warm_up)
    drawn, figures["seconds"] = timed(lambda: subject.draw(prompt, settings.steps))
    figures["step_ms"] = drawn.step_ms
    if drawn.times is not None:
        figures["times"] = asdict(drawn.times)
    return drawn


def _save(subject: Any, first: Any, assignment: Assignment, folder: Path) -> list[str]:
    """The images of as many prompts as the settings say; the first is drawn already."""
    job, names = assignment.job, []
    for index, prompt in enumerate(assignment.prompts[: job.settings.pictures]):
        path = folder / job.picture(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        (first if index == 0 else subject.draw(prompt, job.settings.steps)).image.save(path)
        names.append(job.picture(index))
    return names


def _build_extensions(recipes: Sequence[Recipe], device: Any) -> None:
    """Quanto's C++, which it would compile while a row is timed. The article's scripts quantize on the host."""
    schemes = {recipe.scheme for recipe in recipes if recipe.family == "quanto"}
    if schemes & {"int4", "fp8"}:
        import torch

        from ..loaders.quanto import build_extension

        for where in {torch.device("cpu"), device.torch}:
            build_extension(where)


def _model(assignment: Assignment, recipes: Sequence[Recipe], lock: Path) -> Any:
    """With a GGUF file for each recipe that reads one, and the job's size alone: loading ends with a step of the first
    one, whose memory would be in the peak."""
    from ..model import resolve
    from ..protocol import Size
    from .gguf_rows import gguf_for

    folder = Path(assignment.folder)
    files = {
        recipe.id: gguf_for(folder, recipe.scheme, assignment.random_weights, lock)
        for recipe in recipes
        if recipe.family == "gguf"
    }
    model, settings = resolve(str(folder)), assignment.job.settings
    sizes = [Size(width=settings.width, height=settings.height)]
    return replace(model, weights=files, report={**model.report, "sizes": sizes})


if __name__ == "__main__":
    main()
