"""int8 x int8 with the scales, the outlier columns and the bias in one Triton kernel.

PyTorch's own torch._int_mm writes int32, four bytes a value that another kernel has to read again, and has no place
for columns in another precision.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.library import triton_op, wrap_triton

#: Of int8, Triton waits for all products before each barrier: with these, four warps a program and two programs a
#: multiprocessor, one program's products run while the other waits.
_ROWS, _COLUMNS, _DEPTH, _OUTLIERS = 128, 128, 128, 32
#: Tiles of rows that share their weights' tiles in the L2 cache.
_BAND = 32


@triton.jit  # type: ignore[untyped-decorator]  # Triton has no types
def _kernel(  # type: ignore[no-untyped-def]  # Triton's pointers and constants have no types of Python's
    q,
    weight,
    q_scale,
    weight_scale,
    bias,
    x,
    columns,
    count,
    out,
    rows,
    outs,
    depth,
    HAS_BIAS: tl.constexpr,
    HAS_OUTLIERS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    DEPTH: tl.constexpr,
    OUTLIERS: tl.constexpr,
    BAND: tl.constexpr,
):
    tile = tl.program_id(0)
    down, across = tl.cdiv(rows, ROWS), tl.cdiv(outs, COLUMNS)
    band = tile // (BAND * across)
    height = tl.minimum(down - band * BAND, BAND)
    row_tile = band * BAND + tile % (BAND * across) % height
    column_tile = tile % (BAND * across) // height
    row = row_tile * ROWS + tl.arange(0, ROWS)
    column = column_tile * COLUMNS + tl.arange(0, COLUMNS)
    row_in, column_in = row < rows, column < outs
    # Rows past the end repeat earlier ones and are not stored.
    left = (row % rows).to(tl.int64)[:, None] * depth
    right = (column % outs).to(tl.int64)[None, :] * depth
    k = tl.arange(0, DEPTH)
    total = tl.zeros((ROWS, COLUMNS), tl.int32)
    for start in range(0, depth, DEPTH):
        a = tl.load(q + left + (start + k)[None, :])
        b = tl.load(weight + right + (start + k)[:, None])
        total = tl.dot(a, b, total, out_dtype=tl.int32)
    y = total.to(tl.float32) * tl.load(q_scale + row, mask=row_in, other=0)[:, None]
    if HAS_OUTLIERS:
        found = tl.load(count)
        for start in range(0, found, OUTLIERS):
            at = start + tl.arange(0, OUTLIERS)
            index = tl.load(columns + at, mask=at < found, other=0)
            a = tl.load(x + left + index[None, :], mask=(at < found)[None, :], other=0)
            b = tl.load(weight + right + index[:, None])
            y = tl.dot(a, b.to(a.dtype), y)
    y *= tl.load(weight_scale + column, mask=column_in, other=0)[None, :]
    if HAS_BIAS:
        y += tl.load(bias + column, mask=column_in, other=0).to(tl.float32)[None, :]
    target = out + row.to(tl.int64)[:, None] * outs + column[None, :]
    tl.store(target, y.to(out.dtype.element_ty), mask=row_in[:, None] & column_in[None, :])


@triton_op("quantspot::int8_linear", mutates_args={})
def _int8_linear(
    q: Tensor,
    q_scale: Tensor,
    weight: Tensor,
    weight_scale: Tensor,
    bias: Tensor | None,
    x: Tensor | None,
    columns: Tensor | None,
    count: Tensor | None,
) -> Tensor:
    rows, depth = q.shape
    outs = weight.shape[0]
    out = torch.empty(rows, outs, dtype=torch.bfloat16, device=q.device)
    grid = (triton.cdiv(rows, _ROWS) * triton.cdiv(outs, _COLUMNS),)
    wrap_triton(_kernel)[grid](
        q,
        weight,
        q_scale,
        weight_scale,
        q if bias is None else bias,
        q if x is None else x,
        q if columns is None else columns,
        q if count is None else count,
        out,
        rows,
        outs,
        depth,
        HAS_BIAS=bias is not None,
        HAS_OUTLIERS=x is not None,
        ROWS=_ROWS,
        COLUMNS=_COLUMNS,
        DEPTH=min(_DEPTH, depth & -depth),
        OUTLIERS=_OUTLIERS,
        BAND=_BAND,
        num_warps=4,
        num_stages=3,
    )
    return out


def int8_linear(
    q: Tensor,
    q_scale: Tensor,
    weight: Tensor,
    weight_scale: Tensor,
    bias: Tensor | None,
    outliers: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """(rows, in) int8 x (out, in) int8 -> (rows, out) bfloat16; `in` a multiple of 32, the weight contiguous.

    outliers: x (rows, in) in bfloat16, and which of its columns (in,) are multiplied as they are there instead. How
    many those are is read on the device, by the kernel.
    """
    q = q.contiguous()  # an activation can be a view into a wider one
    if outliers is None:
        return _int8_linear(q, q_scale, weight, weight_scale, bias, None, None, None)
    x, outlier = outliers[0].contiguous(), outliers[1]
    # The outlier columns' numbers first, in a list as long as there are columns.
    place = torch.where(outlier, outlier.cumsum(0) - 1, outlier.shape[0])
    numbers = torch.arange(outlier.shape[0], device=outlier.device, dtype=torch.int32)
    columns = numbers.new_zeros(outlier.shape[0] + 1).scatter(0, place, numbers)
    return _int8_linear(q, q_scale, weight, weight_scale, bias, x, columns, outlier.sum(dtype=torch.int32))
