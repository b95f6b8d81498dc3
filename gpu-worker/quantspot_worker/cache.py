"""Where the engine keeps what it can make again: QUANTSPOT_CACHE, or else a folder in the user's cache."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_root() -> Path:
    named = os.environ.get("QUANTSPOT_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "quantspot"


def cache_folder(part: str) -> Path:
    """The folder for one kind of content; made if it is not there."""
    folder = cache_root() / part
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write, which takes its place when the block has ended without an error: nobody sees half of it."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        yield Path(unfinished)
        os.replace(unfinished, path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
