"""The engine as a process: what the worker sees of it on its four pipes."""

import base64
import shutil
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantspot_worker import serve
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.generate import Renderer
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID, OFFERED, Recipe

from .drawing import Recorder, request_for
from .engine_here import serve_here
from .engine_process import EngineProcess, generate
from .pictures import by_diffusers
from .test_protocol import assert_golden


@pytest.fixture(scope="module")
def other_engine(tmp_path_factory: pytest.TempPathFactory) -> EngineProcess:
    """With settings of its own; the last test that has it ends it."""
    settings = ("--keep", "fp8-layerwise", "--recipes", "bf16,gguf-q5_1", "--text-encoder", "int8", "--budget-gib", "1")
    log = tmp_path_factory.mktemp("other") / "engine.log"
    return EngineProcess("serve", "--model", "tiny", "--device", "cpu", *settings, log=log)


def test_ready_reports_device_model_and_all_recipes(engine: EngineProcess) -> None:
    ready = engine.next("ready")
    assert_golden(ready)
    assert ready["device"]["id"] == "cpu" and 0 < ready["device"]["budgetBytes"] < ready["device"]["totalBytes"]
    assert ready["model"]["name"] == "tiny" and ready["model"]["promptTokens"] == 64
    assert [r["id"] for r in ready["recipes"]] == [r.id for r in OFFERED]
    assert all(r["runnable"] is ("reason" not in r) for r in ready["recipes"])
    assert ready["versions"]["torch"].startswith("2.")


def test_an_image_is_the_one_that_a_fresh_pipeline_draws(engine: EngineProcess, pool: VariantPool) -> None:
    request = generate(1, width=192, height=128, steps=4, noise=[[{"seed": s, "weight": 1}] for s in (5, 6)])
    said = engine.answer({**request, "previewEvery": 2})
    for message in said:
        assert_golden(message)
    kinds = [message["kind"] for message in said]
    once = ["step", "step", "preview", "step", "step", "image"]
    assert kinds == ["loading", *once, *once, "done"]
    assert [m["step"] for m in said if m["kind"] == "step"] == [1, 2, 3, 4] * 2

    reference = FluxReference(pool)
    for index in (0, 1):
        assert np.array_equal(engine.image(request, index), by_diffusers(reference.pipe, request, index))

    preview = next(m for m in said if m["kind"] == "preview")
    assert len(base64.b64decode(preview["rgb"])) == preview["width"] * preview["height"] * 3
    assert (preview["width"], preview["height"]) == (24, 16)

    stats = said[-1]["stats"]
    seconds, memory = stats["seconds"], stats["memory"]
    assert 0 < seconds["load"] < seconds["total"]
    assert seconds["encode"] + seconds["denoise"] + seconds["decode"] < seconds["total"]
    assert seconds["perStep"] == pytest.approx(seconds["denoise"] / 8)
    assert memory["measure"] == "process-rss" and memory["peakBytes"] >= memory["residentBytes"] > 50 * 2**20
    assert stats["truncatedTokens"] == 0 and stats["warnings"] == []


class FluxReference:
    """A FluxPipeline of diffusers' own making, from the same folder."""

    def __init__(self, pool: VariantPool) -> None:
        import torch
        from diffusers import FluxPipeline

        self.pipe = FluxPipeline.from_pretrained(pool.model.folder, dtype=torch.bfloat16)


def test_two_requests_for_a_variant_that_is_not_loaded_load_it_once(engine: EngineProcess) -> None:
    for number in (10, 11):
        engine.send(generate(number, recipe="quanto-int8"))
    first, second = (engine.next("done")["stats"]["seconds"] for _ in range(2))
    assert "load" in first and "load" not in second
    assert second["queue"] >= first["load"]


def test_an_engine_is_as_its_settings_say(other_engine: EngineProcess) -> None:
    engine = other_engine
    ready = engine.next("ready")
    assert_golden(ready)
    assert [r["id"] for r in ready["recipes"]] == ["bf16", "fp8-layerwise", "gguf-q5_1"]
    assert ready["textEncoder"] == "int8" and ready["device"]["budgetBytes"] == 2**30
    empty, pool = engine.next("pool"), engine.next("pool")
    assert {v["state"] for v in empty["variants"]} == {"absent"}
    assert_golden(pool)
    (kept,) = (v for v in pool["variants"] if v["state"] == "resident")
    assert kept["recipe"] == "fp8-layerwise" and 0 < kept["outputError"] < 0.05
    said = engine.answer(generate(1, recipe="fp8-layerwise"))
    assert "loading" not in [m["kind"] for m in said] and said[-1]["stats"]["textEncoder"] == "int8"
    (error,) = engine.answer(generate(2, recipe="torchao-int8"))
    assert error["code"] == "unknown_recipe"


def test_garbage_is_answered_and_survived(engine: EngineProcess) -> None:
    for line in ("not json", '{"kind":"dance"}', '{"kind":"generate"}'):
        engine.send(line)
        error = engine.next("error")
        assert_golden(error)
        assert error["code"] == "bad_request" and "request" not in error
    engine.send({**generate(20), "steps": 0})
    assert engine.next("error")["request"] == 20
    assert engine.answer(generate(21))[-1]["kind"] == "done"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipe": "no-such"}, "unknown_recipe"),
        ({"width": 120}, "bad_request"),
        ({"width": 1024, "height": 1024}, "bad_request"),
        ({"steps": 51}, "bad_request"),
        ({"guidance": 0.5}, "bad_request"),
    ],
)
def test_a_request_beyond_the_limits_is_refused(engine: EngineProcess, changes: dict[str, object], code: str) -> None:
    (error,) = engine.answer(generate(30, **changes))
    assert (error["kind"], error["code"], error["retryable"]) == ("error", code, False)
    assert error["notice"]["message"].endswith(".")


def test_a_long_prompt_is_cut_and_counted_and_never_logged(engine: EngineProcess) -> None:
    prompt = "marmalade " + "a red car on a road at sunset " * 20
    stats = engine.answer(generate(40, prompt=prompt))[-1]["stats"]
    assert stats["truncatedTokens"] > 50
    assert any("CLIP" in warning["message"] for warning in stats["warnings"])
    log = engine.log.read_text()
    assert "marmalade" not in log and "sunset" not in log


def test_cancel_takes_effect_at_the_next_step(pool: VariantPool) -> None:
    cancelled = threading.Event()

    class Worker(Recorder):
        def send(self, message: Any) -> None:
            super().send(message)
            if message.get("step") == 3:
                cancelled.set()

    worker = Worker()
    request = replace(request_for("bf16"), steps=9)
    with pytest.raises(EngineError) as failed:
        Renderer(pool, worker).run(request, pool.acquire(BY_ID["bf16"]).variant, cancelled)
    assert failed.value.code == "cancelled" and worker.pixels == b""
    assert [message["step"] for message in worker.messages] == [1, 2, 3]


def test_a_render_can_be_cancelled(engine: EngineProcess) -> None:
    engine.send(generate(50, width=256, height=256, steps=50))
    engine.next("step")
    engine.send({"kind": "cancel", "request": 50})
    while (message := engine.next("step", "image", "done", "error"))["kind"] == "step":
        pass
    assert (message["kind"], message["code"], message["request"]) == ("error", "cancelled", 50)
    assert (50, 0) not in engine.frames
    # Nothing of it is left over for the next request.
    engine.answer(generate(51))
    assert engine.image(generate(51)).any()


def test_a_request_that_waits_can_be_cancelled(engine: EngineProcess) -> None:
    engine.send(generate(60, steps=10))
    engine.send(generate(61, steps=10))
    engine.send({"kind": "cancel", "request": 61})
    ends = [engine.next("done", "error") for _ in range(2)]
    assert [(m["kind"], m["request"]) for m in ends] == [("done", 60), ("error", 61)]


def test_a_number_in_hand_is_not_taken_twice(engine: EngineProcess) -> None:
    engine.send(generate(70, steps=10))
    engine.send(generate(70, steps=10))
    error = engine.next("error")
    assert error["code"] == "bad_request" and "request" not in error
    assert engine.next("done")["request"] == 70


def test_it_beats_while_it_renders(engine: EngineProcess) -> None:
    seeds = [[{"seed": seed, "weight": 1}] for seed in range(4)]
    engine.send(generate(80, width=256, height=256, steps=50, noise=seeds))
    while not (beats := [beat for beat in engine.heartbeats if beat.get("request") == 80]):
        assert engine.next("step", "done")["kind"] == "step"
    engine.send({"kind": "cancel", "request": 80})
    while engine.next("step", "image", "error")["kind"] != "error":
        pass
    assert_golden(beats[0])
    assert beats[0]["rssBytes"] > 0


def test_end_of_input_ends_a_render_at_the_next_step(other_engine: EngineProcess) -> None:
    seeds = [[{"seed": seed, "weight": 1}] for seed in range(4)]
    other_engine.send(generate(10, recipe="fp8-layerwise", width=256, height=256, steps=50, noise=seeds))
    other_engine.next("step")
    assert other_engine.end() == 0
    for reader in other_engine.readers:
        reader.join()
    assert (10, 0) not in other_engine.frames  # and no half frame: the reader asserts whole ones


def test_shutdown_cancels_what_is_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """incident: what waited as the engine was shut down was cancelled for good where the engine was quick to leave, and
    could be tried again where it was slow. What the worker had cancelled itself is not to be tried again.
    """
    cancel, shutdown = {"kind": "cancel", "request": 2}, {"kind": "shutdown"}
    # While the shared parts are still loading.
    status, said = serve_here(monkeypatch, generate(1), generate(2), cancel, shutdown)
    errors = {(m["code"], m["request"], m["retryable"]) for m in said if m["kind"] == "error"}
    assert (status, errors) == (0, {("cancelled", 1, True), ("cancelled", 2, False)})


def test_what_a_failed_request_has_loaded_is_gone_before_the_next(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incident: a request's error kept the transformer that had failed, through its traceback, until the next request
    was answered: on a full GPU that one failed for want of memory as well."""
    own, failed, alive = VariantPool(model, device, 2**31), [], []
    monkeypatch.setattr("quantspot_worker.pool.VariantPool", lambda *arguments, **options: own)
    run = Renderer.run

    def refuse(recipe: Recipe, transformer: Any, **options: Any) -> float:
        failed.append(weakref.ref(transformer))
        monkeypatch.undo()
        raise EngineError("load_failed", "Wrong numbers.")

    def look(renderer: Renderer, *arguments: Any) -> Any:
        alive.append(failed[0]() is not None)
        return run(renderer, *arguments)

    monkeypatch.setattr("quantspot_worker.pool.check", refuse)
    with pytest.MonkeyPatch.context() as other:
        other.setattr(Renderer, "run", look)
        other.setattr(serve, "_LEAVE_SECONDS", 600)
        requests = generate(1, recipe="torchao-int8"), generate(2, steps=1)
        _, said = serve_here(monkeypatch, *requests, enough=lambda message: message["kind"] == "done")
    assert [message.get("code") for message in said if message["kind"] in ("error", "done")] == ["load_failed", None]
    assert alive == [False]


def test_a_model_that_is_none_is_explained(tmp_path: Path) -> None:
    engine = EngineProcess("serve", "--model", str(tmp_path), "--device", "cpu", log=tmp_path / "engine.log")
    error = engine.next("error")
    assert_golden(error)
    assert (
        error["code"] == "load_failed" and "model_index.json" in error["notice"]["message"] and "request" not in error
    )
    assert engine.process.wait(timeout=30) == 1


def test_a_model_whose_shared_parts_are_damaged_is_explained(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model.folder, tmp_path / "broken")
    weights = next((tmp_path / "broken" / "vae").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1000])
    status, (ready, error) = serve_here(monkeypatch, model=str(tmp_path / "broken"))
    assert (status, ready["kind"]) == (1, "ready")
    assert "damaged or cut short" in error["notice"]["message"] and "request" not in error
