"""What a row's process measures, run here without the process."""

import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from quantspot_worker.bench.jobs import Job, Record, Settings, Way
from quantspot_worker.bench.residence import resident
from quantspot_worker.bench.row import Assignment, measure
from quantspot_worker.bench.turn import Turn
from quantspot_worker.execution.compiled import CompiledTransformer
from quantspot_worker.generate import Outcome, Renderer
from quantspot_worker.memory import rss_bytes
from quantspot_worker.model import Model
from quantspot_worker.requests import Generate
from quantspot_worker.variant import Variant

SETTINGS = Settings("tiny", "cpu", 128, 128, 3, 3.5, 64, warm_up=1, timed_steps=None, pictures=1)


def run(model: Model, folder: Path, row: str, way: Way, settings: Settings = SETTINGS) -> Record:
    job = Job(row, way, settings)
    return measure(
        Assignment(job, str(model.folder), ("a red car",), False, str(folder)),
        Turn(folder / "lock", folder / "waiting"),
    )


def transformer_bytes(model: Model) -> int:
    return sum(file.stat().st_size for file in (model.folder / "transformer").glob("*.safetensors"))


def test_the_articles_script_and_the_engine_draw_the_same_bf16_picture(model: Model, tmp_path: Path) -> None:
    records = [run(model, tmp_path, "bf16", way) for way in ("plain", "own")]
    pictures = [(tmp_path / record["figures"]["pictures"][0]).read_bytes() for record in records]
    assert pictures[0] == pictures[1]
    for record in records:
        figures = record["figures"]
        assert len(figures["step_ms"]) == SETTINGS.steps - 1
        assert sum(figures["step_ms"]) / 1000 < figures["seconds"]
        assert figures["components"]["transformer"] == pytest.approx(transformer_bytes(model), rel=0.01)
        assert figures["memory"]["after_loading"] <= figures["memory"]["peak"]
        assert figures["memory"]["peak"] >= 0.9 * rss_bytes()


@pytest.mark.parametrize(
    ("row", "layer", "t5"),
    [
        ("bnb-int8", "Linear8bitLt", "Linear8bitLt"),
        ("torchao-fp8", "Linear", "Linear"),
        ("quanto-fp8", "QLinear", "QLinear"),
        ("gguf-q8_0", "GGUFLinear", "Linear"),
        ("fp8-layerwise-group-offload", "Linear", "Linear"),
    ],
)
def test_the_articles_scripts_quantize_what_it_quantized(model: Model, row: str, layer: str, t5: str) -> None:
    from quantspot_worker.bench.plain import Place, build
    from quantspot_worker.device import open_device
    from quantspot_worker.gguf_file import cached_gguf
    from quantspot_worker.memory import weights_bytes
    from quantspot_worker.recipes import BY_ID

    recipe = BY_ID[row]
    gguf = cached_gguf(model.folder / "transformer", recipe.scheme) if recipe.family == "gguf" else None
    pipe = build(recipe, Place(str(model.folder), open_device("cpu").torch, gguf))
    block = pipe.text_encoder_2.encoder.block[0].layer[1].DenseReluDense
    assert type(pipe.transformer.transformer_blocks[0].ff.net[2]).__name__ == layer
    assert type(block.wi_0).__name__ == t5
    assert weights_bytes(pipe.transformer) < 0.8 * transformer_bytes(model)


@pytest.mark.parametrize("row", ["bnb-int8", "bnb-nf4"])
def test_a_script_whose_layers_changed_as_they_ran_is_still_checked(model: Model, tmp_path: Path, row: str) -> None:
    """bitsandbytes moves or repacks a layer's numbers at its first run. The check after the last image looked for them
    where they had been, and an H200's figures of a whole row were lost; on a CPU, NF4 was called wrong."""
    figures = run(model, tmp_path, row, "plain")["figures"]
    assert figures["warnings"] == [] and len(figures["step_ms"]) > 0


@pytest.mark.parametrize("way", ["own", "resident"])
def test_no_step_of_another_size_is_in_the_peak(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uncompiled: None, way: Way
) -> None:
    """incident: loading ends with a step of the model's first size, compiled and uncompiled. With --size 512x512 the
    peak of our own rows held two steps of 1024 x 1024, the scripts' none."""
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "fast")
    tokens: list[int] = []
    predict = CompiledTransformer._run

    def count(transformer: CompiledTransformer, arguments: dict[str, Any]) -> Any:
        tokens.append(arguments["hidden_states"].shape[1])
        return predict(transformer, arguments)

    monkeypatch.setattr(CompiledTransformer, "_run", count)
    settings = replace(SETTINGS, width=64, height=128, pictures=0)
    record = run(model, tmp_path, "bf16", way, settings)
    assert record["status"] == "measured" and len(tokens) > 2
    assert set(tokens) == {64 // 16 * 128 // 16}


def test_timed_steps_leave_the_warm_up_out(model: Model, tmp_path: Path) -> None:
    settings = Settings(**{**vars(SETTINGS), "timed_steps": 2, "pictures": 0})
    figures = run(model, tmp_path, "bf16", "own", settings)["figures"]
    assert len(figures["step_ms"]) == 2 and "seconds" not in figures and figures["pictures"] == []
    assert median(figures["step_ms"]) > 0


def test_variants_resident_together_cost_the_shared_parts_once(model: Model, tmp_path: Path) -> None:
    found = run(model, tmp_path, "bf16,gguf-q4_1", "resident")["residence"]
    assert found["resident"] == ["bf16", "gguf-q4_1"]
    assert found["variants"]["gguf-q4_1"]["weights_bytes"] < found["variants"]["bf16"]["weights_bytes"]
    # A CPU has no pinned memory to park in, so coming back is loading again.
    assert found["variants"]["bf16"]["reload_seconds"] > 100 * found["variants"]["bf16"]["switch_seconds"]


def test_a_change_of_variant_is_timed_by_the_image_after_it(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: "switch ms" was how long the pool takes to reorder its list, 0.005 ms on an H200, whatever the first
    image after a change waits for."""
    drawn: list[str] = []
    run_one = Renderer.run

    def run_slowly(renderer: Renderer, request: Generate, variant: Variant, cancelled: threading.Event) -> Outcome:
        if variant.recipe.id not in drawn[-1:]:
            time.sleep(0.1)
        drawn.append(variant.recipe.id)
        return run_one(renderer, request, variant, cancelled)

    monkeypatch.setattr(Renderer, "run", run_slowly)
    record = run(model, tmp_path, "bf16,gguf-q8_0", "resident")
    for figures in record["residence"]["variants"].values():
        assert figures["switch_seconds"] < 0.1 <= figures["changed_seconds"]
        assert figures["unchanged_seconds"] > 0
    assert drawn == ["bf16", "gguf-q8_0"] + 3 * (2 * ["bf16"] + 2 * ["gguf-q8_0"])
    text = resident([record])
    assert "| acquire ms | changed ms | unchanged ms | from pinned memory s |" in text
    for figures in record["residence"]["variants"].values():
        del figures["changed_seconds"], figures["unchanged_seconds"]
    assert "| acquire ms | from pinned memory s |" in resident([record])  # as in older files


def test_an_articles_script_whose_layers_drop_their_biases_is_named(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Quanto's float8 kernel for Hopper does so in every layer, and the article's script can't tell.
    from quantspot_worker.bench.plain import Place, build, problem
    from quantspot_worker.device import open_device
    from quantspot_worker.recipes import BY_ID

    recipe = BY_ID["bf16"]
    pipe = build(recipe, Place(str(model.folder), open_device("cpu").torch))
    assert problem(recipe, pipe) is None
    monkeypatch.setattr("torch.nn.Linear.forward", lambda layer, x: x @ layer.weight.T)
    assert "results are wrong" in (problem(recipe, pipe) or "")
