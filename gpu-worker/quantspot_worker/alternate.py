"""The same arithmetic in another order of operations, for the quiz's sham rounds.

Two renders of the original from one seed must not be the same file, or members would see that they are: what may
tell them apart is rounding alone. So the second one runs uncompiled, and with the attention kernels that the first one
did not use: on a CPU PyTorch's plain formula in the place of its fused one, on CUDA the memory-efficient kernel in the
place of cuDNN's or FlashAttention. On tiny, 14 to 21 % of the 8-bit values differ, by 37 to 55 dB PSNR.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel


@contextmanager
def alternate_execution() -> Iterator[None]:
    with (
        torch.compiler.set_stance("force_eager"),
        sdpa_kernel([SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]),
    ):
        yield
