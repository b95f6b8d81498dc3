"""The two things that a row measures: the engine's own way, and the article's script."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..channel import Channel
from ..device import Device
from ..generate import Renderer
from ..image import Times
from ..model import Model
from ..pool import VariantPool
from ..protocol import EngineMessage
from ..recipes import Recipe
from ..requests import Generate, Seed
from . import article, plain
from .jobs import Settings, Way
from .measure import StepClock


@dataclass
class Drawn:
    """An image and the milliseconds of its steps but the first, whose beginning nobody marked."""

    image: Image.Image
    step_ms: list[float]
    #: Where the subject tells its parts apart.
    times: Times | None = None


class Subject(Protocol):
    @property
    def parts(self) -> dict[str, Any]:
        """The pipeline's modules by name."""

    def draw(self, prompt: str, steps: int) -> Drawn:
        """One image; returns when its pixels are on the host."""

    def warnings(self) -> list[str]:
        """What a reader of the figures should know, as sentences; asked once, after everything is measured."""


def open_subject(
    way: Way, recipe: Recipe, model: Model, device: Device, settings: Settings, on_device: Callable[[], None]
) -> Subject:
    """Load. on_device: called before the device is first used. Raises EngineError, and what the libraries raise."""
    if way in ("own", "own-as-article"):
        on_device()
        return _Own(recipe, model, device, settings, as_article=way == "own-as-article")
    pipe = plain.build(recipe, plain.Place(str(model.folder), device.torch, model.weights.get(recipe.id), on_device))
    if way == "plain-compile" or (way == "plain" and recipe.execution == "compiled"):
        plain.compile_blocks(pipe)
    elif way == "plain-max-autotune":
        plain.compile_whole(pipe)
    return _Plain(recipe, pipe, device, settings)


class _Plain:
    def __init__(self, recipe: Recipe, pipe: Any, device: Device, settings: Settings) -> None:
        self._recipe, self._pipe, self._device, self._settings = recipe, pipe, device, settings

    @property
    def parts(self) -> dict[str, Any]:
        return _modules(self._pipe)

    def draw(self, prompt: str, steps: int) -> Drawn:
        clock = StepClock(self._device.torch)

        def on_step(pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            clock.mark()
            return {}

        settings = self._settings
        image = self._pipe(
            prompt,
            height=settings.height,
            width=settings.width,
            guidance_scale=settings.guidance,
            num_inference_steps=steps,
            max_sequence_length=settings.prompt_tokens,
            generator=torch.manual_seed(article.SEED),
            callback_on_step_end=on_step,
        ).images[0]
        return Drawn(image, clock.milliseconds())

    def warnings(self) -> list[str]:
        problem = plain.problem(self._recipe, self._pipe)
        return [] if problem is None else [problem]


class Engine:
    """The engine without its worker: a pool and a renderer, asked as the worker asks."""

    def __init__(self, pool: VariantPool, settings: Settings) -> None:
        self._pool, self._settings = pool, settings
        self._channel = _Recorder()
        self._renderer = Renderer(pool, self._channel)
        #: What the member would be told with the last image, for example that the fast execution failed.
        self.warnings: list[str] = []

    def draw(self, recipe: Recipe, prompt: str, steps: int) -> Drawn:
        settings, channel = self._settings, self._channel
        request = Generate(
            request=0,
            recipe=recipe.id,
            prompt=prompt,
            width=settings.width,
            height=settings.height,
            steps=steps,
            guidance=settings.guidance,
            noise=((Seed(article.SEED, 1),),),
            preview_every=None,
        )
        variant, clock = self._pool.acquire(recipe).variant, StepClock(self._pool.device.torch)
        # A script's steps are timed so too. What the engine tells its worker of a step comes when the host has queued
        # the next one, which can be later than the step's end.
        marks = variant.pipe.transformer.register_forward_hook(lambda *_: clock.mark())
        try:
            outcome = self._renderer.run(request, variant, threading.Event())
        finally:
            marks.remove()
        self.warnings = [warning["message"] for warning in outcome.warnings]
        image = Image.fromarray(channel.pixels(settings.height, settings.width))
        return Drawn(image, clock.milliseconds(), outcome.times)


class _Own:
    def __init__(self, recipe: Recipe, model: Model, device: Device, settings: Settings, as_article: bool) -> None:
        t5 = None
        if as_article and recipe.quantizes_t5:
            t5 = plain.text_encoder(recipe, str(model.folder), device.torch)
        pool = VariantPool(model, device, budget_bytes=device.total_bytes, text_encoder=t5)
        self._recipe, self._pipe = recipe, pool.acquire(recipe).variant.pipe
        self._engine = Engine(pool, settings)

    @property
    def parts(self) -> dict[str, Any]:
        return _modules(self._pipe)

    def draw(self, prompt: str, steps: int) -> Drawn:
        return self._engine.draw(self._recipe, prompt, steps)

    def warnings(self) -> list[str]:
        return self._engine.warnings


class _Recorder(Channel):
    """Keeps the picture that the engine would hand to its worker."""

    def __init__(self) -> None:
        self._rgb = b""

    def send(self, message: EngineMessage) -> None:
        pass

    def frame(self, request: int, image: int, rgb: bytes) -> None:
        self._rgb = rgb

    def pixels(self, height: int, width: int) -> NDArray[np.uint8]:
        return np.frombuffer(self._rgb, np.uint8).reshape(height, width, 3)


def _modules(pipe: Any) -> dict[str, Any]:
    return {name: part for name, part in pipe.components.items() if isinstance(part, torch.nn.Module)}
