"""Rows of activations, and whether two ways of rounding them agree."""

import torch
from torch import Tensor

from quantspot_worker.execution import products


def operands(
    product: str, rows: int, width: int, beside: int, device: torch.device
) -> tuple[products.Float8Product | products.Int8Product, Tensor, Tensor | None]:
    """A layer, what GELU takes, and what is beside that."""
    numbers = torch.Generator().manual_seed(0)
    kind = getattr(products, product)
    dtype = torch.int8 if product == "Int8Product" else torch.float8_e4m3fn
    layer = kind(None, stored=torch.zeros(16, width + beside).to(dtype), scale=torch.ones(16, 1)).to(device)
    x = torch.randn(rows, width, generator=numbers) * 3
    x[0] = 0  # a row of nothing
    first = torch.randn(rows, beside, generator=numbers) if beside else None
    if first is not None:
        first[0] = 0
    # Triton's interpreter has no bfloat16.
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    return layer, x.to(device, dtype), None if first is None else first.to(device, dtype)


def same_numbers(found: tuple[Tensor, Tensor], expected: tuple[Tensor, Tensor], *, but: float) -> None:
    """but: how many may be others, of 1; those that lie half way between two."""
    (q, scale), (other_q, other_scale) = found, expected
    assert q.dtype == other_q.dtype and q.shape == other_q.shape
    torch.testing.assert_close(scale, other_scale, rtol=0.004, atol=0)
    difference = q.float() - other_q.float()
    assert float((difference != 0).float().mean()) <= but
    assert float(difference.norm() / other_q.float().norm()) <= but
