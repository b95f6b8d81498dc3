"""The command itself: fresh processes, one JSON, cut and taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from quantspot_worker.gguf_file import cached_gguf
from quantspot_worker.model import Model

PATIENCE = 180


def command(*arguments: str) -> list[str]:
    quick = ("--model", "tiny", "--size", "128x128", "--timed-steps", "1")
    return [sys.executable, "-m", "quantspot_worker", "bench", *quick, *arguments]


def records(file: Path) -> dict[str, dict[str, Any]]:
    return {record["job"]["row"]: record for record in json.loads(file.read_text())["records"]}


def test_a_killed_run_goes_on_where_it_was_and_a_row_that_fails_stops_no_other(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "QUANTSPOT_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    damaged = cached_gguf(model.folder / "transformer", "Q4_1")
    os.truncate(damaged, damaged.stat().st_size // 2)
    monkeypatch.setenv("PATH", "")  # where no g++ is
    file = tmp_path / "bench.json"
    arguments = command("--rows", "bf16,gguf-q4_1,quanto-int4", "--json", str(file))

    first = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = records(file)
    assert before["bf16"]["status"] == "measured"

    second = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, check=True)
    after = records(file)
    assert after["bf16"] == before["bf16"]
    assert after["gguf-q4_1"]["status"] == "failed" and "figures" not in after["gguf-q4_1"]
    assert after["quanto-int4"]["status"] == "refused" and "install g++" in after["quanto-int4"]["reason"]
    assert "in " + str(file) + " already" in second.stderr
    assert f"- gguf-q4_1: failed. {after['gguf-q4_1']['reason']}" in second.stdout
    assert "| bf16 |" in second.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rows", "bf17"), "There is no row bf17"),
        (("--size", "100x128"), "multiples of 16"),
        (("--model", "nothing-here"), "no model folder nothing-here"),
    ],
)
def test_bad_input_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    from quantspot_worker import __main__

    monkeypatch.setattr(sys, "argv", command(*arguments)[2:])
    assert __main__.main() == 2
    said = capsys.readouterr()
    assert sentence in said.err and said.err.count("\n") == 1 and said.out == ""
