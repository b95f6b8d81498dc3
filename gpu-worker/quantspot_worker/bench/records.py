"""The one JSON file that a benchmark's runs append to; each finished row is in it whole, or not at all."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import article
from .jobs import Job, Record

_FORMAT = 1


class Records:
    """Raises ValueError with one sentence when the file is something else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content: dict[str, Any] = {"format": _FORMAT, "article": article.URL, "records": []}
        if path.exists():
            self._content = _read(path)

    @property
    def all(self) -> list[Record]:
        return list(self._content["records"])

    def of(self, job: Job) -> Record | None:
        wanted = job.as_json()
        return next((record for record in self.all if record["job"] == wanted), None)

    def put(self, record: Record) -> None:
        """Add it in the place of an earlier one of the same job, and write the file anew, at once."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(self._path.parent):
            if self._path.exists():
                self._content = _read(self._path)  # another run may have added its own
            others = [other for other in self.all if other["job"] != record["job"]]
            self._content["records"] = [*others, record]
            unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}.unfinished")
            try:
                unfinished.write_text(json.dumps(self._content, indent=1) + "\n")
                os.replace(unfinished, self._path)
            finally:
                unfinished.unlink(missing_ok=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Until the block ends, another run waits. It is the folder that is locked: a file that is replaced takes its lock
    along. Raises OSError where folders can't be locked."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
        if content["format"] == _FORMAT and isinstance(content["records"], list):
            # An older run's job lacks settings that have come since.
            whole = [{**record, "job": Job.from_json(record["job"]).as_json()} for record in content["records"]]
            return {**content, "records": whole}
    except (ValueError, KeyError, TypeError):
        pass
    raise ValueError(f"{path} is no file of this benchmark; name another one with --json.")
