"""Several variants resident in one pool: their memory together, and what it takes to change between them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from ..device import Device
from ..memory import collect
from ..model import Model
from ..pool import VariantPool
from ..recipes import Recipe
from .jobs import Residence, Resident, Settings
from .measure import FirstCalls, MemoryReadings, timed
from .subjects import Engine

_STEPS = 2
_ROUNDS = 3


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
    still = [variant["recipe"] for variant in pool.state()["variants"] if variant["state"] == "resident"]
    there = [recipe for recipe in recipes if recipe.id in still]
    for recipe in there:
        _, variants[recipe.id]["switch_seconds"] = timed(partial(pool.acquire, recipe))
    _time_changes(engine, there, prompt, variants)
    read = memory.at_the_end()
    _, park_seconds = timed(lambda: pool.evict_others(recipes[-1]))
    for recipe in recipes[:-1]:
        back, seconds = timed(partial(pool.acquire, recipe))
        if back.unpark_seconds is not None:
            variants[recipe.id]["unpark_seconds"] = seconds
        elif back.load_seconds is not None:  # else it had nothing on the device that could leave
            variants[recipe.id]["reload_seconds"] = seconds
    return Residence(variants=variants, memory=read, resident=still, park_seconds=park_seconds)


def _time_changes(engine: Engine, recipes: Sequence[Recipe], prompt: str, variants: dict[str, Resident]) -> None:
    """An image of one step after another variant's, and once more after its own: the pool's answer says nothing of what
    the GPU needs for a change. recipes: those that are resident, all of which have drawn."""
    if len(recipes) < 2:
        return
    changed, unchanged = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for _ in range(_ROUNDS):
        for recipe in recipes:
            for times in (changed, unchanged):
                times[recipe.id].append(timed(partial(engine.draw, recipe, prompt, 1))[1])
    for recipe in recipes:
        variants[recipe.id]["changed_seconds"] = median(changed[recipe.id])
        variants[recipe.id]["unchanged_seconds"] = median(unchanged[recipe.id])
