"""What owners of models write about them, quantspot.json and config.json, and what an engine is started with."""

import json
from pathlib import Path
from typing import Any

import pytest

from quantspot_worker.checkpoints import quantization
from quantspot_worker.errors import EngineError
from quantspot_worker.fetching import Fetching
from quantspot_worker.model import Model
from quantspot_worker.serving import SERVING_FILE, read_serving
from quantspot_worker.settings import Settings, prepare


def unseen(now: Fetching) -> None:
    """Progress of downloads that don't happen here."""


WHOLE: dict[str, Any] = {
    "name": "mine",
    "sizes": [{"width": 512, "height": 768}],
    "steps": {"min": 1, "max": 8, "default": 4},
    "promptTokens": 256,
    "examples": ["a moon"],
}


def test_a_file_that_is_right_is_taken_as_it_is(model: Model, tmp_path: Path) -> None:
    shipped = model.folder / SERVING_FILE
    assert read_serving(shipped) == json.loads(shipped.read_text()) == model.report
    file = tmp_path / SERVING_FILE
    file.write_text(json.dumps(WHOLE))
    assert read_serving(file) == WHOLE


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("[" * 100_000, "the file"),
        ('{"name": "\ud800"}'.encode(errors="surrogatepass"), "the file"),
        ({"name": ""}, "name"),
        ({"name": 3}, "name"),
        ({"sizes": []}, "sizes"),
        ({"sizes": [{"width": 512}]}, "sizes.0.height"),
        ({"sizes": [{"width": 100, "height": 512}]}, "sizes.0.width"),
        ({"sizes": [{"width": 2**40, "height": 512}]}, "sizes.0.width"),
        ({"sizes": [{"width": "512", "height": 512}]}, "sizes.0.width"),
        ({"steps": {"min": 1, "max": 8}}, "steps.default"),
        ({"steps": {"min": 1, "max": 8, "default": 9}}, "steps"),
        ({"steps": {"min": 0, "max": 8, "default": 4}}, "steps.min"),
        ({"steps": {"min": 1, "max": 8, "default": True}}, "steps.default"),
        ({"guidance": {"min": 1, "max": float("inf"), "default": 2}}, "guidance.max"),
        ({"guidance": {"min": float("nan"), "max": 3, "default": 2}}, "guidance.min"),
        ({"promptTokens": 513}, "promptTokens"),
        ({"examples": ["a moon", None]}, "examples.1"),
        ({"guidence": {"min": 1, "max": 3, "default": 2}}, "guidence"),
    ],
)
def test_what_can_t_be_served_is_refused_by_its_place(content: Any, place: str, tmp_path: Path) -> None:
    """The file was believed as it came: a size that is no multiple of 16 or a text for a number reached the bot, which
    gave up the engine again and again for breaking the protocol.
    """
    file = tmp_path / SERVING_FILE
    text = json.dumps({**WHOLE, **content}) if isinstance(content, dict) else content
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(EngineError) as refused:
        read_serving(file)
    assert refused.value.code == "load_failed" and not refused.value.retryable
    assert refused.value.message.startswith(f"{SERVING_FILE} of the model can't be used: {place}: ")
    assert refused.value.message.endswith(".") and "\n" not in refused.value.message


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '[["quantization_config", 1]]',
        '{"quantization_config": "nf4"}',
        '{"quantization_config": {"quant_method": "torchao", "quant_type": []}}',
        '{"quantization_config": {"quant_method": "torchao", "quant_type": {"default": "int8"}}}',
        '{"quantization_config": {"quant_method": "torchao"}}',
    ],
)
def test_a_quantization_that_is_none_is_explained(content: str, tmp_path: Path) -> None:
    """It ended the engine with a traceback in the place of a sentence."""
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(EngineError, match=r"config\.json of the model is missing or damaged\.$"):
        quantization(tmp_path)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"recipes": "bf16, gguf-q9_9"}, "QUANTSPOT_RECIPES names gguf-q9_9, which this engine does not know."),
        ({"keep": "../bf16"}, "QUANTSPOT_KEEP names ../bf16, which this engine does not know."),
        ({"budget_gib": float("nan")}, "QUANTSPOT_BUDGET_GIB is nan; give GiB, more than 0."),
        ({"budget_gib": float("inf")}, "QUANTSPOT_BUDGET_GIB is inf; give GiB, more than 0."),
        ({"budget_gib": -1.0}, "QUANTSPOT_BUDGET_GIB is -1.0; give GiB, more than 0."),
        ({"text_encoder": "int3"}, "int3 is no precision of T5 (QUANTSPOT_T5): say one of bf16, int8, nf4, fp8."),
    ],
)
def test_a_setting_that_can_t_be_used_is_refused_in_a_sentence(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EngineError) as refused:
        prepare(Settings(model="tiny", device="cpu", **settings), unseen)
    assert refused.value.message == sentence


@pytest.mark.parametrize(("mebibytes", "fit"), [(10, []), (16, ["bnb-nf4"]), (30, ["bf16", "bnb-nf4"])])
def test_what_can_never_fit_the_budget_is_reported_at_the_start(mebibytes: int, fit: list[str]) -> None:
    """It was offered as runnable, and each request for it waited for its turn to be refused."""
    settings = Settings(model="tiny", device="cpu", recipes="bf16,bnb-nf4", budget_gib=mebibytes / 1024)
    reports = prepare(settings, unseen).reports
    assert [id for id, report in reports.items() if report["runnable"]] == fit
    for report in reports.values():
        if not report["runnable"]:
            assert report["reason"]["message"].endswith(f"and the engine may use {mebibytes} MiB.")
