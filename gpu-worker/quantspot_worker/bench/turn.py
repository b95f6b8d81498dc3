"""Rows that get ready together, and use the device one after the other."""

import fcntl
import time
from pathlib import Path


class Turn:
    """The right to use the device, kept from `take` until this process ends. Waiting for it is no row's own time."""

    def __init__(self, lock: Path) -> None:
        self._lock = lock.open("w")
        self._taken = False
        self.waited = 0.0

    def take(self) -> None:
        if self._taken:
            return
        started = time.perf_counter()
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._taken = True
        self.waited = time.perf_counter() - started
