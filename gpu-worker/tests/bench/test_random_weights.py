"""A pipeline folder of random weights that every loader takes for a real one."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, FluxTransformer2DModel
from gguf import GGMLQuantizationType, GGUFReader, dequantize
from transformers import CLIPTextModel, T5EncoderModel

from quantspot_worker.bench import article, random_weights
from quantspot_worker.bench.architectures import ARCHITECTURES
from quantspot_worker.gguf_file import quantize
from quantspot_worker.model import SHIPPED


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_weights.make(tmp_path_factory.mktemp("weights"), "tiny")


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("transformer", FluxTransformer2DModel),
        ("vae", AutoencoderKL),
        ("text_encoder", CLIPTextModel),
        ("text_encoder_2", T5EncoderModel),
    ],
)
def test_each_part_loads_whole_and_is_as_random_as_promised(folder: Path, part: str, kind: Any) -> None:
    model, info = kind.from_pretrained(folder / part, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"]
    for name, values in model.named_parameters():
        if values.ndim == 1 and name.endswith("weight"):
            assert bool((values == 1).all()), name
        elif values.numel() > 1000:
            assert 0.015 < float(values.float().std()) < 0.025, name


def test_a_gguf_file_holds_what_its_format_makes_of_the_same_weights(folder: Path) -> None:
    path = random_weights.make_gguf(folder, "Q4_1")
    original = FluxTransformer2DModel.from_pretrained(folder / "transformer").state_dict()
    tensors = {tensor.name: tensor for tensor in GGUFReader(path).tensors}
    assert set(tensors) == set(original)
    name = "single_transformer_blocks.1.proj_out.weight"
    expected = dequantize(
        quantize(original[name].float().numpy(), GGMLQuantizationType.Q4_1), GGMLQuantizationType.Q4_1
    )
    found = dequantize(tensors[name].data, GGMLQuantizationType.Q4_1)
    assert torch.equal(torch.from_numpy(found), torch.from_numpy(expected))


def test_weights_are_made_again_when_they_would_be_others_or_are_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """incident: a version that writes other weights kept the GGUF files of the one before, and so did another
    architecture in the same folder. A file that was cut off was taken for whole, and its rows failed in every run."""

    def whole() -> dict[str, int]:
        random_weights.make(tmp_path, "tiny")
        random_weights.make_gguf(tmp_path, "Q8_0")
        paths = [*tmp_path.rglob("*.safetensors"), *tmp_path.glob("*.gguf")]
        return {path.relative_to(tmp_path).as_posix(): path.stat().st_mtime_ns for path in paths}

    monkeypatch.setattr(random_weights, "_POOL_ELEMENTS", 2**20)  # quick to quantize
    made = whole()
    assert len(made) == 5 and whole() == made
    gguf, weights = tmp_path / "transformer-Q8_0.gguf", tmp_path / "transformer/diffusion_pytorch_model.safetensors"
    content = {path: path.read_bytes() for path in (gguf, weights)}
    for damaged in (gguf, weights):
        os.truncate(damaged, 1000)
        whole()
        assert {path: path.read_bytes() for path in (gguf, weights)} == content

    monkeypatch.setattr(random_weights, "_VERSION", "another")
    monkeypatch.setattr(random_weights, "_SCALE", 0.03)
    whole()
    assert gguf.read_bytes() != content[gguf] and weights.read_bytes() != content[weights]

    small = {**ARCHITECTURES["tiny"], "transformer": {"num_layers": 1}}
    monkeypatch.setitem(ARCHITECTURES, "small", small)
    random_weights.make(tmp_path, "small")
    names = {tensor.name for tensor in GGUFReader(random_weights.make_gguf(tmp_path, "Q8_0")).tensors}
    assert names == {piece.name for piece in random_weights.pieces_of(tmp_path / "transformer")}


def test_flux_has_the_articles_sizes(tmp_path: Path) -> None:
    sizes = {}
    for part, changes in ARCHITECTURES["FLUX.1-dev"].items():
        source = SHIPPED / "tiny" / part / "config.json"
        (tmp_path / part).mkdir()
        (tmp_path / part / "config.json").write_text(source.read_text())
        random_weights.configure(tmp_path / part, changes)
        sizes[part] = 2 * sum(piece.elements for piece in random_weights.pieces_of(tmp_path / part)) / 1e9
    for part, theirs in article.COMPONENTS_GB.items():
        assert sizes[part] == pytest.approx(theirs, rel=0.003), part
