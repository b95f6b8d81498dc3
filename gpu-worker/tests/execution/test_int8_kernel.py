"""The Triton kernel's arithmetic in Triton's interpreter, on a CPU. Triton comes with PyTorch for CUDA only."""

import os

import pytest
import torch

from .int8 import operands, product

pytest.importorskip("triton")


@pytest.mark.skipif(os.environ.get("TRITON_INTERPRET") != "1", reason="set TRITON_INTERPRET=1 to run it on a CPU")
@pytest.mark.parametrize("outliers", [None, 0, 3, 40])
@pytest.mark.parametrize(("rows", "depth", "outs"), [(1, 32, 16), (150, 96, 300)])
def test_products(rows: int, depth: int, outs: int, outliers: int | None) -> None:
    from quantspot_worker.execution.int8_kernel import int8_linear

    given = operands(rows, depth, outs, outliers, torch.device("cpu"))
    ours, exact = int8_linear(*given).float(), product(*given)
    assert float((ours - exact).norm() / exact.norm()) < 5e-3
