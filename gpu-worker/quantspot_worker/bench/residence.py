"""The table of several variants in one pool, against as many pipelines of the article's."""

from collections.abc import Sequence
from typing import Literal

from .jobs import Record, Resident
from .markdown import GIB, markdown_table, number


def resident(records: Sequence[Record]) -> str:
    """Several variants in one pool against as many pipelines of the article's, each by itself."""
    parts = []
    for record in records:
        if record["job"]["way"] != "resident":
            continue
        found = record.get("residence")
        parts.append("### Resident together")
        if found is None:
            parts.append(f"{record['job']['row']}: {record['status']}. {record.get('reason', '')}")
            continue
        timed = any("changed_seconds" in one for one in found["variants"].values())  # not in older files
        changes = ["changed ms", "unchanged ms"] if timed else []
        head = ["row", "load s", "acquire ms", *changes, "from pinned memory s", "from disk s", "load / from memory"]
        rows = [
            [
                row,
                number(one["load_seconds"], 1),
                _milliseconds(one.get("switch_seconds"), 3),
                *(_milliseconds(seconds, 1) for seconds in _changes(one) if timed),
                number(one.get("unpark_seconds"), 2),
                number(one.get("reload_seconds"), 1),
                number(one["load_seconds"] / one["unpark_seconds"], 1) if "unpark_seconds" in one else "",
            ]
            for row, one in found["variants"].items()
        ]
        parts.append(markdown_table(head, rows))
        lost = [row for row in found["variants"] if row not in found["resident"]]
        parts.append(f"Taking all but one off the device: {found['park_seconds']:.1f} s." + _not_resident(lost))
        parts.append(_against_separate(record, records))
    return "\n\n".join(parts)


def _changes(one: Resident) -> tuple[float | None, float | None]:
    return one.get("changed_seconds"), one.get("unchanged_seconds")


def _milliseconds(seconds: float | None, digits: int) -> str:
    return number(None if seconds is None else seconds * 1000, digits)


def _not_resident(rows: Sequence[str]) -> str:
    return f" Not resident at the end: {', '.join(rows)}." if rows else ""


def _against_separate(record: Record, records: Sequence[Record]) -> str:
    """The pool's memory, and the sum over the plain pipelines, where all of them were measured."""
    memory, rows = record["residence"]["memory"], list(record["residence"]["variants"])
    plain = {r["job"]["row"]: r["figures"]["memory"] for r in records if r["job"]["way"] == "plain" and "figures" in r}
    lines = []
    moments: tuple[tuple[Literal["after_loading", "peak"], str], ...] = (
        ("after_loading", "after loading"),
        ("peak", "at the peak"),
    )
    for name, words in moments:
        ours = memory[name] / GIB
        line = f"{len(rows)} in one pool, {words}: {ours:.3f} GiB."
        if all(row in plain for row in rows):
            theirs = sum(plain[row][name] for row in rows) / GIB
            line += f" {len(rows)} plain pipelines, added up: {theirs:.3f} GiB; ours is {ours / theirs:.3f} of it."
        lines.append(line)
    return "\n".join(f"- {line}" for line in lines)
