"""The fast layers' numbers against the libraries' own, one layer at a time."""

import copy
from typing import Any

import gguf
import pytest
import torch
from diffusers.quantizers.gguf.utils import GGUFLinear, GGUFParameter, dequantize_gguf_tensor
from gguf import GGMLQuantizationType
from torch import nn
from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

from quantspot_worker.device import Device
from quantspot_worker.execution.formats import gguf as gguf_format
from quantspot_worker.execution.formats import of, torchao
from quantspot_worker.execution.linear import FastLinear
from quantspot_worker.execution.products import Float8Product, Int8WithOutliers
from quantspot_worker.loaders import loader
from quantspot_worker.model import Model
from quantspot_worker.recipes import BY_ID

#: Relative error of weights: none where both multiply in float32 and round once.
WEIGHTS = {
    "bf16": 0,
    "bnb-nf4": 0,
    "bnb-int8": 2e-3,
    "torchao-int8": 0,
    "torchao-fp8": 0,
    "quanto-int4": 8e-3,  # Quanto rounds to bfloat16 twice
    "quanto-int8": 0,
    "quanto-fp8": 0,
    "fp8-layerwise": 0,
}


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a.float() - b.float()).norm() / b.float().norm())


@torch.no_grad()
@pytest.mark.parametrize("id", WEIGHTS)
def test_weights_and_joined_layers(model: Model, device: Device, id: str) -> None:
    recipe = BY_ID[id]
    family, format = loader(recipe), of(recipe.family)
    transformer = family.load(recipe, model.folder, device.torch)
    attention = transformer.transformer_blocks[0].attn
    stock = [attention.to_q, attention.to_k, attention.to_v]
    fast = [layer for layer in map(format.fast, stock) if layer is not None]
    known = [family.dequantized(layer) for layer in stock]
    for layer, official in zip(fast, known, strict=True):
        assert official is not None
        assert relative(layer.weight(), official.to(torch.bfloat16)) <= WEIGHTS[id]
    x = torch.randn(1, 40, 256, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16)
    apart = torch.cat([layer(x) for layer in fast], dim=-1)
    joined = type(fast[0]).joined(fast)
    assert torch.equal(joined(x), apart)
    assert joined.out_features == 768 and not list(fast[1].buffers())


@torch.no_grad()
def test_int4_is_what_the_kernel_multiplies_with(model: Model, device: Device) -> None:
    """torchao can't say what its packed numbers are; the identity through its kernel can."""
    transformer = loader(BY_ID["torchao-int4"]).load(BY_ID["torchao-int4"], model.folder, device.torch)
    layer = transformer.single_transformer_blocks[0].proj_out
    fast = torchao.fast(layer)
    assert fast is not None
    kept, layer.bias = layer.bias, None
    official = layer(torch.eye(layer.in_features, dtype=torch.bfloat16)).T
    layer.bias = kept
    assert relative(fast.weight(), official) < 4e-3


def gguf_layer(kind: GGMLQuantizationType) -> GGUFLinear:
    """128 x 1024 of random bytes, with scales that are numbers."""
    count, size = gguf.GGML_QUANT_SIZES[kind]
    raw = torch.randint(
        0, 256, (128, 1024 // count, size), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    start = 0
    for name, length in gguf_format._FIELDS.get(kind, {"d": 2}).items():
        if name in ("d", "m", "dmin"):
            raw[..., start : start + length] = torch.rand(128, 1024 // count, 1).half().view(torch.uint8)
        start += length
    layer = GGUFLinear(1024, 128, bias=True, compute_dtype=torch.bfloat16)
    layer.weight = GGUFParameter(raw.flatten(1), quant_type=kind)
    return layer


@torch.no_grad()
@pytest.mark.parametrize("kind", [*gguf_format._FIELDS, GGMLQuantizationType.IQ4_NL])
def test_every_gguf_type_is_diffusers_to_the_bit(kind: GGMLQuantizationType) -> None:
    layer = gguf_layer(kind)
    fast = gguf_format.fast(layer)
    assert fast is not None
    assert torch.equal(fast.weight(), dequantize_gguf_tensor(layer.weight).to(torch.bfloat16))
    fewest = type(layer.weight)(layer.weight.as_tensor(), quant_type=kind).nbytes
    assert sum(t.nbytes for name, t in fast.named_buffers() if name != "bias") == fewest


@torch.no_grad()
def test_llm_int8_keeps_outlier_columns(model: Model, device: Device) -> None:
    recipe = BY_ID["bnb-int8"]
    layer = loader(recipe).load(recipe, model.folder, device.torch).single_transformer_blocks[0].proj_mlp
    fast = of("bitsandbytes").fast(layer)
    assert isinstance(fast, Int8WithOutliers) and fast.threshold == 6
    x = torch.randn(1, 64, 256, generator=torch.Generator().manual_seed(0))
    x[0, 3, 17] = 40
    x[0, :, 90] = -25
    ours, official = fast(x.to(torch.bfloat16)), layer(x.to(torch.bfloat16))
    assert relative(ours, official) < 4e-3
    fast.threshold = torch.inf
    assert relative(fast(x.to(torch.bfloat16)), official) > 4 * relative(ours, official)


@torch.no_grad()
def test_products_of_eight_bits() -> None:
    torch.manual_seed(0)
    layer: Any = nn.Sequential(nn.Linear(256, 96)).to(torch.bfloat16)
    x = torch.randn(1, 50, 256).to(torch.bfloat16)
    float8 = Float8Product(
        layer[0].bias,
        stored=(layer[0].weight * 4096).to(torch.float8_e4m3fn),
        scale=torch.full((96, 1), 1 / 4096),
    )
    exact = layer(x)
    assert 1e-3 < relative(float8(x), exact) < 0.05
    int8 = copy.deepcopy(layer)
    quantize_(int8, Int8DynamicActivationInt8WeightConfig())
    fast = torchao.fast(int8[0])
    assert isinstance(fast, FastLinear)
    assert relative(fast(x), int8(x)) < 0.01 < 2 * relative(int8(x), exact)
