"""The shared parts while a transformer is made for model offload.

The CPU in the GPU's place: all but the pinning is the same there.
"""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.model import Model
from quantspot_worker.pinned import PinnedCopy
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .drawing import draw

OFFLOADED = BY_ID["bnb-nf4-offload"]


@pytest.fixture
def own(model: Model, device: Device, monkeypatch: pytest.MonkeyPatch) -> VariantPool:
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "stock")
    pool = VariantPool(model, device, 2**31)
    monkeypatch.setattr(Device, "is_cuda", True)
    return pool


def places(pool: VariantPool) -> set[int]:
    """Where the shared parts' weights lie: while they are away, one piece of memory for each part."""
    parts = [pool.base.text_encoder, pool.base.text_encoder_2, pool.base.vae]
    return {tensor.untyped_storage().data_ptr() for part in parts for tensor in part.parameters()}


def watched(pool: VariantPool, then: Callable[[], None] = lambda: None) -> list[set[int]]:
    """Where they lie as a pipeline is made around the transformer."""
    seen: list[set[int]] = []
    around = pool._pipelines.around

    def watching(*arguments: Any, **options: Any) -> Any:
        seen.append(places(pool))
        then()
        return around(*arguments, **options)

    pool._pipelines.around = watching  # type: ignore[method-assign]
    return seen


def fail() -> None:
    raise RuntimeError("injected")


def test_they_are_away_meanwhile_and_draw_the_same_afterwards(own: VariantPool) -> None:
    before, at = draw(own, "bf16"), places(own)
    seen = watched(own)
    own.acquire(OFFLOADED)
    assert len(seen) == 1 and len(seen[0]) == 3 and not seen[0] & at
    # How many, not which: one part's weights can come to lie where another's lay while it was away.
    assert len(places(own)) == len(at)
    assert draw(own, "bf16") == before


def test_after_a_load_that_failed_the_next_request_has_them_back(own: VariantPool) -> None:
    before, at = draw(own, "bf16"), places(own)
    seen = watched(own, fail)
    with pytest.raises(EngineError) as failed:
        own.acquire(OFFLOADED)
    assert failed.value.code == "load_failed" and places(own) == seen[0]
    assert draw(own, "bf16") == before
    assert len(places(own)) == len(at)


def test_memory_that_runs_out_on_the_way_back_loses_none(own: VariantPool, monkeypatch: pytest.MonkeyPatch) -> None:
    before, at = draw(own, "bf16"), places(own)
    come_back, tries = PinnedCopy.come_back, []

    def scarce(copy: PinnedCopy) -> None:
        tries.append(copy)
        if len(tries) == 2:
            raise torch.OutOfMemoryError("injected")
        come_back(copy)

    monkeypatch.setattr(PinnedCopy, "come_back", scarce)
    seen = watched(own)
    own.acquire(OFFLOADED)
    assert len(tries) > 3 and len(seen[0]) == 3 and len(places(own)) == len(at)
    assert draw(own, "bf16") == before


def test_they_stay_where_the_machine_has_no_memory_for_them(own: VariantPool, monkeypatch: pytest.MonkeyPatch) -> None:
    at, seen = places(own), watched(own)
    monkeypatch.setattr("quantspot_worker.parking.available_bytes", lambda: 0)
    own.acquire(OFFLOADED)
    assert seen == [at] and places(own) == at
