"""An engine one of whose kernels fails: the fault is injected, and the CPU is in the GPU's place."""

import json
from typing import Any

import pytest
import torch

from quantspot_worker.device import Device
from quantspot_worker.generate import Renderer
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .engine_here import serve_here
from .engine_process import generate


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
    monkeypatch.setattr("quantspot_worker.pool.VariantPool", lambda *arguments, **options: pool)
    right = Renderer.run

    def fail_first(*arguments: Any) -> None:
        monkeypatch.setattr(Device, "is_cuda", True)
        monkeypatch.setattr(torch.cuda, "synchronize", fail if for_good else lambda device: None)
        monkeypatch.setattr(Renderer, "run", right)
        fail()

    monkeypatch.setattr(Renderer, "run", fail_first)
    status, said = serve_here(
        monkeypatch, generate(1), generate(2, steps=1), enough=lambda message: message["kind"] == "done"
    )
    ends = [message for message in said if message["kind"] in ("done", "error")]
    ended = [(end["kind"], end.get("request"), end.get("retryable")) for end in ends]
    if for_good:
        # Of no request: the worker fails the one in hand with it, as one to try again, and starts another engine.
        assert (status, ended) == (1, [("error", None, True)])
        assert "A kernel failed on the GPU" in json.dumps(ends[0])
    else:
        assert (status, ended) == (0, [("error", 1, True), ("done", 2, None)])


def test_a_gpu_lost_while_a_variant_to_keep_is_loaded_ends_the_engine_in_words(
    pool: VariantPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's request was in hand, and the engine ended with a traceback that the worker could make nothing of."""
    monkeypatch.setattr("quantspot_worker.pool.VariantPool", lambda *arguments, **options: pool)

    def fail_as_others_leave(*arguments: Any) -> None:
        monkeypatch.setattr(Device, "is_cuda", True)
        monkeypatch.setattr(torch.cuda, "synchronize", fail)
        fail()

    monkeypatch.setattr(pool, "acquire", fail_as_others_leave)
    status, said = serve_here(monkeypatch, keep="bf16")
    assert status == 1 and said[-1]["kind"] == "error"
    assert "A kernel failed on the GPU" in json.dumps(said[-1])
