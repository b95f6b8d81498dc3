"""The training set, kept on the device: latents of rendered scenes and their captions' tokens."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor
from transformers import CLIPTokenizer, T5TokenizerFast

from ..architecture import image_positions, pack_latents
from ..renderer import render
from ..scenes import Dataset, compose_many
from .world import World

T5_LENGTH = 64
"""Text tokens of nearly all steps, and what a pipeline should be asked for (`max_sequence_length`)."""
LONG_T5_LENGTHS = (128, 256, 512)
RENDER_BATCH = 2048
CLIP_LENGTH = 48
"""Enough for every caption: CLIP is causal, so padding after the end changes nothing."""


@dataclass(frozen=True)
class Format:
    """A picture size in pixels, and its share of the scenes."""

    height: int
    width: int
    share: float

    @property
    def canvas(self) -> tuple[float, float]:
        """(width, height) with a short side of 1."""
        short = min(self.height, self.width)
        return self.width / short, self.height / short


SQUARE = Format(256, 256, 0.66)
LANDSCAPE = Format(192, 320, 0.14)
PORTRAIT = Format(320, 192, 0.14)
SMALL = Format(128, 128, 0.06)
FORMATS = (SQUARE, LANDSCAPE, PORTRAIT, SMALL)

CYCLE = 50
"""Steps after which the order of formats repeats: 34 square, 7 of each oblong, one small, one long text."""


def format_of(step: int) -> tuple[Format, int]:
    """The picture format and the T5 length of a step."""
    turn = step % CYCLE
    if turn == 24:
        return SMALL, T5_LENGTH
    if turn == 49:
        return SQUARE, LONG_T5_LENGTHS[step // CYCLE % len(LONG_T5_LENGTHS)]
    return {2: LANDSCAPE, 5: PORTRAIT}.get(turn % 7, SQUARE), T5_LENGTH


@dataclass(frozen=True)
class Batch:
    tokens: Tensor
    """(batch, image tokens, 64): packed latents without noise."""
    clip_ids: Tensor
    t5_ids: Tensor
    image_ids: Tensor
    text_ids: Tensor
    usual: bool
    """Whether the shapes are among the few that are worth compiling."""


def compose_formats(count: int, first: int, workers: int) -> dict[Format, Dataset]:
    """About `count` scenes in all, in every format. Call it before the device is used: it forks."""
    sets = {}
    for form in FORMATS:
        share = max(8, int(count * form.share))
        sets[form] = compose_many(share, first, *form.canvas, workers=workers)
        first += share
    return sets


class LatentSet:
    def __init__(
        self,
        scenes: dict[Format, Dataset],
        autoencoder: AutoencoderKL,
        clip_tokenizer: CLIPTokenizer,
        t5_tokenizer: T5TokenizerFast,
        world: World,
    ) -> None:
        self.device = world.device
        self._tokenizers = clip_tokenizer, t5_tokenizer
        low = copy.deepcopy(autoencoder).to(world.device, world.dtype, memory_format=torch.channels_last)
        self._latents: dict[Format, Tensor] = {}
        self._texts: dict[Format, tuple[Tensor, Tensor]] = {}
        for form, dataset in scenes.items():
            self._latents[form] = torch.cat(list(self._encode(form, dataset, low)))
            self._texts[form] = self.tokenize(dataset.captions)
        self.empty_text = self.tokenize([""])
        self._image_ids = {form: image_positions(form.height, form.width, self.device) for form in FORMATS}

    @torch.no_grad()
    def _encode(self, form: Format, dataset: Dataset, autoencoder: AutoencoderKL) -> Iterator[Tensor]:
        shift, scale = autoencoder.config.shift_factor, autoencoder.config.scaling_factor
        for rows in torch.from_numpy(dataset.rows).split(RENDER_BATCH):
            pictures = render(rows.to(self.device), form.height, form.width)
            for part in pictures.to(autoencoder.dtype).split(256):
                latents = autoencoder.encode(part.contiguous(memory_format=torch.channels_last)).latent_dist.mean
                yield ((latents.float() - shift) * scale).to(torch.bfloat16).contiguous()

    def tokenize(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        """(CLIP ids, T5 ids), int16, on the device."""
        ids = []
        for tokenizer, length in zip(self._tokenizers, (CLIP_LENGTH, T5_LENGTH), strict=True):
            padded = tokenizer(captions, padding="max_length", max_length=length, truncation=True).input_ids
            ids.append(torch.tensor(padded, dtype=torch.int16, device=self.device))
        return ids[0], ids[1]

    def __len__(self) -> int:
        return sum(len(latents) for latents in self._latents.values())

    def draw(self, step: int, size: int, empty: float) -> Batch:
        """A random batch; a share `empty` of the captions is left out."""
        form, length = format_of(step)
        usual = length == T5_LENGTH and form is not SMALL
        if length > T5_LENGTH:
            size = max(1, size * T5_LENGTH // length)
        latents = self._latents[form]
        chosen = torch.randint(len(latents), (size,), device=self.device)
        dropped = torch.rand(size, 1, device=self.device) < empty
        clip_ids, t5_ids = (
            torch.where(dropped, none, ids[chosen]).long()
            for none, ids in zip(self.empty_text, self._texts[form], strict=True)
        )
        return Batch(
            pack_latents(latents[chosen]),
            clip_ids,
            F.pad(t5_ids, (0, length - T5_LENGTH)),
            self._image_ids[form],
            torch.zeros(length, 3, device=self.device),
            usual,
        )
