"""The attention of both kinds of blocks, with one kernel between its projections and the product of query and key."""

from typing import Any

import torch
from diffusers.models.attention_dispatch import dispatch_attention_fn
from diffusers.models.transformers.transformer_flux import FluxAttention, FluxAttnProcessor
from torch import Tensor

from .linear import may_fuse


class _Processor(FluxAttnProcessor):
    """diffusers' own where nothing is compiled. For one image at a time, without a mask, as the engine calls it."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Any:
        if image_rotary_emb is None or not may_fuse(hidden_states):
            return super().__call__(attn, hidden_states, encoder_hidden_states, attention_mask, image_rotary_emb)
        qkv = attn.to_qkv(hidden_states)
        if encoder_hidden_states is None:
            return _attended(attn, qkv, None, image_rotary_emb)
        tokens = encoder_hidden_states.shape[1]
        both = _attended(attn, qkv, attn.to_added_qkv(encoder_hidden_states), image_rotary_emb)
        return attn.to_out[0](both[:, tokens:]), attn.to_add_out(both[:, :tokens])


def _attended(attn: Any, qkv: Tensor, text_qkv: Tensor | None, tables: tuple[Tensor, Tensor]) -> Tensor:
    """qkv: (1, tokens, 3 * heads * size), and the same of the text, which comes first; -> (1, all, heads * size)."""
    from .rotary_kernel import normalized_and_turned  # Triton comes with PyTorch's CUDA build only

    value = qkv.chunk(3, dim=-1)[2]
    weights = attn.norm_q.weight, attn.norm_k.weight
    if text_qkv is None:
        text, text_weights = qkv[0, :0], weights
    else:
        text, text_weights = text_qkv[0], (attn.norm_added_q.weight, attn.norm_added_k.weight)
        # The attention reads a piece of a tensor where it lies: only two are copied together.
        value = torch.cat([text_qkv.chunk(3, dim=-1)[2], value], dim=1)
    query, key = normalized_and_turned(text, *text_weights, qkv[0], *weights, *tables, attn.heads, attn.norm_q.eps)
    attended: Tensor = dispatch_attention_fn(query[None], key[None], value.unflatten(-1, (attn.heads, -1)))
    return attended.flatten(2, 3)


def take_over_attention(transformer: Any) -> None:
    """In place, where query, key and value are one product."""
    for attention in transformer.modules():
        if isinstance(attention, FluxAttention) and attention.fused_projections:
            attention.set_processor(_Processor())
