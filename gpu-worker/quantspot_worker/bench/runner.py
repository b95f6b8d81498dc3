"""Runs assignments in fresh processes and files each record as it comes in."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .jobs import Job, Record
from .records import Records
from .row import Assignment
from .turn import waiting_file

#: Cores that rows which load ahead leave to the one that measures.
_SPARED_CORES = 4
_POLL_SECONDS = 0.1
_PACKAGE_ROOT = Path(__file__).parents[2]


@dataclass
class _Running:
    assignment: Assignment
    process: "subprocess.Popen[bytes]"
    #: When it last did not wait for the device, and for how long it has not since it started.
    seen: float
    busy_seconds: float
    result: Path
    log: Path


@dataclass(frozen=True)
class Limits:
    """ahead: processes that get ready while one measures. stop_after, row_timeout: seconds, of a row without those in
    which it waits for the device."""

    ahead: int = 0
    stop_after: float = float("inf")
    row_timeout: float = float("inf")


class Runner:
    """say: told one line about each record. logs: the folder that keeps what each row's process printed."""

    def __init__(self, records: Records, limits: Limits, say: Callable[[str], None], logs: Path) -> None:
        self._records, self._limits, self._say, self._logs = records, limits, say, logs
        self._deadline = time.monotonic() + limits.stop_after

    def run(self, assignments: Sequence[Assignment]) -> bool:
        """Returns False when the deadline came first; the rows that it cut are in no record, so the next run begins
        with them."""
        waiting = list(assignments)
        running: list[_Running] = []
        done = 0
        with tempfile.TemporaryDirectory(prefix="quantspot-bench-") as folder:
            try:
                while waiting or running:
                    if time.monotonic() > self._deadline:
                        return False
                    while waiting and len(running) <= self._limits.ahead:
                        number = len(assignments) - len(waiting)
                        running.append(self._start(waiting.pop(0), Path(folder), number))
                    for one in [one for one in running if self._is_over(one)]:
                        running.remove(one)
                        record = _record_of(one)
                        self._records.put(record)
                        done += 1
                        self._say(f"[{done}/{len(assignments)}] {_summary(record)}")
                    time.sleep(_POLL_SECONDS)
            finally:
                for one in running:
                    one.process.kill()
                    one.process.wait()
        return True

    def _start(self, assignment: Assignment, scratch: Path, number: int) -> _Running:
        result, log = scratch / f"{number}.json", self._logs / assignment.job.log
        self._logs.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ)
        paths = (str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH"))
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        if self._limits.ahead > 0:
            cores = len(os.sched_getaffinity(0))
            environment["OMP_NUM_THREADS"] = str(max(1, cores - _SPARED_CORES))
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.row", assignment.as_json(), scratch / "turn", result],
                stdin=subprocess.PIPE,  # its end tells the row that this process is gone
                stdout=output,
                stderr=output,
                env=environment,
            )
        return _Running(assignment, process, time.monotonic(), 0, result, log)

    def _is_over(self, one: _Running) -> bool:
        if one.process.poll() is not None:
            return True
        now = time.monotonic()
        if not waiting_file(one.result).exists():
            one.busy_seconds += now - one.seen
        one.seen = now
        if one.busy_seconds > self._limits.row_timeout:
            one.process.kill()
            one.process.wait()
            return True
        return False


def _record_of(one: _Running) -> Record:
    if one.result.exists():
        record: Record = json.loads(one.result.read_text())
        return record
    code = one.process.returncode
    if code == -signal.SIGKILL:
        reason = f"It was ended after {one.busy_seconds:.0f} s: out of time, or of the machine's memory."
    elif code < 0:
        reason = f"Its process was ended by {signal.Signals(-code).name}."
    else:
        lines = one.log.read_text(errors="replace").strip().splitlines()
        reason = f"Its process ended with status {code}: {lines[-1] if lines else 'it said nothing'}"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Record(job=one.assignment.job.as_json(), status="failed", at=at, reason=reason)


def _summary(record: Record) -> str:
    job = Job.from_json(record["job"])
    name = f"{job.row} ({job.way})"
    figures = record.get("figures")
    if "residence" in record:
        return f"{name} peak {record['residence']['memory']['peak'] / 2**30:.3f} GiB"
    if figures is None:
        return f"{name} {record['status']}: {record.get('reason', '')}"
    parts = [f"peak {figures['memory']['peak'] / 2**30:.3f} GiB", f"load {figures['load_seconds']:.1f} s"]
    if "seconds" in figures:
        parts.insert(0, f"{figures['seconds']:.2f} s")
    return f"{name} {', '.join(parts)}"
