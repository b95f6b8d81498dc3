"""The Triton kernel's arithmetic in Triton's interpreter, on a CPU. Triton comes with PyTorch for CUDA only."""

import os

import pytest
import torch

from .turning import EPS, HEADS, expected, operands

pytest.importorskip("triton")


@pytest.mark.skipif(os.environ.get("TRITON_INTERPRET") != "1", reason="set TRITON_INTERPRET=1 to run it on a CPU")
@pytest.mark.parametrize(("tokens", "text", "size"), [(40, 0, 32), (40, 16, 32), (21, 9, 128)])
def test_query_and_key(tokens: int, text: int, size: int) -> None:
    from quantspot_worker.execution.rotary_kernel import normalized_and_turned

    given = operands(tokens, text, size, torch.device("cpu"))
    for found, right in zip(normalized_and_turned(*given, HEADS, EPS), expected(*given), strict=True):
        torch.testing.assert_close(found, right, rtol=1e-5, atol=1e-5)
