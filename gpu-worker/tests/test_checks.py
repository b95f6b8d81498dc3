"""The checks after loading: each must see the fault that it is there for."""

import itertools

import pytest
import torch
from optimum.quanto.tensor.weights.qbytes import WeightQBytesLinearFunction
from torch import Tensor, nn

from quantspot_worker.checks import _finite, check, mismatch, output_error
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


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn])
def test_one_weight_that_is_no_number_is_seen_wherever_it_is(dtype: torch.dtype) -> None:
    nothing = [float("nan")] if dtype == torch.float8_e4m3fn else [float("nan"), float("inf"), -float("inf")]
    for at, wrong in itertools.product((0, 500, 999), nothing):
        weights = torch.linspace(-1, 1, 1000).to(dtype)
        assert _finite(weights)
        weights[at] = wrong
        assert not _finite(weights) and not _finite(weights.view(50, 20).t())
    assert _finite(torch.empty(0, dtype=dtype))


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


def test_quanto_s_kernel_for_hopper_would_be_refused(pool: VariantPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On GPUs from compute capability 8.0 Quanto's float8 drops every bias. Its function in this one's place."""
    recipe = BY_ID["quanto-fp8"]
    variant = pool.acquire(recipe).variant
    assert 0 < variant.output_error < 0.01
    right = WeightQBytesLinearFunction.forward
    monkeypatch.setattr(WeightQBytesLinearFunction, "forward", lambda ctx, x, weight, bias=None: right(ctx, x, weight))
    with pytest.raises(EngineError, match=r"Quanto fp8 computes wrongly on this device: the output of .* is \d+% off"):
        check(recipe, variant.pipe.transformer, loader(recipe))


def test_each_kind_of_layer_is_looked_at(pool: VariantPool) -> None:
    """The last layer of one shape is wrong, the first of all others right."""
    recipe = BY_ID["bf16"]
    transformer = pool.acquire(recipe).variant.pipe.transformer
    layer = transformer.single_transformer_blocks[0].proj_out
    layer.forward = lambda x: nn.functional.linear(x, layer.weight)
    try:
        with pytest.raises(EngineError, match=r"single_transformer_blocks\.0\.proj_out"):
            check(recipe, transformer, loader(recipe))
    finally:
        del layer.forward


def test_weights_alone_and_weights_with_activations_are_told_apart(pool: VariantPool) -> None:
    layer = pool.acquire(BY_ID["int8-w8a8"]).variant.pipe.transformer.transformer_blocks[0].attn.to_q
    assert mismatch(BY_ID["int8-w8a8"].weight, layer) is None
    assert mismatch(BY_ID["torchao-int8"].weight, layer) == "quantizes activations too"


@pytest.mark.parametrize("id", ["gguf-q8_0", "bnb-nf4", "bnb-int8", "torchao-int8"])
def test_a_checkpoint_of_others_may_keep_some_layers_as_they_were(pool: VariantPool, id: str) -> None:
    """GGUF files in the wild keep a few matrices at F16, which diffusers makes bfloat16. A checkpoint of bitsandbytes
    that did so for the first layer of a shape was refused: the check asked that layer for its quantization's scales.
    """
    recipe, whole = BY_ID[id], pool.acquire(BY_ID["bf16"]).variant.pipe.transformer
    # bitsandbytes lays its weights out anew as a layer first runs, so none of the pool's.
    transformer = loader(recipe).load(recipe, pool.model.folder, pool.device.torch)
    transformer.transformer_blocks[0].attn.to_q = whole.transformer_blocks[0].attn.to_q
    assert check(recipe, transformer, loader(recipe), mixed=True) < 0.05
    with pytest.raises(EngineError, match=r"attn\.to_q (is a Linear|holds a Parameter), not a"):
        check(recipe, transformer, loader(recipe))
    with pytest.raises(EngineError, match="did not load as asked"):
        check(recipe, whole, loader(recipe), mixed=True)
