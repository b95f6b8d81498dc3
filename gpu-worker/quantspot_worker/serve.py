"""The engine: reads requests on stdin, renders them one after another, answers on the protocol's pipes.

Three threads: the main one renders, one reads (so that a cancel is seen during a render), one beats.
"""

import logging
import os
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from . import notices
from .channel import Channel
from .errors import EngineError
from .failures import explained
from .fetching import Fetching, OnFetching
from .heartbeat import Heartbeat
from .limits import check_limits
from .memory import Meter, collect
from .protocol import JobStats
from .recipes import BY_ID, Recipe
from .reports import error_message, job_stats, ready_message
from .requests import Cancel, Generate, parse_worker_message, request_of
from .settings import Settings, Start, prepare

if TYPE_CHECKING:
    from .generate import Renderer
    from .pool import VariantPool

log = logging.getLogger(__name__)

_FETCHING_SECONDS = 1.0
#: How long a load or a step in progress may still take when the engine has to leave.
_LEAVE_SECONDS = 3.0


@dataclass
class Job:
    request: Generate
    received: float = field(default_factory=time.perf_counter)
    cancelled: threading.Event = field(default_factory=threading.Event)
    #: Cancelled by the engine's end and not by the worker, which may try it again elsewhere.
    left_behind: bool = False


class Engine:
    def __init__(self, channel: Channel, settings: Settings) -> None:
        self._channel = channel
        self._settings = settings
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._jobs: dict[int, Job] = {}
        self._jobs_lock = threading.Lock()
        self._heartbeat = Heartbeat(channel)
        self._left = threading.Event()

    def run(self, stdin: BinaryIO) -> int:
        """Serve until stdin ends or a shutdown is asked for; returns the exit status.

        It beats and hears from the first moment on, since a download may take hours. `ready` goes out before the
        model's shared parts are loaded: requests are taken from then on, and wait for them. When it can't get so far,
        or its GPU is lost to it, the engine says so in an error of no request, and ends with 1.
        """
        threading.Thread(target=self._read, args=(stdin,), name="reader", daemon=True).start()
        try:
            start = prepare(self._settings, self._tell_fetching())
            self._channel.send(ready_message(start))
            self._serve(start)
        except EngineError as error:
            self._channel.send(error_message(error))
            return 1
        finally:
            self._left.set()
            self._heartbeat.stop()
        return 0

    def _tell_fetching(self) -> OnFetching:
        """Progress of a download, at most once a second and at its end."""
        told = 0.0

        def tell(now: Fetching) -> None:
            nonlocal told
            if time.monotonic() - told < _FETCHING_SECONDS and now.done_bytes < now.total_bytes:
                return
            told = time.monotonic()
            self._channel.send(
                {"kind": "fetching", "name": now.name, "doneBytes": now.done_bytes, "totalBytes": now.total_bytes}
            )

        return tell

    def _serve(self, start: Start) -> None:
        # Imported here: diffusers takes seconds, and `ready` should not wait for it.
        from .generate import Renderer
        from .pool import VariantPool

        pool = VariantPool(start.model, start.device, start.budget_bytes, self._channel.send, keep_quantized=True)
        self._channel.send(pool.state())
        renderer = Renderer(pool, self._channel)
        keep = list(start.keep)
        while (job := self._next(pool, start, keep)) is not None:
            self._heartbeat.request = job.request.request
            answer = self._answer(job, pool, start, renderer)
            # A cancel is answered while its next step is still computed, for which this would wait.
            if isinstance(answer, EngineError) and answer.code != "cancelled":
                # Raises: the engine's end is then the answer. The worker tries again what was in hand, and sends
                # nothing more to this process, as it might between an answer of its own and the end.
                start.device.require_alive()
                collect(start.device.torch)  # what has failed may lie in cycles, and the next job needs the room
            self._finish(job, answer)
            self._heartbeat.request = None

    def _next(self, pool: "VariantPool", start: Start, keep: list[Recipe]) -> Job | None:
        """The next request; while none waits, the variants to keep loaded are loaded."""
        while keep:
            try:
                return self._queue.get_nowait()
            except queue.Empty:
                recipe = keep.pop(0)
            failure = _failure_to_load(recipe, pool, start)
            if failure is not None:
                start.device.require_alive()
                collect(start.device.torch)
                self._channel.send(error_message(failure))
        return self._queue.get()

    def _answer(self, job: Job, pool: "VariantPool", start: Start, renderer: "Renderer") -> "JobStats | EngineError":
        request = job.request
        waited = time.perf_counter() - job.received
        # Neither the prompt, which the log must not hold, nor the recipe, which is a quiz's secret.
        log.info(
            "request %d: images %d, %d x %d, steps %d",
            request.request,
            len(request.noise),
            request.width,
            request.height,
            request.steps,
        )
        try:
            if job.cancelled.is_set():
                raise _cancelled()
            recipe = _available(request.recipe, start)
            check_limits(request, start.model.report)
            acquired = pool.acquire(
                recipe,
                lambda source: self._channel.send(
                    {"kind": "loading", "request": request.request, "recipe": recipe.id, "from": source}
                ),
            )
            with Meter(start.device.torch) as meter:
                outcome = renderer.run(request, acquired.variant, job.cancelled)
        except EngineError as error:
            return error.alone()
        except Exception as error:
            log.error("request %d failed", request.request, exc_info=error)
            return EngineError("internal", notices.request_failed(type(error).__name__), retryable=True)
        total = time.perf_counter() - job.received
        return job_stats(request, start, acquired, meter, outcome, queue_seconds=waited, total_seconds=total)

    def _finish(self, job: Job, answer: "JobStats | EngineError") -> None:
        """Send a request's last message, unless it was sent already."""
        number = job.request.request
        if job.left_behind and isinstance(answer, EngineError) and answer.code == "cancelled":
            answer = EngineError("cancelled", "The engine was shut down.", retryable=True)
        with self._jobs_lock:
            if self._jobs.pop(number, None) is None:
                return
        if isinstance(answer, EngineError):
            self._channel.send(error_message(answer, number))
        else:
            self._channel.send({"kind": "done", "request": number, "stats": answer})

    def _read(self, stdin: BinaryIO) -> None:
        for line in stdin:
            try:
                message = parse_worker_message(line)
            except EngineError as error:
                number = request_of(line)
                # A request in flight has its own answer coming.
                self._channel.send(error_message(error, None if number in self._jobs else number))
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
            self._channel.send(error_message(error))
        else:
            self._queue.put(job)

    def _leave(self) -> None:
        """Cancel everything and end, at the latest when the grace is over: a load can't be interrupted."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.left_behind = not job.cancelled.is_set()
            job.cancelled.set()
        self._queue.put(None)
        if not self._left.wait(_LEAVE_SECONDS):
            for job in jobs:
                self._finish(job, _cancelled())
            os._exit(0)


def _cancelled() -> EngineError:
    return EngineError("cancelled", "The request was cancelled.")


def _failure_to_load(recipe: Recipe, pool: "VariantPool", start: Start) -> EngineError | None:
    try:
        with explained(recipe.label):
            pool.acquire(_available(recipe.id, start))
    except EngineError as error:
        return error.alone()
    return None


def _available(id: str, start: Start) -> Recipe:
    """The recipe, if this engine offers it and it runs here; otherwise raises EngineError."""
    if id not in start.reports:
        raise EngineError("unknown_recipe", notices.unknown_recipe(id[:40]))
    reason = start.reports[id].get("reason")
    if reason is not None:
        raise EngineError("recipe_unavailable", reason)
    return BY_ID[id]
