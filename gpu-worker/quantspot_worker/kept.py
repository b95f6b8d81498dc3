"""Folders of what the engine has made and could make again, each of them whole, or made anew.

Their files are checked against SHA-256 digests, which lie among them, as they are read. A folder takes its place in one
step, so that nobody sees half of one, and is made by one engine at a time.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

_DIGESTS = "digests.json"
#: Bytes that have a digest of their own: one core alone would take many seconds for a file of FLUX's size.
_PIECE = 2**30
_BLOCK = 2**20
#: What nobody has read for so long belongs to a version or a model that is gone.
_UNUSED_S = 30 * 24 * 3600


def is_whole(kept: Path) -> bool:
    """Whether it is there, with every file as it was written."""
    try:
        whole = json.loads((kept / _DIGESTS).read_text()) == _digests(kept)
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        whole = False
    if not whole:
        log.warning("%s is damaged, and is made anew", kept)
    return whole


def made_at(kept: Path) -> int:
    """Nanoseconds of the disk's clock, which tell two apart that were made one after the other. Raises OSError."""
    return (kept / _DIGESTS).stat().st_mtime_ns


def mark_used(kept: Path) -> None:
    """So that it is not cleared away as unused."""
    with suppress(OSError):  # of a cache that can only be read
        os.utime(kept)


@contextmanager
def locked(kept: Path, *, wait: bool) -> Iterator[None]:
    """While the block runs, no other engine makes `kept`. The lock goes with its process.

    Raises BlockingIOError, unless it is to wait, when another one does; another OSError where nothing can be written.
    """
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def made(kept: Path) -> Iterator[Path]:
    """An empty folder, which takes the place of `kept` when the block has ended without an error. Only under its lock.

    What is of no more use beside it is deleted first. Raises OSError, a full disk's for one.
    """
    unfinished = kept.with_suffix(".part")
    for folder in (unfinished, kept):  # the first is there where an engine was killed
        shutil.rmtree(folder, ignore_errors=True)
    _clear(kept.parent)
    unfinished.mkdir()
    try:
        yield unfinished
        (unfinished / _DIGESTS).write_text(json.dumps(_digests(unfinished)))
        os.rename(unfinished, kept)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Delete what engines have left unfinished as they were killed, and what nobody has read for long."""
    for unfinished in folder.glob("*.part"):
        with suppress(OSError), locked(unfinished, wait=False):
            _delete(unfinished)
    before = time.time() - _UNUSED_S
    for entry in folder.iterdir():
        with suppress(OSError):  # another engine may clear as well
            if entry.suffix not in (".lock", ".part") and entry.stat().st_mtime < before:
                _delete(entry)


def _delete(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink()


def _digests(folder: Path) -> dict[str, str]:
    """By file and where in it a piece begins."""
    files = sorted(file for file in folder.iterdir() if file.name != _DIGESTS)
    pieces = [(file, start) for file in files for start in range(0, max(file.stat().st_size, 1), _PIECE)]
    with ThreadPoolExecutor() as threads:
        digests = list(threads.map(_sha256, pieces))
    return {f"{file.name} {start}": found for (file, start), found in zip(pieces, digests, strict=True)}


def _sha256(piece: tuple[Path, int]) -> str:
    file, start = piece
    computed = hashlib.sha256()
    with file.open("rb", buffering=0) as opened:
        opened.seek(start)
        while (at := opened.tell()) < start + _PIECE and (block := opened.read(min(_BLOCK, start + _PIECE - at))):
            computed.update(block)
    return computed.hexdigest()
