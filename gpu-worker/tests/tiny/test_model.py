"""The shipped model: small enough, loadable, and unmoved by odd prompts."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from quantspot_worker.tiny.cli import MODEL
from quantspot_worker.tiny.samples import Sampler, contact_sheet, load_pipeline

MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def sampler() -> Iterator[Sampler]:
    yield Sampler(load_pipeline(MODEL), height=128, width=128, steps=6, batch=4)


def pixels(sampler: Sampler, prompt: str, seed: int = 0) -> NDArray[np.float32]:
    return np.asarray(sampler.draw([prompt], seed)[0], np.float32)


def test_all_weights_fit_in_24_mebibytes() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*.safetensors")) <= 24 * MEBIBYTE


@pytest.mark.parametrize(
    "prompt",
    ["", "   ", "xqzt flurble", "a red circle " * 77, "x" * 1000, "😀🚀", "日本語", "!?.,;:", "a\x00b\n\tc"],
    ids=["empty", "blank", "unknown", "long", "1000", "emoji", "japanese", "marks", "control"],
)
def test_odd_prompts_draw_something(sampler: Sampler, prompt: str) -> None:
    sampler.steps = 1
    picture = pixels(sampler, prompt)
    sampler.steps = 6
    assert picture.shape == (128, 128, 3)
    assert np.isfinite(picture).all()


def test_a_seed_is_repeatable_and_another_one_differs(sampler: Sampler) -> None:
    prompt = "two red stars on a white background"
    first = pixels(sampler, prompt, 1)
    assert np.array_equal(first, pixels(sampler, prompt, 1))
    assert np.abs(first - pixels(sampler, prompt, 2)).mean() > 5


def test_guidance_is_visible(sampler: Sampler) -> None:
    low, high = (
        pixels(Sampler(sampler.pipeline, 128, 128, 6, guidance), "three red stars on a blue background")
        for guidance in (1.0, 6.0)
    )
    assert np.abs(low - high).mean() > 1


def test_a_colour_word_is_heard(sampler: Sampler) -> None:
    red, green, blue = pixels(sampler, "a white heart on a blue background")[2:6, 2:6].reshape(-1, 3).mean(0)
    assert blue > 150 and red < 90 and green < 140


def test_the_prompt_list_is_varied() -> None:
    prompts = (MODEL / "prompts.txt").read_text().splitlines()
    assert 180 <= len(prompts) == len(set(prompts))
    assert all(5 < len(prompt) <= 120 for prompt in prompts)


def test_a_contact_sheet_holds_every_picture(sampler: Sampler) -> None:
    sheet = contact_sheet(sampler.draw(["a cat"] * 3), ["a cat"] * 3, 2)
    assert sheet.size == (256, 2 * (128 + 26))
