"""Render one request on one variant: images one by one, each sent as soon as it is ready."""

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import format_exc
from typing import Any, TypeVar

from . import execution, notices
from .channel import Channel
from .errors import EngineError
from .failures import out_of_memory
from .image import ImageRender, Times
from .memory import collect
from .pool import VariantPool
from .preview import Previewer
from .prompts import Embedding, PromptEncoder
from .protocol import Notice
from .requests import Generate
from .variant import Variant

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass
class Outcome:
    times: Times
    truncated_tokens: int
    warnings: list[Notice]


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
        length, device = self._pool.model.report["promptTokens"], self._pool.device.torch

        def encode() -> Embedding:
            with times.part("encode"):
                return self._prompts.encode(variant.pipe, request.prompt, length, device)

        embedding, _ = self._again_in_less(request, variant, encode)
        if request.preview_every is not None and request.preview_every < request.steps:
            self._again_in_less(request, variant, self._previewer.prepare)  # not in the time of a step
        if embedding.clip_truncated:
            warnings.append(notices.clip_truncated())
        for index in range(len(request.noise)):
            image = ImageRender(request, index, variant.pipe, embedding, cancelled, self._channel, self._previewer)
            pixels, in_tiles = self._again_in_less(request, variant, image.render)
            times.add(image.times)
            if in_tiles:
                warnings.append(notices.decoded_in_tiles(index + 1))
            self._channel.frame(request.request, index, pixels.tobytes())
            height, width, _ = pixels.shape
            self._channel.send(
                {"kind": "image", "request": request.request, "image": index, "width": width, "height": height}
            )
        slower = variant.warning or execution.warning(variant.pipe.transformer)
        if slower is not None:
            warnings.append(slower)
        return Outcome(times, embedding.truncated_tokens, warnings)

    def _again_in_less(self, request: Generate, variant: Variant, work: Callable[[], T]) -> tuple[T, bool]:
        """When memory runs out: once more, with every other variant off the device and the image decoded in tiles."""
        try:
            return work(), False
        except Exception as error:
            if not out_of_memory(error):
                raise
            log.warning("memory ran out; trying again in a smaller way\n%s", format_exc())
        # Not in the handlers: until they end, the error keeps alive what the try allocated. So would the log's record.
        self._pool.evict_others(variant.recipe)
        try:
            with tiles(variant.pipe.vae, max(request.height, request.width)):
                return work(), True
        except Exception as error:
            if not out_of_memory(error):
                raise
            log.warning("memory ran out again\n%s", format_exc())
        collect(self._pool.device.torch)
        raise EngineError("out_of_memory", notices.image_too_large(), retryable=True)


@contextmanager
def tiles(vae: Any, longest: int) -> Iterator[None]:
    """Decode in tiles of half the longest side. FLUX's own tile is a whole image of 1024, which saves nothing.

    longest: of the image, in pixels. Tiles overlap by a quarter, which has to be whole latents: else diffusers rounds
    where they begin otherwise than where they are cut, and the image comes out displaced and of another size.
    """
    kept = vae.tile_latent_min_size, vae.tile_sample_min_size
    scale = vae.tile_sample_min_size // vae.tile_latent_min_size
    latents = 4 * math.ceil(longest / 2 / scale / 4)
    vae.tile_latent_min_size, vae.tile_sample_min_size = latents, latents * scale
    vae.enable_tiling()
    try:
        yield
    finally:
        vae.disable_tiling()
        vae.tile_latent_min_size, vae.tile_sample_min_size = kept
