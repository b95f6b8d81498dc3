"""Several variants resident in one pool: their memory together, and what it takes to change between them."""

from collections.abc import Callable, Sequence
from functools import partial

from ..device import Device
from ..memory import collect
from ..model import Model
from ..pool import VariantPool
from ..recipes import Recipe
from .jobs import Residence, Resident, Settings
from .measure import FirstCalls, MemoryReadings, timed
from .subjects import Engine

_STEPS = 2


def measure(
    recipes: Sequence[Recipe],
    model: Model,
    device: Device,
    settings: Settings,
    prompt: str,
    on_device: Callable[[], None],
) -> Residence:
    """Load all, draw with each, take all but the last off the device, and bring each back."""
    on_device()
    memory = MemoryReadings(device.torch)
    pool = VariantPool(model, device, budget_bytes=device.total_bytes)
    engine = Engine(pool, settings)
    variants: dict[str, Resident] = {}
    for recipe in recipes:
        with FirstCalls(device.torch) as first:  # where compiling falls, which is no part of loading
            acquired, seconds = timed(partial(pool.acquire, recipe))
        variants[recipe.id] = Resident(
            load_seconds=seconds - sum(first.seconds), weights_bytes=acquired.variant.weights_bytes
        )
    collect(device.torch)
    memory.after_loading()
    for recipe in recipes:
        engine.draw(recipe, prompt, _STEPS)
    for recipe in recipes:
        _, variants[recipe.id]["switch_seconds"] = timed(partial(pool.acquire, recipe))
    read = memory.at_the_end()
    still = [variant["recipe"] for variant in pool.state()["variants"] if variant["state"] == "resident"]
    _, park_seconds = timed(lambda: pool.evict_others(recipes[-1]))
    for recipe in recipes[:-1]:
        back, seconds = timed(partial(pool.acquire, recipe))
        from_memory = back.unpark_seconds is not None
        variants[recipe.id]["unpark_seconds" if from_memory else "reload_seconds"] = seconds
    return Residence(variants=variants, memory=read, resident=still, park_seconds=park_seconds)
