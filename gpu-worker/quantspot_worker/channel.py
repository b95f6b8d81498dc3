"""The pipes to the worker: JSON lines on what was stdout, pixels on fd 3."""

import json
import os
import struct
import sys
import threading
from typing import BinaryIO

from .protocol import EngineMessage

FRAME_FD = 3
FRAME_MAGIC = b"QSPX"
# Magic, request number, image index, bytes that follow.
FRAME_HEADER = struct.Struct("<4sIII")


class Channel:
    """Writes whole messages and whole frames, from any thread.

    A frame is its header and then `width * height * 3` bytes of RGB rows. Its `image` message must be sent after
    `frame` has returned; so the reader never waits for pixels that a cancelled request no longer makes.
    """

    def __init__(self, messages: BinaryIO, frames_fd: int) -> None:
        self._messages = messages
        self._frames_fd = frames_fd
        self._lock = threading.Lock()

    @classmethod
    def claim(cls) -> "Channel":
        """Take stdout for the protocol, for this process alone, and point fd 1 at stderr.

        After this a library's stray print, also one from C, ends in the log. Raises OSError when fd 3 is not open.
        """
        os.fstat(FRAME_FD)
        os.set_inheritable(FRAME_FD, False)
        sys.stdout.flush()
        messages = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        return cls(messages, FRAME_FD)

    def send(self, message: EngineMessage) -> None:
        """Write one message. A worker that has left is no error here: end of file on stdin ends the engine."""
        line = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
        with self._lock:
            _write_all(self._messages.fileno(), line.encode())

    def frame(self, request: int, image: int, rgb: bytes) -> None:
        """Write one image's pixels, all of them, before returning."""
        _write_all(self._frames_fd, FRAME_HEADER.pack(FRAME_MAGIC, request, image, len(rgb)) + rgb)


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(fd, rest) :]
    except BrokenPipeError:
        pass
