"""torchao: int4 in groups of 128, int8 and float8 with one scale a row, weights alone or activations as well."""

from typing import Any

import torch
from torch import nn
from torchao.quantization import Float8Tensor, Int8Tensor

from ..int4 import GroupedInt4
from ..linear import FastLinear, RowScaled
from ..products import Float8Product, Int8Product


def fast(layer: nn.Linear) -> FastLinear | None:
    weight: Any = layer.weight
    if type(weight).__name__ in ("Int4TilePackedTo4dTensor", "Int4OpaqueTensor"):
        return GroupedInt4.from_kernel(layer.bias, weight.qdata, weight.scale_and_zero, weight.shape)
    if not isinstance(weight, Int8Tensor | Float8Tensor) or weight.scale.shape != (weight.shape[0], 1):
        return None
    if weight.act_quant_kwargs is None:
        return RowScaled(layer.bias, stored=weight.qdata, scale=weight.scale)
    product = Int8Product if weight.qdata.dtype == torch.int8 else Float8Product
    return product(layer.bias, stored=weight.qdata, scale=weight.scale)
