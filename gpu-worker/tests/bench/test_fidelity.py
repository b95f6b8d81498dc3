"""Distances between pictures."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quantspot_worker.bench.fidelity import compare


def test_identical_pictures_are_no_distance_apart_and_more_noise_is_further(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    ramp = np.linspace(0, 255, 64 * 64 * 3).reshape(64, 64, 3)
    paths = {}
    for noise in (0, 2, 20):
        paths[noise] = tmp_path / f"{noise}.png"
        noisy = (ramp + noise * draw.standard_normal(ramp.shape)).clip(0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(paths[noise])
    same, near, far = (compare([paths[noise]], [paths[0]]) for noise in (0, 2, 20))
    assert same == {"psnr": None, "ssim": 1.0, "flip": 0.0}
    assert near["psnr"] is not None and far["psnr"] is not None
    # Noise of deviation 2 in 255: 20 log10(255 / 2) = 42.1 dB, and a little more where rounding and clipping helped.
    assert 41 < near["psnr"] < 44 and far["psnr"] < near["psnr"]
    assert far["ssim"] < near["ssim"] < 1 and far["flip"] > near["flip"] > 0

    # A row of which one picture is bf16's own came out no better than its other pictures: that pair was left out.
    mixed = compare([paths[0], paths[20]], [paths[0], paths[0]])
    assert mixed["psnr"] == pytest.approx(far["psnr"] + 10 * math.log10(2), abs=1e-3)  # half of the squared error
    assert mixed["ssim"] == pytest.approx((1 + far["ssim"]) / 2, abs=1e-5)
    assert mixed["flip"] == pytest.approx(far["flip"] / 2)
