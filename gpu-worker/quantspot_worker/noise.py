"""Start noise: the same on every device, and the same as diffusers' own for one plain seed."""

import torch
from torch import Tensor

from .requests import Seed, mixture


def latents(parts: tuple[Seed, ...], channels: int, height: int, width: int) -> Tensor:
    """The start noise of one image as FluxPipeline takes it.

    height, width: in latent cells (pixels / 8), both even. Returns (1, height/2 * width/2, channels*4) bfloat16 on the
    CPU: the weighted sum of the seeds' standard normal noises, divided by the root of the weights' sum of squares;
    weights of one seed are added up first. The bits of one seed of positive weight are those that FluxPipeline draws
    from torch.Generator("cpu"). Raises EngineError("bad_request") for weights that leave nothing.
    """
    shape = (1, channels, height, width)
    total = torch.zeros(shape)
    for seed, weight in mixture(parts).items():
        generator = torch.Generator("cpu").manual_seed(seed)
        # In bfloat16, as the pipeline draws it: other dtypes give other numbers, not rounded ones.
        total += weight * torch.randn(shape, generator=generator, dtype=torch.bfloat16).float()
    # FluxPipeline._pack_latents: 2x2 cells become one token.
    packed = total.view(1, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return packed.reshape(1, (height // 2) * (width // 2), channels * 4).to(torch.bfloat16)
