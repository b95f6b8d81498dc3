"""An engine one of whose kernels fails: the fault is injected, and the CPU is in the GPU's place."""

import json
import os
from typing import Any

import pytest
import torch

from quantspot_worker.device import Device
from quantspot_worker.generate import Renderer
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID
from quantspot_worker.serve import Engine
from quantspot_worker.settings import Settings

from .drawing import Recorder
from .engine_process import generate


class Worker(Recorder):
    """Sends its requests at once, and closes the engine's stdin when the last of them is answered."""

    def __init__(self, *requests: dict[str, Any]) -> None:
        super().__init__()
        reads, self._stdin = os.pipe()
        self.stdin = os.fdopen(reads, "rb")
        self._last = requests[-1]["request"]
        os.write(self._stdin, "".join(json.dumps(request) + "\n" for request in requests).encode())

    def send(self, message: Any) -> None:
        super().send(message)
        if message["kind"] in ("done", "error") and message.get("request") in (self._last, None):
            os.close(self._stdin)


def fail(*arguments: Any) -> None:
    raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")


@pytest.mark.parametrize("for_good", [True, False])
def test_an_engine_ends_when_its_gpu_is_lost_and_only_then(
    pool: VariantPool, monkeypatch: pytest.MonkeyPatch, for_good: bool
) -> None:
    """After an illegal address or a device-side assert the engine lived on with a CUDA context that was dead, and
    failed every request that it was given.
    """
    pool.acquire(BY_ID["bf16"])
    monkeypatch.setattr("quantspot_worker.pool.VariantPool", lambda *arguments: pool)
    right = Renderer.run

    def fail_first(*arguments: Any) -> None:
        monkeypatch.setattr(Device, "is_cuda", True)
        monkeypatch.setattr(torch.cuda, "synchronize", fail if for_good else lambda device: None)
        monkeypatch.setattr(Renderer, "run", right)
        fail()

    monkeypatch.setattr(Renderer, "run", fail_first)
    worker = Worker(generate(1), generate(2, steps=1))
    status = Engine(worker, Settings(model="tiny", device="cpu")).run(worker.stdin)
    ends = [message for message in worker.messages if message["kind"] in ("done", "error")]
    said = [(end["kind"], end.get("request"), end.get("retryable")) for end in ends]
    if for_good:
        # Of no request: the worker fails the one in hand with it, as one to try again, and starts another engine.
        assert (status, said) == (1, [("error", None, True)])
        assert "A kernel failed on the GPU" in json.dumps(ends[0])
    else:
        assert (status, said) == (0, [("error", 1, True), ("done", 2, None)])
