"""How long a row may take."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quantspot_worker.bench import runner
from quantspot_worker.bench.jobs import Job, Record, Settings
from quantspot_worker.bench.plan import rows_of
from quantspot_worker.bench.records import Records
from quantspot_worker.bench.row import Assignment
from quantspot_worker.bench.runner import Limits, Runner
from quantspot_worker.bench.turn import waiting_file

SETTINGS = Settings("tiny", "cpu", 128, 128, 3, 3.5, 64, warm_up=1, timed_steps=None, pictures=0)


class Clock:
    """A second a look. What the second row does: it waits for its turn until 30, and ends at 35."""

    def __init__(self) -> None:
        self.now = 0.0
        self.second: tuple[Path, subprocess.Popen[bytes], Record] | None = None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += 1
        assert self.second is not None
        result, process, record = self.second
        if self.now == 2:
            waiting_file(result).touch()
        if self.now == 30:
            waiting_file(result).unlink()
        if self.now == 35:
            result.write_text(json.dumps(record))
            process.kill()


def test_a_row_that_hangs_is_ended_and_one_that_waits_for_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torchao's int4 compiled for minutes on an H200. The next row had waited for it all the time, and was ended with
    it, for having taken too long."""
    clock = Clock()
    monkeypatch.setattr(runner, "time", clock)
    jobs = [Job(row, "own", SETTINGS) for row in ("torchao-int4", "bf16")]

    def start(command: list[Any], **_: Any) -> "subprocess.Popen[bytes]":
        process = popen(["sleep", "600"])
        if Job.from_json(json.loads(command[3])["job"]) == jobs[1]:
            record = Record(job=jobs[1].as_json(), status="refused", at="now", reason="as this test has it")
            clock.second = Path(command[5]), process, record
        return process

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", start)
    records = Records(tmp_path / "bench.json")
    limits = Limits(ahead=1, row_timeout=10)
    rows = [Assignment(job, "", (), False, None) for job in jobs]
    assert Runner(records, limits, lambda _: None, tmp_path / "logs").run(rows)
    found = [records.of(job) for job in jobs]
    assert found[0] is not None and found[0]["reason"].startswith("It was ended after 11 s")
    assert found[1] is not None and found[1]["status"] == "refused"


def test_all_rows_resident_together_have_a_log_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """incident: --resident all ended the whole run, since its log was named by all 19 rows: "File name too long". And
    a row's steps and its whole image had one log, of which the later one was left."""
    popen = subprocess.Popen

    def start(command: list[Any], **options: Any) -> "subprocess.Popen[bytes]":
        return popen(["sh", "-c", "echo $0 said this; exit 3", json.loads(command[3])["job"]["way"]], **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    together = Job(",".join(rows_of("all")), "resident", SETTINGS)
    jobs = [together, Job("bf16", "own", SETTINGS), Job("bf16", "own", replace(SETTINGS, timed_steps=8))]
    records = Records(tmp_path / "bench.json")
    rows = [Assignment(job, "", (), False, None) for job in jobs]
    assert Runner(records, Limits(), lambda _: None, tmp_path / "logs").run(rows)
    found = records.of(together)
    assert found is not None and found["reason"] == "Its process ended with status 3: resident said this"
    assert len(list((tmp_path / "logs").iterdir())) == 3
