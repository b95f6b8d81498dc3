"""An engine in the tests' own process, which saves it the seconds of importing everything."""

import json
import os
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest

from quantspot_worker import serve
from quantspot_worker.settings import Settings

from .drawing import Recorder

Message = dict[str, Any]


class _Worker(Recorder):
    def __init__(self, stdin: BinaryIO, enough: Callable[[Message], bool]) -> None:
        super().__init__()
        self._stdin = stdin
        self._enough = enough

    def send(self, message: Any) -> None:
        super().send(message)
        if self._enough(message):
            self._stdin.close()


def serve_here(
    monkeypatch: pytest.MonkeyPatch,
    *requests: Message,
    model: str = "tiny",
    keep: str = "",
    enough: Callable[[Message], bool] = lambda message: False,
) -> tuple[int, list[Message]]:
    """The engine's exit status and what it said, heartbeats apart. Its stdin ends when it has said `enough`."""
    # Else it would end the tests, where it is slow to leave.
    monkeypatch.setattr(serve, "_LEAVE_SECONDS", 600)
    reads, writes = os.pipe()
    with os.fdopen(writes, "wb", buffering=0) as stdin:
        stdin.write("".join(json.dumps(request) + "\n" for request in requests).encode())
        worker = _Worker(stdin, enough)
        status = serve.Engine(worker, Settings(model=model, device="cpu", keep=keep)).run(os.fdopen(reads, "rb"))
    return status, [message for message in worker.messages if message["kind"] != "heartbeat"]
