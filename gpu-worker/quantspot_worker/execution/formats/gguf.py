"""GGUF: llama.cpp's block formats, each field of a block in a tensor of its own.

The numbers and their bytes are the file's; only their place changes, since a block's 34 or 84 bytes in a row make
every access unaligned. The formulas are those of `dequantize_row_*` in ggml-quants.c of llama.cpp, computed in the
float16 of the scales as diffusers does.
"""

from typing import Any

import gguf
import torch
from diffusers.quantizers.gguf.utils import dequantize_functions
from gguf import GGMLQuantizationType as Type
from torch import Tensor, nn

from ..linear import FastLinear, lanes, signed, woven

#: The fields of a block that are float16; all others are bytes, a multiple of four of them.
_HALF = ("d", "m", "dmin")
#: Bytes of each field, in the block's order (block_q* in ggml-common.h).
_FIELDS: dict[Type, dict[str, int]] = {
    Type.Q4_0: {"d": 2, "qs": 16},
    Type.Q4_1: {"d": 2, "m": 2, "qs": 16},
    Type.Q5_0: {"d": 2, "qh": 4, "qs": 16},
    Type.Q5_1: {"d": 2, "m": 2, "qh": 4, "qs": 16},
    Type.Q8_0: {"d": 2, "qs": 32},
    Type.Q2_K: {"scales": 16, "qs": 64, "d": 2, "dmin": 2},
    Type.Q3_K: {"hmask": 32, "qs": 64, "scales": 12, "d": 2},
    Type.Q4_K: {"d": 2, "dmin": 2, "scales": 12, "qs": 128},
    Type.Q5_K: {"d": 2, "dmin": 2, "scales": 12, "qh": 32, "qs": 128},
    Type.Q6_K: {"qs": 128, "qh": 64, "scales": 16, "d": 2},
}


class Blocks(FastLinear):
    """Every field: (out, blocks, values of one block), float16 or words of four bytes."""

    d: Tensor
    m: Tensor
    dmin: Tensor
    qs: Tensor
    qh: Tensor
    hmask: Tensor
    scales: Tensor

    def weight(self) -> Tensor:
        return woven(self.values)

    def values(self, lane: int) -> Tensor:
        """(out, blocks, every fourth weight of one block), whole or in groups, float16."""
        raise NotImplementedError


class Q4_0(Blocks):
    def values(self, lane: int) -> Tensor:
        return self.d * (lanes(self.qs, 4, 16, lane) - 8)


class Q4_1(Blocks):
    def values(self, lane: int) -> Tensor:
        return self.d * lanes(self.qs, 4, 16, lane) + self.m


class Q5_0(Blocks):
    def values(self, lane: int) -> Tensor:
        return self.d * (_five_bits(self, lane) - 16)


class Q5_1(Blocks):
    def values(self, lane: int) -> Tensor:
        return self.d * _five_bits(self, lane) + self.m


class Q8_0(Blocks):
    def values(self, lane: int) -> Tensor:
        return self.d * signed(lanes(self.qs, 8, 32, lane))


class Q2_K(Blocks):
    def values(self, lane: int) -> Tensor:
        scales = _bytes(self.scales)
        scale, minimum = self.d * (scales & 15), self.dmin * (scales >> 4)
        return scale[..., None] * _groups(lanes(self.qs, 2, 32, lane), 16) - minimum[..., None]


class Q3_K(Blocks):
    def values(self, lane: int) -> Tensor:
        scales = _bytes(self.scales)
        low = torch.cat([scales[..., :8] & 15, scales[..., :8] >> 4], -1)
        high = torch.cat([scales[..., 8:] >> shift & 3 for shift in (0, 2, 4, 6)], -1)
        scale = self.d * ((low | high << 4) - 32)
        lacks_high = lanes(self.hmask, 1, 32, lane) ^ 1
        return scale[..., None] * _groups(lanes(self.qs, 2, 32, lane) - (lacks_high << 2), 16)


class Q4_K(Blocks):
    def values(self, lane: int) -> Tensor:
        scale, minimum = _scale_and_minimum(self)
        return scale[..., None] * _groups(lanes(self.qs, 4, 32, lane), 32) - minimum[..., None]


class Q5_K(Blocks):
    def values(self, lane: int) -> Tensor:
        scale, minimum = _scale_and_minimum(self)
        q = lanes(self.qs, 4, 32, lane) | lanes(self.qh, 1, 32, lane) << 4
        return scale[..., None] * _groups(q, 32) - minimum[..., None]


class Q6_K(Blocks):
    def values(self, lane: int) -> Tensor:
        q = (lanes(self.qs, 4, 64, lane) | lanes(self.qh, 2, 32, lane) << 4) - 32
        return (self.d * signed(_bytes(self.scales)))[..., None] * _groups(q, 16)


_CLASSES: dict[Type, type[Blocks]] = {
    Type[kind.__name__]: kind for kind in (Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K)
}


class Whole(FastLinear):
    """Any other type that diffusers reads: `raw` (out, bytes) as in the file, de-quantized by diffusers' function."""

    raw: Tensor
    type: Type

    def weight(self) -> Tensor:
        count, size = gguf.GGML_QUANT_SIZES[self.type]
        values = dequantize_functions[self.type](self.raw.view(-1, size), count, size)
        return values.view(self.raw.shape[0], -1).to(torch.bfloat16)


def fast(layer: nn.Linear) -> FastLinear | None:
    weight: Any = layer.weight
    kind = getattr(weight, "quant_type", None)
    if kind not in dequantize_functions:
        return None  # a matrix whose rows are no whole blocks is stored as float16
    raw = weight.as_tensor().view(torch.uint8)
    if kind not in _FIELDS:
        whole = Whole(layer.bias, raw=raw)
        whole.type = kind
        return whole
    blocks = raw.unflatten(-1, (-1, gguf.GGML_QUANT_SIZES[kind][1]))
    parts = zip(_FIELDS[kind], blocks.split(list(_FIELDS[kind].values()), dim=-1), strict=True)
    return _CLASSES[kind](
        layer.bias,
        **{name: part.contiguous().view(torch.float16 if name in _HALF else torch.int32) for name, part in parts},
    )


def _groups(q: Tensor, size: int) -> Tensor:
    """q: (..., every fourth weight) -> (..., groups, every fourth of a group of `size`)."""
    return q.unflatten(-1, (-1, size // 4))


def _bytes(words: Tensor) -> Tensor:
    """(..., words) int32 -> (..., 4 * words), each 0..255."""
    shifts = torch.arange(0, 32, 8, dtype=torch.int32, device=words.device)
    return (words[..., None] >> shifts & 255).flatten(-2)


def _five_bits(layer: Blocks, lane: int) -> Tensor:
    """Four bits in `qs`; the fifth of weight i is bit i of `qh`."""
    shifts = torch.arange(lane, 32, 4, dtype=torch.int32, device=layer.qh.device)
    return lanes(layer.qs, 4, 16, lane) | (layer.qh >> shifts & 1) << 4


def _scale_and_minimum(layer: Blocks) -> tuple[Tensor, Tensor]:
    """Eight scales and minima of six bits in twelve bytes: get_scale_min_k4 in ggml-quants.c."""
    d, m, both = _bytes(layer.scales).unflatten(-1, (3, 4)).unbind(-2)
    scale = torch.cat([d & 63, (both & 15) | (d >> 2 & 48)], dim=-1)
    minimum = torch.cat([m & 63, (both >> 4) | (m >> 2 & 48)], dim=-1)
    return layer.d * scale, layer.dmin * minimum
