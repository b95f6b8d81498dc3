"""What a run leaves behind: tables on stdout, and files where they were asked for."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import article
from .comparisons import paired
from .csv_file import as_csv
from .groups import groups
from .jobs import Record
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
    for place, group in _placed(measured):
        for way in dict.fromkeys(record["job"]["way"] for record in group):
            _draw([record for record in group if record["job"]["way"] == way], pictures, out / way / place)
        _draw_pairs(group, out / place)


def _place(record: Record) -> int:
    """In the article's order, the others after it."""
    rows = list(article.ROWS)
    return rows.index(record["job"]["row"]) if record["job"]["row"] in rows else len(rows)


def _compare(records: Records, pictures: Path) -> None:
    """Each record with pictures against the plain bf16 one of its group."""
    from .fidelity import compare

    drawn = [record for record in records.all if "figures" in record and record["figures"]["pictures"]]
    for group in groups(drawn):
        reference = next((r for r in group.records if r["job"]["row"] == "bf16" and r["job"]["way"] == "plain"), None)
        if reference is None:
            continue
        originals = [pictures / name for name in reference["figures"]["pictures"]]
        for record in group.records:
            if record is not reference:
                found = compare([pictures / name for name in record["figures"]["pictures"]], originals)
                records.put({**record, "fidelity": found})


def _draw(records: Sequence[Record], pictures: Path, place: Path) -> None:
    """records: of one way and group."""
    from . import charts, panels

    place.mkdir(parents=True, exist_ok=True)
    charts.draw(records, place)
    drawn = {r["job"]["row"]: [pictures / name for name in r["figures"]["pictures"]] for r in records}
    panels.draw(drawn, place)


def _draw_pairs(records: Sequence[Record], place: Path) -> None:
    """Scripts as the article has them; a compiled one beside them would have the same row's name."""
    from . import charts

    pairs = [pair for pair in paired(records) if pair.way == "plain"]
    if pairs:
        place.mkdir(parents=True, exist_ok=True)
        charts.draw_pairs(pairs, records, place)


def _placed(records: Sequence[Record]) -> Iterator[tuple[Path, list[Record]]]:
    """Records that can stand in one chart, and the folder for it: a second group's is 2, in the report's order."""
    seen: Counter[Path] = Counter()
    for group in groups(records):
        place = Path() if group.settings.timed_steps is None else Path("steps")
        seen[place] += 1
        yield place if seen[place] == 1 else place / str(seen[place]), group.records
