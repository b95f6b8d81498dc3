"""Weights that come quantized: saved by diffusers, or as a GGUF file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from quantspot_worker import gguf_file, probes
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.fetching import Fetching
from quantspot_worker.gguf_file import write_gguf
from quantspot_worker.loaders import loader
from quantspot_worker.memory import weights_bytes
from quantspot_worker.model import Model, resolve
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID, RECIPES
from quantspot_worker.reports import ready_message
from quantspot_worker.settings import Settings, prepare
from quantspot_worker.text_encoder import load_text_encoder

from .drawing import draw, in_state
from .q6_k import quantize_q6_k

#: Several formats of one library in an everyday run are the same path twice.
SAVED = ("torchao-int8", "bnb-nf4", *(pytest.param(id, marks=pytest.mark.slow) for id in ("fp8-w8a8", "bnb-int8")))


def unseen(now: Fetching) -> None:
    """Progress of downloads that don't happen here."""


@pytest.fixture(scope="module")
def saved(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """By recipe, a transformer quantized and saved by diffusers before its first forward."""
    folder = tmp_path_factory.mktemp("saved")

    def save(id: str) -> Path:
        if not (folder / id).exists():
            recipe = BY_ID[id]
            loader(recipe).load(recipe, model.folder, torch.device("cpu")).save_pretrained(folder / id)
        return folder / id

    return save


@pytest.fixture(scope="module")
def q8_0(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gguf_of(model, tmp_path_factory.mktemp("gguf") / "tiny-Q8_0.gguf", "Q8_0")


def gguf_of(model: Model, path: Path, kind: str) -> Path:
    weights = sorted((model.folder / "transformer").glob("*.safetensors"))
    write_gguf(weights, path, gguf.GGMLQuantizationType[kind])
    return path


def reports(model: Model, device: Device) -> dict[str, str]:
    return {r["id"]: r["reason"]["message"] if "reason" in r else "" for r in probes.report(device, model, RECIPES)}


@pytest.mark.parametrize("id", SAVED)
def test_a_saved_checkpoint_draws_what_quantizing_on_load_draws(
    pool: VariantPool, device: Device, saved: Callable[[str], Path], id: str
) -> None:
    named = resolve("tiny", {id: str(saved(id))})
    assert draw(VariantPool(named, device, 2**31), id) == draw(pool, id)


def test_a_pipeline_whose_transformer_was_saved_quantized_serves_that_recipe_alone(
    pool: VariantPool, model: Model, device: Device, saved: Callable[[str], Path], tmp_path: Path, q8_0: Path
) -> None:
    folder = tmp_path / "pipeline"
    shutil.copytree(model.folder, folder, ignore=shutil.ignore_patterns("transformer"))
    (folder / "transformer").symlink_to(saved("torchao-int8"))
    quantized = resolve(str(folder), {"gguf-q8_0": str(q8_0)})
    runnable = {id for id, reason in reports(quantized, device).items() if not reason}
    assert runnable == {"torchao-int8", "torchao-int8-compile", "gguf-q8_0"}
    assert "saved in torchao int8" in reports(quantized, device)["bf16"]
    assert draw(VariantPool(quantized, device, 2**31), "torchao-int8") == draw(pool, "torchao-int8")


def test_a_gguf_file_is_used_as_it_is(pool: VariantPool, device: Device, q8_0: Path) -> None:
    named = resolve("tiny", {"gguf-q8_0": str(q8_0)})
    assert draw(VariantPool(named, device, 2**31), "gguf-q8_0") == draw(pool, "gguf-q8_0")


def test_a_type_that_nothing_here_writes_is_offered_with_a_file(
    pool: VariantPool, model: Model, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "name a file of it in QUANTSPOT_WEIGHTS (gguf-q6_k=FILE)" in reports(model, device)["gguf-q6_k"]
    monkeypatch.setitem(gguf_file.OWN_WRITERS, gguf.GGMLQuantizationType.Q6_K, quantize_q6_k)
    named = resolve("tiny", {"gguf-q6_k": str(gguf_of(model, tmp_path / "tiny-Q6_K.gguf", "Q6_K"))})
    assert reports(named, device)["gguf-q6_k"] == ""
    drawn, original = draw(VariantPool(named, device, 2**31), "gguf-q6_k"), draw(pool, "bf16")
    off = np.subtract(np.frombuffer(drawn, np.uint8), np.frombuffer(original, np.uint8), dtype=np.int16)
    assert 0 < np.abs(off).mean() < 10


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("nonsense", "'nonsense' names no weights: say RECIPE=FILE"),
        ("no-such=/x", "QUANTSPOT_WEIGHTS names no-such, which this engine does not know"),
        ("bf16=/x", "bf16 is made from the model itself"),
        ("gguf-q8_0=/nowhere.gguf", "There is no file /nowhere.gguf"),
        ("gguf-q8_0=/nowhere.bin", "its name must end with .gguf"),
        ("bnb-nf4=/nowhere", "There is no folder /nowhere"),
        ("gguf-q4_1={q8_0}", "The weights given for gguf-q4_1 are gguf Q8_0"),
        ("gguf-q8_0={cut}", "cut.gguf is no GGUF file, or it is damaged or cut short"),
        ("bnb-int8={nf4}", "The weights given for bnb-int8 are bitsandbytes nf4"),
        ("bnb-nf4={tiny}", "The weights given for bnb-nf4 are not quantized"),
    ],
)
def test_what_can_t_be_used_is_refused_at_the_start(
    saved: Callable[[str], Path], model: Model, q8_0: Path, tmp_path: Path, setting: str, sentence: str
) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(q8_0.read_bytes()[: q8_0.stat().st_size // 2])
    named = setting.format(q8_0=q8_0, cut=cut, nf4=saved("bnb-nf4"), tiny=model.folder)
    with pytest.raises(EngineError) as refused:
        prepare(Settings(model="tiny", device="cpu", weights=named), unseen)
    assert sentence in refused.value.message and refused.value.message.endswith(".")
    assert not refused.value.retryable


@pytest.mark.parametrize(("id", "damage"), [("torchao-int8", "cut"), ("bnb-nf4", "cut"), ("torchao-int8", "noise")])
def test_a_damaged_checkpoint_is_explained_and_leaves_the_pool_unharmed(
    device: Device, saved: Callable[[str], Path], tmp_path: Path, id: str, damage: str
) -> None:
    broken = tmp_path / id
    shutil.copytree(saved(id), broken)
    file = broken / "diffusion_pytorch_model.safetensors"
    data = bytearray(file.read_bytes())
    header = 8 + int.from_bytes(data[:8], "little")
    if damage == "cut":
        del data[len(data) // 2 :]
    else:
        data[header:] = b"\xff" * (len(data) - header)
    file.write_bytes(data)
    own = VariantPool(resolve("tiny", {id: str(broken)}), device, 2**31)
    before = draw(own, "bf16")
    with pytest.raises(EngineError, match="damaged") as failed:
        own.acquire(BY_ID[id])
    assert failed.value.code == "load_failed"
    assert in_state(own, "resident") == {"bf16"} and draw(own, "bf16") == before


@pytest.mark.parametrize(("precision", "share"), [("int8", 0.55), ("nf4", 0.45), ("fp8", 0.55)])
def test_t5_is_quantized_once_for_all_and_says_so(
    pool: VariantPool, device: Device, precision: str, share: float
) -> None:
    start = prepare(Settings(model="tiny", device="cpu", text_encoder=precision), unseen)
    assert ready_message(start)["textEncoder"] == precision
    own = VariantPool(start.model, device, 2**31)
    assert weights_bytes(own.base.text_encoder_2) < share * weights_bytes(pool.base.text_encoder_2)
    tokens, original = (p.base.encode_prompt("a red car", None, max_sequence_length=64)[0].float() for p in (own, pool))
    error = float((tokens - original).norm() / original.norm())
    assert 0 < error < 0.05
    assert own.acquire(BY_ID["bf16"]).variant.pipe.text_encoder_2 is own.base.text_encoder_2


def test_a_t5_that_was_saved_quantized_stays_as_it_is(model: Model, device: Device, tmp_path: Path) -> None:
    folder = tmp_path / "pipeline"
    shutil.copytree(model.folder, folder, ignore=shutil.ignore_patterns("text_encoder_2"))
    load_text_encoder(model.folder, "nf4", torch.device("cpu")).save_pretrained(folder / "text_encoder_2")
    quantized = resolve(str(folder))
    assert quantized.text_encoder == "nf4"
    assert "Linear4bit" in repr(VariantPool(quantized, device, 2**31).base.text_encoder_2)
    with pytest.raises(EngineError, match="T5 is saved in nf4; QUANTSPOT_T5 can't make it int8"):
        resolve(str(folder), text_encoder="int8")


def test_a_folder_with_a_part_missing_is_explained(model: Model, tmp_path: Path) -> None:
    shutil.copytree(model.folder, tmp_path / "model")
    (tmp_path / "model" / "text_encoder_2" / "config.json").write_text("{")
    with pytest.raises(EngineError, match=r"text_encoder_2/config\.json of the model is missing or damaged"):
        resolve(str(tmp_path / "model"))
