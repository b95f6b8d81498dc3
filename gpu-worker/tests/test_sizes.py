"""What weights will take, from their files' headers."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from quantspot_worker.model import Model
from quantspot_worker.recipes import BY_ID
from quantspot_worker.sizes import transformer_bytes

DIFFUSERS = "diffusion_pytorch_model"


@pytest.mark.parametrize(
    ("files", "index", "counted"),
    [
        ([f"{DIFFUSERS}.safetensors", f"{DIFFUSERS}.fp16.safetensors"], None, 1),
        (["model.safetensors", "model.fp16.safetensors"], None, 1),
        ([f"{DIFFUSERS}.safetensors", "1.safetensors", "2.safetensors"], ["1", "2", "1"], 2),
        (["1.safetensors"], ["1", "missing"], 1),
        ([f"{DIFFUSERS}.safetensors"], "damaged", 0),
    ],
)
def test_weights_are_counted_as_the_libraries_choose_their_files(
    model: Model, tmp_path: Path, files: list[str], index: list[str] | str | None, counted: int
) -> None:
    """Every *.safetensors of a folder was counted, so a model with an fp16 variant beside it seemed twice its size."""
    folder = tmp_path / "transformer"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    for file in files:
        save_file({"weight": torch.zeros(4, 4)}, folder / file)
    if index is not None:
        named = index if isinstance(index, str) else {str(i): f"{shard}.safetensors" for i, shard in enumerate(index)}
        (folder / f"{DIFFUSERS}.safetensors.index.json").write_text(json.dumps({"weight_map": named}))
    assert transformer_bytes(BY_ID["bf16"], Model(tmp_path, model.report)) == counted * 4 * 4 * 2
