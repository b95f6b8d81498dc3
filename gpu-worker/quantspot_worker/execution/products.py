"""Products of low-precision numbers with low-precision numbers: weights and activations.

Activations are quantized row by row as they come (one scale a token). Each class says what the library computes, in
the same numbers; bitsandbytes' and torchao's own ways differ only in where they round to 16 bits.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .linear import FastLinear, may_fuse, on_gpu

_INT8 = 127
_FLOAT8 = torch.finfo(torch.float8_e4m3fn)
#: torchao's least scale of int8.
_EPSILON = torch.finfo(torch.float32).eps
#: cuBLAS has no float8 product with a scale a row for 256 rows or fewer of 9216 or more numbers, on Hopper at least:
#: https://github.com/pytorch/ao/issues/4582
_LEAST_ROWS = 512


class _Product(FastLinear):
    """`stored` (out, in) int8 or float8, `scale` (out, 1) float32."""

    stored: Tensor
    scale: Tensor

    def weight(self) -> Tensor:
        return (self.stored.float() * self.scale).to(torch.bfloat16)

    def finished(self, product: Tensor, dtype: torch.dtype) -> Tensor:
        """product: (rows, out) float32 of x and `stored`. With the weights' scale and the bias."""
        y = product * self.scale.T
        return (y if self.bias is None else y + self.bias).to(dtype)

    def exact(self, q: Tensor) -> Tensor:
        """q @ stored.T, summed in float32 and rounded to bfloat16, as float32. Both are of eight bits, which bfloat16
        holds exactly.
        """
        return F.linear(q.to(torch.bfloat16), self.stored.to(torch.bfloat16)).float()


class _DynamicProduct(_Product):
    """torchao's dynamic activations: one scale a row, of its largest absolute value.

    largest: what a row's largest value becomes. least_scale: no scale is less.
    """

    largest: float
    least_scale: float

    def rounded(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(..., in) of eight bits, and (..., 1) float32, their scale."""
        raise NotImplementedError

    def multiply(self, q: Tensor, scale: Tensor) -> Tensor:
        """On a GPU: (rows, in) and (rows, 1) -> (rows, out) bfloat16."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        if on_gpu(x):
            q, scale = self.rounded(x.flatten(0, 1))
            return self.multiply(q, scale).unflatten(0, x.shape[:2])
        q, scale = self.rounded(x)
        return self.finished(self.exact(q) * scale, x.dtype)

    def after_gelu(self, x: Tensor, beside: Tensor | None = None) -> Tensor:
        if not may_fuse(x):
            return super().after_gelu(x, beside)
        from .quantize_kernel import quantize_gelu  # Triton comes with PyTorch's CUDA build only

        flat = None if beside is None else beside.flatten(0, 1)
        q, scale = quantize_gelu(x.flatten(0, 1), flat, self.stored.dtype, self.largest, self.least_scale)
        return self.multiply(q, scale).unflatten(0, x.shape[:2])


class Float8Product(_DynamicProduct):
    """torchao's float8 with dynamic activations: both sides e4m3 with one scale a row."""

    largest, least_scale = _FLOAT8.max, _EPSILON**2

    def rounded(self, x: Tensor) -> tuple[Tensor, Tensor]:
        scale = (x.abs().amax(-1, keepdim=True) / self.largest).float().clamp(min=self.least_scale)
        return (x.float() / scale).clamp(-self.largest, self.largest).to(torch.float8_e4m3fn), scale

    def multiply(self, q: Tensor, scale: Tensor) -> Tensor:
        rows = q.shape[0]
        if rows < _LEAST_ROWS:
            q = F.pad(q.view(torch.int8), (0, 0, 0, _LEAST_ROWS - rows)).view(q.dtype)
            return self.multiply(q, F.pad(scale, (0, 0, 0, _LEAST_ROWS - rows), value=1.0))[:rows]
        return torch._scaled_mm(
            q, self.stored.T, scale, self.scale.T, bias=self.bias, out_dtype=torch.bfloat16, use_fast_accum=True
        )


class Int8Product(_DynamicProduct):
    """torchao's int8 with dynamic activations: both sides int8, symmetric, with one scale a row."""

    largest, least_scale = _INT8 + 0.5, _EPSILON

    def rounded(self, x: Tensor) -> tuple[Tensor, Tensor]:
        scale = (x.float().abs().amax(-1, keepdim=True) / self.largest).clamp(min=self.least_scale)
        return torch.clamp(torch.round(x.float() / scale), -_INT8 - 1, _INT8).to(torch.int8), scale

    def multiply(self, q: Tensor, scale: Tensor) -> Tensor:
        from .int8_kernel import int8_linear

        return int8_linear(q, scale, self.stored, self.scale, self.bias)


class Int8WithOutliers(_Product):
    """bitsandbytes' LLM.int8: activation columns with a value of `threshold` or more stay 16-bit.

    Which columns those are changes from step to step. The library looks for them and waits for the answer in every
    layer, which leaves a GPU idle a third of the time; here their number never leaves the device.
    """

    threshold: float

    def __init__(self, bias: Tensor | None, stored: Tensor, absmax: Tensor, threshold: float) -> None:
        """absmax: (out,), of which each weight is stored / 127. threshold: 0 for no outliers."""
        super().__init__(bias, stored=stored, scale=absmax.float().view(-1, 1) / _INT8)
        self.threshold = threshold or torch.inf

    def forward(self, x: Tensor) -> Tensor:
        size = x.float().abs()
        outlier = size >= self.threshold
        scale = torch.where(outlier, 0, size).amax(-1, keepdim=True) / _INT8
        if x.ndim == 3:
            # Of a sequence, whole columns; vectors that only share a call are each their own.
            outlier = outlier.flatten(0, 1).any(0)
        q = torch.round(x.float() / scale.clamp(min=torch.finfo(torch.float32).tiny))
        q = torch.where(outlier, 0, q).to(torch.int8)
        if on_gpu(x):
            from .int8_kernel import int8_linear

            outliers = x.flatten(0, 1), outlier
            y = int8_linear(q.flatten(0, 1), scale.flatten(0, 1), self.stored, self.scale, self.bias, outliers)
            return y.unflatten(0, x.shape[:2])
        return self.finished(self.exact(q) * scale + self.exact(torch.where(outlier, x, 0)), x.dtype)
