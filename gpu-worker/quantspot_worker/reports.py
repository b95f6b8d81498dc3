"""The longer messages of the protocol, put together: `ready`, `error`, and the figures in `done`."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from .errors import EngineError
from .memory import Meter
from .protocol import MAJOR, MINOR, ErrorMessage, JobStats, ReadyMessage
from .requests import Generate
from .settings import Start

if TYPE_CHECKING:
    from .generate import Outcome
    from .variant import Acquired

_PACKAGES = ("torch", "diffusers", "transformers", "torchao", "bitsandbytes", "optimum-quanto", "gguf")


def ready_message(start: Start) -> ReadyMessage:
    device = start.device
    return {
        "kind": "ready",
        "protocol": {"major": MAJOR, "minor": MINOR},
        "device": {
            "id": str(device.torch),
            "name": device.name,
            "totalBytes": device.total_bytes,
            "budgetBytes": start.budget_bytes,
        },
        "model": start.model.report,
        "textEncoder": start.model.text_encoder,
        "recipes": list(start.reports.values()),
        "versions": _versions(),
    }


def error_message(error: EngineError, request: int | None = None) -> ErrorMessage:
    message = ErrorMessage(kind="error", code=error.code, notice=error.notice, retryable=error.retryable)
    if request is not None:
        message["request"] = request
    return message


def job_stats(
    request: Generate,
    start: Start,
    acquired: "Acquired",
    meter: Meter,
    outcome: "Outcome",
    *,
    queue_seconds: float,
    total_seconds: float,
) -> JobStats:
    """queue_seconds: from the request's reading to its turn. total_seconds: from its reading to its last image."""
    times, warnings = outcome.times, list(outcome.warnings)
    instead = start.reports[request.recipe].get("standIn")
    if instead is not None:
        warnings.append(instead)
    stats = JobStats(
        device=str(start.device.torch),
        deviceName=start.device.name,
        seconds={
            "queue": queue_seconds,
            "encode": times.encode,
            "denoise": times.denoise,
            "perStep": times.denoise / (request.steps * len(request.noise)),
            "decode": times.decode,
            "total": total_seconds,
        },
        memory={
            "measure": meter.measure,
            "weightsBytes": acquired.variant.weights_bytes,
            "residentBytes": meter.resident_bytes,
            "peakBytes": meter.peak_bytes,
        },
        textEncoder=start.model.text_encoder,
        truncatedTokens=outcome.truncated_tokens,
        warnings=warnings,
    )
    if acquired.load_seconds is not None:
        stats["seconds"]["load"] = acquired.load_seconds
    if acquired.unpark_seconds is not None:
        stats["seconds"]["unpark"] = acquired.unpark_seconds
    return stats


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
