"""Q2_K quantization, which gguf's Python package reads but does not write.

Format: block_q2_K in ggml-common.h of llama.cpp, 84 bytes for 256 weights, 2.625 bits a weight:
    scales[16]  one byte for each 16 weights: low nibble scale, high nibble minimum
    qs[64]      2 bits a weight: byte 32*h + i holds weights 128*h + i + 32*s at bits 2*s, s = 0..3
    d, dmin     float16: what the scales and the minima are multiples of
A weight is  d * scale * q - dmin * minimum,  q in 0..3.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_WEIGHTS, _GROUP, _TOP_Q, _TOP_SCALE = 256, 16, 3, 15
#: Ranges tried a group, as fractions of that from minimum to maximum. On normal weights the whole range alone has a
#: relative error of 0.328, these bring it to 0.272, and nine of them to 0.270 at five times the time.
_SHRINKS = (0.7, 0.9)
#: Rows quantized at a time.
_ROWS = 512


def quantize_q2_k(values: Floats) -> NDArray[np.uint8]:
    """(rows, columns) float32, columns a multiple of 256 -> (rows, columns/256*84) bytes."""
    rows, columns = values.shape
    parts = [part.reshape(-1, _WEIGHTS // _GROUP, _GROUP) for part in np.array_split(values, -(-rows // _ROWS))]
    with ThreadPoolExecutor() as threads:  # numpy lets others run while it works
        packed = list(threads.map(_blocks, parts))
    return np.concatenate(packed).reshape(rows, columns // _WEIGHTS * 84)


def _blocks(x: Floats) -> NDArray[np.uint8]:
    """x: (blocks, 16, 16) float32."""
    scale, minimum = _fit(x)
    d = (scale.max(-1, keepdims=True) / _TOP_SCALE).astype(np.float16)
    dmin = (minimum.max(-1, keepdims=True) / _TOP_SCALE).astype(np.float16)
    scales, minima = _nibbles(scale, d), _nibbles(minimum, dmin)
    step = (d.astype(np.float32) * scales)[..., None]
    offset = (dmin.astype(np.float32) * minima)[..., None]
    q = np.clip(np.rint(_divide(x + offset, step)), 0, _TOP_Q).astype(np.uint8).reshape(-1, 2, 4, 32)
    qs = (q[:, :, 0] | q[:, :, 1] << 2 | q[:, :, 2] << 4 | q[:, :, 3] << 6).reshape(-1, 64)
    return np.concatenate([scales | minima << 4, qs, d.view(np.uint8), dmin.view(np.uint8)], axis=-1)


def _fit(x: Floats) -> tuple[Floats, Floats]:
    """The scale and (positive) minimum of each group of 16 with the least squared error.

    Of several ranges around the group's middle, each refined by least squares on its own rounding, as
    make_qkx2_quants of llama.cpp does.
    """
    low, high = np.minimum(x.min(-1), 0), x.max(-1)
    best = (np.maximum(high - low, 0) / _TOP_Q, -low)
    least = _error(x, *best)
    for shrink in _SHRINKS:
        middle, half = (high + low) / 2, (high - low) / 2 * shrink
        scale, minimum = _refine(x, 2 * half / _TOP_Q, half - middle)
        error = _error(x, scale, minimum)
        better = error < least
        best = (np.where(better, scale, best[0]), np.where(better, minimum, best[1]))
        least = np.minimum(error, least)
    return best


def _refine(x: Floats, scale: Floats, minimum: Floats) -> tuple[Floats, Floats]:
    """Least squares of x = scale * q - minimum for the q that the given pair rounds to; both kept >= 0."""
    q = _round(x, scale, minimum)
    mean_q, mean_x = q.mean(-1), x.mean(-1)
    variance = (q * q).mean(-1) - mean_q**2
    slope = _divide((q * x).mean(-1) - mean_q * mean_x, variance)
    offset = slope * mean_q - mean_x
    # A group of positive weights would want a negative minimum, which the format can't hold.
    through_zero = _divide((q * x).mean(-1), (q * q).mean(-1))
    return np.maximum(np.where(offset < 0, through_zero, slope), 0), np.maximum(offset, 0)


def _round(x: Floats, scale: Floats, minimum: Floats) -> Floats:
    return np.clip(np.rint(_divide(x + minimum[..., None], scale[..., None])), 0, _TOP_Q)


def _error(x: Floats, scale: Floats, minimum: Floats) -> Floats:
    return ((scale[..., None] * _round(x, scale, minimum) - minimum[..., None] - x) ** 2).sum(-1)


def _nibbles(value: Floats, unit: NDArray[np.float16]) -> NDArray[np.uint8]:
    return np.clip(np.rint(_divide(value, unit.astype(np.float32))), 0, _TOP_SCALE).astype(np.uint8)


def _divide(a: Floats, b: Floats) -> Floats:
    """a / b, and 0 where b is 0."""
    a, b = np.broadcast_arrays(a, b)
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)
