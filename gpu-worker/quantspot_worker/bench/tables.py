"""The benchmark's report in Markdown: for each group of settings its machine, its rows, and what they say together."""

from collections.abc import Iterator, Sequence
from statistics import median

from . import article
from .comparisons import components, fidelity, pairs
from .groups import Group, groups
from .jobs import WAYS, Figures, Record
from .markdown import GIB, markdown_table, number
from .residence import resident


def report(records: Sequence[Record]) -> str:
    """All tables of these records, in the order of the article's rows."""
    parts = []
    for group in groups(records):
        own = group.records
        parts += [_heading(group)]
        ways = [way for way in dict.fromkeys(record["job"]["way"] for record in own) if way in WAYS]
        parts += [_against_article(way, [r for r in own if r["job"]["way"] == way]) for way in ways]
        parts += [pairs(own), fidelity(own), components(own), resident(own)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _heading(group: Group) -> str:
    settings, machine, records = group
    what = f"{settings.steps} steps"
    if settings.timed_steps is not None:
        what = f"{settings.timed_steps} timed steps after {settings.warm_up}"
    lines = [f"## {settings.model}, {settings.width} x {settings.height}, {what}{settings.other_execution}"]
    if machine is not None:
        days = {record["at"][:10] for record in records if "machine" in record}
        named = ", ".join(_named(name, value) for name, value in machine.items())
        lines.append(f"{', '.join(sorted(days))}: {named}.")
    return "\n\n".join(lines)


def _named(name: str, value: str) -> str:
    return value if name == "device" else f"{name} {value}"


def _against_article(way: str, records: Sequence[Record]) -> str:
    """Beside each figure the article's own (`art.`) and ours as a multiple of it."""
    measured = [record for record in records if "figures" in record]
    bf16 = next((record["figures"] for record in measured if record["job"]["row"] == "bf16"), None)
    head = [
        "row",
        "transformer GiB",
        "loaded GiB",
        "art.",
        "x",
        "peak GiB",
        "art.",
        "x",
        "s",
        "art.",
        "x",
        "compile s",
        "art.",
        "ms a step",
        "x bf16",
        "art.",
    ]
    rows = [_row(record, record["figures"], bf16) for record in measured]
    parts = [f"### {WAYS[way]}"]
    if rows:
        told = f"art.: the article's figure, on one {article.DEVICE}. x: ours over the article's. {_meaning(measured)}"
        parts += [markdown_table(head, rows), told]
    return "\n\n".join([*parts, "\n".join(_notes(records))])


def _notes(records: Sequence[Record]) -> Iterator[str]:
    """What has to be said about single rows."""
    for record in records:
        row = record["job"]["row"]
        if "figures" not in record:
            yield f"- {row}: {record['status']}. {record.get('reason', '')}"
            continue
        for warning in record["figures"].get("warnings", []):
            yield f"- {row}: {warning}"
        if "stand_in" in record:
            yield f"- {row}: stand-in. {record['stand_in']}"


def _row(record: Record, figures: Figures, bf16: Figures | None) -> list[str]:
    row = record["job"]["row"]
    theirs, memory = article.ROWS.get(row), figures["memory"]
    loaded, peak = memory["after_loading"] / GIB, memory["peak"] / GIB
    seconds, step = figures.get("seconds"), median(figures["step_ms"])
    return [
        row,
        number(figures["components"]["transformer"] / GIB, 3),
        *_beside(loaded, theirs.after_loading if theirs else None, 3),
        *_beside(peak, theirs.peak if theirs else None, 3),
        *_beside(seconds, theirs.seconds if theirs else None, 1),
        number(figures.get("compile_seconds"), 1),
        number(theirs.compile_seconds if theirs else None, 0),
        number(step, 1),
        number(step / median(bf16["step_ms"]), 2) if bf16 else "",
        number(theirs.seconds / article.ROWS["bf16"].seconds, 2) if theirs else "",
    ]


def _beside(ours: float | None, theirs: float | None, digits: int) -> list[str]:
    ratio = ours / theirs if ours is not None and theirs is not None else None
    return [number(ours, digits), number(theirs, digits if digits == 3 else 0), number(ratio, 2)]


def _meaning(records: Sequence[Record]) -> str:
    if records[0]["figures"]["memory"]["measure"] == "process-rss":
        return "Memory is the process's resident set, which the article's GPU figures are not comparable with."
    return "Memory is max_memory_reserved, never reset, as the article's."
