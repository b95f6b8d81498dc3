"""Both tokenizers read any text and are the same after saving and loading."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transformers import CLIPTokenizer, T5TokenizerFast

from quantspot_worker.tiny.cli import MODEL
from quantspot_worker.tiny.tokenizers import build_tokenizers

TEXTS = [
    "three red circles with white stripes on a dark blue background",
    "Three RED Circles on a Dark Blue background.",
    "a majestic café 😀, 4k",
    "",
    "zyxwv " * 200,
    "\t\n  a  cat \u3042 \u0000",
]
Tokenizers = tuple[Any, Any]


@pytest.fixture(scope="module")
def tokenizers() -> Iterator[Tokenizers]:
    yield build_tokenizers()


def test_saved_and_loaded_they_read_the_same(tokenizers: Tokenizers, tmp_path: Path) -> None:
    for tokenizer, kind in zip(tokenizers, (CLIPTokenizer, T5TokenizerFast), strict=True):
        folder = tmp_path / kind.__name__
        tokenizer.save_pretrained(folder)
        again = kind.from_pretrained(folder)
        for text in TEXTS:
            assert tokenizer(text).input_ids == again(text).input_ids
        padded = tokenizer("a", padding="max_length", max_length=9).input_ids
        assert padded == again("a", padding="max_length", max_length=9).input_ids


def test_the_shipped_ones_are_these(tokenizers: Tokenizers) -> None:
    shipped = CLIPTokenizer.from_pretrained(MODEL / "tokenizer"), T5TokenizerFast.from_pretrained(MODEL / "tokenizer_2")
    for tokenizer, other in zip(tokenizers, shipped, strict=True):
        for text in TEXTS:
            assert tokenizer(text).input_ids == other(text).input_ids


def test_round_trip(tokenizers: Tokenizers) -> None:
    text = "three red circles with white stripes on a dark blue background"
    for tokenizer in tokenizers:
        assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True).strip() == text


def test_words_of_the_grammar_are_one_piece_each(tokenizers: Tokenizers) -> None:
    text = "a purple rocket with yellow fins in space"
    _, t5 = tokenizers
    assert len(t5(text).input_ids) == len(text.split()) + 1


def test_capitals_do_not_matter(tokenizers: Tokenizers) -> None:
    for tokenizer in tokenizers:
        assert tokenizer("A Red CAT").input_ids == tokenizer("a red cat").input_ids


def test_unknown_characters_do_not_end_the_text(tokenizers: Tokenizers) -> None:
    clip, _ = tokenizers
    ids = clip("😀 a red cat").input_ids
    assert ids.index(clip.eos_token_id) == len(ids) - 1
