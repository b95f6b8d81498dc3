"""A whole transformer in the fast execution against the library's own, on tiny, on a CPU."""

import sys
import threading
import weakref
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch._dynamo.utils import counters
from torch._inductor.choices import InductorChoices
from torch._inductor.virtualized import V
from torch.utils._python_dispatch import TorchDispatchMode

from quantspot_worker import execution
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.execution import streaming
from quantspot_worker.execution.decode import decode_in_strips
from quantspot_worker.execution.formats import of
from quantspot_worker.execution.linear import FastLinear
from quantspot_worker.execution.reductions import RowsInRegisters
from quantspot_worker.execution.swap import swap_linears
from quantspot_worker.generate import Renderer
from quantspot_worker.loaders import original
from quantspot_worker.memory import tensors_of
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from ..drawing import Recorder, request_for
from .steps import FORMATS, TOLERANCE, Steps, accelerated, relative

#: Seconds each, and minutes for all.
EVERY_DAY = "torchao-int4"


@pytest.mark.parametrize("id", FORMATS)
def test_every_format_predicts_what_its_library_predicts(
    model: Model, device: Device, id: str, uncompiled: None
) -> None:
    stock, fast = Steps(model, device, id), accelerated(model, device, id)
    blocks = [*fast.transformer.transformer_blocks, *fast.transformer.single_transformer_blocks]
    assert all(isinstance(block.attn.to_qkv, FastLinear) for block in blocks)
    assert not any(isinstance(m, torch.nn.Linear) for block in blocks for m in block.modules())
    # Two steps of the schedule; then one that is not in it, under other conditions.
    other = {"guidance": torch.tensor([1.0]), "pooled_projections": stock.conditions["pooled_projections"].flip(1)}
    calls: list[dict[str, Any]] = [{"timestep": 0.8}, {"timestep": 0.3}, {"timestep": 0.55, **other}]
    for call in calls:
        assert relative(fast.predict(**call), stock.predict(**call)) < TOLERANCE, call


def test_conditions_changed_in_place_are_seen(model: Model, device: Device, uncompiled: None) -> None:
    fast = accelerated(model, device, "bf16")
    before = fast.predict()
    fast.conditions["guidance"].fill_(1.0)
    assert relative(fast.predict(), before) > 1e-3


@pytest.mark.parametrize(
    "id", [pytest.param(id, marks=[] if id == EVERY_DAY else [pytest.mark.slow]) for id in FORMATS]
)
def test_compiled(model: Model, device: Device, id: str) -> None:
    """As on a GPU, for three sizes. Blocks of a kind share what is compiled, and so do the sizes."""
    stock, fast = Steps(model, device, id), accelerated(model, device, id)
    torch._dynamo.reset()  # what another test compiled would serve here
    counters.clear()
    for width in (8, 12, 20):
        assert relative(fast.predict(width=width), stock.predict(width=width)) < TOLERANCE, width
    assert fast.transformer.compiled.failure is None
    # Two kinds of blocks, and modulation layers of three sizes.
    assert counters["stats"]["unique_graphs"] == 5


def broken(*arguments: Any, **options: Any) -> Any:
    raise RuntimeError("injected")


def picture(pool: VariantPool, id: str) -> tuple[bytes, list[str]]:
    recorder = Recorder()
    outcome = Renderer(pool, recorder).run(request_for(id), pool.acquire(BY_ID[id]).variant, threading.Event())
    return recorder.pixels, [warning["message"] for warning in outcome.warnings]


def test_what_does_not_compile_runs_in_the_librarys_own_way_and_says_so(
    pool: VariantPool, model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock, warnings = picture(pool, "gguf-q4_1")
    assert warnings == []

    monkeypatch.setenv("QUANTSPOT_EXECUTION", "fast")
    monkeypatch.setattr("torch._inductor.compile_fx.compile_fx", broken)
    pixels, warnings = picture(VariantPool(model, device, 2**31), "gguf-q4_1")
    assert pixels == stock
    assert len(warnings) == 1 and warnings[0].startswith("Compiling failed (") and "library's own way" in warnings[0]


def test_a_size_that_does_not_compile_later_is_drawn_all_the_same(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock, fast = Steps(model, device, "torchao-int8"), accelerated(model, device, "torchao-int8")
    with torch.compiler.set_stance("force_eager"):
        fast.predict()
    assert execution.warning(fast.transformer) is None
    monkeypatch.setattr("torch._inductor.compile_fx.compile_fx", broken)
    assert relative(fast.predict(width=12), stock.predict(width=12)) < TOLERANCE
    warning = execution.warning(fast.transformer)
    assert warning is not None and warning["code"] == "compiling_failed"


def wrong(hidden_states: Tensor, encoder_hidden_states: Tensor, **_: Any) -> tuple[Tensor, Tensor]:
    return encoder_hidden_states, -hidden_states


def test_a_compiler_that_gives_wrong_numbers_is_not_believed(model: Model, device: Device, uncompiled: None) -> None:
    stock, fast = Steps(model, device, "bf16"), accelerated(model, device, "bf16")
    for block in fast.transformer.transformer_blocks:
        block._compiled_call_impl = wrong
    for width in (8, 12):
        assert relative(fast.predict(width=width), stock.predict(width=width)) < TOLERANCE
    warning = execution.warning(fast.transformer)
    assert warning is not None and warning["code"] == "fast_wrong"


def test_a_check_that_runs_out_of_memory_is_made_again(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch, uncompiled: None
) -> None:
    """Memory that ran out in the check left a compiled transformer that was neither compared nor compiled any more."""
    fast = accelerated(model, device, "bf16")
    block, tries = fast.transformer.single_transformer_blocks[0], []
    forward = block.forward

    def faulty(**arguments: Any) -> Any:
        tries.append(block._compiled_call_impl is not None)
        if len(tries) == 2:
            raise torch.OutOfMemoryError("injected")
        return forward(**arguments)

    monkeypatch.setattr(block, "forward", faulty)
    with pytest.raises(torch.OutOfMemoryError):
        fast.predict()
    for _ in range(2):
        fast.predict()
    # Compiled and checked, twice; then compiled alone.
    assert tries == [True, False, True, False, True]
    assert execution.warning(fast.transformer) is None


def test_no_tables_outlive_an_image(model: Model, device: Device, uncompiled: None) -> None:
    """The modulation of all steps stayed on the GPU, 100 MiB a variant, also of those that were parked."""
    fast = accelerated(model, device, "bf16")

    def held() -> int:
        return len(fast.transformer.modulation._table)

    fast.predict(0.8)  # compared, which makes them anew
    fast.predict(0.8)
    assert held() == 3
    fast.predict(0.3)
    assert not held()
    fast.predict(0.8)
    execution.forget(fast.transformer)  # as for one that is parked after a cancel
    assert not held()


def test_what_was_compiled_before_does_not_decide_how_rows_are_summed(model: Model, device: Device) -> None:
    """Inductor makes its choices once a thread: after any other compilation the fast execution's were left out, and its
    code was kept on disk under the name of the other.
    """
    V.set_choices_handler(InductorChoices())
    accelerated(model, device, "bf16")
    assert isinstance(V.choices, RowsInRegisters)


class Reads(TorchDispatchMode):
    """Keeps, of each number that the host reads from a tensor, after how many steps it did."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self.after: list[int] = []

    def __torch_dispatch__(self, call: Any, types: Any, args: Any = (), options: Any = None) -> Any:
        if call in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default):
            self.after.append(sum(message["kind"] == "step" for message in self._recorder.messages))
        return call(*args, **(options or {}))


def test_no_step_reads_a_number_of_the_one_before(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch, uncompiled: None
) -> None:
    """Each step read which timestep it was from the GPU, which had then ended all that was queued and stood still until
    the host had the next step ready.
    """

    def draw() -> tuple[bytes, set[int]]:
        pool, recorder = VariantPool(model, device, 2**31), Recorder()
        variant = pool.acquire(BY_ID["bf16"]).variant
        with Reads(recorder) as reads:
            Renderer(pool, recorder).run(replace(request_for("bf16"), steps=4), variant, threading.Event())
        return recorder.pixels, set(reads.after)

    stock, _ = draw()
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "fast")
    fast, reads = draw()
    assert reads <= {0, 4}
    a, b = (np.frombuffer(pixels, np.uint8).astype(int) for pixels in (stock, fast))
    assert abs(a - b).mean() < 1


@pytest.mark.parametrize("id", ["torchao-int4", "quanto-int4", "gguf-q4_1"])
def test_replaced_layers_are_freed_one_by_one(
    model: Model, device: Device, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a library's layers stayed until the last was replaced: a variant took twice its memory as it loaded."""
    steps, format = Steps(model, device, id), of(BY_ID[id].family)
    take = format.fast
    seen: list[weakref.ref[Tensor]] = []

    def counting(layer: torch.nn.Linear) -> FastLinear | None:
        assert sum(alive() is not None for alive in seen) < 2
        fast = take(layer)
        if fast is not None:
            seen.append(weakref.ref(layer.weight))
        return fast

    monkeypatch.setattr(format, "fast", counting)
    swap_linears(steps.transformer, format)
    assert len(seen) > 30


def test_wrong_numbers_are_refused(model: Model, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quanto's float8 kernel on newer GPUs dropped every bias, unseen."""
    monkeypatch.setattr(FastLinear, "forward", lambda self, x: torch.nn.functional.linear(x, self.weight()))
    steps = Steps(model, device, "quanto-fp8")
    with pytest.raises(execution.Unavailable, match="100% off"):
        execution.accelerate(steps, steps.recipe, device.torch)


def test_streamed_weights_predict_what_resident_ones_do(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch, uncompiled: None
) -> None:
    """With the CPU in the GPU's place. Each block comes once a step, and rests in its own memory afterwards."""
    fetched: list[int] = []
    fill = streaming._Place.fill

    def counted(place: streaming._Place, index: int, *others: Any) -> None:
        fetched.append(index)
        fill(place, index, *others)

    monkeypatch.setattr(streaming._Place, "fill", counted)
    resident, streamed = (accelerated(model, device, f"fp8-layerwise{way}") for way in ("", "-group-offload"))
    assert torch.equal(streamed.predict(0.8), resident.predict(0.8))
    fetched.clear()  # the first step is compared with itself, uncompiled
    assert torch.equal(streamed.predict(0.8), resident.predict(0.8))
    assert fetched == [*range(13), 8]  # the modulation, the blocks, and the first block of the next step
    assert torch.equal(streamed.predict(0.3), resident.predict(0.3))
    assert fetched[14:] == [9, 10, 11, 12, 8]
    ours = dict(streamed.transformer.named_buffers())
    # The pool counted nothing of the memory into which they are fetched.
    assert ours.pop("place_0").nbytes == ours.pop("place_1").nbytes > 2**20
    for held, theirs in zip(ours.values(), resident.transformer.buffers(), strict=True):
        assert torch.equal(held.view(torch.uint8), theirs.view(torch.uint8))


def test_offload_draws_what_resident_weights_draw(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch, uncompiled: None
) -> None:
    """With the CPU in the GPU's place."""
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "fast")
    own = VariantPool(model, device, 2**31)
    for resident, offloaded in (("fp8-layerwise", "fp8-layerwise-group-offload"), ("bnb-int8", "bnb-int8-offload")):
        assert picture(own, offloaded) == picture(own, resident)
    parts = [
        p for p in own.acquire(BY_ID["bnb-int8-offload"]).variant.pipe.components.values() if hasattr(p, "_hf_hook")
    ]
    assert len(parts) == 4
    for part in parts:
        assert len({t.untyped_storage().data_ptr() for t in tensors_of(part)}) == 1, "it rests in its own slab"


def test_a_family_without_a_fast_execution_has_its_librarys(
    model: Model, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incident: a new family, for which CONTRIBUTING.md asks no more than a row and a loader, could not be loaded on
    any GPU (ModuleNotFoundError), since the fast execution was looked for there."""
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "fast")
    monkeypatch.setitem(sys.modules, "quantspot_worker.loaders.rounded", original)
    new: Any = replace(BY_ID["bf16"], id="rounded-5", label="Rounded", family="rounded")
    variant = VariantPool(model, device, 2**31).acquire(new).variant
    assert not hasattr(variant.pipe.transformer, "compiled") and variant.warning is None


def test_an_unknown_choice_is_refused(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not execution.is_on(device)
    monkeypatch.setenv("QUANTSPOT_EXECUTION", "quick")
    with pytest.raises(EngineError, match="QUANTSPOT_EXECUTION is quick; say one of auto, fast, stock"):
        execution.is_on(device)


@torch.no_grad()
@pytest.mark.parametrize("elements", [2**12, 2**16, 2**24])
def test_strips_have_no_seam(pool: VariantPool, elements: int) -> None:
    """In float32, where the two differ by the order of sums alone; 2**24 is one strip."""
    decoder = pool.base.vae.decoder
    latents = torch.randn(1, 16, 24, 20, generator=torch.Generator().manual_seed(0))
    decoder.float()
    try:
        whole = decoder(latents)
        assert (decode_in_strips(decoder, latents, elements) - whole).abs().max() < 1e-4
    finally:
        decoder.to(torch.bfloat16)
