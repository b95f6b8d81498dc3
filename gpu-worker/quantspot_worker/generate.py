"""Render one request on one variant: images one by one, each sent as soon as it is ready."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from .channel import Channel
from .errors import EngineError
from .memory import collect
from .noise import latents as start_noise
from .pool import Variant, VariantPool, out_of_memory
from .preview import Previewer
from .prompts import Embedding, PromptEncoder
from .protocol import Generate

T = TypeVar("T")


@dataclass
class Times:
    """Seconds, summed over the images of a request."""

    encode: float = 0
    denoise: float = 0
    decode: float = 0


@dataclass
class Outcome:
    times: Times
    truncated_tokens: int
    warnings: list[str]


class Renderer:
    def __init__(self, pool: VariantPool, channel: Channel) -> None:
        self._pool = pool
        self._channel = channel
        self._prompts = PromptEncoder()
        self._previewer = Previewer(pool.base.vae)

    def run(self, request: Generate, variant: Variant, cancelled: threading.Event) -> Outcome:
        """Render and send every image. Raises EngineError: "cancelled" after the step in which it was, and
        "out_of_memory" when an image failed a second time, in the smaller way."""
        times, warnings = Times(), []
        started = time.perf_counter()
        embedding = self._prompts.encode(
            variant.pipe, request.prompt, self._pool.model.report["promptTokens"], self._pool.device.torch
        )
        times.encode = time.perf_counter() - started
        if embedding.clip_truncated:
            warnings.append("CLIP read only the first 77 tokens of the prompt; T5 read on.")
        for index in range(len(request.noise)):
            image = _Image(request, index, variant.pipe, embedding, cancelled, self._channel, self._previewer, times)
            try:
                pixels = image.render()
            except Exception as error:
                if not out_of_memory(error):
                    raise
                pixels = self._retry(image, variant)
                warnings.append(f"Memory ran out, so image {index + 1} was decoded in tiles.")
            self._channel.frame(request.request, index, pixels.tobytes())
            height, width, _ = pixels.shape
            self._channel.send(
                {"kind": "image", "request": request.request, "image": index, "width": width, "height": height}
            )
        return Outcome(times, embedding.truncated_tokens, warnings)

    def _retry(self, image: "_Image", variant: Variant) -> "np.ndarray":
        """Once more with every other variant off the device and the autoencoder working in tiles."""
        self._pool.evict_others(variant.recipe)
        collect(self._pool.device.torch)
        variant.pipe.vae.enable_tiling()
        try:
            return image.render()
        except Exception as error:
            if not out_of_memory(error):
                raise
            raise EngineError(
                "out_of_memory", "The image does not fit this device's memory; ask for a smaller one.", retryable=True
            ) from error
        finally:
            variant.pipe.vae.disable_tiling()


@dataclass
class _Image:
    request: Generate
    index: int
    pipe: Any
    embedding: Embedding
    cancelled: threading.Event
    channel: Channel
    previewer: Previewer
    times: Times

    def render(self) -> "np.ndarray":
        """(height, width, 3) uint8."""
        self._stop_if_cancelled()
        try:
            latents = self._timed("denoise", self._denoise)
            self._stop_if_cancelled()
            return self._timed("decode", lambda: self._decode(latents))
        finally:
            # A pipeline that did not run to its end has left its parts where its offload hooks put them.
            self.pipe.maybe_free_model_hooks()

    def _denoise(self) -> Tensor:
        request, pipe = self.request, self.pipe
        cells = 2 * (request.height // 16), 2 * (request.width // 16)
        noise = start_noise(request.noise[self.index], pipe.transformer.config.in_channels // 4, *cells)
        before = noise

        def on_step(pipe: Any, step: int, timestep: Tensor, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            nonlocal before
            if tensors["latents"].is_cuda:
                torch.cuda.synchronize()  # else the loop runs ahead of the GPU, and a cancel is seen steps too late
            self._stop_if_cancelled()
            self.channel.send(
                {
                    "kind": "step",
                    "request": request.request,
                    "image": self.index,
                    "step": step + 1,
                    "steps": request.steps,
                }
            )
            every = request.preview_every
            if every is not None and (step + 1) % every == 0 and step + 1 < request.steps:
                self._preview(_estimate(before, tensors["latents"], pipe.scheduler.sigmas[step : step + 2]), *cells)
            before = tensors["latents"]
            return tensors

        return pipe(
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

    @torch.no_grad()
    def _decode(self, latents: Tensor) -> "np.ndarray":
        """As FluxPipeline ends its own call, up to the 8-bit pixels that it would hand to PIL."""
        pipe, vae = self.pipe, self.pipe.vae
        cells = pipe._unpack_latents(latents, self.request.height, self.request.width, pipe.vae_scale_factor)
        cells = cells / vae.config.scaling_factor + vae.config.shift_factor
        decoded = vae.decode(cells, return_dict=False)[0]
        pixels = pipe.image_processor.postprocess(decoded, output_type="np")[0]
        return np.ascontiguousarray((pixels * 255).round().astype("uint8"))

    def _preview(self, latents: Tensor, height: int, width: int) -> None:
        rgb = base64.b64encode(self.previewer.rgb(latents, height, width)).decode()
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

    def _timed(self, part: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return work()
        finally:
            setattr(self.times, part, getattr(self.times, part) + time.perf_counter() - started)


def _estimate(before: Tensor, after: Tensor, sigmas: Tensor) -> Tensor:
    """The final latent that one Euler step points to.

    Flow matching: x = (1 - sigma) * image + sigma * noise moves along v = dx/dsigma, so image = x - sigma * v.
    """
    start, end = (float(sigma) for sigma in sigmas)
    velocity = (after.float() - before.to(after.device).float()) / (end - start)
    return after.float() - end * velocity
