"""The files of a run: report, charts and panels, made again from its JSON without measuring."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from quantspot_worker import __main__
from quantspot_worker.bench.cli import add_parser
from quantspot_worker.bench.jobs import EXECUTIONS, Job, Settings
from quantspot_worker.bench.plan import jobs_for, settings_for
from quantspot_worker.bench.records import Records
from quantspot_worker.execution import CHOICES
from quantspot_worker.model import Model

from .test_tables import SETTINGS, record


def test_everything_is_written_from_what_the_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, records = tmp_path / "out", Records(tmp_path / "bench.json")
    settings = Settings(**{**vars(SETTINGS), "pictures": 1})
    for row, grey in (("bf16", 0), ("gguf-q2_k", 51)):
        job = Job(row, "plain", settings)
        picture = out / "pictures" / job.picture(0)
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), (grey, grey, grey)).save(picture)
        records.put({**record(row, "plain", 9, 170, 31, 36, pictures=[job.picture(0)]), "job": job.as_json()})

    records.put({**record("bf16", "own", 7, 130, 31, 33), "job": Job("bf16", "own", settings).as_json()})

    arguments = ["bench", "--tables-only", "--fidelity", "--json", str(tmp_path / "bench.json"), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["quantspot_worker", *arguments])
    assert __main__.main() == 0
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    charts = {f"plain/{name}.{suffix}" for name in ("memory", "time") for suffix in ("png", "svg")}
    charts |= {"pairs.png", "pairs.svg"}
    assert {"bench.md", "bench.csv", "bench.json", "plain/panel-gguf.webp", *charts} <= names
    assert Image.open(out / "plain/panel-gguf.webp").width == 2 * 64 + 8
    # 20 log10(255 / 51) dB between two flat greys.
    assert "| gguf-q2_k (plain) | 14.0 |" in (out / "bench.md").read_text()


def test_each_settings_pictures_are_compared_with_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """incident: pictures were named by size and steps alone. Another model's into the same folder took the place of the
    first one's, and the next look at distances gave the first model those of noise."""
    out, records = tmp_path / "out", Records(tmp_path / "bench.json")
    for change, difference in (({}, 51), ({"model": "another"}, 102), ({"device": "cpu"}, 153)):
        settings = Settings(**{**vars(SETTINGS), "pictures": 1, **change})
        for row, grey in (("bf16", 0), ("gguf-q2_k", difference)):
            job = Job(row, "plain", settings)
            picture = out / "pictures" / job.picture(0)
            picture.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (64, 64), (grey, grey, grey)).save(picture)
            records.put({**record(row, "plain", 9, 170, 31, 36, pictures=[job.picture(0)]), "job": job.as_json()})
    arguments = ["bench", "--tables-only", "--fidelity", "--json", str(tmp_path / "bench.json"), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["quantspot_worker", *arguments])
    assert __main__.main() == 0
    text = (out / "bench.md").read_text()
    # 20 log10(255 / difference) dB between two flat greys.
    assert [f"| gguf-q2_k (plain) | {psnr} |" in text for psnr in ("14.0", "8.0", "4.4")] == [True] * 3


def test_each_groups_charts_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """incident: charts of a second model took the place of the first one's."""
    records = Records(tmp_path / "bench.json")
    for change in ({}, {"model": "another"}, {"execution": "stock"}):
        job = Job("bf16", "own", Settings(**{**vars(SETTINGS), **change}))
        records.put({**record("bf16", "own", 9, 170, 31, 36), "job": job.as_json()})
    arguments = ["bench", "--tables-only", "--json", str(tmp_path / "bench.json"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["quantspot_worker", *arguments])
    assert __main__.main() == 0
    titles = ("FLUX.1-dev, 1024 x 1024, on", "another, 1024 x 1024, on", "FLUX.1-dev, 1024 x 1024, stock execution, on")
    for place, title in zip((".", "2", "3"), titles, strict=True):
        assert title in (tmp_path / "out" / "own" / place / "memory.svg").read_text()


def test_an_older_file_is_gone_on_with_and_another_execution_is_another_job(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: QUANTSPOT_EXECUTION=stock into the file of a fast run measured nothing: its rows were there already."""
    assert EXECUTIONS == CHOICES
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["bench", "--rows", "bf16"])
    monkeypatch.delenv("QUANTSPOT_EXECUTION", raising=False)
    (job,) = jobs_for(arguments, settings_for(arguments, model.report, "cuda:0"))
    old = job.as_json()
    del old["settings"]["execution"]  # what there was before the execution was written down
    (tmp_path / "bench.json").write_text(
        json.dumps({"format": 1, "records": [{**record("bf16", "own", 9, 170, 31, 36), "job": old}]})
    )
    records = Records(tmp_path / "bench.json")
    assert records.of(job) is not None

    monkeypatch.setenv("QUANTSPOT_EXECUTION", "stock")
    (stock,) = jobs_for(arguments, settings_for(arguments, model.report, "cuda:0"))
    assert records.of(stock) is None
    records.put({**record("bf16", "own", 9, 170, 31, 36), "job": job.as_json()})
    assert len(records.all) == 1


PUTS = """
import sys
from pathlib import Path
from quantspot_worker.bench.jobs import Job, Settings
from quantspot_worker.bench.records import Records

for steps in range(50):
    job = Job(sys.argv[2], "own", Settings("tiny", "cpu", 64, 64, steps, 3.5, 64, 2, None, 0))
    Records(Path(sys.argv[1])).put({"job": job.as_json(), "status": "failed", "at": "now", "reason": ""})
"""


def test_two_runs_append_to_one_file(tmp_path: Path) -> None:
    """incident: of two runs into one file each wrote over what the other had just added, died since the other had taken
    the unfinished file away, or wrote into that at the same time: in the end it was no JSON."""
    file = tmp_path / "bench.json"
    runs = [subprocess.Popen([sys.executable, "-c", PUTS, file, row]) for row in ("bf16", "bnb-nf4")]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(Records(file).all) == 100 and os.listdir(tmp_path) == ["bench.json"]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "package.json"
    file.write_text('{"name": "x"}')
    with pytest.raises(ValueError, match="no file of this benchmark"):
        Records(file)
    assert file.read_text() == '{"name": "x"}'
