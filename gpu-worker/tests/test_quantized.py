"""The second start quantizes nothing and draws the same; what is damaged is made anew."""

import errno
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bitsandbytes.nn import Params4bit
from optimum.quanto import WeightQBytesTensor
from torch import Tensor
from torchao.quantization import Int8Tensor

from quantspot_worker import notices, quantized
from quantspot_worker.checks import check
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.kept import is_whole, made_at
from quantspot_worker.loaders import torchao
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID, Recipe

from .drawing import draw

#: What each library quantizes with.
WORK: dict[str, tuple[Any, str]] = {
    "torchao-int8": (Int8Tensor, "from_hp"),
    "bnb-nf4": (Params4bit, "_quantize"),
}
quantize = WeightQBytesTensor.quantize


@pytest.fixture
def start(model: Model, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], VariantPool]:
    monkeypatch.setenv("QUANTSPOT_CACHE", str(tmp_path))
    return lambda: VariantPool(model, device, 2**31, keep_quantized=True)


def folders(tmp_path: Path) -> list[Path]:
    return [entry for entry in (tmp_path / "quantized").iterdir() if entry.is_dir()]


def refuse_disk(*args: Any) -> Any:
    raise OSError("No space left on device")


def refuse(*args: Any, **options: Any) -> Any:
    raise AssertionError("it was quantized again")


def refuse_numbers(base: Tensor, *args: Any, **options: Any) -> Any:
    """Quanto quantizes tensors without content to have a place for those that it reads."""
    return quantize(base, *args, **options) if base.is_meta else refuse()


@pytest.mark.parametrize("id", [*WORK, "quanto-int8"])
def test_the_first_start_and_the_second_draw_what_is_drawn_without_keeping(
    start: Callable[[], VariantPool], pool: VariantPool, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In many files, as a large model's: NF4 could not be read again from more than one.

    incident: on a CPU with AVX512-BF16 both starts drew garbage with NF4, and the same garbage. The check had run a few
    layers, which bitsandbytes then laid out anew for that CPU; to save them it laid them back, with their scales in
    the wrong order, on the disk and in the loaded model.
    """
    monkeypatch.setattr(quantized, "_SHARD", "500KB")
    first = draw(start(), id)
    assert first == draw(pool, id)
    if id in WORK:
        monkeypatch.setattr(*WORK[id], refuse)
    else:
        monkeypatch.setattr(WeightQBytesTensor, "quantize", refuse_numbers)
    assert draw(start(), id) == first


def test_what_is_damaged_is_made_anew(start: Callable[[], VariantPool], tmp_path: Path) -> None:
    first = draw(start(), "torchao-int8")
    (kept,) = folders(tmp_path)
    assert is_whole(kept)
    weights = next(kept.glob("*.safetensors"))
    data = weights.read_bytes()
    weights.unlink()
    assert not is_whole(kept)
    weights.write_bytes(data[:-1000])
    assert not is_whole(kept)
    weights.write_bytes(data[:-1000] + bytes([data[-1000] ^ 1]) + data[-999:])
    assert draw(start(), "torchao-int8") == first
    assert is_whole(kept)
    (kept / "digests.json").write_text("{")
    assert not is_whole(kept)


def test_what_cannot_be_kept_loads_all_the_same(
    start: Callable[[], VariantPool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, and torchao's int4 for CPUs, which nothing can save."""
    assert draw(start(), "torchao-int4")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2**20}))
    assert draw(start(), "torchao-int8")
    assert not folders(tmp_path)
    monkeypatch.setattr(quantized, "digest", refuse_disk)
    assert draw(start(), "torchao-int8")


def test_what_is_kept_and_fails_its_check_is_made_anew(
    start: Callable[[], VariantPool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept before it was checked, a bad quantization would have been read, and refused, at every later start."""
    first = draw(start(), "torchao-int8")
    (kept,) = folders(tmp_path)
    before = (kept / "digests.json").stat().st_mtime_ns
    checked: list[weakref.ref[Any]] = []
    alive = []

    def fails_once(recipe: Recipe, transformer: Any, **options: Any) -> float:
        checked.append(weakref.ref(transformer))
        if len(checked) == 1:
            raise EngineError("load_failed", notices.not_numbers("torchao int8"))
        return check(recipe, transformer, **options)

    load = torchao.load

    def look(*args: Any) -> Any:
        alive.append([transformer() is not None for transformer in checked])
        return load(*args)

    monkeypatch.setattr("quantspot_worker.pool.check", fails_once)
    monkeypatch.setattr(torchao, "load", look)
    assert draw(start(), "torchao-int8") == first
    assert len(checked) == 2
    assert alive == [[], [False]]  # else a GPU would have to hold both
    (kept,) = folders(tmp_path)
    assert (kept / "digests.json").stat().st_mtime_ns > before
    assert is_whole(kept)


@pytest.mark.parametrize("meanwhile", ["kept", "damaged"])
def test_what_another_engine_has_made_meanwhile_stays(
    start: Callable[[], VariantPool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """incident: of engines that started together each one deleted and wrote anew what the one before it had kept; and
    who read it just then could not use it, and marked what had come in its place as damaged.
    """
    recipe = BY_ID["torchao-int8"]
    if meanwhile == "damaged":
        start().acquire(recipe)
        (kept,) = folders(tmp_path)
        made_before = made_at(kept)
    made_by_other: list[int] = []

    def while_another_starts(*args: Any, **options: Any) -> float:
        if made_by_other:
            return check(*args, **options)
        monkeypatch.setattr("quantspot_worker.pool.check", check)
        if meanwhile == "damaged":
            (kept / "config.json").write_bytes(b"{")
        start().acquire(recipe)
        made_by_other.append(made_at(*folders(tmp_path)))
        if meanwhile == "damaged":
            assert made_by_other != [made_before]
            raise EngineError("load_failed", "Read in the middle of it.")
        return check(*args, **options)

    monkeypatch.setattr("quantspot_worker.pool.check", while_another_starts)
    start().acquire(recipe)
    (kept,) = folders(tmp_path)
    assert is_whole(kept) and [made_at(kept)] == made_by_other


def test_a_cache_that_can_only_be_read_is_read(
    start: Callable[[], VariantPool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: with such a QUANTSPOT_CACHE each backend that was kept there failed to load: its folder's time could
    not be set, and its digests could not be deleted for that. The faults are injected, since root may write anywhere.
    """
    first = draw(start(), "torchao-int8")
    (kept,) = folders(tmp_path)

    def refuse_change(*args: Any, **options: Any) -> Any:
        raise OSError(errno.EROFS, "Read-only file system")

    for owner, name in ((os, "utime"), (os, "rename"), (Path, "unlink"), (Path, "write_text")):
        monkeypatch.setattr(owner, name, refuse_change)
    with monkeypatch.context() as quantizing:
        quantizing.setattr(*WORK["torchao-int8"], refuse)
        assert draw(start(), "torchao-int8") == first
    (kept / "config.json").write_bytes(b"{")  # damaged, and there to stay
    assert draw(start(), "torchao-int8") == first


def test_fresh_weights_that_fail_their_check_are_not_kept(
    start: Callable[[], VariantPool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **options: Any) -> float:
        raise EngineError("load_failed", notices.not_numbers("torchao int8"))

    monkeypatch.setattr("quantspot_worker.pool.check", fails)
    with pytest.raises(EngineError):
        draw(start(), "torchao-int8")
    assert not folders(tmp_path)
