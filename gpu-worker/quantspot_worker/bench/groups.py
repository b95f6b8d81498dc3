"""Which figures may be held against each other: those of equal settings on one machine."""

from collections.abc import Sequence
from typing import NamedTuple

from .jobs import Job, Record, Settings


class Group(NamedTuple):
    """machine: None where none of the records says it."""

    settings: Settings
    machine: dict[str, str] | None
    records: list[Record]


def groups(records: Sequence[Record]) -> list[Group]:
    """By settings, then by machine, each in the order of its first record.

    A record that names no machine, since its process was ended early, has no figures either: it stands with the first
    machine's.
    """
    found = []
    for settings in dict.fromkeys(Job.from_json(record["job"]).settings for record in records):
        like = [record for record in records if Job.from_json(record["job"]).settings == settings]
        machines: list[dict[str, str] | None] = []
        for record in like:
            if "machine" in record and record["machine"] not in machines:
                machines.append(record["machine"])
        first = machines[0] if machines else None
        for machine in machines or [None]:
            found.append(Group(settings, machine, [r for r in like if r.get("machine", first) == machine]))
    return found
