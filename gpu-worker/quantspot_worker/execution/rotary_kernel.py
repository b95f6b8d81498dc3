"""Query and key: normalized (RMSNorm), and turned by their tokens' places (rotary embedding), in one Triton kernel.

A pair of neighbours stays in one thread and is read once. Inductor's code reads it from memory three times, in
interleaved pieces, and takes four times as long.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.library import triton_op, wrap_triton

#: Tokens that share a piece of the tables, and heads that one program turns by it.
_TOKENS, _GROUP = 16, 4


@triton.jit
def _pairs(x):  # type: ignore[no-untyped-def]  # Triton's tensors have no types of Python's
    """(tokens, size) -> the even and the odd columns, (tokens, size / 2) float32 each."""
    return tl.split(tl.reshape(x.to(tl.float32), (x.shape[0], x.shape[1] // 2, 2)))


@triton.jit
def _turn(source, target, inside, even_weight, odd_weight, cos, sin, eps):  # type: ignore[no-untyped-def]  # as above
    """Pointers (tokens, size); inside: which tokens are there; weights (1, pairs); cos, sin (tokens, pairs)."""
    even, odd = _pairs(tl.load(source, mask=inside, other=0))
    one = tl.rsqrt(tl.sum(even * even + odd * odd, 1) / source.shape[1] + eps)[:, None]
    # The norm's output is of 16 bits.
    even = (even * one * even_weight).to(source.dtype.element_ty).to(tl.float32)
    odd = (odd * one * odd_weight).to(source.dtype.element_ty).to(tl.float32)
    turned = tl.join(even * cos - odd * sin, odd * cos + even * sin)
    tl.store(target, tl.reshape(turned, source.shape).to(target.dtype.element_ty), mask=inside)


@triton.jit  # type: ignore[untyped-decorator]  # Triton has no types
def _turn_tokens(  # type: ignore[no-untyped-def]  # Triton's pointers and constants have no types of Python's
    qkv,
    q_weight,
    k_weight,
    cos,
    sin,
    q,
    k,
    eps,
    first,
    count,
    before,
    HEADS: tl.constexpr,
    SIZE: tl.constexpr,
    TOKENS: tl.constexpr,
    GROUP: tl.constexpr,
):
    """Of `count` tokens those from `first` on. before: how many tokens come before them in the joint sequence."""
    token = first + tl.arange(0, TOKENS)[:, None]
    inside = token < count
    number = tl.arange(0, SIZE)[None, :]
    # Both numbers of a pair have the same angle.
    cosine, _ = _pairs(tl.load(cos + (before + token) * SIZE + number, mask=inside, other=0))
    sine, _ = _pairs(tl.load(sin + (before + token) * SIZE + number, mask=inside, other=0))
    q_even, q_odd = _pairs(tl.load(q_weight + number))
    k_even, k_odd = _pairs(tl.load(k_weight + number))
    source = qkv + token * (3 * HEADS * SIZE) + number
    place = (before + token) * (HEADS * SIZE) + number
    start = tl.program_id(1) * GROUP
    for head in range(start, tl.minimum(start + GROUP, HEADS)):
        at = head * SIZE
        _turn(source + at, q + place + at, inside, q_even, q_odd, cosine, sine, eps)
        _turn(source + HEADS * SIZE + at, k + place + at, inside, k_even, k_odd, cosine, sine, eps)


@triton.jit  # type: ignore[untyped-decorator]  # Triton has no types
def _kernel(  # type: ignore[no-untyped-def]  # Triton's pointers and constants have no types of Python's
    qkv,
    q_weight,
    k_weight,
    text_qkv,
    text_q_weight,
    text_k_weight,
    cos,
    sin,
    q,
    k,
    eps,
    tokens,
    text_tokens,
    HEADS: tl.constexpr,
    SIZE: tl.constexpr,
    TOKENS: tl.constexpr,
    GROUP: tl.constexpr,
):
    first = tl.program_id(0) * TOKENS
    of_text = tl.cdiv(text_tokens, TOKENS) * TOKENS
    if first < of_text:
        _turn_tokens(
            text_qkv, text_q_weight, text_k_weight, cos, sin, q, k, eps, first, text_tokens, 0,
            HEADS, SIZE, TOKENS, GROUP,
        )  # fmt: skip
    else:
        _turn_tokens(
            qkv, q_weight, k_weight, cos, sin, q, k, eps, first - of_text, tokens, text_tokens,
            HEADS, SIZE, TOKENS, GROUP,
        )  # fmt: skip


@triton_op("quantspot::normalized_and_turned", mutates_args={})
def normalized_and_turned(
    qkv: Tensor,
    q_weight: Tensor,
    k_weight: Tensor,
    text_qkv: Tensor | None,
    text_q_weight: Tensor | None,
    text_k_weight: Tensor | None,
    cos: Tensor,
    sin: Tensor,
    heads: int,
    eps: float,
) -> tuple[Tensor, Tensor]:
    """Query and key (tokens, heads, size) of the text's tokens, if they come apart, and the others.

    qkv: (tokens, 3 * heads * size), contiguous; its norms' weights: (size,); cos, sin: (all tokens, size) float32, the
    two numbers of a pair the same, as diffusers makes them. size: a power of two.
    """
    total, size = cos.shape
    text_tokens = 0 if text_qkv is None else text_qkv.shape[0]
    q = torch.empty(total, heads, size, dtype=qkv.dtype, device=qkv.device)
    k = torch.empty_like(q)
    tokens = qkv.shape[0]
    blocks = triton.cdiv(text_tokens, _TOKENS) + triton.cdiv(tokens, _TOKENS)
    wrap_triton(_kernel)[(blocks, triton.cdiv(heads, _GROUP))](
        qkv,
        q_weight,
        k_weight,
        qkv if text_qkv is None else text_qkv,
        q_weight if text_q_weight is None else text_q_weight,
        k_weight if text_k_weight is None else text_k_weight,
        cos,
        sin,
        q,
        k,
        eps,
        tokens,
        text_tokens,
        HEADS=heads,
        SIZE=size,
        TOKENS=_TOKENS,
        GROUP=_GROUP,
        num_warps=4,
    )
    return q, k
