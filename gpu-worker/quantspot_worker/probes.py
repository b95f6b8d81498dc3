"""What runs here: for each recipe the reason why it can't, found without importing any quantizer."""

import importlib.util
import shutil

from .device import Device
from .protocol import RecipeReport
from .recipes import RECIPES, Recipe

#: Import name to what pip calls it.
_PIP_NAMES = {"optimum.quanto": "optimum-quanto"}


def reason_against(recipe: Recipe, device: Device) -> str | None:
    """A whole sentence that says why `recipe` can't run on `device`, or None if it can."""
    for package in recipe.packages:
        if not _installed(package):
            return f"The Python package {_PIP_NAMES.get(package, package)} is missing; install it."
    if device.is_cuda and device.capability < recipe.capability:
        need, have = (".".join(map(str, version)) for version in (recipe.capability, device.capability))
        return f"It needs a GPU of compute capability {need} or newer; {device.name} has {have}."
    if "cuda" in recipe.needs and not device.is_cuda:
        return "It needs an NVIDIA GPU."
    if "compiler" in recipe.needs and shutil.which("g++") is None:
        return "It compiles C++ at first use, and there is no compiler: install g++."
    return None


def stand_in(recipe: Recipe, device: Device) -> str | None:
    """What takes the place of the recipe's own kernel or placement on this device, where something does."""
    if device.is_cuda:
        return None
    if recipe.family == "torchao" and recipe.scheme == "int4":
        return "torchao's prototype int4 kernel for CPUs (Int4OpaqueTensor)"
    if recipe.placement != "resident":
        return "offload hooks from CPU to CPU, which save no memory"
    return None


def report(device: Device) -> list[RecipeReport]:
    return [_report(recipe, device) for recipe in RECIPES]


def _report(recipe: Recipe, device: Device) -> RecipeReport:
    reason, instead = reason_against(recipe, device), stand_in(recipe, device)
    entry = RecipeReport(
        id=recipe.id,
        label=recipe.label,
        family=recipe.family,
        bits=recipe.bits,
        placement=recipe.placement,
        execution=recipe.execution,
        runnable=reason is None,
    )
    if reason is not None:
        entry["reason"] = reason
    if instead is not None:
        entry["standIn"] = instead
    return entry


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # its parent is missing
        return False
