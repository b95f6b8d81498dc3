"""GGUF files as others publish them: FLUX under the names of Black Forest Labs' own code."""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.loaders import single_file_utils
from gguf import GGMLQuantizationType
from safetensors.torch import load_file

from quantspot_worker import execution
from quantspot_worker.device import Device
from quantspot_worker.model import Model, resolve
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .bfl_layout import write_bfl_gguf
from .drawing import draw

ID = "gguf-q8_0"


@pytest.fixture
def file(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # diffusers takes every FLUX for one of 3072 channels, which tiny, with 256, is not.
    convert = single_file_utils.convert_flux_transformer_checkpoint_to_diffusers
    constants = convert.__code__.co_consts
    assert constants.count(3072) == 1
    tinys = tuple(256 if constant == 3072 else constant for constant in constants)
    monkeypatch.setattr(convert, "__code__", convert.__code__.replace(co_consts=tinys))

    (weights,) = (model.folder / "transformer").glob("*.safetensors")
    return write_bfl_gguf(load_file(weights), tmp_path / "tiny-Q8_0.gguf", GGMLQuantizationType.Q8_0)


def test_a_file_of_the_original_names_draws_what_its_weights_say(pool: VariantPool, device: Device, file: Path) -> None:
    own = VariantPool(resolve("tiny", {ID: str(file)}), device, 2**31)
    original, drawn = (np.frombuffer(draw(p, id), np.uint8).astype(int) for p, id in ((pool, "bf16"), (own, ID)))
    assert 0 < np.abs(drawn - original).mean() < 2  # of 255

    # And in the fast execution, which reads the bfloat16 around the blocks as well.
    with torch.compiler.set_stance("force_eager"):
        execution.accelerate(own.acquire(BY_ID[ID]).variant.pipe, BY_ID[ID], device.torch)
        fast = np.frombuffer(draw(own, ID), np.uint8).astype(int)
    assert np.abs(fast - drawn).mean() < 1
