"""The walk of CONTRIBUTING.md, 'Add a backend', on a copy: a row, a loader, and members could choose it."""

import shutil
from pathlib import Path

import numpy as np

import quantspot_worker

from .engine_process import EngineProcess, generate

PACKAGE = Path(quantspot_worker.__file__).parent

LOADER = '''
"""Weights with five bits of mantissa, which is what float8 would leave at best."""

import torch
from torch import nn

from . import original


def load(recipe, folder, device, weights=None):
    transformer = original.load(recipe, folder, device, weights)
    for layer in transformer.modules():
        if isinstance(layer, nn.Linear):
            mantissa, exponent = torch.frexp(layer.weight.data.float())
            layer.weight.data = torch.ldexp((mantissa * 32).round() / 32, exponent).to(layer.weight.dtype)
    return transformer


def dequantized(layer):
    return layer.weight.float()
'''
ROW = 'Recipe("rounded-5", "Rounded to 5 bits", "rounded", "five", 14, ORIGINAL),'


def test_a_row_and_a_loader_make_a_backend(tmp_path: Path) -> None:
    copy = tmp_path / "quantspot_worker"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "loaders" / "rounded.py").write_text(LOADER)
    recipes = copy / "recipes.py"
    before = "OFFERED: tuple[Recipe, ...] = (\n"
    assert before in recipes.read_text()
    recipes.write_text(recipes.read_text().replace(before, f"{before}    {ROW}\n"))
    engine = EngineProcess(
        *("serve", "--model", str(PACKAGE.parent / "models" / "tiny"), "--device", "cpu"),
        log=tmp_path / "engine.log",
        environment={"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"},
    )
    offered = {recipe["id"]: recipe for recipe in engine.next("ready")["recipes"]}
    assert offered["rounded-5"]["runnable"] and offered["rounded-5"]["family"] == "rounded"
    images = []
    for number, recipe in enumerate(("bf16", "rounded-5"), start=1):
        request = generate(number, recipe=recipe)
        assert engine.answer(request)[-1]["kind"] == "done"
        images.append(engine.image(request).astype(int))
    assert 0 < np.abs(images[0] - images[1]).mean() < 16
    engine.end()
