"""What a run leaves behind: tables on stdout, and files where they were asked for."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import article
from .comparisons import paired
from .csv_file import as_csv
from .jobs import Job, Record, Settings
from .records import Records
from .tables import report


def write_output(records: Records, pictures: Path, arguments: argparse.Namespace) -> None:
    """Of all that is in the JSON file by now, this run's and earlier ones'."""
    if arguments.fidelity:
        _compare(records, pictures)
    done = sorted(records.all, key=_place)
    text = report(done)
    print(text)
    if arguments.out is None or not done:
        return
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.md").write_text(text)
    (out / "bench.csv").write_text(as_csv(done))
    if arguments.json is not None:
        (out / "bench.json").write_text(arguments.json.read_text())
    measured = [record for record in done if "figures" in record]
    for way in dict.fromkeys(record["job"]["way"] for record in measured):
        _draw(way, [record for record in measured if record["job"]["way"] == way], pictures, out)
    for place, group in _by_settings(measured, out):
        _draw_pairs(group, place)


def _place(record: Record) -> int:
    """In the article's order, the others after it."""
    rows = list(article.ROWS)
    return rows.index(record["job"]["row"]) if record["job"]["row"] in rows else len(rows)


def _compare(records: Records, pictures: Path) -> None:
    """Each record with pictures against the plain bf16 one of the same settings."""
    from .fidelity import compare

    drawn = [record for record in records.all if "figures" in record and record["figures"]["pictures"]]
    for reference in [r for r in drawn if r["job"]["row"] == "bf16" and r["job"]["way"] == "plain"]:
        originals = [pictures / name for name in reference["figures"]["pictures"]]
        for record in drawn:
            if record is not reference and record["job"]["settings"] == reference["job"]["settings"]:
                found = compare([pictures / name for name in record["figures"]["pictures"]], originals)
                records.put({**record, "fidelity": found})


def _draw(way: str, measured: Sequence[Record], pictures: Path, out: Path) -> None:
    from . import charts, panels

    for place, group in _by_settings(measured, out / way):
        place.mkdir(parents=True, exist_ok=True)
        charts.draw(group, place)
        drawn = {r["job"]["row"]: [pictures / name for name in r["figures"]["pictures"]] for r in group}
        panels.draw(drawn, place)


def _draw_pairs(records: Sequence[Record], place: Path) -> None:
    """Scripts as the article has them; a compiled one beside them would have the same row's name."""
    from . import charts

    pairs = [pair for pair in paired(records) if pair.way == "plain"]
    if pairs:
        place.mkdir(exist_ok=True)
        charts.draw_pairs(pairs, records, place)


def _by_settings(records: Sequence[Record], folder: Path) -> Iterator[tuple[Path, list[Record]]]:
    """Records that can stand in one chart, and the folder for it."""
    groups: dict[Settings, list[Record]] = {}
    for record in records:
        groups.setdefault(Job.from_json(record["job"]).settings, []).append(record)
    for settings, group in groups.items():
        yield folder if settings.timed_steps is None else folder / "steps", group
