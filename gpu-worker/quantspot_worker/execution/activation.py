"""GELU's tanh approximation without a tanh, which is most of the time of the kernels that it is fused into."""

from typing import Any

from diffusers.models.activations import GELU
from torch import Tensor, nn

_SQRT_8_OVER_PI = 1.5957691216057308


def gelu(x: Tensor) -> Tensor:
    """x * (1 + tanh(u)) / 2 = x * sigmoid(2 u), with u = sqrt(2 / pi) * (x + 0.044715 x^3)."""
    wide = x.float()
    return (wide * (_SQRT_8_OVER_PI * wide * (1 + 0.044715 * wide * wide)).sigmoid()).to(x.dtype)


class _Gelu(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return gelu(x)


def use_sigmoid_gelu(transformer: Any) -> None:
    """In place, in both kinds of blocks."""
    for module in list(transformer.modules()):
        if isinstance(module, GELU) and module.approximate == "tanh":
            module.gelu = gelu
        if isinstance(getattr(module, "act_mlp", None), nn.GELU) and module.act_mlp.approximate == "tanh":
            module.act_mlp = _Gelu()
