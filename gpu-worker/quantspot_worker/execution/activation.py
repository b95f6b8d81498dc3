"""GELU's tanh approximation, handed to the linear layer after it: some formats quantize what comes out of it.

Computed without a tanh, which is most of the time of the kernels that it is fused into.
"""

from typing import Any

import torch
from diffusers.models.activations import GELU
from diffusers.models.transformers.transformer_flux import FluxSingleTransformerBlock
from torch import Tensor, nn

from .linear import FastLinear, activated


class _FeedForward(nn.Module):
    """In the place of diffusers' FeedForward."""

    def __init__(self, up: nn.Module, down: nn.Module) -> None:
        super().__init__()
        self.up, self.down = up, down

    def forward(self, x: Tensor) -> Tensor:
        return _after_gelu(self.down, self.up(x))


class _SingleBlock(nn.Module):
    """In the place of diffusers' FluxSingleTransformerBlock, with its parts under its names."""

    def __init__(self, block: FluxSingleTransformerBlock) -> None:
        super().__init__()
        self.norm, self.attn, self.proj_mlp, self.proj_out = block.norm, block.attn, block.proj_mlp, block.proj_out

    def forward(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        temb: Tensor,
        image_rotary_emb: tuple[Tensor, Tensor],
        joint_attention_kwargs: dict[str, Any] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """The image's and the text's tokens, and both in the other order: as diffusers has it. The last is not used."""
        tokens = encoder_hidden_states.shape[1]
        both = torch.cat([encoder_hidden_states, hidden_states], dim=1)
        x, gate = self.norm(both, emb=temb)
        attention = self.attn(hidden_states=x, image_rotary_emb=image_rotary_emb)
        both = both + gate.unsqueeze(1) * _after_gelu(self.proj_out, self.proj_mlp(x), attention)
        return both[:, :tokens], both[:, tokens:]


def _after_gelu(linear: nn.Module, x: Tensor, beside: Tensor | None = None) -> Any:
    """linear(cat([beside, gelu(x)]))"""
    return linear.after_gelu(x, beside) if isinstance(linear, FastLinear) else linear(activated(x, beside))


def take_over_gelu(transformer: Any) -> None:
    """In place, in both kinds of blocks."""
    for block in transformer.transformer_blocks:
        for name in ("ff", "ff_context"):
            act, _, down = getattr(block, name).net
            if isinstance(act, GELU) and act.approximate == "tanh":
                setattr(block, name, _FeedForward(act.proj, down))
    singles = transformer.single_transformer_blocks
    for index, block in enumerate(singles):
        if isinstance(block.act_mlp, nn.GELU) and block.act_mlp.approximate == "tanh":
            singles[index] = _SingleBlock(block)
