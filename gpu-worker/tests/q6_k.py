"""A writer of Q6_K for tests: gguf's Python package reads the type and does not write it.

Format: block_q6_K in ggml-common.h of llama.cpp, 210 bytes for 256 weights: ql[128] low nibbles, qh[64] high two bits,
scales[16] int8, d float16. A weight is  d * scale * (q - 32), one scale for 16 weights.
"""

import numpy as np
from numpy.typing import NDArray


def quantize_q6_k(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(rows, columns), columns a multiple of 256. With one scale, the same for a whole block: not good, but valid."""
    blocks = values.reshape(-1, 256)
    d = (np.abs(blocks).max(-1, keepdims=True) / 31).astype(np.float16)
    step = np.where(d == 0, 1, d).astype(np.float32)
    q = (np.clip(np.rint(blocks / step), -32, 31) + 32).astype(np.uint8).reshape(-1, 2, 4, 32)
    low, high = q & 15, q >> 4
    ql = np.concatenate([low[:, :, 0] | low[:, :, 2] << 4, low[:, :, 1] | low[:, :, 3] << 4], axis=-1).reshape(-1, 128)
    qh = (high[:, :, 0] | high[:, :, 1] << 2 | high[:, :, 2] << 4 | high[:, :, 3] << 6).reshape(-1, 64)
    scales = np.ones((len(blocks), 16), np.uint8)
    packed = np.concatenate([ql, qh, scales, d.view(np.uint8)], axis=-1)
    return packed.reshape(len(values), -1)
