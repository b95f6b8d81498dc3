"""The parts that all variants share are loaded whole, or the engine says which one is damaged."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from torch import Tensor

from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.protocol import TextEncoderPrecision

Weights = dict[str, Tensor]
#: A weight of each.
PARTS = {
    "text_encoder": "encoder.layers.0.self_attn.q_proj.weight",
    "text_encoder_2": "encoder.block.0.layer.0.SelfAttention.q.weight",
    "vae": "decoder.conv_in.weight",
}


def lose(weights: Weights, name: str) -> None:
    del weights[name]


def spoil(weights: Weights, name: str) -> None:
    weights[name].view(-1)[-1] = float("nan")


@pytest.fixture
def damaged(model: Model, tmp_path: Path) -> Callable[[str, Callable[[Weights, str], None]], Model]:
    def damage(part: str, how: Callable[[Weights, str], None]) -> Model:
        folder = tmp_path / "model"
        shutil.copytree(model.folder, folder)
        (file,) = (folder / part).glob("*.safetensors")
        weights = load_file(file)
        how(weights, next(name for name in weights if name.endswith(PARTS[part])))
        save_file(weights, file, metadata={"format": "pt"})
        return replace(model, folder=folder)

    return damage


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("how", "sentence"), [(lose, "{part} of the model is damaged: its files have no .*{weight}"), (spoil, "{part} has")]
)
def test_a_part_without_a_weight_or_with_one_that_is_no_number_is_refused(
    damaged: Callable[[str, Callable[[Weights, str], None]], Model],
    device: Device,
    part: str,
    how: Callable[[Weights, str], None],
    sentence: str,
) -> None:
    """incident: the transformer alone was looked at after loading. A weight that T5's or CLIP's files did not have was
    drawn by lot, another one at each start, and one that was no number made every picture black; both counted as drawn.
    """
    with pytest.raises(EngineError, match=sentence.format(part=part, weight=PARTS[part])) as refused:
        VariantPool(damaged(part, how), device, 2**31)
    assert refused.value.code == "load_failed" and not refused.value.retryable


@pytest.mark.parametrize("precision", ["int8", "nf4"])
def test_a_t5_that_is_quantized_as_it_loads_is_looked_at_too(
    damaged: Callable[[str, Callable[[Weights, str], None]], Model], device: Device, precision: TextEncoderPrecision
) -> None:
    with pytest.raises(EngineError, match="text_encoder_2 of the model is damaged"):
        VariantPool(replace(damaged("text_encoder_2", lose), text_encoder=precision), device, 2**31)
