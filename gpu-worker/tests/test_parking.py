"""Parking, with the CPU in the GPU's place: all but the pinning is the same there."""

import pytest
import torch

from quantspot_worker.memory import tensors_of, weights_bytes
from quantspot_worker.parking import ParkedTensors
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .drawing import draw

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "id", ["bf16", "bnb-nf4", "bnb-int8", "torchao-fp8", "int8-w8a8", "quanto-int8", "gguf-q2_k", "fp8-layerwise"]
)
def test_what_was_parked_and_brought_back_draws_the_same(pool: VariantPool, id: str) -> None:
    before = draw(pool, id)
    transformer = pool.acquire(BY_ID[id]).variant.pipe.transformer
    size, storages = weights_bytes(transformer), {t.untyped_storage().data_ptr() for t in tensors_of(transformer)}
    parked = ParkedTensors(transformer, CPU)
    slabs = {t.untyped_storage().data_ptr() for t in tensors_of(transformer)}
    assert len(slabs) == 1 and not slabs & storages
    assert weights_bytes(transformer) == size
    parked.restore()
    assert not {t.untyped_storage().data_ptr() for t in tensors_of(transformer)} & slabs
    assert weights_bytes(transformer) == size
    assert draw(pool, id) == before


def test_views_of_other_shapes_keep_theirs() -> None:
    """Tensors at one address came back in the shape of the first: all empty ones, and a flat view beside a matrix."""
    module = torch.nn.Module()
    whole = torch.arange(24.0).reshape(4, 6)
    tensors = (whole, whole.view(24), whole.view(torch.uint8), torch.empty(0, 3), torch.empty(0, 7))
    for index, tensor in enumerate(tensors):
        module.register_buffer(f"tensor{index}", tensor)
    before = [tensor.clone() for tensor in tensors]
    ParkedTensors(module, CPU).restore()
    assert all(torch.equal(now, then) for now, then in zip(module.buffers(), before, strict=True))


def test_strides_and_shared_storage_survive() -> None:
    module = torch.nn.Module()
    whole = torch.arange(24.0).reshape(4, 6)
    for name, tensor in (("turned", whole.t()), ("bits", whole.t().view(torch.int32)), ("empty", torch.empty(0, 3))):
        module.register_buffer(name, tensor)
    ParkedTensors(module, CPU).restore()
    turned, bits, empty = module.buffers()
    assert turned.stride() == (1, 6) and torch.equal(turned, whole.t())
    assert bits.data_ptr() == turned.data_ptr() and empty.shape == (0, 3)
