"""bitsandbytes: NF4 in blocks of 64, and LLM.int8 with its outlier columns."""

from typing import Any

import bitsandbytes as bnb
import torch
from bitsandbytes.functional import QuantState
from torch import Tensor, nn

from ...loaders.bitsandbytes import int8_codes
from ..linear import FastLinear
from ..products import Int8WithOutliers


class Nf4(FastLinear):
    """`packed` (out, in/2) uint8, `absmax` (out, in/64) float32: bitsandbytes' own, and its kernel unpacks them.

    That kernel is twice as fast as what Inductor makes of a table look-up.
    """

    packed: Tensor
    absmax: Tensor

    def weight(self) -> Tensor:
        rows, half = self.packed.shape
        block = half * 2 // self.absmax.shape[1]
        shape = (rows, half * 2)
        return torch.ops.bitsandbytes.dequantize_4bit(self.packed, self.absmax, block, "nf4", shape, torch.bfloat16)


def fast(layer: nn.Linear) -> FastLinear | None:
    weight: Any = layer.weight
    if isinstance(weight, bnb.nn.Params4bit):
        return _nf4(weight.data, weight.quant_state, layer.bias)
    if isinstance(layer, bnb.nn.Linear8bitLt):
        return Int8WithOutliers(layer.bias, *int8_codes(layer), layer.state.threshold)
    return None


def _nf4(packed: Tensor, state: QuantState, bias: Tensor | None) -> Nf4 | None:
    rows, columns = state.shape
    # On a CPU the library repacks a layer as it first runs.
    if getattr(state, "packing_format_for_cpu", False) or columns % state.blocksize or state.quant_type != "nf4":
        return None
    absmax = state.absmax
    if state.nested:
        absmax = bnb.functional.dequantize_blockwise(absmax, state.state2) + state.offset
    return Nf4(
        bias,
        packed=packed.view(torch.uint8).view(rows, columns // 2),
        absmax=absmax.float().view(rows, columns // state.blocksize),
    )
