"""What runs here: for each recipe the reason why it can't, found without importing any quantizer."""

import importlib.util
import shutil
from collections.abc import Iterable

from . import notices
from .device import Device
from .model import Model
from .protocol import Notice, RecipeReport
from .recipes import OFFERED, Recipe
from .sizes import loading_bytes, shared_bytes

#: Import name to what pip calls it.
_PIP_NAMES = {"optimum.quanto": "optimum-quanto"}


def reason_against(recipe: Recipe, device: Device, model: Model | None = None) -> Notice | None:
    """Says why `recipe` can't run on `device` with `model`, or None if it can."""
    for package in recipe.packages:
        if not _installed(package):
            return notices.package_missing(_PIP_NAMES.get(package, package))
    if device.is_cuda and device.capability < recipe.capability:
        needed, has = (".".join(map(str, version)) for version in (recipe.capability, device.capability))
        return notices.gpu_too_old(needed, device.name, has)
    if "compiler" in recipe.needs and shutil.which("g++") is None:
        return notices.compiler_missing()
    if "cuda-compiler" in recipe.needs and device.is_cuda and not _has_nvcc():
        return notices.cuda_compiler_missing()
    return _reason_against_weights(recipe, model)


def _reason_against_weights(recipe: Recipe, model: Model | None) -> Notice | None:
    if model is not None and recipe.id in model.weights:
        return None
    if "weights-file" in recipe.needs:
        return notices.weights_file_missing(recipe.label, recipe.id)
    saved = model.quantization if model is not None else None
    if saved is not None and saved != (recipe.family, recipe.scheme):
        return notices.model_quantized(" ".join(saved))
    return None


def stand_in(recipe: Recipe, device: Device) -> Notice | None:
    """What takes the place of the recipe's own kernel or placement on this device, where something does."""
    if device.is_cuda:
        if recipe.id == "quanto-fp8" and device.capability >= (8, 0):
            return notices.quanto_plain_fp8()
        return None
    if recipe.family == "torchao" and recipe.scheme == "int4":
        return notices.torchao_cpu_int4()
    if recipe.id == "fp8-w8a8":
        return notices.torch_cpu_fp8()
    if recipe.placement != "resident":
        return notices.cpu_offload()
    return None


def reasons_against_size(
    recipes: Iterable[Recipe], device: Device, model: Model, budget_bytes: int
) -> dict[str, Notice]:
    """Of those that can't fit the budget, not even alone."""
    shared = shared_bytes(model)
    needed = {recipe: shared + loading_bytes(recipe, model, device.torch) for recipe in recipes}
    return {r.id: notices.over_budget(r.label, size, budget_bytes) for r, size in needed.items() if size > budget_bytes}


def report(
    device: Device,
    model: Model | None = None,
    recipes: tuple[Recipe, ...] = OFFERED,
    budget_bytes: int | None = None,
) -> list[RecipeReport]:
    """budget_bytes: what the pool may fill; None leaves the size of things out."""
    too_large: dict[str, Notice] = {}
    if model is not None and budget_bytes is not None:
        too_large = reasons_against_size(recipes, device, model, budget_bytes)
    return [_report(r, reason_against(r, device, model) or too_large.get(r.id), stand_in(r, device)) for r in recipes]


def _report(recipe: Recipe, reason: Notice | None, instead: Notice | None) -> RecipeReport:
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


def _has_nvcc() -> bool:
    from torch.utils import cpp_extension  # here: it takes a while, and a CPU needs none of it

    return cpp_extension.CUDA_HOME is not None


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # its parent is missing
        return False
