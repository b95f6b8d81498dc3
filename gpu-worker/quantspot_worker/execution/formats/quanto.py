"""Quanto: int4 in groups, int8 and float8 with one scale a row."""

from typing import Any

from optimum.quanto import WeightQBytesTensor
from optimum.quanto.tensor.weights.tinygemm import TinyGemmWeightQBitsTensor
from torch import nn

from ..int4 import GroupedInt4
from ..linear import FastLinear, RowScaled


def fast(layer: nn.Linear) -> FastLinear | None:
    weight: Any = layer.weight
    if isinstance(weight, TinyGemmWeightQBitsTensor):
        return GroupedInt4.from_kernel(layer.bias, weight._data._data, weight._scale_shift, weight.shape)
    if isinstance(weight, WeightQBytesTensor) and weight.axis == 0:
        return RowScaled(layer.bias, stored=weight._data, scale=weight._scale.view(-1, 1))
    return None
