"""Latent previews against the autoencoder's own picture."""

import numpy as np
import torch

from quantspot_worker.pool import VariantPool
from quantspot_worker.preview import Previewer
from quantspot_worker.recipes import BY_ID

from .engine_process import generate
from .pictures import by_diffusers


def test_each_fit_is_the_same(pool: VariantPool) -> None:
    """Incident: on an H200 the previews of two renderers differed by a last bit, since the least squares began with
    what the memory held before."""
    fits = [Previewer(pool.base.vae).prepare() for _ in range(8)]
    assert all(torch.equal(fit, fits[0]) for fit in fits)


def test_a_preview_of_the_final_latent_looks_like_the_picture(pool: VariantPool) -> None:
    pipe = pool.acquire(BY_ID["bf16"]).variant.pipe
    request = generate(1, steps=4, width=192, height=128)
    picture = by_diffusers(pipe, request).astype(np.float32)
    seed = torch.Generator("cpu").manual_seed(7)
    size = {"width": 192, "height": 128, "num_inference_steps": 4, "max_sequence_length": 64}
    final = pipe(request["prompt"], generator=seed, output_type="latent", **size).images
    rgb = np.frombuffer(Previewer(pipe.vae).rgb(final, 16, 24), np.uint8).reshape(16, 24, 3)
    small = picture.reshape(16, 8, 24, 8, 3).mean((1, 3))
    assert np.corrcoef(rgb.ravel(), small.ravel())[0, 1] > 0.9
    assert np.abs(rgb - small).mean() < 25  # of 255
