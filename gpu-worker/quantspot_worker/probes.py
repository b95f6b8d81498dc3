"""What runs here: for each recipe the reason why it can't, found without importing any quantizer."""

import importlib.util
import shutil

from .device import Device
from .model import Model
from .protocol import RecipeReport
from .recipes import OFFERED, Recipe

#: Import name to what pip calls it.
_PIP_NAMES = {"optimum.quanto": "optimum-quanto"}


def reason_against(recipe: Recipe, device: Device, model: Model | None = None) -> str | None:
    """A whole sentence that says why `recipe` can't run on `device` with `model`, or None if it can."""
    for package in recipe.packages:
        if not _installed(package):
            return f"The Python package {_PIP_NAMES.get(package, package)} is missing; install it."
    if device.is_cuda and device.capability < recipe.capability:
        need, have = (".".join(map(str, version)) for version in (recipe.capability, device.capability))
        return f"It needs a GPU of compute capability {need} or newer; {device.name} has {have}."
    if "compiler" in recipe.needs and shutil.which("g++") is None:
        return "It compiles C++ at first use, and there is no compiler: install g++."
    return _reason_against_weights(recipe, model)


def _reason_against_weights(recipe: Recipe, model: Model | None) -> str | None:
    if model is not None and recipe.id in model.weights:
        return None
    if "weights-file" in recipe.needs:
        return f"Nothing here writes {recipe.label}: name a file of it in QUANTSPOT_WEIGHTS ({recipe.id}=FILE)."
    saved = model.quantization if model is not None else None
    if saved is not None and saved != (recipe.family, recipe.scheme):
        return f"The model's transformer is saved in {' '.join(saved)}; this recipe is made from original weights."
    return None


def stand_in(recipe: Recipe, device: Device) -> str | None:
    """What takes the place of the recipe's own kernel or placement on this device, where something does."""
    if device.is_cuda:
        if recipe.id == "quanto-fp8" and device.capability >= (8, 0):
            return "Quanto's plain float8 product, since its kernel for this GPU (Marlin) drops every bias"
        return None
    if recipe.family == "torchao" and recipe.scheme == "int4":
        return "torchao's prototype int4 kernel for CPUs (Int4OpaqueTensor)"
    if recipe.id == "fp8-w8a8":
        return "PyTorch's float8 product for CPUs (torch._scaled_mm), which has no float8 hardware under it"
    if recipe.placement != "resident":
        return "offload hooks from CPU to CPU, which save no memory"
    return None


def report(device: Device, model: Model | None = None, recipes: tuple[Recipe, ...] = OFFERED) -> list[RecipeReport]:
    return [_report(recipe, device, model) for recipe in recipes]


def _report(recipe: Recipe, device: Device, model: Model | None) -> RecipeReport:
    reason, instead = reason_against(recipe, device, model), stand_in(recipe, device)
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
