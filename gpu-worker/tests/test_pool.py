"""The pool: who stays, who leaves, and that nobody's image changes by it."""

import gc
import itertools
import os
import random
import shutil
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from quantspot_worker import notices
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.generate import Renderer, tiles
from quantspot_worker.image import Times
from quantspot_worker.loaders import original
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.probes import reasons_against_size
from quantspot_worker.protocol import PoolMessage
from quantspot_worker.recipes import BY_ID, Recipe
from quantspot_worker.variant import Variant

from .drawing import Recorder, draw, in_state, request_for

FIVE = ("bf16", "torchao-int8", "quanto-int8", "bnb-nf4", "fp8-layerwise")


@pytest.mark.parametrize("requests", [7, pytest.param(40, marks=pytest.mark.slow)])
def test_two_of_five_under_mixed_requests_draw_what_fresh_ones_draw(
    pool: VariantPool, model: Model, device: Device, requests: int
) -> None:
    sizes = {id: pool.acquire(BY_ID[id]).variant.device_bytes for id in FIVE}
    fresh = {(id, seed): draw(pool, id, seed) for id in FIVE for seed in (3, 4)}
    shared = pool.used_bytes - sum(pool.acquire(BY_ID[v]).variant.device_bytes for v in in_state(pool, "resident"))
    budget = shared + sum(sorted(sizes.values())[-2:])
    told: list[PoolMessage] = []
    small = VariantPool(model, device, budget, told.append)
    choice = random.Random(0)
    transformers = []
    for id in (*FIVE, *choice.choices(FIVE, k=requests)):
        seed = choice.choice((3, 4))
        assert draw(small, id, seed) == fresh[id, seed], id
        assert small.used_bytes <= budget
        transformers.append(weakref.ref(small.acquire(BY_ID[id]).variant.pipe.transformer))
    assert max(sum(v["state"] == "resident" for v in message["variants"]) for message in told) <= 3
    assert all(message["usedBytes"] <= budget for message in told)
    gc.collect()
    assert len({alive() for alive in transformers} - {None}) == len(in_state(small, "resident"))


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
    told: list[PoolMessage] = []
    small = VariantPool(model, device, pool._base_bytes + 2**20, told.append)
    with pytest.raises(EngineError, match=r"needs about \d+ MiB") as refused:
        small.acquire(BY_ID["bf16"])
    assert refused.value.code == "out_of_memory"
    assert in_state(small, "resident") == set() and told == [small.state()]


def test_nobody_leaves_for_what_can_t_fit_even_alone(
    pool: VariantPool, model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: under a tight budget each request for a variant with parts of its own threw out all others, loaded
    everything, and was then refused with a need that was less than what the engine may use.
    """
    size = pool.acquire(BY_ID["bnb-nf4"]).variant.device_bytes
    small = VariantPool(model, device, pool._base_bytes + 2 * size)
    small.acquire(BY_ID["bnb-nf4"])
    load, loaded = small._load, []

    def counted(recipe: Recipe) -> Variant:
        loaded.append(recipe.id)
        return load(recipe)

    def refused() -> int:
        with pytest.raises(EngineError, match="needs about") as error:
            small.acquire(BY_ID["bnb-nf4-offload"])
        assert in_state(small, "resident") == {"bnb-nf4"}
        return int(error.value.notice["params"]["needed"])

    monkeypatch.setattr(small, "_load", counted)
    assert refused() > small.budget_bytes and not loaded
    assert set(reasons_against_size([BY_ID["bnb-nf4-offload"]], device, model, small.budget_bytes))
    # However wrong what was expected: it is loaded once to learn better.
    monkeypatch.setattr("quantspot_worker.pool.loading_bytes", lambda *arguments: size)
    assert refused() == refused() > small.budget_bytes and loaded == ["bnb-nf4-offload"]


def test_a_variant_on_its_way_back_is_not_given_up_for_the_one_that_leaves(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To park the one that leaves, those parked before were dropped when the machine's memory was short, the one to be
    brought back among them: it came back, but the pool knew nothing of it, and counted none of its memory.

    The CPU in the GPU's place: all but the pinning is the same there.
    """
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "stock")
    own = VariantPool(model, device, 2**31)
    before = draw(own, "torchao-int8")
    own.acquire(BY_ID["quanto-int8"])
    monkeypatch.setattr(Device, "is_cuda", True)
    own.evict_others(BY_ID["quanto-int8"])
    own.evict_others(BY_ID["quanto-int8"])  # parked a second time, a variant lost its way back
    assert in_state(own, "parked") == {"torchao-int8"}
    own.budget_bytes = own.used_bytes + 2**20  # for one of the two, of 8 MiB each
    monkeypatch.setattr("quantspot_worker.parking.available_bytes", lambda: 0)
    assert own.acquire(BY_ID["torchao-int8"]).unpark_seconds is not None
    assert in_state(own, "resident") == {"torchao-int8"} and not in_state(own, "parked")
    monkeypatch.undo()
    assert draw(own, "torchao-int8") == before


def test_what_rests_on_the_cpu_needs_no_room_on_the_device(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Group offload, made for GPUs that are too small for the model, was refused there for want of room, or others
    left for it, since its weights were counted as if they came to lie on the GPU.
    """
    own = VariantPool(model, device, 2**31)
    own.acquire(BY_ID["torchao-int8"])
    own.device = Device(torch.device("cuda", 0), "a GPU", 0)
    loaded = own.acquire(BY_ID["torchao-int8"]).variant
    monkeypatch.setattr(own, "_load", lambda recipe: replace(loaded, recipe=recipe, device_bytes=0))
    own.budget_bytes = own.used_bytes
    own.acquire(BY_ID["fp8-layerwise-group-offload"])
    assert in_state(own, "resident") == {"torchao-int8", "fp8-layerwise-group-offload"}


def test_what_the_pool_has_no_room_to_load_is_not_reported_runnable(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """int8 under model offload was reported runnable on a GPU of 24 GB, and each request for it was refused: its
    transformer is made on the GPU, beside the parts that all share, before it leaves.
    """
    gpu, loaded = Device(torch.device("cuda", 0), "a GPU", 0), []
    own = VariantPool(model, device, 0)
    own.device, own.budget_bytes = gpu, own.used_bytes + 2**20

    def load(recipe: Recipe) -> None:
        loaded.append(recipe.id)
        raise EngineError("load_failed", "Far enough.")

    monkeypatch.setattr(own, "_load", load)
    recipes = [BY_ID[id] for id in ("bnb-int8", "bnb-int8-offload", "fp8-layerwise-group-offload")]
    for recipe in recipes:
        with pytest.raises(EngineError):
            own.acquire(recipe)
    assert loaded == ["fp8-layerwise-group-offload"]
    assert set(reasons_against_size(recipes, gpu, model, own.budget_bytes)) == {"bnb-int8", "bnb-int8-offload"}


def test_memory_that_runs_out_on_the_gpu_takes_nothing_from_those_that_lie_elsewhere(
    pool: VariantPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time that memory ran out, the variants under model offload were thrown away, which freed none of it."""
    offloaded = replace(pool.acquire(BY_ID["bf16"]).variant, recipe=BY_ID["bnb-nf4-offload"], device_bytes=0)
    monkeypatch.setattr(pool, "_variants", {offloaded.recipe.id: offloaded})
    pool.evict_others(BY_ID["bf16"])
    assert in_state(pool, "resident") == {"bnb-nf4-offload"}


def test_what_rests_on_the_cpu_is_given_room_when_it_draws(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incident: a GPU's budget was full, and a variant under model offload, loaded before, came to it all the same:
    memory ran out at each of its images, which were drawn again in tiles with all others thrown off the GPU."""
    own = VariantPool(model, device, 2**31)
    resident = own.acquire(BY_ID["torchao-int8"]).variant
    offloaded = replace(resident, recipe=BY_ID["bnb-nf4-offload"], device_bytes=0)
    own._variants[offloaded.recipe.id] = offloaded
    own.budget_bytes = own.used_bytes + 2**16
    monkeypatch.setattr(Device, "is_cuda", True)
    monkeypatch.setattr("quantspot_worker.pool.loading_bytes", lambda *arguments: 2**20)
    own.acquire(offloaded.recipe)
    assert in_state(own, "resident") == {"bnb-nf4-offload"} and in_state(own, "parked") == {"torchao-int8"}


def test_what_can_t_be_parked_leaves_last(model: Model, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under group offload a variant holds little of the GPU, and whoever sends it away has it made anew."""
    own = VariantPool(model, device, 2**31)
    resident = own.acquire(BY_ID["torchao-int8"]).variant
    streamed = replace(resident, recipe=BY_ID["fp8-layerwise-group-offload"], device_bytes=2**16)
    own._variants = {streamed.recipe.id: streamed, resident.recipe.id: resident}
    own.budget_bytes = own.used_bytes
    monkeypatch.setattr(Device, "is_cuda", True)
    own.acquire(BY_ID["bnb-nf4"])
    assert in_state(own, "resident") == {"fp8-layerwise-group-offload", "bnb-nf4"}


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
    """The fault is injected: the autoencoder fails until it works in tiles. The second try used to begin while the
    first one's error still held everything that it had allocated; and the first one's steps were in the figures of the
    picture that the second one made.
    """
    vae, decode = pool.base.vae, pool.base.vae.decode
    held: list[weakref.ref[torch.Tensor]] = []
    tiles: list[torch.Size] = []

    def faulty(latents: torch.Tensor, **kwargs: Any) -> Any:
        if not vae.use_tiling:
            activations = torch.zeros(1000)
            held.append(weakref.ref(activations))
            raise torch.OutOfMemoryError("injected")
        assert held[-1]() is None
        return decode(latents, **kwargs)

    def observed(tile: torch.Tensor, decoder: Any = vae.decoder.forward) -> torch.Tensor:
        tiles.append(tile.shape)
        return decoder(tile)

    monkeypatch.setattr(vae, "decode", faulty)
    monkeypatch.setattr(vae.decoder, "forward", observed)
    clock = itertools.count()  # a second passes between any two looks at it
    monkeypatch.setattr("quantspot_worker.image.time", SimpleNamespace(perf_counter=lambda: next(clock)))
    recorder = Recorder()
    variant = pool.acquire(BY_ID["bf16"]).variant
    outcome = Renderer(pool, recorder).run(request_for("bf16"), variant, threading.Event())
    assert outcome.times == Times(encode=1, denoise=1, decode=1)
    assert outcome.warnings == [notices.decoded_in_tiles(1)]
    assert len(tiles) > 1 and max(tiles[0][2:]) == 8  # of 16
    assert len(recorder.pixels) == 128 * 128 * 3
    assert not vae.use_tiling and vae.tile_sample_min_size > 64

    def hopeless(latents: torch.Tensor, **kwargs: Any) -> Any:
        raise torch.OutOfMemoryError("injected")

    monkeypatch.setattr(vae, "decode", hopeless)
    with pytest.raises(EngineError, match="does not fit this device's memory") as failed:
        Renderer(pool, Recorder()).run(request_for("bf16"), variant, threading.Event())
    assert failed.value.code == "out_of_memory"
    monkeypatch.undo()
    assert draw(pool, "bf16")


@pytest.mark.parametrize("size", [(160, 160), (240, 176), (16, 16)])
def test_tiles_make_an_image_of_the_size_that_was_asked_for(pool: VariantPool, size: tuple[int, int]) -> None:
    """An image of 160 x 160 came out of tiles as one of 168 x 168, each tile displaced against the one before; one of
    16 x 16 not at all. Where the tiles overlap by whole latents there is no such trouble.
    """
    vae, (width, height) = pool.base.vae, size
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, vae.config.latent_channels, height // 8, width // 8, generator=generator).to(vae.dtype)
    with torch.no_grad(), tiles(vae, max(size)):
        assert vae.decode(latents).sample.shape == (1, 3, height, width)


def test_a_variant_that_runs_out_of_memory_is_loaded_again_with_the_others_away(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = VariantPool(model, device, 2**31)
    before = draw(small, "bf16")
    load, tries = original.load, []

    def faulty(*args: Any) -> Any:
        tries.append(in_state(small, "resident"))
        if len(tries) in (1, 3, 4):
            raise torch.OutOfMemoryError("injected")
        return load(*args)

    monkeypatch.setattr(original, "load", faulty)
    assert small.acquire(BY_ID["fp8-layerwise"]).load_seconds is not None
    assert tries == [{"bf16"}, set()]
    with pytest.raises(EngineError, match="Memory ran out while Original bf16 was loading") as failed:
        small.acquire(BY_ID["bf16"])
    assert failed.value.code == "out_of_memory" and failed.value.retryable
    assert draw(small, "bf16") == before
