"""One image of a request: its start noise, the steps with progress and previews, and its pixels."""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from .alternate import alternate_execution
from .channel import Channel
from .errors import EngineError
from .noise import latents as start_noise
from .preview import Previewer
from .prompts import Embedding
from .requests import Generate
from .steps import Step, Steps


@dataclass
class Times:
    """Seconds of what was brought to its end; a try that failed is in the job's total alone."""

    encode: float = 0
    denoise: float = 0
    decode: float = 0

    @contextmanager
    def part(self, name: Literal["encode", "denoise", "decode"]) -> Iterator[None]:
        started = time.perf_counter()
        yield
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()  # else what this part has begun would count as the next one's
        setattr(self, name, getattr(self, name) + time.perf_counter() - started)

    def add(self, other: "Times") -> None:
        self.encode += other.encode
        self.denoise += other.denoise
        self.decode += other.decode


@dataclass
class ImageRender:
    request: Generate
    index: int
    pipe: Any
    embedding: Embedding
    cancelled: threading.Event
    channel: Channel
    previewer: Previewer
    #: Of the last try.
    times: Times = field(default_factory=Times)

    def render(self) -> "np.ndarray":
        """(height, width, 3) uint8."""
        self.times = Times()
        self._stop_if_cancelled()
        try:
            with self.times.part("denoise"):
                latents = self._denoise()
            self._stop_if_cancelled()
            with self.times.part("decode"):
                return self._decode(latents)
        finally:
            # A pipeline that did not run to its end has left its parts where its offload hooks put them.
            self.pipe.maybe_free_model_hooks()

    def _denoise(self) -> Tensor:
        request, pipe = self.request, self.pipe
        cells = 2 * (request.height // 16), 2 * (request.width // 16)
        noise = start_noise(request.noise[self.index], pipe.transformer.config.in_channels // 4, *cells)
        steps = Steps(lambda step: self._tell(step, *cells))
        before = noise

        def on_step(pipe: Any, step: int, timestep: Tensor, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            nonlocal before
            after = tensors["latents"]
            steps.queued(Step(step + 1, before, after, pipe.scheduler.sigmas[step : step + 2]))
            before = after
            return tensors

        with nullcontext() if request.execution is None else alternate_execution():
            latents: Tensor = pipe(
                prompt_embeds=self.embedding.tokens,
                pooled_prompt_embeds=self.embedding.pooled,
                latents=noise,
                height=request.height,
                width=request.width,
                num_inference_steps=request.steps,
                guidance_scale=request.guidance,
                output_type="latent",
                callback_on_step_end=on_step,
            ).images
        steps.end()
        return latents

    def _tell(self, step: Step, height: int, width: int) -> None:
        """A step has ended. height, width: of the image, in latent cells."""
        request = self.request
        self._stop_if_cancelled()
        self.channel.send(
            {
                "kind": "step",
                "request": request.request,
                "image": self.index,
                "step": step.number,
                "steps": request.steps,
            }
        )
        every = request.preview_every
        if every is not None and step.number % every == 0 and step.number < request.steps:
            self._preview(step, height, width)

    @torch.no_grad()
    def _decode(self, latents: Tensor) -> "np.ndarray":
        """As FluxPipeline ends its own call, up to the 8-bit pixels that it would hand to PIL. They are made on the
        device: the host takes longer for them, and would have four times as much to fetch.
        """
        pipe, vae = self.pipe, self.pipe.vae
        cells = pipe._unpack_latents(latents, self.request.height, self.request.width, pipe.vae_scale_factor)
        cells = cells / vae.config.scaling_factor + vae.config.shift_factor
        decoded = vae.decode(cells, return_dict=False)[0]
        pixels = pipe.image_processor.postprocess(decoded, output_type="pt")[0].float()
        rgb: np.ndarray = (pixels * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().cpu().numpy()
        return rgb

    def _preview(self, step: Step, height: int, width: int) -> None:
        with torch.cuda.stream(_aside(step.after.device)) if step.after.is_cuda else nullcontext():
            rgb = base64.b64encode(self.previewer.rgb(_estimate(step), height, width)).decode()
        self.channel.send(
            {
                "kind": "preview",
                "request": self.request.request,
                "image": self.index,
                "width": width,
                "height": height,
                "rgb": rgb,
            }
        )

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise EngineError("cancelled", "The request was cancelled.")


@cache
def _aside(device: torch.device) -> torch.cuda.Stream:
    """For what has ended: the usual stream has the next step, and to read from it is to wait for that."""
    return torch.cuda.Stream(device)


def _estimate(step: Step) -> Tensor:
    """The final latent that one Euler step points to.

    Flow matching: x = (1 - sigma) * image + sigma * noise moves along v = dx/dsigma, so image = x - sigma * v.
    """
    start, end = (float(sigma) for sigma in step.sigmas)
    after = step.after.float()
    velocity = (after - step.before.to(after.device).float()) / (end - start)
    return after - end * velocity
