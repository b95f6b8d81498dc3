"""Training on a CPU, at a size for tests: it learns, saves, goes on and can be loaded."""

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from diffusers import FluxPipeline
from safetensors.torch import load_file
from transformers import CLIPTokenizer, T5TokenizerFast

from quantspot_worker.tiny.architecture import (
    FOR_TESTS,
    build_autoencoder,
    build_text_encoders,
    build_transformer,
    image_positions,
    pack_latents,
)
from quantspot_worker.tiny.cli import MODEL
from quantspot_worker.tiny.training import flow, run
from quantspot_worker.tiny.training.latents import CLIP_LENGTH, CYCLE, FORMATS, T5_LENGTH, Batch, format_of
from quantspot_worker.tiny.training.optimizer import Masters, orthogonalise
from quantspot_worker.tiny.training.schedule import Stage
from quantspot_worker.tiny.training.world import World

CPU = World(0, 1, torch.device("cpu"))


def shipped_tokenizers() -> tuple[Any, Any]:
    """As `build_tokenizers` makes them, which test_tokenizers.py shows, without its seconds."""
    return CLIPTokenizer.from_pretrained(MODEL / "tokenizer"), T5TokenizerFast.from_pretrained(MODEL / "tokenizer_2")


def small_model() -> flow.Model:
    torch.manual_seed(0)
    clip, t5 = build_text_encoders(*shipped_tokenizers(), FOR_TESTS)
    return flow.Model(build_transformer(FOR_TESTS), clip, t5)


def test_ten_steps_lower_the_loss() -> None:
    model = small_model()
    masters = Masters(model, 5e-3, 5e-3, 0.9)
    batch = Batch(
        tokens=pack_latents(torch.randn(8, 16, 8, 8)),
        clip_ids=torch.randint(3, 500, (8, CLIP_LENGTH)),
        t5_ids=torch.randint(3, 200, (8, T5_LENGTH)),
        image_ids=image_positions(64, 64, CPU.device),
        text_ids=torch.zeros(T5_LENGTH, 3),
        usual=True,
    )
    noise, levels = torch.randn_like(batch.tokens), flow.noise_levels(8, CPU.device)
    noisy = torch.lerp(batch.tokens, noise, levels[:, None, None])
    runner = flow.Runner.of(model, compiled=False)
    losses = []
    for _ in range(11):
        text = runner.text(batch.clip_ids, batch.t5_ids, batch.usual)
        velocity = runner.velocity(batch, noisy, levels, torch.full((8,), 3.5), text)
        loss = F.mse_loss(velocity, noise - batch.tokens)
        losses.append(float(loss.detach()))
        loss.backward()
        masters.step(CPU, 1.0)
    assert losses[10] < 0.9 * losses[0], losses


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> run.Plan:
    """From nothing, two steps of each stage in one run and a third in another that goes on."""
    out = tmp_path_factory.mktemp("training")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(run, "build_tokenizers", shipped_tokenizers)
    for steps in (2, 3):
        plan = run.Plan(out, minutes=60, scenes=12, batch=2, compiled=False, workers=1, size=FOR_TESTS, max_steps=steps)
        run.run(plan)
    monkeypatch.undo()
    return plan


def test_the_second_run_goes_on(trained: run.Plan) -> None:
    state = torch.load(trained.out / "state.pt", weights_only=True)
    assert state["runs"] == 2
    assert state["stages"]["autoencoder"][1] == state["stages"]["flow"][1] == 3
    assert state["masters"]["steps"] == 3


def test_the_pipeline_saved_can_be_loaded_and_draws(trained: run.Plan) -> None:
    pipeline = FluxPipeline.from_pretrained(str(trained.out / "pipeline"), dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    draw = {"height": 64, "width": 96, "num_inference_steps": 2, "max_sequence_length": 64, "output_type": "np"}
    picture = pipeline("a red star", generator=torch.Generator().manual_seed(0), **draw).images[0]
    assert picture.shape == (64, 96, 3)
    assert 0 <= picture.min() < picture.max() <= 1


def test_a_student_learns_on_from_an_undistilled_teacher(trained: run.Plan, tmp_path: Path) -> None:
    start = trained.out / "pipeline"
    run.run(
        run.Plan(
            tmp_path, minutes=60, start=start, teacher=start, scenes=8, batch=2, compiled=False, workers=1, max_steps=2
        )
    )
    before, after = (
        load_file(folder / "transformer" / "diffusion_pytorch_model.safetensors")
        for folder in (start, tmp_path / "pipeline")
    )
    assert any(not torch.equal(weights, after[name]) for name, weights in before.items())
    assert not (tmp_path / "state.pt").exists(), "a flow stage was run"


def test_export_puts_the_average_in_place_for_saving() -> None:
    model = torch.nn.Linear(4, 4)
    masters = Masters(model, 1e-2, 1e-2, 0.5)
    model(torch.ones(1, 4)).sum().backward()
    masters.step(CPU, 1.0)
    masters.averages.zero_()
    masters.export()
    assert not model.weight.any()


def test_matrices_of_the_blocks_go_to_muon() -> None:
    masters = Masters(small_model(), 1e-3, 1e-3, 0.9)
    matrices = sum(weights.shape[0] for weights, _ in masters.matrices)
    # double block: 8 in attention, 4 in feed-forward; single: 3 + 2; T5: 4 + 3; CLIP: 4 + 2; the output
    assert matrices == 12 + 5 + 7 + 6 + 1


def test_orthogonalise_evens_out_singular_values() -> None:
    for shape in ((3, 16, 64), (2, 64, 16)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)).float())
        assert values.min() > 0.5
        assert values.max() < 1.4


def test_noise_levels_cover_both_ends() -> None:
    levels = flow.noise_levels(4096, CPU.device)
    assert levels.min() >= 0
    assert levels.max() <= 1
    assert 0.5 < (levels > 0.8).float().mean() < 0.7
    assert (levels < 0.5).float().mean() > 0.1


def test_every_format_has_its_turn() -> None:
    turns = [format_of(step) for step in range(3 * CYCLE)]
    assert {form for form, _ in turns} == set(FORMATS)
    assert {length for _, length in turns} == {64, 128, 256, 512}


def test_the_learning_rate_warms_up_holds_and_falls() -> None:
    stage = Stage("flow", 100.0, deadline=1e12, decay=0.25, warmup=10)
    stage.start()
    assert stage.rate == pytest.approx(0.1)
    for _ in range(10):
        stage.tick(1)
    assert stage.rate == 1
    stage.spent = 75 + 12.5
    assert stage.rate == pytest.approx(0.5)
    stage.spent = 100
    assert stage.done
    assert stage.rate < 0.01


def test_the_shipped_size_is_what_the_card_says() -> None:
    parameters = sum(parameter.numel() for parameter in build_transformer().parameters())
    parameters += sum(parameter.numel() for parameter in build_autoencoder().parameters())
    assert parameters == 8_317_632 + 1_178_835
