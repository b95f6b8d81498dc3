"""What an engine is told at its start, and what becomes of it: a device, a model, and the recipes that it offers."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from . import probes
from .device import Device, open_device
from .errors import EngineError
from .fetching import OnFetching
from .model import Model, resolve
from .protocol import RecipeReport, TextEncoderPrecision
from .recipes import BY_ID, OFFERED, RECIPES, Recipe
from .weights import find_weights, parse_weights

#: Share of a device's memory that the pool may fill with weights; the rest is for what a render needs.
_BUDGET_SHARE = {"cpu": 0.5, "cuda": 0.8}


@dataclass(frozen=True)
class Settings:
    """As on the command line; lists are separated by commas, empty means unset."""

    model: str
    device: str = "auto"
    budget_gib: float | None = None
    keep: str = ""
    recipes: str = ""
    weights: str = ""
    text_encoder: str = ""


@dataclass(frozen=True)
class Start:
    device: Device
    model: Model
    budget_bytes: int
    #: Those to load before anyone asks for them.
    keep: tuple[Recipe, ...]
    reports: dict[str, RecipeReport]


def prepare(settings: Settings, on_fetching: OnFetching) -> Start:
    """Open the device and find the model, which may be downloaded first.

    Raises EngineError with one sentence: a setting that can't be used, a model that is not there.
    """
    weights = parse_weights(settings.weights)
    precision = settings.text_encoder or None
    if precision not in (None, *get_args(TextEncoderPrecision)):
        allowed = ", ".join(get_args(TextEncoderPrecision))
        raise EngineError("load_failed", f"{precision} is no precision of T5 (QUANTSPOT_T5): say one of {allowed}.")
    if settings.budget_gib is not None and not 0 < settings.budget_gib < math.inf:
        raise EngineError("load_failed", f"QUANTSPOT_BUDGET_GIB is {settings.budget_gib}; give GiB, more than 0.")
    keep, offered = _named(settings.keep, settings.recipes)
    named = {*(recipe.id for recipe in (*offered, *keep)), *weights}
    device = open_device(settings.device)
    model = resolve(settings.model, weights, cast(TextEncoderPrecision | None, precision), on_fetching)
    budget = device.total_bytes * _BUDGET_SHARE[device.torch.type]
    if settings.budget_gib is not None:
        budget = settings.budget_gib * 2**30
    reports = probes.report(device, model, tuple(r for r in RECIPES if r.id in named), int(budget))
    return Start(device, model, int(budget), keep, {report["id"]: report for report in reports})


def check(keep: str, recipes: str, weights: str) -> None:
    """What of these settings can be told without a model: recipes that exist, weights on this disk that are theirs.

    Raises EngineError with one sentence.
    """
    _named(keep, recipes)
    here = {id: place for id, place in parse_weights(weights).items() if Path(place).exists()}
    find_weights(here, lambda now: None)


def _named(keep: str, recipes: str) -> tuple[tuple[Recipe, ...], tuple[Recipe, ...]]:
    return _recipes(keep, "QUANTSPOT_KEEP"), _recipes(recipes, "QUANTSPOT_RECIPES") or OFFERED


def _recipes(text: str, setting: str) -> tuple[Recipe, ...]:
    ids = [id for part in text.split(",") if (id := part.strip())]
    unknown = [id for id in ids if id not in BY_ID]
    if unknown:
        raise EngineError("unknown_recipe", f"{setting} names {', '.join(unknown)}, which this engine does not know.")
    return tuple(BY_ID[id] for id in ids)
