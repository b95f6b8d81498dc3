"""Latent previews: a small RGB picture of what a half-denoised latent is becoming, for the cost of one matrix product.

The projection from latent channels to RGB is fitted at first use, by least squares on what this very autoencoder
makes of random colour blocks; so it holds for any model, tiny or FLUX.1.
"""

from typing import Any

import torch
from torch import Tensor

_BLOCKS, _PIXELS = 16, 256


class Previewer:
    def __init__(self, vae: Any) -> None:
        self._vae = vae
        self._weights: Tensor | None = None

    @torch.no_grad()
    def prepare(self) -> Tensor:
        """What `rgb` needs, made once."""
        if self._weights is None:
            self._weights = self._fit()
        return self._weights

    @torch.no_grad()
    def rgb(self, latents: Tensor, height: int, width: int) -> bytes:
        """RGB rows of `height` x `width` latent cells, one pixel a cell.

        latents: (1, tokens, channels*4), packed as FluxPipeline holds them, an estimate of the final latent.
        """
        weights = self.prepare()
        cells = latents.float().cpu().view(height // 2, width // 2, -1, 2, 2).permute(0, 3, 1, 4, 2)
        picture = _with_one(cells.reshape(height * width, -1)) @ weights
        return bytes((picture.clamp(0, 1) * 255).round().to(torch.uint8).numpy().tobytes())

    def _fit(self) -> Tensor:
        """(channels + 1, 3) float32: latent cell and a constant one to RGB in 0..1."""
        generator = torch.Generator("cpu").manual_seed(0)
        colours = torch.rand((1, 3, _BLOCKS, _BLOCKS), generator=generator)
        picture = torch.nn.functional.interpolate(colours, size=_PIXELS, mode="bilinear")
        vae = self._vae
        encoded = vae.encode((picture * 2 - 1).to(vae.device, vae.dtype)).latent_dist.mode().float().cpu()
        cells = ((encoded - vae.config.shift_factor) * vae.config.scaling_factor)[0].flatten(1).T
        seen = torch.nn.functional.adaptive_avg_pool2d(picture, encoded.shape[-2:])[0].flatten(1).T
        # The default, gelsy, reads what PyTorch leaves uninitialised: each fit would be another by a last bit.
        return torch.linalg.lstsq(_with_one(cells), seen, driver="gelsd").solution


def _with_one(cells: Tensor) -> Tensor:
    return torch.cat([cells, torch.ones(len(cells), 1)], dim=1)
