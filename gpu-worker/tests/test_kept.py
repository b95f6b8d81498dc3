"""What is made once and kept: GGUF files here, and what holds for everything that is."""

import errno
import os
import time
from pathlib import Path
from typing import Any

import gguf
import pytest

from quantspot_worker import kept
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.gguf_file import cached_gguf, gguf_path
from quantspot_worker.kept import is_whole, locked, made
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .drawing import draw


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUANTSPOT_CACHE", str(tmp_path))
    return tmp_path / "gguf"


@pytest.fixture
def transformer(model: Model) -> Path:
    return model.folder / "transformer"


def refuse(*args: Any) -> Any:
    raise AssertionError("it was made again")


def test_a_gguf_file_that_is_damaged_is_made_anew(
    pool: VariantPool, model: Model, device: Device, transformer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: nothing looked at a kept GGUF file again. One with damaged bytes was drawn with, and one that was cut
    failed to load at every start.
    """
    file = cached_gguf(transformer, "Q8_0")
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes(200_000) + whole[middle + 200_000 :])
    assert draw(VariantPool(model, device, 2**31), "gguf-q8_0") == draw(pool, "gguf-q8_0")
    for damaged in (whole[:middle], whole + b"more"):
        file.write_bytes(damaged)
        assert cached_gguf(transformer, "Q8_0").read_bytes() == whole
    monkeypatch.setattr("quantspot_worker.gguf_file.write_gguf", refuse)
    assert cached_gguf(transformer, "Q8_0") == file


def test_every_piece_of_a_large_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_PIECE", 1000)
    monkeypatch.setattr(kept, "_BLOCK", 300)
    content = bytes(2500)
    with made(tmp_path / "large") as folder:
        (folder / "file").write_bytes(content)
    assert is_whole(tmp_path / "large")
    for at in (0, 999, 1000, 1999, 2000, 2499):
        (tmp_path / "large" / "file").write_bytes(content[:at] + b"x" + content[at + 1 :])
        assert not is_whole(tmp_path / "large")


def test_what_a_killed_engine_left_and_what_nobody_reads_is_cleared_away(cache: Path, transformer: Path) -> None:
    """incident: an engine that was killed while it wrote a GGUF file left it under a name that nobody looked for again,
    gigabytes for a model of FLUX's size.
    """
    own = gguf_path(transformer, "Q8_0").parent.with_suffix(".part")
    other, busy, unread = cache / "q2_k-1.part", cache / "q4_1-2.part", cache / "q5_0-3"
    for folder in (own, other, busy, unread):
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
    fresh = cache / "q5_1-4"
    fresh.mkdir()
    (cache / "abc.part").write_bytes(b"half")
    long_ago = time.time() - 31 * 24 * 3600
    os.utime(unread, (long_ago, long_ago))
    with locked(busy, wait=False):  # as an engine that is writing it
        file = cached_gguf(transformer, "Q8_0")
    left = {entry for entry in cache.iterdir() if entry.suffix != ".lock"}
    assert left == {file.parent, busy, fresh}


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OSError("4096 requested and 0 written")]
)
def test_a_full_disk_is_said_to_be_one_and_nothing_is_left_on_it(
    model: Model, device: Device, cache: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """incident: "a file of the model is missing or unreadable" was the answer. The second is how numpy says it."""

    def write_half(writer: gguf.GGUFWriter) -> None:
        raise error

    monkeypatch.setattr(gguf.GGUFWriter, "write_kv_data_to_file", write_half)
    with pytest.raises(EngineError, match="disk is full") as failed:
        VariantPool(model, device, 2**31).acquire(BY_ID["gguf-q8_0"])
    assert failed.value.code == "load_failed"
    assert {entry.suffix for entry in cache.iterdir()} == {".lock"}


def test_a_cache_that_can_t_be_used_is_named(
    model: Model, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incident: a file of the model was said to be missing where QUANTSPOT_CACHE was no folder."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("QUANTSPOT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(EngineError, match="the engine's cache \\(QUANTSPOT_CACHE\\) can't be") as failed:
        VariantPool(model, device, 2**31).acquire(BY_ID["gguf-q8_0"])
    assert failed.value.code == "load_failed"
