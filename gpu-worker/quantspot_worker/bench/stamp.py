"""Which random weights a folder holds, and whether whole: a file in it says what was written there, and how long."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

_NAME = "random-weights"
#: All that is made there. Of another kind there can be files that nobody would write over, and loaders read.
_MADE = ("*.gguf", "*/*.safetensors", "*/*.safetensors.index.json")


class _Stamp(TypedDict):
    """kind: version and architecture. bytes: the files' lengths, by their paths in the folder."""

    kind: str
    bytes: dict[str, int]


def is_whole(folder: Path, kind: str) -> bool:
    """Whether the weights of this kind are there, each file as long as it was written.

    GGUF files are asked for one by one.
    """
    content = _read(folder)
    names = [name for name in content["bytes"] if not name.endswith(".gguf")]
    return content["kind"] == kind and all(has_whole(folder, folder / name) for name in names)


def has_whole(folder: Path, path: Path) -> bool:
    """Whether this file of it is there, as long as it was written."""
    return path.is_file() and path.stat().st_size == _read(folder)["bytes"].get(_named(folder, path))


def clear(folder: Path) -> None:
    """Delete the weights, if they were made here: nothing without a stamp is touched."""
    if (folder / _NAME).exists():
        for pattern in _MADE:
            for path in folder.glob(pattern):
                path.unlink()
        (folder / _NAME).unlink()  # last: what is then written is whole only once it is stamped


def stamp(folder: Path, kind: str, paths: Sequence[Path]) -> None:
    """Once all of these are written."""
    _write(folder, _Stamp(kind=kind, bytes={_named(folder, path): path.stat().st_size for path in paths}))


def add(folder: Path, path: Path) -> None:
    """One more file, of the same kind."""
    content = _read(folder)
    content["bytes"][_named(folder, path)] = path.stat().st_size
    _write(folder, content)


def _named(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _read(folder: Path) -> _Stamp:
    """An empty one where there is none, or one of before lengths were in it."""
    try:
        content = json.loads((folder / _NAME).read_text())
    except (FileNotFoundError, ValueError):
        return _Stamp(kind="", bytes={})
    return _Stamp(kind=content["kind"], bytes=content["bytes"])


def _write(folder: Path, content: _Stamp) -> None:
    (folder / _NAME).write_text(json.dumps(content, indent=1))
