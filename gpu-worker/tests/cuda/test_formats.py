"""Every recipe's fast execution against its library's own, with the kernels and packings that a GPU has."""

import pytest
import torch
from torch._higher_order_ops import triton_kernel_wrap

from quantspot_worker import execution
from quantspot_worker.device import Device
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID, OFFERED

from ..execution.steps import Steps, accelerated, relative
from ..execution.test_fast import picture

IDS = [recipe.id for recipe in OFFERED if recipe.placement == "resident" and recipe.execution == "eager"]
#: Of one prediction. Where activations are quantized, both sides round each layer's in their own way.
TOLERANCES = {"bnb-int8": 0.15, "int8-w8a8": 0.15, "fp8-w8a8": 0.15}
TOLERANCE = 0.05


@pytest.mark.parametrize("id", IDS)
def test_uncompiled(model: Model, gpu: Device, id: str, uncompiled: None) -> None:
    stock, fast = Steps(model, gpu, id), accelerated(model, gpu, id)
    for timestep in (0.8, 0.3):
        assert relative(fast.predict(timestep), stock.predict(timestep)) < TOLERANCES.get(id, TOLERANCE)


@pytest.mark.parametrize("id", IDS)
def test_compiled(model: Model, gpu: Device, id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For three sizes at once. PyTorch could not see what the kernel of query and key writes, took all it reads for
    written, and copied it before each call, in every row: it says so in a warning.
    """
    monkeypatch.setattr(triton_kernel_wrap.log, "warning", lambda text, *_, **__: pytest.fail(text))
    torch._dynamo.reset()  # what another test compiled would serve here
    stock, fast = Steps(model, gpu, id), accelerated(model, gpu, id)
    for width in (8, 12, 20):
        assert relative(fast.predict(width=width), stock.predict(width=width)) < TOLERANCES.get(id, TOLERANCE), width
    assert execution.warning(fast.transformer) is None


@pytest.fixture(scope="module")
def pool(model: Model, gpu: Device) -> VariantPool:
    return VariantPool(model, gpu, 2**33)


@pytest.mark.parametrize("id", [recipe.id for recipe in OFFERED])
def test_drawn_by_the_pool_without_a_warning(pool: VariantPool, id: str) -> None:
    first, warnings = picture(pool, id)
    assert warnings == []
    pool.evict_others(BY_ID["gguf-q4_0"])
    assert picture(pool, id)[0] == first  # from pinned memory, or made again
