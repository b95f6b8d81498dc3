"""Digests of large files, computed once: the result is kept as long as the file stays as it is."""

import hashlib
import logging
from contextlib import suppress
from pathlib import Path
from typing import Literal

from .cache import cache_folder, written_whole

log = logging.getLogger(__name__)

#: `git` is what git calls a blob's id: SHA-1 over a header with its length, then the content.
Kind = Literal["sha256", "git"]


def digest(path: Path, kind: Kind = "sha256") -> str:
    """The digest in hexadecimal. A file that is the known one is not read again.

    It is by its length, its number on the disk and both its times: tools can set the time of its last writing back, but
    not the time of its last change. Raises OSError where the file can't be read, and nothing for want of a cache.
    """
    file = path.resolve()
    stat = file.stat()
    state = f"{kind} {file} {stat.st_size} {stat.st_ino} {stat.st_mtime_ns} {stat.st_ctime_ns}"
    name = hashlib.sha256(state.encode()).hexdigest()
    with suppress(OSError):
        return (cache_folder("digests") / name).read_text()
    computed = _compute(file, kind, stat.st_size)
    try:
        with written_whole(cache_folder("digests") / name) as unfinished:
            unfinished.write_text(computed)
    except OSError as error:
        log.warning("the digest of %s is not kept, and will be computed again: %s", file.name, error)
    return computed


def _compute(file: Path, kind: Kind, size: int) -> str:
    def start() -> "hashlib._Hash":
        return hashlib.sha1(f"blob {size}\0".encode()) if kind == "git" else hashlib.sha256()

    with file.open("rb") as opened:
        return hashlib.file_digest(opened, start).hexdigest()
