"""Every figure in one CSV file."""

import csv
import io
from collections.abc import Sequence
from statistics import median

from . import article
from .jobs import Job, Record


def as_csv(records: Sequence[Record]) -> str:
    """One line a record; bytes and milliseconds unrounded."""
    lines = []
    for record in records:
        job = Job.from_json(record["job"])
        line: dict[str, object] = {"row": job.row, "way": job.way, "status": record["status"], "at": record["at"]}
        line |= {"reason": record.get("reason", ""), "stand_in": record.get("stand_in", ""), **vars(job.settings)}
        figures = record.get("figures")
        if figures is not None:
            line |= {name: value for name, value in figures.items() if isinstance(value, int | float)}
            line |= {"ms_a_step": median(figures["step_ms"])} | {f"memory_{k}": v for k, v in figures["memory"].items()}
            line |= {f"{part}_seconds": seconds for part, seconds in figures.get("times", {}).items()}
            line |= {f"{part}_bytes": size for part, size in figures["components"].items()}
            line |= {"warnings": " ".join(figures.get("warnings", []))}
        line |= record.get("fidelity", {})
        line |= {f"machine_{name}": value for name, value in record.get("machine", {}).items()}
        theirs = article.ROWS.get(job.row)
        line |= {f"article_{name}": value for name, value in vars(theirs).items()} if theirs else {}
        lines.append(line)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for line in lines for name in line)))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
