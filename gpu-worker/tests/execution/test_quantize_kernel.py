"""The Triton kernel's arithmetic in Triton's interpreter, on a CPU. Triton comes with PyTorch for CUDA only."""

import os

import pytest
import torch

from quantspot_worker.execution.linear import activated

from .rounding import operands, same_numbers

pytest.importorskip("triton")


@pytest.mark.skipif(os.environ.get("TRITON_INTERPRET") != "1", reason="set TRITON_INTERPRET=1 to run it on a CPU")
@pytest.mark.parametrize(
    ("product", "but"),
    # The interpreter's float8 loses a carry: a number that is rounded up to the next power of two is half of it then.
    [("Int8Product", 0.001), ("Float8Product", 0.1)],
)
@pytest.mark.parametrize(("width", "beside"), [(96, 0), (96, 32), (1000, 24)])
def test_rows_after_gelu(product: str, but: float, width: int, beside: int) -> None:
    from quantspot_worker.execution.quantize_kernel import quantize_gelu

    layer, x, first = operands(product, 5, width, beside, torch.device("cpu"))
    found = quantize_gelu(x, first, layer.stored.dtype, layer.largest, layer.least_scale)
    same_numbers(found, layer.rounded(activated(x, first)), but=but)
