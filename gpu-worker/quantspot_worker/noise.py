"""Start noise: the same on every device, and the same as diffusers' own for one plain seed."""

import torch
from torch import Tensor

from .requests import Seed


def latents(parts: tuple[Seed, ...], channels: int, height: int, width: int) -> Tensor:
    """The start noise of one image as FluxPipeline takes it.

    height, width: in latent cells (pixels / 8), both even. Returns (1, height/2 * width/2, channels*4) bfloat16 on the
    CPU: the weighted sum of the seeds' standard normal noises, divided by the root of the weights' sum of squares.
    The bits of one seed of positive weight are those that FluxPipeline draws from torch.Generator("cpu").
    """
    shape = (1, channels, height, width)
    total = torch.zeros(shape)
    for part in parts:
        generator = torch.Generator("cpu").manual_seed(part.seed)
        # In bfloat16, as the pipeline draws it: other dtypes give other numbers, not rounded ones.
        drawn = torch.randn(shape, generator=generator, dtype=torch.bfloat16).float()
        total += drawn if len(parts) == 1 else part.weight * drawn
    if len(parts) == 1:
        total *= 1 if parts[0].weight > 0 else -1
    else:
        total /= sum(part.weight**2 for part in parts) ** 0.5
    # FluxPipeline._pack_latents: 2x2 cells become one token.
    packed = total.view(1, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return packed.reshape(1, (height // 2) * (width // 2), channels * 4).to(torch.bfloat16)
