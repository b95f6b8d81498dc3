"""Compile ahead, in a process of its own, while an engine serves or before one starts.

What is compiled for a number format is one block of each kind and the modulation layers, whatever their number and
weights. So a model of two blocks with random weights fills the cache: 0.6 billion parameters of FLUX.1-dev's 12.
"""

import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from gguf import GGMLQuantizationType

from . import execution
from .checkpoints import read_json
from .device import Device
from .gguf_file import write_gguf
from .loaders import loader
from .memory import collect
from .model import Model
from .pipelines import first_step
from .recipes import Recipe

log = logging.getLogger(__name__)


def compile_ahead(model: Model, device: Device, recipes: Iterable[Recipe]) -> Iterator[tuple[Recipe, float]]:
    """Each number format once, with the seconds that it took; nothing where the fast execution is off.

    A format that can't be compiled is left out, and the log says why: its variant will say so as it loads.
    """
    if not execution.is_on(device):
        return
    formats: dict[tuple[str, str], Recipe] = {}
    for recipe in filter(execution.knows, recipes):
        formats.setdefault((recipe.family, recipe.scheme), replace(recipe, placement="resident"))
    with tempfile.TemporaryDirectory(prefix="quantspot-warm-") as name:
        folder = Path(name)
        _small_model(model, folder)
        for recipe in formats.values():
            started = time.perf_counter()
            try:
                _compile(recipe, folder, model, device)
            except Exception:  # any of five libraries'
                log.exception("%s was not compiled", recipe.id)
            else:
                yield recipe, time.perf_counter() - started
            collect(device.torch)


def _small_model(model: Model, folder: Path) -> None:
    """The folder of a pipeline of which only the transformer is there, with one block of each kind."""
    config = read_json(model.folder / "transformer" / "config.json")
    config.pop("quantization_config", None)
    small = FluxTransformer2DModel.from_config({**config, "num_layers": 1, "num_single_layers": 1})
    small.to(torch.bfloat16).save_pretrained(folder / "transformer")


def _compile(recipe: Recipe, folder: Path, model: Model, device: Device) -> None:
    transformer = loader(recipe).load(recipe, folder, device.torch, _weights(recipe, folder))
    scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(model.folder, subfolder="scheduler")
    parts = dict.fromkeys(("vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2"))
    pipe = FluxPipeline(scheduler=scheduler, transformer=transformer, **parts)
    pipe.set_progress_bar_config(disable=True)
    execution.accelerate(pipe, recipe, device.torch)
    first_step(pipe, model.report, device.torch)
    execution.check(transformer)


def _weights(recipe: Recipe, folder: Path) -> Path | None:
    """The small model as a GGUF file; the engine's cache of those is for whole ones."""
    if recipe.family != "gguf":
        return None
    path = folder / f"{recipe.scheme}.gguf"
    write_gguf(sorted((folder / "transformer").glob("*.safetensors")), path, GGMLQuantizationType[recipe.scheme])
    return path
