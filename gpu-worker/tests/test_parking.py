"""Parking, with the CPU in the GPU's place: all but the pinning is the same there."""

from types import SimpleNamespace

import pytest
import torch
from torch.multiprocessing.reductions import StorageWeakRef

from quantspot_worker.failures import out_of_memory
from quantspot_worker.memory import tensors_of, weights_bytes
from quantspot_worker.parking import park
from quantspot_worker.pinned import PinnedCopy, Slab
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID
from quantspot_worker.variant import Variant

from .drawing import draw

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "id", ["bf16", "bnb-nf4", "bnb-int8", "torchao-fp8", "int8-w8a8", "quanto-int8", "gguf-q2_k", "fp8-layerwise"]
)
def test_what_was_parked_and_brought_back_draws_the_same(pool: VariantPool, id: str) -> None:
    before = draw(pool, id)
    transformer = pool.acquire(BY_ID[id]).variant.pipe.transformer
    size, storages = weights_bytes(transformer), {t.untyped_storage().data_ptr() for t in tensors_of(transformer)}
    copy = PinnedCopy(transformer, CPU)
    copy.leave()
    slabs = {t.untyped_storage().data_ptr() for t in tensors_of(transformer)}
    assert len(slabs) == 1 and not slabs & storages
    assert weights_bytes(transformer) == size
    copy.come_back()
    assert not {t.untyped_storage().data_ptr() for t in tensors_of(transformer)} & slabs
    assert weights_bytes(transformer) == size
    assert draw(pool, id) == before
    assert copy.is_of(transformer)
    copy.leave()
    assert {t.untyped_storage().data_ptr() for t in tensors_of(transformer)} == slabs
    copy.come_back()


def test_a_copy_of_tensors_that_were_replaced_is_none() -> None:
    layer = torch.nn.Linear(4, 4)
    copy = PinnedCopy(layer, CPU)
    layer.weight = torch.nn.Parameter(torch.zeros(4, 4))
    assert not copy.is_of(layer)


def test_room_is_made_by_copies_of_what_is_on_the_device_then_by_the_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    def variant(id: str) -> Variant:
        return Variant(BY_ID[id], SimpleNamespace(transformer=torch.nn.Linear(4, 4)), 80, 80, 0.0)

    parked, resident, leaving, last = map(variant, ("bf16", "bnb-nf4", "bnb-int8", "gguf-q2_k"))
    for each in (parked, resident):
        assert park(each, [], CPU)
    resident.parked = False
    monkeypatch.setattr("quantspot_worker.parking.available_bytes", lambda: 160 * (resident.copy is None))
    assert park(leaving, [parked, resident], CPU)
    assert resident.copy is None and not resident.lost and not parked.lost
    monkeypatch.setattr("quantspot_worker.parking.available_bytes", lambda: 159)
    assert not park(last, [parked, resident, leaving], CPU)
    assert parked.lost and leaving.lost and not last.parked


def test_no_more_of_the_parked_are_lost_than_the_room_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parked variant that gave up its copy kept the memory, since its tensors lie there: so all gave up theirs, and
    the one that was to be parked was lost as well.
    """

    def variant(id: str) -> Variant:
        return Variant(BY_ID[id], SimpleNamespace(transformer=torch.nn.Linear(4, 4)), 80, 80, 0.0)

    first, second, leaving = map(variant, ("bf16", "bnb-nf4", "bnb-int8"))
    for each in (first, second):
        assert park(each, [], CPU)
    slabs = [StorageWeakRef(each.pipe.transformer.weight.untyped_storage()) for each in (first, second)]
    monkeypatch.setattr("quantspot_worker.parking.available_bytes", lambda: 160 * sum(s.expired() for s in slabs))
    assert park(leaving, [first, second], CPU)
    assert first.lost and leaving.parked and not second.lost


def test_nobody_gives_up_a_copy_for_room_that_can_t_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """incident: a large variant that left the GPU cost all others their copies, and the parked ones their place, one
    after the other, and then had no room all the same.
    """

    def variant(id: str, size: int) -> Variant:
        return Variant(BY_ID[id], SimpleNamespace(transformer=torch.nn.Linear(4, 4)), size, size, 0.0)

    parked, resident = variant("bf16", 80), variant("bnb-nf4", 80)
    for each in (parked, resident):
        assert park(each, [], CPU)
    resident.parked = False
    copies = [each.copy for each in (parked, resident) if each.copy is not None]
    held = sum(copy.bytes for copy in copies)

    def available() -> int:
        return 1000 + held - sum(each.copy.bytes for each in (parked, resident) if each.copy is not None)

    monkeypatch.setattr("quantspot_worker.parking.available_bytes", available)
    assert not park(variant("bnb-int8", (1000 + held) // 2 + 1), [parked, resident], CPU)
    assert [parked.copy, resident.copy] == copies and not parked.lost
    assert park(variant("bnb-int8", (1000 + held) // 2), [parked, resident], CPU)
    assert parked.lost and resident.copy is None


def test_what_the_driver_refuses_to_pin_works_unpinned_and_is_not_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused cudaHostRegister left its error for the next kernel's launch, which failed with it; and a variant
    under offload did not load at all. The fault is injected, in the place of CUDA.
    """
    left: list[str] = []

    def refuse(*arguments: int) -> int:
        left.append("out of memory")
        return 2

    def launch(*size: int, device: torch.device) -> None:
        if left:
            raise RuntimeError(f"CUDA error: {left.pop()}")

    layer, gpu = torch.nn.Linear(4, 4), torch.device("cuda", 0)
    before = layer.weight.clone()
    with monkeypatch.context() as fault:
        fault.setattr(torch.cuda, "cudart", lambda: SimpleNamespace(cudaHostRegister=refuse))
        fault.setattr(torch, "zeros", launch)
        slab = Slab(layer, CPU, pinned_for=gpu)
    assert not slab.pinned and not left
    slab.put(slab.places)
    assert torch.equal(layer.weight, before)

    monkeypatch.setattr("quantspot_worker.pinned._pin", lambda memory, device: False)
    variant = Variant(BY_ID["bf16"], SimpleNamespace(transformer=layer), 80, 80, 0.0)
    assert not park(variant, [], CPU)
    assert variant.copy is None and not variant.parked
    assert out_of_memory(RuntimeError("out of memory (2)"))  # as torch.cuda.check_error words it


def round_trip(module: torch.nn.Module) -> None:
    copy = PinnedCopy(module, CPU)
    copy.leave()
    copy.come_back()


def test_views_of_other_shapes_keep_theirs() -> None:
    """Tensors at one address came back in the shape of the first: all empty ones, and a flat view beside a matrix."""
    module = torch.nn.Module()
    whole = torch.arange(24.0).reshape(4, 6)
    tensors = (whole, whole.view(24), whole.view(torch.uint8), torch.empty(0, 3), torch.empty(0, 7))
    for index, tensor in enumerate(tensors):
        module.register_buffer(f"tensor{index}", tensor)
    before = [tensor.clone() for tensor in tensors]
    round_trip(module)
    assert all(torch.equal(now, then) for now, then in zip(module.buffers(), before, strict=True))


def test_strides_and_shared_storage_survive() -> None:
    module = torch.nn.Module()
    whole = torch.arange(24.0).reshape(4, 6)
    for name, tensor in (("turned", whole.t()), ("bits", whole.t().view(torch.int32)), ("empty", torch.empty(0, 3))):
        module.register_buffer(name, tensor)
    round_trip(module)
    turned, bits, empty = module.buffers()
    assert turned.stride() == (1, 6) and torch.equal(turned, whole.t())
    assert bits.data_ptr() == turned.data_ptr() and empty.shape == (0, 3)
