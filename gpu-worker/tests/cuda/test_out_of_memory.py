"""A GPU whose memory really runs out, by a limit on what PyTorch may take of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.generate import Renderer
from quantspot_worker.memory import collect
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from ..drawing import Recorder, draw, request_for


@contextmanager
def only_more(mebibytes: int, gpu: Device) -> Iterator[None]:
    """Than what is reserved now."""
    collect(gpu.torch)
    limit = torch.cuda.memory_reserved() + mebibytes * 2**20
    torch.cuda.set_per_process_memory_fraction(limit / torch.cuda.get_device_properties(gpu.torch).total_memory)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


def test_an_image_that_does_not_fit_fails_alone(model: Model, gpu: Device) -> None:
    pool = VariantPool(model, gpu, 2**33)
    before = draw(pool, "bf16")
    variant = pool.acquire(BY_ID["bf16"]).variant
    large = replace(request_for("bf16"), width=4096, height=4096)
    with only_more(32, gpu):
        with pytest.raises(EngineError) as refused:
            Renderer(pool, Recorder()).run(large, variant, threading.Event())
        assert refused.value.code == "out_of_memory"
        assert draw(pool, "bf16") == before
