"""What the attention's kernel takes, and the same by diffusers' own operations."""

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.embeddings import apply_rotary_emb
from torch import Tensor

#: More than one program turns.
HEADS, EPS = 6, 1e-6


def operands(tokens: int, text: int, size: int, device: torch.device) -> tuple[Any, ...]:
    """The text's qkv, which may be empty, its two weights, the same of the others, cos, sin."""
    numbers = torch.Generator().manual_seed(0)
    # Triton's interpreter has no bfloat16.
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16

    def of(count: int) -> list[Tensor]:
        shapes = [(count, 3 * HEADS * size), (size,), (size,)]
        return [torch.randn(shape, generator=numbers).to(device, dtype) for shape in shapes]

    angles = torch.randn(text + tokens, size // 2, generator=numbers).repeat_interleave(2, dim=1).to(device)
    return *of(text), *of(tokens), angles.cos(), angles.sin()


def expected(
    text_qkv: Tensor,
    text_q_weight: Tensor,
    text_k_weight: Tensor,
    qkv: Tensor,
    q_weight: Tensor,
    k_weight: Tensor,
    cos: Tensor,
    sin: Tensor,
) -> list[Tensor]:
    def normalized(of: Tensor, weight: Tensor, part: int) -> Tensor:
        heads = of.chunk(3, dim=-1)[part].unflatten(-1, (HEADS, -1))
        return F.rms_norm(heads, heads.shape[-1:], weight, EPS)

    both = []
    for part, weight, text_weight in ((0, q_weight, text_q_weight), (1, k_weight, text_k_weight)):
        x = torch.cat([normalized(text_qkv, text_weight, part), normalized(qkv, weight, part)])
        both.append(apply_rotary_emb(x[None], (cos, sin), sequence_dim=1)[0])
    return both
