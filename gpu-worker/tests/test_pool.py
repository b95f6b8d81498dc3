"""The pool: who stays, who leaves, and that nobody's image changes by it."""

import os
import random
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantspot_worker.channel import Channel
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.generate import Renderer
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.protocol import Generate, PoolMessage, Seed
from quantspot_worker.recipes import BY_ID

FIVE = ("bf16", "torchao-int8", "quanto-int8", "bnb-nf4", "fp8-layerwise")


class Recorder(Channel):
    """Keeps frames and messages instead of writing them to pipes."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.pixels: bytes = b""

    def send(self, message: Any) -> None:
        self.messages.append(message)

    def frame(self, request: int, image: int, rgb: bytes) -> None:
        self.pixels = rgb


def draw(pool: VariantPool, id: str, seed: int = 3) -> bytes:
    recorder = Recorder()
    request = Generate(1, id, "a rainbow over green hills", 128, 128, 1, 3.5, ((Seed(seed, 1),),), None)
    Renderer(pool, recorder).run(request, pool.acquire(BY_ID[id]).variant, threading.Event())
    return recorder.pixels


def in_state(pool: VariantPool, state: str) -> set[str]:
    return {v["recipe"] for v in pool.state()["variants"] if v["state"] == state}


def test_two_of_five_under_mixed_requests_draw_what_fresh_ones_draw(
    pool: VariantPool, model: Model, device: Device
) -> None:
    sizes = {id: pool.acquire(BY_ID[id]).variant.device_bytes for id in FIVE}
    fresh = {id: draw(pool, id) for id in FIVE}
    shared = pool.used_bytes - sum(pool.acquire(BY_ID[v]).variant.device_bytes for v in in_state(pool, "resident"))
    budget = shared + sum(sorted(sizes.values())[-2:])
    told: list[PoolMessage] = []
    small = VariantPool(model, device, budget, told.append)
    order = random.Random(0).choices(FIVE, k=7)
    for id in (*FIVE, *order):
        assert draw(small, id) == fresh[id], id
        assert small.used_bytes <= budget
    assert max(sum(v["state"] == "resident" for v in message["variants"]) for message in told) <= 3
    assert all(message["usedBytes"] <= budget for message in told)


def test_the_least_recently_used_leaves_and_says_so(pool: VariantPool, model: Model, device: Device) -> None:
    size = pool.acquire(BY_ID["bf16"]).variant.device_bytes
    told: list[PoolMessage] = []
    small = VariantPool(model, device, pool._base_bytes + int(size * 1.6), told.append)
    for id in ("torchao-int8", "bf16", "torchao-int8"):
        small.acquire(BY_ID[id])
    small.acquire(BY_ID["quanto-int8"])
    assert in_state(small, "resident") == {"torchao-int8", "quanto-int8"}
    assert told[-1] == small.state()
    loads: list[str] = []
    assert small.acquire(BY_ID["quanto-int8"], loads.append).load_seconds is None
    assert small.acquire(BY_ID["bf16"], loads.append).load_seconds is not None
    assert loads == ["disk"]


def test_what_can_never_fit_is_refused_in_a_sentence(pool: VariantPool, model: Model, device: Device) -> None:
    small = VariantPool(model, device, pool._base_bytes + 2**20)
    with pytest.raises(EngineError, match=r"needs about \d+ MiB") as refused:
        small.acquire(BY_ID["bf16"])
    assert refused.value.code == "out_of_memory"
    assert in_state(small, "resident") == set()


def test_text_encoders_and_autoencoder_are_shared_but_not_under_offload(pool: VariantPool) -> None:
    ours = pool.acquire(BY_ID["torchao-int8"]).variant.pipe
    other = pool.acquire(BY_ID["bf16"]).variant.pipe
    offloaded = pool.acquire(BY_ID["bnb-nf4-offload"]).variant.pipe
    for part in ("text_encoder", "text_encoder_2", "vae"):
        assert getattr(ours, part) is getattr(other, part)
        assert getattr(ours, part) is not getattr(offloaded, part)
    assert ours.scheduler is not other.scheduler


@pytest.mark.parametrize("damage", ["cut", "header", "not a number"])
def test_a_damaged_file_is_explained_and_leaves_the_pool_unharmed(
    model: Model, device: Device, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model.folder, folder)
    pool = VariantPool(Model(folder, model.report), device, 2**31)
    before = draw(pool, "bf16")
    weights = next((folder / "transformer").glob("*.safetensors"))
    data = bytearray(weights.read_bytes())
    if damage == "cut":
        del data[len(data) // 2 :]
    elif damage == "header":
        data[20:60] = b"\0" * 40
    else:
        data[-200_000:] = b"\xff" * 200_000  # bfloat16 NaN
    # A new file in its place: the loaded variant may still map the old one.
    (tmp_path / "new").write_bytes(data)
    os.replace(tmp_path / "new", weights)
    for id in ("torchao-int8", "gguf-q8_0"):
        with pytest.raises(EngineError, match="damaged") as failed:
            pool.acquire(BY_ID[id])
        assert failed.value.code == "load_failed" and str(tmp_path) not in failed.value.message
    assert in_state(pool, "resident") == {"bf16"}
    assert draw(pool, "bf16") == before


def test_an_image_that_runs_out_of_memory_is_retried_in_tiles(
    pool: VariantPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault is injected: the autoencoder fails until it works in tiles."""
    vae, decode = pool.base.vae, pool.base.vae.decode
    fails = MemoryError("injected")

    def faulty(*args: Any, **kwargs: Any) -> Any:
        if not vae.use_tiling:
            raise fails
        return decode(*args, **kwargs)

    monkeypatch.setattr(vae, "decode", faulty)
    recorder = Recorder()
    request = Generate(1, "bf16", "a rainbow", 128, 128, 1, 3.5, ((Seed(3, 1),),), None)
    outcome = Renderer(pool, recorder).run(request, pool.acquire(BY_ID["bf16"]).variant, threading.Event())
    assert outcome.warnings == ["Memory ran out, so image 1 was decoded in tiles."]
    assert len(recorder.pixels) == 128 * 128 * 3 and np.frombuffer(recorder.pixels, np.uint8).std() > 5
    assert not vae.use_tiling

    monkeypatch.setattr(vae, "decode", lambda *args, **kwargs: (_ for _ in ()).throw(fails))
    with pytest.raises(EngineError) as failed:
        Renderer(pool, Recorder()).run(request, pool.acquire(BY_ID["bf16"]).variant, threading.Event())
    assert failed.value.code == "out_of_memory"
    monkeypatch.undo()
    assert draw(pool, "bf16")
