"""The Triton kernel's arithmetic in Triton's interpreter, on a CPU. Triton comes with PyTorch for CUDA only."""

import os

import pytest
import torch
from diffusers.models.transformers.transformer_flux import FluxAttention, FluxAttnProcessor

from quantspot_worker.execution import attention

from .turning import EPS, HEADS, expected, operands

pytest.importorskip("triton")
pytestmark = pytest.mark.skipif(
    os.environ.get("TRITON_INTERPRET") != "1", reason="set TRITON_INTERPRET=1 to run it on a CPU"
)


@pytest.mark.parametrize(("tokens", "text", "size"), [(40, 0, 32), (40, 16, 32), (21, 9, 128)])
def test_query_and_key(tokens: int, text: int, size: int) -> None:
    from quantspot_worker.execution.rotary_kernel import normalized_and_turned

    given = operands(tokens, text, size, torch.device("cpu"))
    for found, right in zip(normalized_and_turned(*given, HEADS, EPS), expected(*given), strict=True):
        torch.testing.assert_close(found, right, rtol=1e-5, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("text", [0, 9])
def test_both_kinds_of_blocks_attend_as_diffusers_has_it(monkeypatch: pytest.MonkeyPatch, text: int) -> None:
    torch.manual_seed(0)
    width, size = 128, 32
    joint = {"added_kv_proj_dim": width} if text else {"pre_only": True}
    block = FluxAttention(width, width // size, size, bias=True, eps=EPS, **joint)
    block.to_qkv = torch.nn.Linear(width, 3 * width)
    block.to_added_qkv = torch.nn.Linear(width, 3 * width)
    for norm in (module for module in block.modules() if isinstance(module, torch.nn.RMSNorm)):
        norm.weight.normal_()
    block.fused_projections = True
    *_, cos, sin = operands(21, text, size, torch.device("cpu"))
    given = torch.randn(1, 21, width), torch.randn(1, text, width) if text else None, None, (cos, sin)
    right = FluxAttnProcessor()(block, *given)
    attention.take_over_attention(torch.nn.ModuleList([block]))
    assert all(map(torch.equal, right, block(*given)))  # uncompiled it is diffusers' own
    monkeypatch.setattr(attention, "may_fuse", lambda x: True)
    for found, expected_one in zip(block(*given), right, strict=True):
        torch.testing.assert_close(found, expected_one, rtol=1e-4, atol=1e-5)
