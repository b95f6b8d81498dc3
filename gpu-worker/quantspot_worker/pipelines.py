"""Pipelines around a transformer, and the parts that they share.

CLIP, T5 and the autoencoder are loaded once and shared by all variants (never through `from_pipe`, which casts shared
parts in place); so a comparison shows the transformer's quantization alone, and their memory is paid once. A variant
under model offload has parts of its own, since the hooks sit on modules.
"""

from typing import Any

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, FluxPipeline
from transformers import CLIPTextModel

from . import execution
from .checks import check_shared
from .device import Device
from .execution import decode
from .memory import let_segments_grow
from .model import Model
from .parts import load_part
from .protocol import ModelReport
from .recipes import Recipe
from .text_encoder import load_text_encoder

# The log is lines, and these bars redraw theirs.
diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.disable_progress_bar()


class Pipelines:
    def __init__(self, model: Model, device: Device, text_encoder: Any = None) -> None:
        """Load the shared parts. text_encoder: a T5 in the place of the model's.

        Raises what the libraries raise, and EngineError("load_failed") for parts with weights missing or no numbers.
        """
        self._text_encoder = text_encoder
        self._model = model
        self._device = device
        if device.is_cuda and execution.is_on(device):
            let_segments_grow(device.torch)
        #: Has the shared parts on the device, and no transformer.
        self.base = self._load()
        check_shared(model.report["name"], self.base)

    def around(self, recipe: Recipe, transformer: Any, *, fast: bool) -> Any:
        """A pipeline with this transformer, ready to run: offload hooks in place, and compiled.

        fast: with this project's own execution; else the libraries', compiled only where the recipe says so.
        Raises execution.Unavailable when the fast one does not work here.
        """
        if recipe.placement == "group-offload" and not fast:
            transformer.enable_group_offload(
                onload_device=self._device.torch,
                offload_device=torch.device("cpu"),
                offload_type="leaf_level",
                use_stream=self._device.is_cuda,
            )
        pipe = self._with(recipe, transformer)
        if fast:
            execution.accelerate(pipe, recipe, self._device.torch)
        elif recipe.execution == "compiled":
            # For every size at once: else the second one would be compiled while somebody waits for an image of it.
            transformer.compile_repeated_blocks(fullgraph=True, dynamic=True)
        if recipe.placement == "model-offload" and not fast:
            pipe.enable_model_cpu_offload(device=self._device.torch)
        if fast:
            first_step(pipe, self._model.report, self._device.torch)
            execution.check(transformer)
        elif recipe.execution == "compiled":
            # Else Dynamo takes numbers that are equal here for one: tiny's first size has as many tokens as channels.
            # PyTorch puts `patch` into that module as it runs, where mypy does not see it.
            with torch.fx.experimental._config.patch(use_duck_shape=False):  # type: ignore[attr-defined]
                first_step(pipe, self._model.report, self._device.torch)
        return pipe

    def _with(self, recipe: Recipe, transformer: Any) -> Any:
        if recipe.placement == "model-offload":
            return self._load(transformer=transformer)
        base = self.base
        scheduler = base.scheduler.from_config(base.scheduler.config)
        pipe = FluxPipeline(**{**base.components, "transformer": transformer, "scheduler": scheduler})
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _load(self, transformer: Any = None) -> Any:
        folder, text_encoder = self._model.folder, self._text_encoder
        if text_encoder is None:
            text_encoder = load_text_encoder(folder, self._model.text_encoder, self._device.torch)
        pipe = FluxPipeline.from_pretrained(
            folder,
            transformer=transformer,
            text_encoder=load_part(CLIPTextModel, folder, "text_encoder"),
            text_encoder_2=text_encoder,
            vae=load_part(AutoencoderKL, folder, "vae"),
            dtype=torch.bfloat16,
            local_files_only=True,
        )
        pipe.set_progress_bar_config(disable=True)
        if self._device.is_cuda and execution.is_on(self._device):
            decode.install(pipe.vae)
        return pipe.to(self._device.torch) if transformer is None else pipe


def first_step(pipe: Any, report: ModelReport, device: torch.device) -> None:
    """One step of the first size, so that compiling is part of loading and not of someone's first image."""
    config = pipe.transformer.config

    def zeros(*shape: int) -> torch.Tensor:
        return torch.zeros(shape, dtype=torch.bfloat16, device=device)

    pipe(
        prompt_embeds=zeros(1, report["promptTokens"], config.joint_attention_dim),
        pooled_prompt_embeds=zeros(1, config.pooled_projection_dim),
        **report["sizes"][0],
        num_inference_steps=1,
        output_type="latent",
    )
