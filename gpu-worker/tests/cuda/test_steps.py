"""The host has one step more queued than the GPU computes."""

import threading
from dataclasses import replace
from typing import Any

import pytest
import torch

from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.generate import Renderer
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from ..drawing import Recorder, draw, request_for


class Strict(Recorder):
    """Between the first step and the last but one, whatever makes the host wait for all that is queued fails."""

    def send(self, message: Any) -> None:
        super().send(message)
        if message["kind"] == "step":
            torch.cuda.set_sync_debug_mode("error" if message["step"] < message["steps"] - 1 else "default")


@pytest.mark.parametrize("id", ["bf16", "torchao-int4", "fp8-w8a8"])
def test_no_step_waits_for_what_is_queued(model: Model, gpu: Device, id: str) -> None:
    pool, recorder = VariantPool(model, gpu, 2**33), Strict()
    variant = pool.acquire(BY_ID[id]).variant
    try:
        Renderer(pool, recorder).run(replace(request_for(id), steps=8), variant, threading.Event())
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert [message["step"] for message in recorder.messages if message["kind"] == "step"] == [*range(1, 9)]


def test_previews_show_the_step_that_has_ended(model: Model, gpu: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read beside the next step."""
    pool = VariantPool(model, gpu, 2**33)

    def previews() -> list[str]:
        recorder, variant = Recorder(), pool.acquire(BY_ID["bf16"]).variant
        request = replace(request_for("bf16"), width=512, height=512, steps=8, preview_every=1)
        Renderer(pool, recorder).run(request, variant, threading.Event())
        return [message["rgb"] for message in recorder.messages if message["kind"] == "preview"]

    beside = previews()
    monkeypatch.setattr("quantspot_worker.image._aside", torch.cuda.current_stream)
    assert len(set(beside)) == 7 and beside == previews()


class Impatient(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.cancelled = threading.Event()

    def send(self, message: Any) -> None:
        super().send(message)
        if message["kind"] == "preview":
            self.cancelled.set()


@pytest.mark.parametrize("id", ["bf16", "fp8-layerwise-group-offload", "bnb-nf4-offload"])
def test_a_cancelled_image_leaves_nothing_behind(model: Model, gpu: Device, id: str) -> None:
    """Its next step is still being computed as another image begins."""
    pool, recorder = VariantPool(model, gpu, 2**33), Impatient()
    before = draw(pool, id)
    large = replace(request_for(id), width=512, height=512, steps=8, preview_every=2)
    with pytest.raises(EngineError) as cancelled:
        Renderer(pool, recorder).run(large, pool.acquire(BY_ID[id]).variant, recorder.cancelled)
    assert cancelled.value.code == "cancelled"
    assert [message["step"] for message in recorder.messages if message["kind"] == "step"] == [1, 2]
    assert draw(pool, id) == before
