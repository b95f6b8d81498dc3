"""Stage 1: the autoencoder, on crops of rendered scenes."""

import copy
import math

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor

from ..renderer import render, to_bytes
from ..scenes import compose_many
from .schedule import Stage
from .world import World

SIDE = 256
RATE = 1.5e-3
KL_WEIGHT = 1e-3
EMA = 0.997


def to_float(pictures: Tensor) -> Tensor:
    """uint8 0..255 as -1..1."""
    return pictures.float() / 127.5 - 1


def _render_pool(count: int, first: int, workers: int, device: torch.device) -> Tensor:
    """(count, 3, SIDE, SIDE) uint8, on the device."""
    rows = torch.from_numpy(compose_many(count, first, workers=workers).rows)
    return torch.cat([to_bytes(render(part.to(device), SIDE, SIDE)) for part in rows.split(1024)])


def _loss(autoencoder: AutoencoderKL, pictures: Tensor, kl_weight: float) -> tuple[Tensor, Tensor]:
    """(training loss, mean squared error) of reconstructions: absolute error, edges, and a pull to N(0, 1)."""
    posterior = autoencoder.encode(pictures).latent_dist
    error = autoencoder.decode(posterior.sample()).sample.float() - pictures
    edges = (error[:, :, 1:] - error[:, :, :-1]).abs().mean() + (error[..., 1:] - error[..., :-1]).abs().mean()
    kl = 0.5 * (posterior.mean.float() ** 2 + posterior.var.float() - 1 - posterior.logvar.float()).mean()
    return error.abs().mean() + 0.5 * edges + kl_weight * kl, error.square().mean()


def decibels(mean_squared_error: float) -> float:
    """Peak signal-to-noise ratio of pictures in -1..1."""
    return 10 * math.log10(4 / mean_squared_error)


def train_autoencoder(
    autoencoder: AutoencoderKL, stage: Stage, world: World, pool_size: int, batch: int, first: int, workers: int
) -> float:
    """Trains in place and sets the latents' shift and scale; returns the reconstruction's PSNR in dB.

    Every process trains on its own: only the leading one's result is kept.
    """
    device = world.device
    pool = _render_pool(pool_size, first, workers, device)
    world.log(f"autoencoder: {len(pool)} pictures drawn")
    autoencoder.to(device).train()
    average = copy.deepcopy(autoencoder).requires_grad_(False)
    weights, averages = list(autoencoder.parameters()), list(average.parameters())
    optimizer = torch.optim.AdamW(weights, RATE, (0.9, 0.95), weight_decay=1e-3, fused=device.type == "cuda")
    crop = SIDE // 2
    stage.start()
    while stage.goes_on(world):
        chosen = torch.randint(len(pool), (batch,), device=device)
        if stage.step % 4 == 3:
            pictures = F.avg_pool2d(to_float(pool[chosen]), 2)
        else:
            top, left = torch.randint(0, SIDE - crop + 1, (2,)).tolist()
            pictures = to_float(pool[chosen, :, top : top + crop, left : left + crop])
        for group in optimizer.param_groups:
            group["lr"] = RATE * stage.rate
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            loss, error = _loss(autoencoder, pictures, KL_WEIGHT * min(1, stage.step / 500))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        torch._foreach_lerp_(averages, weights, 1 - min(EMA, (1 + stage.step) / (10 + stage.step)))
        if stage.step % 200 == 0:
            world.log(f"autoencoder step {stage.step}: {decibels(error.item()):.2f} dB, rate {stage.rate:.2f}")
        stage.tick(batch)
    autoencoder.load_state_dict(average.state_dict())
    return _calibrate(autoencoder, to_float(pool[-64:]))


@torch.no_grad()
def _calibrate(autoencoder: AutoencoderKL, pictures: Tensor) -> float:
    autoencoder.eval().requires_grad_(False)
    latents = autoencoder.encode(pictures).latent_dist.mean
    error = autoencoder.decode(latents).sample - pictures
    autoencoder.register_to_config(
        shift_factor=round(latents.mean().item(), 4), scaling_factor=round(1 / latents.std().item(), 4)
    )
    return decibels(error.square().mean().item())
