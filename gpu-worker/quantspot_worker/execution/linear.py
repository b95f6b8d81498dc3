"""The linear layer of the fast path: it holds a recipe's official numbers as plain buffers and computes from them.

A library's own layer hides its numbers behind a tensor subclass or a kernel of its own, which the compiler can't see
into. Here the de-quantization is plain tensor operations, so Inductor makes one pass of it right before the product.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SQRT_8_OVER_PI = 1.5957691216057308


def gelu(x: Tensor) -> Tensor:
    """x * (1 + tanh(u)) / 2 = x * sigmoid(2 u), with u = sqrt(2 / pi) * (x + 0.044715 x^3)."""
    wide = x.float()
    return (wide * (_SQRT_8_OVER_PI * wide * (1 + 0.044715 * wide * wide)).sigmoid()).to(x.dtype)


def activated(x: Tensor, beside: Tensor | None) -> Tensor:
    """(..., beside's columns and x's)."""
    return gelu(x) if beside is None else torch.cat([beside, gelu(x)], dim=-1)


def on_gpu(x: Tensor) -> bool:
    """Whether there are kernels for x: a sequence, on a GPU."""
    return x.is_cuda and x.ndim == 3


def may_fuse(x: Tensor) -> bool:
    """Whether one kernel of our own may take the place of several operations: where there is one, compiled.

    What is not compiled stays as it is. So what is compiled is compared with other code (compiled.py), and what such a
    kernel refuses has that to fall back to.
    """
    return on_gpu(x) and torch.compiler.is_compiling()


class FastLinear(nn.Module):
    """y = x @ weight().T + bias. A format is a subclass that names its tensors and says what weight they stand for.

    tensors: the first dimension of each is the layer's output features, so layers that read the same input can be
    joined into one.
    """

    bias: Tensor | None

    def __init__(self, bias: Tensor | None, **tensors: Tensor) -> None:
        super().__init__()
        self.register_buffer("bias", None if bias is None else bias.detach().to(torch.bfloat16))
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor.detach())

    def weight(self) -> Tensor:
        """(out, in) bfloat16."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """x: (..., in) bfloat16 -> (..., out)."""
        return F.linear(x, self.weight(), self.bias)

    def after_gelu(self, x: Tensor, beside: Tensor | None = None) -> Tensor:
        """Of cat([beside, gelu(x)])."""
        output: Tensor = self(activated(x, beside))
        return output

    @property
    def out_features(self) -> int:
        return next(self.buffers()).shape[0]

    @classmethod
    def joined(cls, layers: Sequence[Self]) -> Self:
        """One layer that gives the outputs of several, one after the other. The parts are left empty."""
        merged = copy.copy(layers[0])
        merged._buffers = dict(merged._buffers)
        for name, _ in layers[0].named_buffers():
            merged._buffers[name] = torch.cat([layer.get_buffer(name) for layer in layers])
            for layer in layers:
                layer._buffers[name] = None
        return merged

    def joins(self, other: "FastLinear") -> bool:
        """Whether the two can be joined: the same format of the same input."""
        return type(self) is type(other) and all(
            self.get_buffer(name).shape[1:] == tensor.shape[1:] for name, tensor in other.named_buffers()
        )


class Stored(FastLinear):
    """Weights stored as they are: bfloat16, or float8 that a cast turns into it."""

    stored: Tensor

    def weight(self) -> Tensor:
        return self.stored.to(torch.bfloat16)


class RowScaled(FastLinear):
    """int8 or float8 numbers with one scale a row: `stored` (out, in), `scale` (out, 1)."""

    stored: Tensor
    scale: Tensor

    def weight(self) -> Tensor:
        return (self.stored.float() * self.scale.float()).to(torch.bfloat16)


def lanes(packed: Tensor, width: int, run: int, lane: int) -> Tensor:
    """Every fourth weight, from `lane` on, of weights that are fields of `width` bits in bytes.

    packed: (..., bytes / 4) int32. Of every `run` bytes, first come all lowest fields, then all second ones, and so
    on. A GPU that takes four weights of four bytes at a time reads and writes whole words; see `woven`.
    """
    shifts = torch.arange(0, 8, width, dtype=torch.int32, device=packed.device)
    fields = packed.unflatten(-1, (-1, 1, run // 4)) >> (shifts + 8 * lane)[:, None]
    return (fields & (2**width - 1)).flatten(-3)


def signed(byte: Tensor) -> Tensor:
    """int32 0..255 -> -128..127, as the same eight bits mean."""
    return (byte ^ 128) - 128


def woven(values: Callable[[int], Tensor]) -> Tensor:
    """(out, in) bfloat16 of values(0) .. values(3), each (out, ...) with every fourth weight.

    The four go into one 64-bit word, so that Inductor's kernel has one thread for four weights. Written as a plain
    `stack` it computes indices and loads for each alone, and takes twice as long.
    """
    bits = [values(lane).flatten(1).to(torch.bfloat16).view(torch.int16).to(torch.int64) & 0xFFFF for lane in range(4)]
    return (bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48).view(torch.bfloat16)
