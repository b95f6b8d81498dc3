"""A whole transformer in the fast execution against the library's own, on tiny, on a CPU."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from quantspot_worker import execution
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.execution.decode import decode_in_strips
from quantspot_worker.execution.linear import FastLinear
from quantspot_worker.generate import Renderer
from quantspot_worker.loaders import loader
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import ARTICLE, BY_ID
from quantspot_worker.requests import Generate, Seed

from ..drawing import Recorder

#: Each number format of the article, once.
FORMATS = [r.id for r in ARTICLE if r.placement == "resident" and r.execution == "eager"]
#: Relative, of one prediction. Compiling bf16 alone moves it by 0.01 (other roundings of the same sums), and
#: bitsandbytes' NF4 kernel for CPUs rounds the blocks' scales to bfloat16, 0.03. The coarsest format is 0.7 off bf16.
TOLERANCE = 0.05
#: Seconds each, and minutes for all.
EVERY_DAY = "torchao-int4"


class Steps:
    """A pipeline's parts that a step needs: a transformer, and a scheduler that has made its timesteps."""

    def __init__(self, model: Model, device: Device, id: str) -> None:
        recipe = BY_ID[id]
        self.recipe = recipe
        self.transformer = loader(recipe).load(recipe, model.folder, device.torch)
        self.scheduler = SimpleNamespace(timesteps=torch.tensor([1000.0, 800.0, 300.0]))
        config = self.transformer.config
        generator = torch.Generator().manual_seed(0)

        def noise(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator).to(torch.bfloat16)

        self.conditions = {
            "pooled_projections": noise(1, config.pooled_projection_dim),
            "guidance": torch.tensor([3.5]),
        }
        self.text = noise(1, 32, config.joint_attention_dim)
        self.latents = noise(1, 160, config.in_channels)

    @torch.no_grad()
    def predict(self, timestep: float = 0.8, *, width: int = 8, **conditions: Tensor) -> Tensor:
        """For 8 x width tokens."""
        self.conditions |= conditions
        ids = torch.cartesian_prod(torch.zeros(1), torch.arange(8.0), torch.arange(float(width)))
        prediction = self.transformer(
            hidden_states=self.latents[:, : 8 * width],
            timestep=torch.tensor([timestep], dtype=torch.bfloat16),
            encoder_hidden_states=self.text,
            txt_ids=torch.zeros(32, 3),
            img_ids=ids,
            return_dict=False,
            **self.conditions,
        )[0]
        return prediction.float()


def relative(a: Tensor, b: Tensor) -> float:
    return float((a - b).norm() / b.norm())


def accelerated(model: Model, device: Device, id: str) -> Steps:
    steps = Steps(model, device, id)
    execution.accelerate(steps, steps.recipe, device.torch)
    return steps


@pytest.fixture
def uncompiled() -> Iterator[None]:
    with torch.compiler.set_stance("force_eager"):
        yield


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
    """As on a GPU, for two sizes: the second is compiled for all."""
    stock, fast = Steps(model, device, id), accelerated(model, device, id)
    for width in (8, 12, 20):
        assert relative(fast.predict(width=width), stock.predict(width=width)) < TOLERANCE, width
    assert fast.transformer.compiled.failure is None


def broken(*arguments: Any, **options: Any) -> Any:
    raise RuntimeError("injected")


def picture(pool: VariantPool, id: str) -> tuple[bytes, list[str]]:
    recorder = Recorder()
    request = Generate(1, id, "a rainbow over green hills", 128, 128, 1, 3.5, ((Seed(3, 1),),), None)
    outcome = Renderer(pool, recorder).run(request, pool.acquire(BY_ID[id]).variant, threading.Event())
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


def test_a_compiler_that_gives_wrong_numbers_is_not_believed(model: Model, device: Device) -> None:
    stock, fast = Steps(model, device, "bf16"), accelerated(model, device, "bf16")

    def wrong(hidden_states: Tensor, encoder_hidden_states: Tensor, **_: Any) -> tuple[Tensor, Tensor]:
        return encoder_hidden_states, -hidden_states

    fast.transformer.compiled._for_one_size = [wrong] * 5
    assert relative(fast.predict(), stock.predict()) < TOLERANCE
    warning = execution.warning(fast.transformer)
    assert warning is not None and warning["code"] == "fast_wrong"


def test_wrong_numbers_are_refused(model: Model, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quanto's float8 kernel on newer GPUs dropped every bias, unseen."""
    monkeypatch.setattr(FastLinear, "forward", lambda self, x: torch.nn.functional.linear(x, self.weight()))
    steps = Steps(model, device, "quanto-fp8")
    with pytest.raises(execution.Unavailable, match=r"The fast form of .* is 100% off"):
        execution.accelerate(steps, steps.recipe, device.torch)


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
