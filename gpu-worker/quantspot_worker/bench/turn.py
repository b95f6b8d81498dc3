"""Rows that get ready together, and use the device one after the other."""

import fcntl
import time
from pathlib import Path


class Turn:
    """The right to use the device, kept from `take` until this process ends. Waiting for it is no row's own time."""

    def __init__(self, lock: Path, waiting: Path) -> None:
        """waiting: a file that is there while this process waits."""
        self.lock = lock
        self._held = lock.open("w")
        self._waiting = waiting
        self._taken = False
        self.waited = 0.0

    def take(self) -> None:
        if self._taken:
            return
        started = time.perf_counter()
        self._waiting.touch()
        fcntl.flock(self._held, fcntl.LOCK_EX)
        self._waiting.unlink()
        self._taken = True
        self.waited = time.perf_counter() - started


def waiting_file(result: Path) -> Path:
    """There while the row with this result waits."""
    return result.with_suffix(".waiting")
