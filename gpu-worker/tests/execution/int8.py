"""Operands of the int8 product, and what it is by definition."""

import torch
from torch import Tensor

Operands = tuple[Tensor, Tensor, Tensor, Tensor, Tensor | None, tuple[Tensor, Tensor] | None]


def operands(rows: int, depth: int, outs: int, outliers: int | None, device: torch.device) -> Operands:
    """q, its scale a row, the weight, its scale a row, the bias; x and which of its columns are outliers."""
    generator = torch.Generator().manual_seed(0)

    def whole(*shape: int) -> Tensor:
        return torch.randint(-127, 128, shape, dtype=torch.int8, generator=generator).to(device)

    def scale(count: int) -> Tensor:
        return (torch.rand(count, 1, generator=generator) / 100 + 0.001).to(device)

    q, weight = whole(rows, depth), whole(outs, depth)
    bias = torch.randn(outs, generator=generator).to(device, torch.bfloat16) if outliers != 3 else None
    if outliers is None:
        return q, scale(rows), weight, scale(outs), bias, None
    chosen = torch.randperm(depth, generator=generator)[:outliers].to(device)
    outlier = torch.zeros(depth, dtype=torch.bool, device=device)
    outlier[chosen] = True
    q[:, outlier] = 0
    x = (torch.randn(rows, depth, generator=generator) * 8).to(device, torch.bfloat16)
    if device.type == "cpu":
        x = x.float()  # Triton's interpreter multiplies the bits of bfloat16
    return q, scale(rows), weight, scale(outs), bias, (x, outlier)


def product(
    q: Tensor,
    q_scale: Tensor,
    weight: Tensor,
    weight_scale: Tensor,
    bias: Tensor | None,
    outliers: tuple[Tensor, Tensor] | None,
) -> Tensor:
    """As it is defined, in float64."""
    y = q.double() @ weight.double().T * q_scale
    if outliers is not None:
        x, outlier = outliers
        y += x.double() * outlier @ weight.double().T
    y *= weight_scale.T
    return (y if bias is None else y + bias.double()).float()
