"""Prompt embeddings, kept for the prompts seen last."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

#: 64 prompts of FLUX.1-dev's 512 tokens are 256 MiB.
_KEPT = 64


@dataclass(frozen=True)
class Embedding:
    """What a pipeline needs of one prompt, on its device, and what had to be cut off to get there."""

    tokens: Tensor  # (1, length, T5 width)
    pooled: Tensor  # (1, CLIP width)
    truncated_tokens: int  # T5's, beyond `length`
    clip_truncated: bool


class PromptEncoder:
    """Encodes prompts with CLIP and T5. The cache's key is (prompt, length): in the pool all variants share one T5."""

    def __init__(self) -> None:
        self._cache: OrderedDict[tuple[str, int], Embedding] = OrderedDict()

    @torch.no_grad()
    def encode(self, pipe: Any, prompt: str, length: int, device: torch.device) -> Embedding:
        """length: tokens that T5 reads; the rest of a longer prompt is cut and counted."""
        key = (prompt, length)
        found = self._cache.pop(key, None)
        if found is None:
            tokens, pooled, _ = pipe.encode_prompt(prompt, prompt_2=None, device=device, max_sequence_length=length)
            found = Embedding(
                tokens,
                pooled,
                truncated_tokens=max(0, len(pipe.tokenizer_2(prompt).input_ids) - length),
                clip_truncated=len(pipe.tokenizer(prompt).input_ids) > pipe.tokenizer_max_length,
            )
        self._cache[key] = found
        if len(self._cache) > _KEPT:
            self._cache.popitem(last=False)
        return found
