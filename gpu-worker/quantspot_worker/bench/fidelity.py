"""How far two pictures are apart, by three published measures.

PSNR   in dB, of 8-bit RGB: of the squared error's mean over all pairs, as if they were one large picture. The mean of
       the pairs' own PSNRs is infinite as soon as one pair is identical, and would have to leave out the best.
SSIM   Wang et al. 2004, as torchmetrics has it (Gaussian window of 1.5 pixels' deviation).
FLIP   Andersson et al. 2020, NVIDIA's own package: what a person sees who flips between the two pictures, from 0
       (nothing) to 1, at its default viewing distance of 67 pixels a degree. It is exactly the quiz's question, and
       unlike LPIPS it brings no network whose weights have to be fetched.
"""

from pathlib import Path
from statistics import mean

import flip_evaluator
import numpy as np
import torch
from PIL import Image
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

from .jobs import Fidelity


def compare(pictures: list[Path], references: list[Path]) -> Fidelity:
    """Over pairs of pictures of one size. psnr is None where all are identical."""
    ours, theirs = [_rgb(path) for path in pictures], [_rgb(path) for path in references]
    flips = [flip_evaluator.evaluate(b, a, "LDR", applyMagma=False)[1] for a, b in zip(ours, theirs, strict=True)]
    one, other = (torch.from_numpy(np.stack(side)).permute(0, 3, 1, 2) for side in (ours, theirs))
    return Fidelity(
        psnr=None if torch.equal(one, other) else float(peak_signal_noise_ratio(one, other, data_range=1.0)),
        ssim=float(structural_similarity_index_measure(one, other, data_range=1.0)),
        flip=mean(flips),
    )


def _rgb(path: Path) -> "np.ndarray":
    """(height, width, 3) float32 in 0..1."""
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
