"""The header of a GGUF file, walked within bounds before the gguf package reads it.

GGUFReader makes several Python objects of each element of each array (725 MiB of one MiB, measured), and goes on beyond
the file's end when the file says so. A FLUX transformer has some twenty entries and 800 tensors.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_ENTRIES = 10_000
_TENSORS = 100_000
#: Elements of all arrays together.
_ELEMENTS = 1_000_000
_TEXT_BYTES = 2**20
_DIMENSIONS = 4

#: By the format's numbers for types of values; 8 is a string, 9 an array.
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9


def check_header(file: Path) -> None:
    """Raises ValueError for what is no GGUF file, is cut short, or is larger in any part than a model's could be."""
    with file.open("rb") as stream:
        walk = _Walk(stream, file.stat().st_size)
        if walk.take(4) != _MAGIC or walk.number(4) not in _VERSIONS:
            raise ValueError("no GGUF file of version 2 or 3 in little-endian order")
        tensors = _at_most(walk.number(8), _TENSORS)
        for _ in range(_at_most(walk.number(8), _ENTRIES)):
            walk.text()
            walk.value(walk.number(4))
        for _ in range(tensors):
            walk.text()
            walk.skip(8 * _at_most(walk.number(4), _DIMENSIONS) + 12)


class _Walk:
    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._elements = 0

    def take(self, count: int) -> bytes:
        taken = self._stream.read(count)
        if len(taken) < count:
            raise ValueError("cut short")
        return taken

    def number(self, width: int) -> int:
        return int(struct.unpack("<I" if width == 4 else "<Q", self.take(width))[0])

    def skip(self, count: int) -> None:
        _at_most(count, self._size - self._stream.tell())
        self._stream.seek(count, 1)

    def text(self) -> None:
        self.skip(_at_most(self.number(8), _TEXT_BYTES))

    def value(self, kind: int) -> None:
        if kind == _STRING:
            self.text()
        elif kind == _ARRAY:
            self._array()
        elif kind in _SIZES:
            self.skip(_SIZES[kind])
        else:
            raise ValueError("a value of an unknown type")

    def _array(self) -> None:
        kind, count = self.number(4), self.number(8)
        self._elements = _at_most(self._elements + count, _ELEMENTS)
        if kind == _ARRAY:
            raise ValueError("an array of arrays, which no model has")
        if kind in _SIZES:
            self.skip(count * _SIZES[kind])
        else:
            for _ in range(count):
                self.value(kind)


def _at_most(count: int, limit: int) -> int:
    if count > limit:
        raise ValueError(f"{count} where at most {limit} can be")
    return count
