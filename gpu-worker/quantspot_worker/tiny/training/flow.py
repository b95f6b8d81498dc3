"""Stages 2 and 3: flow matching, then distillation of classifier-free guidance into one pass.

The model learns the velocity from a picture's latents to noise. In the distillation a frozen copy
says how guidance changes that velocity; how much guidance, FLUX's guidance embedding tells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import FluxTransformer2DModel
from torch import Tensor, nn
from transformers import CLIPTextModel, T5EncoderModel

from .latents import Batch, LatentSet
from .optimizer import Masters
from .schedule import Stage
from .world import World

EMPTY_CAPTIONS = 0.1
NOISE_MEAN = 1.9
"""Mean of the logit-normal share of noise levels: counts are decided at 0.9 to 0.97, outlines at 0.8 to 0.95."""
GUIDANCE = (1.0, 6.0)
"""Guidance scales that the model hears of."""
GUIDANCE_SLOPE = 0.4
"""Classifier-free scale for each unit of guidance above 1: guidance 3.5 is a scale of 2."""
LOG_EVERY = 500
SAVE_EVERY = 60
SMOOTHING = 0.01

Forward = Callable[..., Any]


class Model(nn.Module):
    """Transformer and both text encoders, called as FluxPipeline calls them."""

    def __init__(self, transformer: FluxTransformer2DModel, clip: CLIPTextModel, t5: T5EncoderModel) -> None:
        super().__init__()
        self.transformer, self.clip, self.t5 = transformer, clip, t5


@dataclass(frozen=True)
class Runner:
    """A model's forward passes, compiled for the usual shapes."""

    model: Model
    transformer: Forward
    t5: Forward

    @classmethod
    def of(cls, model: Model, compiled: bool) -> "Runner":
        if not compiled:
            return cls(model, model.transformer, model.t5)
        return cls(model, torch.compile(model.transformer, dynamic=False), torch.compile(model.t5, dynamic=False))

    def text(self, clip_ids: Tensor, t5_ids: Tensor, usual: bool) -> tuple[Tensor, Tensor]:
        """(pooled (batch, width), sequence (batch, text tokens, width))."""
        t5 = self.t5 if usual else self.model.t5
        return self.model.clip(clip_ids).pooler_output, t5(t5_ids)[0]

    def velocity(
        self, batch: Batch, noisy: Tensor, noise_level: Tensor, guidance: Tensor, text: tuple[Tensor, Tensor]
    ) -> Tensor:
        """(batch, image tokens, 64), float32."""
        transformer = self.transformer if batch.usual else self.model.transformer
        velocity: Tensor = transformer(
            hidden_states=noisy,
            timestep=noise_level.to(noisy.dtype),
            guidance=guidance.to(noisy.dtype),
            pooled_projections=text[0],
            encoder_hidden_states=text[1],
            txt_ids=batch.text_ids,
            img_ids=batch.image_ids,
            return_dict=False,
        )[0]
        return velocity.float()


def noise_levels(count: int, device: torch.device) -> Tensor:
    """0 (clean) to 1 (noise), spread evenly: three in four logit-normal, the others uniform."""
    index = torch.arange(count, device=device)
    uniform = (index + torch.rand(count, device=device)) / count
    normal = 2**0.5 * torch.erfinv((2 * uniform - 1).clamp(-0.99999, 0.99999))
    return torch.where(index % 4 == 0, uniform, (NOISE_MEAN + normal).sigmoid())


class Teacher:
    """An undistilled model, frozen, that says where guidance leads."""

    def __init__(self, model: Model, latents: LatentSet, compiled: bool) -> None:
        self._runner = Runner.of(model.eval().requires_grad_(False), compiled)
        self._empty_clip, self._empty_t5 = (ids.long() for ids in latents.empty_text)

    @torch.no_grad()
    def push(self, batch: Batch, noisy: Tensor, noise_level: Tensor, guidance: Tensor) -> Tensor:
        """What classifier-free guidance adds to the velocity, (batch, image tokens, 64)."""
        count, length = batch.t5_ids.shape
        empty_t5 = F.pad(self._empty_t5, (0, length - self._empty_t5.shape[1]))
        empty = self._runner.text(
            self._empty_clip.expand(count, -1).contiguous(), empty_t5.expand(count, -1).contiguous(), batch.usual
        )
        text = self._runner.text(batch.clip_ids, batch.t5_ids, batch.usual)
        told, untold = (self._runner.velocity(batch, noisy, noise_level, guidance, words) for words in (text, empty))
        added = (guidance - 1) * GUIDANCE_SLOPE
        return added[:, None, None] * (told - untold)


def train(
    model: Model,
    masters: Masters,
    latents: LatentSet,
    stage: Stage,
    world: World,
    batch_size: int,
    teacher: Teacher | None,
    compiled: bool,
    record: Callable[[dict[str, float]], None],
    save: Callable[[], None],
) -> None:
    """Steps until the stage or this run is over; with a teacher it learns guidance too.

    `save` is called every `SAVE_EVERY` seconds and at the end.
    """
    runner = Runner.of(model, compiled)
    dtype = next(model.parameters()).dtype
    loss_average: Tensor | None = None
    stage.start()
    saved = stage.spent
    while stage.goes_on(world):
        batch = latents.draw(stage.step, batch_size, EMPTY_CAPTIONS)
        clean = batch.tokens.float()
        count = len(clean)
        noise, levels = torch.randn_like(clean), noise_levels(count, world.device)
        guidance = torch.empty(count, device=world.device).uniform_(*GUIDANCE)
        share = levels[:, None, None]
        noisy = ((1 - share) * clean + share * noise).to(dtype)
        target = noise - clean
        if teacher:
            target += teacher.push(batch, noisy, levels, guidance)
        text = runner.text(batch.clip_ids, batch.t5_ids, batch.usual)
        loss = F.mse_loss(runner.velocity(batch, noisy, levels, guidance, text), target)
        loss.backward()
        norm = masters.step(world, stage.rate)
        loss_average = loss.detach() if loss_average is None else loss_average.lerp(loss.detach(), SMOOTHING)
        stage.tick(count * world.size)
        if stage.step % LOG_EVERY == 0:
            line = {
                "step": stage.step, "seconds": round(stage.spent, 1), "pictures": stage.pictures,
                "loss": round(float(loss_average), 5), "norm": round(float(norm), 4), "rate": round(stage.rate, 3),
            }  # fmt: skip
            record(line)
            world.log(stage.name, line)
        if stage.spent - saved > SAVE_EVERY:
            saved = stage.spent
            save()
    save()
