"""The engine: reads requests on stdin, renders them one after another, answers on the protocol's pipes.

Three threads: the main one renders, one reads (so that a cancel is seen during a render), one beats.
"""

import logging
import os
import queue
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, BinaryIO

from . import probes
from .channel import Channel
from .device import Device
from .errors import EngineError
from .limits import check_limits
from .memory import Meter, rss_bytes
from .model import Model
from .protocol import MAJOR, MINOR, Cancel, ErrorMessage, Generate, JobStats, parse_worker_message, request_of
from .recipes import BY_ID, Recipe

if TYPE_CHECKING:
    from .generate import Outcome, Renderer
    from .pool import Acquired, VariantPool

log = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 1.0
#: How long a load or a step in progress may still take when the engine has to leave.
_LEAVE_SECONDS = 3.0
_PACKAGES = ("torch", "diffusers", "transformers", "torchao", "bitsandbytes", "optimum-quanto", "gguf")


@dataclass
class Job:
    request: Generate
    received: float = field(default_factory=time.perf_counter)
    cancelled: threading.Event = field(default_factory=threading.Event)


class Engine:
    def __init__(
        self, channel: Channel, model: Model, device: Device, budget_bytes: int, keep: tuple[Recipe, ...] = ()
    ) -> None:
        self._channel = channel
        self._model = model
        self._device = device
        self._budget_bytes = budget_bytes
        self._keep = list(keep)
        self._reports = {report["id"]: report for report in probes.report(device)}
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._jobs: dict[int, Job] = {}
        self._jobs_lock = threading.Lock()
        self._current: Job | None = None
        self._left = threading.Event()

    def run(self, stdin: BinaryIO) -> int:
        """Serve until stdin ends or a shutdown is asked for; returns the exit status.

        `ready` goes out before the model's shared parts are loaded: requests are taken from then on, and wait for
        them. When they can't be loaded the engine says so in an error of no request, and ends with 1.
        """
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        self._send_ready()
        threading.Thread(target=self._read, args=(stdin,), name="reader", daemon=True).start()
        try:
            return self._serve()
        finally:
            self._left.set()

    def _serve(self) -> int:
        # Imported here: diffusers takes seconds, and `ready` should not wait for it.
        from .generate import Renderer
        from .pool import VariantPool

        try:
            pool = VariantPool(self._model, self._device, self._budget_bytes, self._channel.send)
        except EngineError as error:
            self._channel.send(_error(error))
            return 1
        self._channel.send(pool.state())
        renderer = Renderer(pool, self._channel)
        while (job := self._next(pool)) is not None:
            self._current = job
            self._finish(job, self._answer(job, pool, renderer))
            self._current = None
        return 0

    def _next(self, pool: "VariantPool") -> Job | None:
        """The next request; while none waits, the variants to keep loaded are loaded."""
        while self._keep:
            try:
                return self._queue.get_nowait()
            except queue.Empty:
                recipe = self._keep.pop(0)
            try:
                self._refuse_unavailable(recipe.id)
                pool.acquire(recipe)
            except EngineError as error:
                self._channel.send(_error(error))
        return self._queue.get()

    def _answer(self, job: Job, pool: "VariantPool", renderer: "Renderer") -> "JobStats | EngineError":
        request = job.request
        try:
            if job.cancelled.is_set():
                raise EngineError("cancelled", "The request was cancelled.")
            recipe = self._refuse_unavailable(request.recipe)
            check_limits(request, self._model.report)
            acquired = pool.acquire(
                recipe,
                lambda source: self._channel.send(
                    {"kind": "loading", "request": request.request, "recipe": recipe.id, "from": source}
                ),
            )
            with Meter(self._device.torch) as meter:
                outcome = renderer.run(request, acquired.variant, job.cancelled)
        except EngineError as error:
            return error
        except Exception as error:
            log.error("request %d failed", request.request, exc_info=error)
            what = f"The engine failed on this request ({type(error).__name__}); its log says more."
            return EngineError("internal", what, retryable=True)
        return self._stats(job, acquired, meter, outcome)

    def _refuse_unavailable(self, id: str) -> Recipe:
        if id not in BY_ID:
            raise EngineError("unknown_recipe", f"This engine knows no recipe {id[:40]}.")
        reason = self._reports[id].get("reason")
        if reason is not None:
            raise EngineError("recipe_unavailable", reason)
        return BY_ID[id]

    def _finish(self, job: Job, answer: "JobStats | EngineError") -> None:
        """Send a request's last message, unless it was sent already."""
        number = job.request.request
        with self._jobs_lock:
            if self._jobs.pop(number, None) is None:
                return
        if isinstance(answer, EngineError):
            self._channel.send(_error(answer, number))
        else:
            self._channel.send({"kind": "done", "request": number, "stats": answer})

    def _read(self, stdin: BinaryIO) -> None:
        for line in stdin:
            try:
                message = parse_worker_message(line)
            except EngineError as error:
                number = request_of(line)
                # A request in flight has its own answer coming.
                self._channel.send(_error(error, None if number in self._jobs else number))
                continue
            if isinstance(message, Generate):
                self._take(message)
            elif isinstance(message, Cancel):
                job = self._jobs.get(message.request)
                if job is not None:
                    job.cancelled.set()
            else:
                break
        self._leave()

    def _take(self, request: Generate) -> None:
        job = Job(request)
        with self._jobs_lock:
            taken = self._jobs.setdefault(request.request, job)
        if taken is not job:
            error = EngineError("bad_request", f"Request {request.request} is already in hand.")
            self._channel.send(_error(error))
        else:
            self._queue.put(job)

    def _leave(self) -> None:
        """Cancel everything and end, at the latest when the grace is over: a load can't be interrupted."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.cancelled.set()
        self._queue.put(None)
        if not self._left.wait(_LEAVE_SECONDS):
            for job in jobs:
                self._finish(job, EngineError("cancelled", "The engine was shut down.", retryable=True))
            os._exit(0)

    def _beat(self) -> None:
        while not self._left.wait(_HEARTBEAT_SECONDS):
            job = self._current
            if job is None:
                self._channel.send({"kind": "heartbeat", "rssBytes": rss_bytes()})
            else:
                self._channel.send({"kind": "heartbeat", "request": job.request.request, "rssBytes": rss_bytes()})

    def _send_ready(self) -> None:
        self._channel.send(
            {
                "kind": "ready",
                "protocol": {"major": MAJOR, "minor": MINOR},
                "device": {
                    "id": str(self._device.torch),
                    "name": self._device.name,
                    "totalBytes": self._device.total_bytes,
                    "budgetBytes": self._budget_bytes,
                },
                "model": self._model.report,
                "recipes": list(self._reports.values()),
                "versions": _versions(),
            }
        )

    def _stats(self, job: Job, acquired: "Acquired", meter: Meter, outcome: "Outcome") -> JobStats:
        times, request, recipe = outcome.times, job.request, acquired.variant.recipe
        stats = JobStats(
            device=str(self._device.torch),
            deviceName=self._device.name,
            seconds={
                "encode": times.encode,
                "denoise": times.denoise,
                "perStep": times.denoise / (request.steps * len(request.noise)),
                "decode": times.decode,
                "total": time.perf_counter() - job.received,
            },
            memory={
                "measure": meter.measure,
                "weightsBytes": acquired.variant.weights_bytes,
                "residentBytes": meter.resident_bytes,
                "peakBytes": meter.peak_bytes,
            },
            truncatedTokens=outcome.truncated_tokens,
            warnings=outcome.warnings,
        )
        if acquired.load_seconds is not None:
            stats["seconds"]["load"] = acquired.load_seconds
        if acquired.unpark_seconds is not None:
            stats["seconds"]["unpark"] = acquired.unpark_seconds
        instead = self._reports[recipe.id].get("standIn")
        if instead is not None:
            stats["warnings"].append(f"On this device a stand-in runs: {instead}.")
        return stats


def _error(error: EngineError, request: int | None = None) -> ErrorMessage:
    message = ErrorMessage(kind="error", code=error.code, message=error.message, retryable=error.retryable)
    if request is not None:
        message["request"] = request
    return message


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
