"""Query and key: normalized (RMSNorm), and turned by their tokens' places (rotary embedding), in one Triton kernel.

A pair of neighbours stays in one thread and is read once. Inductor's code reads it from memory three times, in
interleaved pieces, and takes four times as long.
"""

import math

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.library import triton_op, wrap_triton

#: Tokens that share a piece of the tables, and at most how many heads one program turns by it.
_TOKENS, _GROUP = 16, 4


@triton.jit
def _pairs(x):  # type: ignore[no-untyped-def]  # Triton's tensors have no types of Python's
    """(tokens, size) -> the even and the odd columns, (tokens, size / 2) float32 each."""
    return tl.split(tl.reshape(x.to(tl.float32), (x.shape[0], x.shape[1] // 2, 2)))


@triton.jit
def _turned(x, even_weight, odd_weight, cos, sin, eps):  # type: ignore[no-untyped-def]  # as above
    """x (tokens, size), normalized and turned. Weights (1, pairs); cos, sin (tokens, pairs)."""
    even, odd = _pairs(x)
    one = tl.rsqrt(tl.sum(even * even + odd * odd, 1) / x.shape[1] + eps)[:, None]
    # The norm's output is of 16 bits.
    even = (even * one * even_weight).to(x.dtype).to(tl.float32)
    odd = (odd * one * odd_weight).to(x.dtype).to(tl.float32)
    return tl.reshape(tl.join(even * cos - odd * sin, odd * cos + even * sin), x.shape).to(x.dtype)


@triton.jit  # type: ignore[untyped-decorator]  # Triton has no types
def _kernel(  # type: ignore[no-untyped-def]  # Triton's pointers and constants have no types of Python's
    text_qkv,
    text_q_weight,
    text_k_weight,
    qkv,
    q_weight,
    k_weight,
    cos,
    sin,
    q,
    k,
    eps,
    text_tokens,
    tokens,
    HEADS: tl.constexpr,
    SIZE: tl.constexpr,
    TOKENS: tl.constexpr,
    GROUP: tl.constexpr,
):
    first = tl.program_id(0) * TOKENS
    of_text = tl.cdiv(text_tokens, TOKENS) * TOKENS
    in_text = first < of_text
    if in_text:
        qkv, q_weight, k_weight = text_qkv, text_q_weight, text_k_weight
    # Not in that branch: looking for what a kernel writes, PyTorch takes whole numbers for constants, and no branch may
    # change a constant's type.
    first -= tl.where(in_text, 0, of_text)
    before = tl.where(in_text, 0, text_tokens)
    count = tl.where(in_text, text_tokens, tokens)
    token = first + tl.arange(0, TOKENS)[:, None]
    inside = token < count
    number = tl.arange(0, SIZE)[None, :]
    # Both numbers of a pair have the same angle.
    cosine, _ = _pairs(tl.load(cos + (before + token) * SIZE + number, mask=inside, other=0))
    sine, _ = _pairs(tl.load(sin + (before + token) * SIZE + number, mask=inside, other=0))
    q_even, q_odd = _pairs(tl.load(q_weight + number))
    k_even, k_odd = _pairs(tl.load(k_weight + number))
    number += tl.program_id(1) * GROUP * SIZE
    source = qkv + token * (3 * HEADS * SIZE) + number
    place = (before + token) * (HEADS * SIZE) + number
    for head in tl.static_range(GROUP):
        at = head * SIZE
        # Both are on their way before the first is written: a load never passes a store.
        query = tl.load(source + at, mask=inside, other=0)
        key = tl.load(source + HEADS * SIZE + at, mask=inside, other=0)
        tl.store(q + place + at, _turned(query, q_even, q_odd, cosine, sine, eps), mask=inside)
        tl.store(k + place + at, _turned(key, k_even, k_odd, cosine, sine, eps), mask=inside)


@triton_op("quantspot::normalized_and_turned", mutates_args={})
def normalized_and_turned(
    text_qkv: Tensor,
    text_q_weight: Tensor,
    text_k_weight: Tensor,
    qkv: Tensor,
    q_weight: Tensor,
    k_weight: Tensor,
    cos: Tensor,
    sin: Tensor,
    heads: int,
    eps: float,
) -> tuple[Tensor, Tensor]:
    """Query and key (all tokens, heads, size): the text's tokens, which may be none, and the others.

    text_qkv, qkv: (tokens, 3 * heads * size), contiguous; their norms' weights: (size,); cos, sin: (all tokens, size)
    float32, the two numbers of a pair the same, as diffusers makes them. size: a power of two.
    """
    total, size = cos.shape
    q = torch.empty(total, heads, size, dtype=qkv.dtype, device=qkv.device)
    k = torch.empty_like(q)
    text_tokens, tokens = text_qkv.shape[0], qkv.shape[0]
    group = math.gcd(heads, _GROUP)
    blocks = triton.cdiv(text_tokens, _TOKENS) + triton.cdiv(tokens, _TOKENS)
    wrap_triton(_kernel)[(blocks, heads // group)](
        text_qkv,
        text_q_weight,
        text_k_weight,
        qkv,
        q_weight,
        k_weight,
        cos,
        sin,
        q,
        k,
        eps,
        text_tokens,
        tokens,
        HEADS=heads,
        SIZE=size,
        TOKENS=_TOKENS,
        GROUP=group,
        num_warps=4,
    )
    return q, k
