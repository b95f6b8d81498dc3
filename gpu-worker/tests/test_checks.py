"""The checks after loading: each must see the fault that it is there for."""

import pytest
import torch
from torch import Tensor, nn

from quantspot_worker.checks import check, mismatch, output_error
from quantspot_worker.errors import EngineError
from quantspot_worker.loaders import loader
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID


class Biasless(nn.Linear):
    """Drops its bias, as Quanto's Marlin kernel for float8 does on Hopper."""

    def forward(self, input: Tensor) -> Tensor:
        return nn.functional.linear(input, self.weight)


@pytest.mark.parametrize("known", [True, False])
def test_a_lost_bias_is_seen_however_small_it_is(known: bool) -> None:
    for kind, lost in ((nn.Linear, False), (Biasless, True)):
        layer = kind(64, 128).to(torch.bfloat16)
        nn.init.constant_(layer.bias, 1e-3)
        before = layer.bias.clone()
        error = output_error(layer, layer.weight.detach().float() if known else None)
        assert (error > 0.5) is lost
        assert torch.equal(layer.bias, before)


def test_wrong_weights_are_seen() -> None:
    layer = nn.Linear(64, 128).to(torch.bfloat16)
    assert output_error(layer, layer.weight.detach().float() * 1.2) > 0.05


def test_a_swallowed_keyword_is_seen(pool: VariantPool) -> None:
    """Quanto gives int8 for a keyword that it does not know; both are the same class."""
    layer = pool.acquire(BY_ID["quanto-int8"]).variant.pipe.transformer.transformer_blocks[0].attn.to_q
    assert mismatch(BY_ID["quanto-int8"].weight, layer) is None
    assert mismatch(BY_ID["quanto-fp8"].weight, layer) == "holds qint8, not qfloat8_e4m3fn"
    assert mismatch(BY_ID["torchao-int8"].weight, layer) == "is a QLinear, not a Linear"


def test_a_model_that_was_not_quantized_is_refused(pool: VariantPool) -> None:
    transformer = pool.acquire(BY_ID["bf16"]).variant.pipe.transformer
    with pytest.raises(EngineError, match=r"fp8 layerwise casting did not load as asked: .*bfloat16"):
        check(BY_ID["fp8-layerwise"], transformer, loader(BY_ID["fp8-layerwise"]))
