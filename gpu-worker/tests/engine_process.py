"""A real engine process, and what it says, for tests."""

import json
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Message = dict[str, Any]
Pixels = NDArray[np.uint8]

#: Importing diffusers on a machine with twenty other things to do takes minutes.
PATIENCE = 600.0


class EngineProcess:
    """`python -m quantspot_worker serve` with all four of its pipes read as they fill."""

    def __init__(self, *arguments: str, log: Path, environment: dict[str, str] | None = None) -> None:
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(fd=write_end), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("wb"),
            pass_fds=(write_end,),
            env={**os.environ, **(environment or {})},
        )
        os.close(write_end)
        self.log = log
        self.heartbeats: list[Message] = []
        #: (request, image) to pixels' bytes, in the order of arrival.
        self.frames: dict[tuple[int, int], bytes] = {}
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._pixels = os.fdopen(read_end, "rb")
        self.readers = [threading.Thread(target=f, daemon=True) for f in (self._read_messages, self._read_frames)]
        for reader in self.readers:
            reader.start()

    def send(self, message: Message | str) -> None:
        assert self.process.stdin is not None
        line = message if isinstance(message, str) else json.dumps(message)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def next(self, *kinds: str) -> Message:
        """The next message of one of these kinds; others are skipped, but an error that nobody waits for fails."""
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._messages.get(timeout=max(0.1, deadline - time.monotonic()))
            assert message is not None, f"the engine ended: {self.log.read_text()[-2000:]}"
            if message["kind"] in kinds:
                return message
            assert message["kind"] != "error", message

    def answer(self, request: Message) -> list[Message]:
        """Send a request and collect everything said about it, its end included."""
        self.send(request)
        said = []
        while True:
            message = self.next("loading", "step", "preview", "image", "done", "error")
            if message.get("request") == request["request"]:
                said.append(message)
            if message["kind"] in ("done", "error"):
                return said

    def image(self, request: Message, index: int = 0) -> Pixels:
        deadline = time.monotonic() + 5
        while (request["request"], index) not in self.frames and time.monotonic() < deadline:
            time.sleep(0.01)
        data = self.frames[request["request"], index]
        return np.frombuffer(data, np.uint8).reshape(request["height"], request["width"], 3)

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE)

    def _read_messages(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = json.loads(line)
            if message["kind"] == "heartbeat":
                self.heartbeats.append(message)
            else:
                self._messages.put(message)
        self._messages.put(None)

    def _read_frames(self) -> None:
        while header := self._pixels.read(16):
            magic, request, image, length = struct.unpack("<4sIII", header)
            data = self._pixels.read(length)
            assert magic == b"QSPX" and len(data) == length
            self.frames[request, image] = data


#: Node gives a child its fourth pipe as fd 3; Python's subprocess can't, so the child moves it there itself.
_START = """
import os, runpy, sys
if {fd} != 3:
    os.dup2({fd}, 3)
    os.close({fd})
sys.argv = ["quantspot_worker", *sys.argv[1:]]
runpy.run_module("quantspot_worker", run_name="__main__", alter_sys=True)
"""


def generate(number: int, **changes: Any) -> Message:
    """A small valid request: 128 x 128 pixels, two steps."""
    return {
        "kind": "generate",
        "request": number,
        "recipe": "bf16",
        "prompt": "a red car on a road at sunset",
        "width": 128,
        "height": 128,
        "steps": 2,
        "guidance": 3.5,
        "noise": [[{"seed": 7, "weight": 1}]],
        **changes,
    }
