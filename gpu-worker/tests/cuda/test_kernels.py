"""The Triton kernel, the decoder in strips and the streamed weights, where they really run side by side with others."""

import pytest
import torch
from torch import Tensor

from quantspot_worker.device import Device
from quantspot_worker.execution.decode import decode_in_strips
from quantspot_worker.execution.linear import activated
from quantspot_worker.execution.products import Float8Product
from quantspot_worker.memory import collect, weights_bytes
from quantspot_worker.model import Model
from quantspot_worker.pinned import PinnedCopy
from quantspot_worker.pool import VariantPool

from ..execution.int8 import operands, product
from ..execution.rounding import operands as operands_of_rounding
from ..execution.rounding import same_numbers
from ..execution.steps import accelerated, relative
from ..execution.turning import EPS, HEADS, expected
from ..execution.turning import operands as operands_of_turning


@torch.no_grad()
@pytest.mark.parametrize("outliers", [None, 0, 3, 40])
@pytest.mark.parametrize(("rows", "depth", "outs"), [(1, 32, 16), (77, 96, 64), (300, 3072, 640), (4608, 256, 768)])
def test_int8_products(gpu: Device, rows: int, depth: int, outs: int, outliers: int | None) -> None:
    from quantspot_worker.execution.int8_kernel import int8_linear

    given = operands(rows, depth, outs, outliers, gpu.torch)
    assert relative(int8_linear(*given).float(), product(*given)) < 5e-3
    wide = torch.zeros(rows, depth + 32, dtype=torch.int8, device=gpu.torch)
    wide[:, :depth] = given[0]
    assert torch.equal(int8_linear(wide[:, :depth], *given[1:]), int8_linear(*given))


@torch.no_grad()
@pytest.mark.parametrize("compiled", [False, True])
def test_float8_products_of_few_long_rows(gpu: Device, compiled: bool) -> None:
    """cuBLAS has none for 256 rows or fewer, and fp8-w8a8 could not be loaded on an H200: its check had 16."""
    numbers = torch.Generator().manual_seed(0)
    stored = torch.randn(768, 12288, generator=numbers).to(gpu.torch, torch.float8_e4m3fn)
    layer = Float8Product(None, stored=stored, scale=torch.full((768, 1), 0.02, device=gpu.torch))
    call = torch.compile(layer, fullgraph=True, dynamic=False) if compiled else layer
    for tokens in (1024, 512, 511, 256, 1 if not compiled else 64):
        x = torch.randn(1, tokens, 12288, generator=numbers).to(gpu.torch, torch.bfloat16)
        torch._dynamo.mark_dynamic(x, 1)
        assert relative(call(x).float(), x.float() @ layer.weight().float().T) < 0.05, tokens


@torch.no_grad()
@pytest.mark.parametrize("product", ["Int8Product", "Float8Product"])
@pytest.mark.parametrize(("rows", "width", "beside"), [(5, 96, 32), (4096, 12288, 0), (4608, 12288, 3072)])
def test_rows_after_gelu(gpu: Device, product: str, rows: int, width: int, beside: int) -> None:
    from quantspot_worker.execution.quantize_kernel import quantize_gelu

    layer, x, first = operands_of_rounding(product, rows, width, beside, gpu.torch)
    found = quantize_gelu(x, first, layer.stored.dtype, layer.largest, layer.least_scale)
    same_numbers(found, layer.rounded(activated(x, first)), but=0.01)


@torch.no_grad()
@pytest.mark.parametrize(("tokens", "text", "size"), [(77, 13, 32), (4608, 0, 128), (4096, 512, 128)])
def test_query_and_key(gpu: Device, tokens: int, text: int, size: int) -> None:
    from quantspot_worker.execution.rotary_kernel import normalized_and_turned

    given = operands_of_turning(tokens, text, size, gpu.torch)
    for found, right in zip(normalized_and_turned(*given, HEADS, EPS), expected(*given), strict=True):
        assert relative(found.float(), right.float()) < 2e-3


@torch.no_grad()
def test_the_decoder_in_strips(model: Model, gpu: Device) -> None:
    decoder = VariantPool(model, gpu, 2**33).base.vae.decoder
    latents = torch.randn(1, 16, 96, 80, generator=torch.Generator().manual_seed(0)).to(gpu.torch)
    with torch.backends.cudnn.flags(allow_tf32=False):
        whole = type(decoder).forward(decoder.float(), latents)
        assert relative(decode_in_strips(decoder, latents, 2**16), whole) < 1e-4


def test_streamed_weights_are_there_in_time(model: Model, gpu: Device) -> None:
    """A block that computed from its place's earlier weights, or whose place was filled too soon, would be far off."""
    resident, streamed = (accelerated(model, gpu, f"fp8-layerwise{way}") for way in ("", "-group-offload"))
    expected = resident.predict()
    for _ in range(30):
        assert torch.equal(streamed.predict(), expected)
    assert all(t.device.type == "cpu" for block in streamed.transformer.transformer_blocks for t in block.buffers())


def test_streamed_weights_while_the_gpu_is_behind(model: Model, gpu: Device) -> None:
    """The host runs ahead: copies are asked for long before their place is free."""
    resident, streamed = (accelerated(model, gpu, f"fp8-layerwise{way}") for way in ("", "-group-offload"))
    expected = resident.predict()
    streamed.predict()
    busy = torch.randn(4096, 4096, device=gpu.torch)
    found: list[Tensor] = []
    for _ in range(3):
        for _ in range(50):
            busy = (busy @ busy).clamp(-1, 1)
        found.append(streamed.predict())
    assert all(torch.equal(prediction, expected) for prediction in found)


def test_parking_gives_the_memory_back(model: Model, gpu: Device) -> None:
    steps = accelerated(model, gpu, "torchao-int8")
    expected = steps.predict()
    size = weights_bytes(steps.transformer, gpu.torch)
    collect(gpu.torch)
    before = torch.cuda.memory_allocated()
    copy = PinnedCopy(steps.transformer, gpu.torch)
    copy.leave()
    collect(gpu.torch)
    assert before - torch.cuda.memory_allocated() >= size
    copy.come_back()
    assert torch.equal(steps.predict(), expected)
