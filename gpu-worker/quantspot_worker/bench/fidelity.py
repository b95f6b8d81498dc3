"""How far two pictures are apart, by three published measures.

PSNR   in dB, of 8-bit RGB.
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
    """Means over pairs of pictures of one size. psnr is None where all are identical."""
    pairs = [(_rgb(one), _rgb(other)) for one, other in zip(pictures, references, strict=True)]
    flips = [flip_evaluator.evaluate(other, one, "LDR", applyMagma=False)[1] for one, other in pairs]
    tensors = [tuple(torch.from_numpy(side).permute(2, 0, 1)[None] for side in pair) for pair in pairs]
    ratios = [float(peak_signal_noise_ratio(*pair, data_range=1.0)) for pair in tensors if not torch.equal(*pair)]
    similar = [float(structural_similarity_index_measure(*pair, data_range=1.0)) for pair in tensors]
    return Fidelity(psnr=mean(ratios) if ratios else None, ssim=mean(similar), flip=mean(flips))


def _rgb(path: Path) -> "np.ndarray":
    """(height, width, 3) float32 in 0..1."""
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
