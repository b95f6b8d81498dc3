"""Figures beside the article's, and ratios pair by pair."""

import csv
import io
from typing import Any

import pytest

from quantspot_worker.bench import article
from quantspot_worker.bench.csv_file import as_csv
from quantspot_worker.bench.jobs import Job, Record, Settings, Way
from quantspot_worker.bench.tables import report
from quantspot_worker.recipes import RECIPES

SETTINGS = Settings("FLUX.1-dev", "cuda:0", 1024, 1024, 50, 3.5, 512, warm_up=2, timed_steps=None, pictures=0)
GIB = 2**30
MACHINE = {"device": "NVIDIA H200", "driver": "580.1", "torch": "2.11.0+cu130"}


def record(row: str, way: Way, seconds: float, step_ms: float, loaded: float, peak: float, **more: Any) -> Record:
    parts = {"transformer": 23_802_816_640, "text_encoder_2": 9_524_621_312, "text_encoder": 246_120_960, "vae": 1}
    figures: Any = {
        "load_seconds": 20.0,
        "step_ms": [step_ms, step_ms, 10 * step_ms],
        "seconds": seconds,
        "memory": {"measure": "cuda-max-reserved", "after_loading": int(loaded * GIB), "peak": int(peak * GIB)},
        "components": parts,
        "pictures": [],
        **more,
    }
    job = Job(row, way, SETTINGS).as_json()
    return Record(job=job, status="measured", at="2026-11-21T08:00:00+00:00", machine=MACHINE, figures=figures)


RECORDS = [
    record("bf16", "plain", 9.0, 173.0, 31.447, 36.166),
    record("bf16", "own", 6.0, 130.0, 31.447, 33.0),
    record("torchao-int8-compile", "own", 8.0, 140.0, 17.02, 22.473, compile_seconds=25.04),
    Record(
        job=Job("quanto-fp8", "own", SETTINGS).as_json(),
        status="failed",
        at="2026-11-21T08:00:00+00:00",
        machine=MACHINE,
        reason="It drops every bias.",
    ),
]


def line(text: str, start: str) -> list[str]:
    found = next(line for line in text.splitlines() if line.startswith(f"| {start} |"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_the_articles_rows_are_the_first_nineteen_recipes() -> None:
    assert list(article.ROWS) == [recipe.id for recipe in RECIPES[:19]]


def test_each_figure_stands_beside_the_articles_with_its_ratio() -> None:
    text = report(RECORDS)
    bf16 = line(text, "bf16")
    assert bf16[1:8] == ["22.168", "31.447", "31.447", "1.00", "36.166", "36.166", "1.00"]
    assert bf16[8:] == ["9.0", "12", "0.75", "", "", "173.0", "1.00", "1.00"]
    compiled = line(text, "torchao-int8-compile")
    assert compiled[8:13] == ["8.0", "8", "1.00", "25.0", "851"]
    assert compiled[-2:] == ["1.08", "0.67"]  # 140 / 130 ms of the same way's bf16; 8 s / 12 s
    assert "- quanto-fp8: failed. It drops every bias." in text
    assert "NVIDIA H200, driver 580.1, torch 2.11.0+cu130" in text and "2026-11-21" in text
    assert line(text, "transformer")[1:] == ["23.8028", "23.800", "1.0001"]


def test_pairs_divide_times_by_ours_and_our_memory_by_theirs() -> None:
    pair = line(report(RECORDS), "bf16 (plain)")
    assert pair[1:4] == ["173.0", "130.0", "1.33"]
    assert pair[4:7] == ["9.00", "6.00", "1.50"]
    assert pair[7:10] == ["36.166", "33.000", "0.91"]


def test_figures_of_another_machine_or_execution_are_held_against_nothing_here() -> None:
    """incident: a script measured on an A10, then the engine on an H200 into the same file: the engine was said to be
    four times as fast as the script. And an engine run with the libraries' own execution was taken for a fast one."""
    theirs: Record = {**RECORDS[0], "machine": {"device": "NVIDIA A10", "driver": "550.1", "torch": "2.9.0"}}
    text = report([theirs, RECORDS[1]])
    assert text.count("## FLUX.1-dev") == 2 and "Pair by pair" not in text
    assert text.index("NVIDIA A10, driver 550.1") < text.index("| 173.0 |") < text.index("NVIDIA H200, driver 580.1")
    other: Record = {**theirs, "machine": {**MACHINE, "torch": "2.9.0"}}
    assert "Pair by pair" not in report([other, RECORDS[1]])

    stock = Job("bf16", "own", Settings(**{**vars(SETTINGS), "execution": "stock"})).as_json()
    text = report([RECORDS[0], {**RECORDS[1], "job": stock}])
    assert "Pair by pair" not in text and "## FLUX.1-dev, 1024 x 1024, 50 steps, stock execution\n" in text


def test_a_row_whose_process_died_stands_with_the_others_of_its_settings() -> None:
    dead: Record = {**RECORDS[3]}
    del dead["machine"]
    assert report([dead, *RECORDS[:3]]).count("## FLUX.1-dev") == 1
    assert "- quanto-fp8: failed. It drops every bias." in report([dead])


def test_what_the_article_has_no_row_for_is_held_against_its_bf16() -> None:
    text = report(
        [*RECORDS, record("fp8-w8a8", "plain", 26, 513, 24, 29), record("fp8-w8a8", "own", 4.5, 86.5, 20, 23)]
    )
    assert line(text, "fp8-w8a8 / bf16 (plain)")[1:4] == ["173.0", "86.5", "2.00"]
    assert line(text, "fp8-w8a8 (plain)")[1:4] == ["513.0", "86.5", "5.93"]
    assert "bnb" not in text and "torchao-int8-compile / bf16" not in text


def test_peaks_are_divided_only_where_t5_is_the_same() -> None:
    """Ours was said to take more than the script of NF4, which quantizes T5 too."""
    both = [record("bnb-nf4", "plain", 9, 184, 11, 15), record("bnb-nf4", "own", 7, 140, 16, 17)]
    text = report(both)
    assert line(text, "bnb-nf4 (plain)")[9] == "*" and "--as-article makes ours so too" in text
    text = report([*both, record("bnb-nf4", "own-as-article", 7, 140, 11, 12)])
    assert line(text, "bnb-nf4 (plain)")[8:10] == ["12.000", "0.80"] and "--as-article makes" not in text


def test_csv_has_a_line_a_record_and_unrounded_bytes() -> None:
    lines = list(csv.DictReader(io.StringIO(as_csv(RECORDS))))
    assert [line["row"] for line in lines] == ["bf16", "bf16", "torchao-int8-compile", "quanto-fp8"]
    assert int(lines[0]["memory_peak"]) == int(36.166 * GIB) and lines[3]["reason"] == "It drops every bias."
    assert float(lines[2]["article_compile_seconds"]) == 851
    # incident: the machine's name stood in the place of the job's device.
    assert (lines[0]["device"], lines[0]["machine_device"]) == ("cuda:0", "NVIDIA H200")


@pytest.mark.parametrize("timed", [None, 8])
def test_whole_images_and_timed_steps_are_never_in_one_table(timed: int | None) -> None:
    other = Job("bf16", "own", Settings(**{**vars(SETTINGS), "timed_steps": timed})).as_json()
    assert report([RECORDS[1], {**RECORDS[1], "job": other}]).count("## FLUX.1-dev") == (2 if timed else 1)
