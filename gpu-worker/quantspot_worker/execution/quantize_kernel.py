"""Rows of activations to eight bits in one Triton kernel, with the GELU before it.

A row is read once and kept in registers. Inductor's code for a row this long reads it twice and computes GELU twice.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.library import triton_op, wrap_triton

#: Numbers a thread has in registers. On an H200 32 and 128 are slower.
_NUMBERS = 64
_THREADS = 32  # a warp's


@triton.jit
def _gelu(x):  # type: ignore[no-untyped-def]  # Triton's tensors have no types of Python's
    """linear.gelu, as float32: the power of e as one of two."""
    y = x.to(tl.float32)
    y = y / (1 + tl.exp2(y * (-2.302208198144325 - 0.1029432395800235 * (y * y))))
    if x.dtype == tl.bfloat16:
        # Rounded to 16 bits by integers (halves away from zero): a conversion there and back takes a unit of the GPU
        # that the power and the quotient need.
        y = ((y.to(tl.int32, bitcast=True) + 0x8000) & -0x10000).to(tl.float32, bitcast=True)
    return y


@triton.jit  # type: ignore[untyped-decorator]  # Triton has no types
def _kernel(  # type: ignore[no-untyped-def]  # Triton's pointers and constants have no types of Python's
    x,
    beside,
    q,
    scale,
    WIDTH: tl.constexpr,
    BESIDE: tl.constexpr,
    LARGEST: tl.constexpr,
    LEAST_SCALE: tl.constexpr,
    FLOAT8: tl.constexpr,
    BLOCK: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, BLOCK)
    in_x = (column >= BESIDE) & (column < BESIDE + WIDTH)
    y = _gelu(tl.load(x + row * WIDTH + (column - BESIDE), mask=in_x, other=0))
    if BESIDE > 0:
        first = tl.load(beside + row * BESIDE + column, mask=column < BESIDE, other=0).to(tl.float32)
        y = tl.where(in_x, y, first)
    largest = tl.max(tl.abs(y), 0)
    one = largest / LARGEST
    if FLOAT8:
        one = one.to(x.dtype.element_ty).to(tl.float32)  # products.Float8Product.rounded
    one = tl.maximum(one, LEAST_SCALE)
    y = y * (1 / one)  # at most 449 of float8, which becomes 448
    if not FLOAT8:
        # 1.5 * 2^23 rounds to a whole number, halves to even, whose lowest byte is then the sum's.
        y = (tl.minimum(y, 127) + 12582912).to(tl.int32, bitcast=True)
    target = q + row * (BESIDE + WIDTH) + column
    tl.store(target, y.to(q.dtype.element_ty), mask=column < BESIDE + WIDTH)
    tl.store(scale + row, one)


@triton_op("quantspot::quantize_gelu", mutates_args={})
def _quantize_gelu(
    x: Tensor, beside: Tensor | None, dtype: torch.dtype, largest: float, least_scale: float
) -> tuple[Tensor, Tensor]:
    rows, width = x.shape
    columns = 0 if beside is None else beside.shape[1]
    q = torch.empty(rows, columns + width, dtype=dtype, device=x.device)
    scale = torch.empty(rows, 1, dtype=torch.float32, device=x.device)
    block = triton.next_power_of_2(columns + width)
    wrap_triton(_kernel)[(rows,)](
        x,
        x if beside is None else beside,
        q,
        scale,
        WIDTH=width,
        BESIDE=columns,
        LARGEST=largest,
        LEAST_SCALE=least_scale,
        FLOAT8=dtype.is_floating_point,
        BLOCK=block,
        num_warps=max(1, min(16, block // (_NUMBERS * _THREADS))),
    )
    return q, scale


def quantize_gelu(
    x: Tensor, beside: Tensor | None, dtype: torch.dtype, largest: float, least_scale: float
) -> tuple[Tensor, Tensor]:
    """Of cat([beside, gelu(x)]): (rows, columns) of `dtype`, int8 or float8, and (rows, 1) float32, the scale of each.

    x, beside: (rows, ...) bfloat16, finite. largest: what a row's largest absolute value is divided by. least_scale: no
    scale is less.
    """
    return _quantize_gelu(x.contiguous(), None if beside is None else beside.contiguous(), dtype, largest, least_scale)
