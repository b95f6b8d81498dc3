"""int4 in groups, taken out of the packings of PyTorch's int4 kernels ("tinygemm"), which torchao and Quanto use.

Those kernels are made for few rows; on the thousands of a FLUX step they take 12 times as long as bfloat16.
"""

from typing import Self

import torch
from torch import Tensor

from .linear import FastLinear, lanes, woven

#: Rows of the identity that unpacks a weight, at a time.
_ROWS = 2048
#: The least group that every kernel takes.
_GROUP = 32


class GroupedInt4(FastLinear):
    """weight = (q - 8) * scale + zero, q in 0..15 (PyTorch's own definition for its int4 kernels).

    `packed` (out, in/8) int32: eight weights, the lower halves of its four bytes first; `scale`, `zero`
    (out, in/group).
    """

    packed: Tensor
    scale: Tensor
    zero: Tensor

    @classmethod
    def from_kernel(cls, bias: Tensor | None, packed: Tensor, scale_zero: Tensor, shape: torch.Size) -> Self:
        """packed: what torch._convert_weight_to_int4pack gave; scale_zero: (in/group, out, 2); shape: (out, in),
        which can be smaller than what was packed.
        """
        rows, columns = shape
        scale, zero = scale_zero[:, :rows].permute(2, 1, 0)
        group = _columns(packed, scale_zero) // scale_zero.shape[0]
        used = columns // group
        return cls(
            bias,
            packed=_packed_plainly(packed, scale_zero)[:rows, : columns // 8].contiguous(),
            scale=scale[:, :used].contiguous(),
            zero=zero[:, :used].contiguous(),
        )

    def weight(self) -> Tensor:
        scale, zero = self.scale.float()[..., None], self.zero.float()[..., None]

        def values(lane: int) -> Tensor:
            q = lanes(self.packed, 4, 4, lane).unflatten(-1, (self.scale.shape[-1], -1))
            return (q - 8) * scale + zero

        return woven(values)


def _columns(packed: Tensor, scale_zero: Tensor) -> int:
    return packed.nbytes * 2 // scale_zero.shape[1]


def _packed_plainly(packed: Tensor, scale_zero: Tensor) -> Tensor:
    """(out, in/8) int32. The packings are the kernels' own, so the kernel unpacks: identity @ weight, with scale 1."""
    columns, rows = _columns(packed, scale_zero), scale_zero.shape[1]
    product = torch._weight_int4pack_mm if packed.is_cuda else torch._weight_int4pack_mm_for_cpu
    unit = torch.ones(columns // _GROUP, rows, 2, dtype=torch.bfloat16, device=packed.device)
    unit[..., 1] = 8
    parts = []
    for start in range(0, columns, _ROWS):
        identity = torch.zeros(min(_ROWS, columns - start), columns, dtype=torch.bfloat16, device=packed.device)
        identity.diagonal(start).fill_(1)
        low, high = product(identity, packed, _GROUP, unit).to(torch.uint8).T.unflatten(1, (-1, 2, 4)).unbind(2)
        parts.append((low | high << 4).flatten(1))
    return torch.cat(parts, dim=1).view(torch.int32)
