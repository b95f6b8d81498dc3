"""Checkpoints whose weights are quantized already: what they hold, and whether that is what a recipe asks for."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from .errors import EngineError
from .gguf_header import check_header
from .recipes import Recipe

#: torchao's configuration classes to the schemes of its recipes.
_TORCHAO_SCHEMES = {
    "Int4WeightOnlyConfig": "int4",
    "Int8WeightOnlyConfig": "int8",
    "Float8WeightOnlyConfig": "fp8",
    "Float8DynamicActivationFloat8WeightConfig": "fp8-w8a8",
    "Int8DynamicActivationInt8WeightConfig": "int8-w8a8",
}
_NOT_MATRICES = ("F32", "F16", "BF16")


def read_json(file: Path) -> dict[str, Any]:
    """A model's configuration. Raises EngineError("load_failed") where there is none."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(file) from error
    if not isinstance(content, dict):
        raise _damaged(file)
    return content


def _damaged(file: Path) -> EngineError:
    return EngineError("load_failed", f"{file.parent.name}/{file.name} of the model is missing or damaged.")


def quantization(folder: Path) -> tuple[str, str] | None:
    """Family and scheme that the model in `folder` was saved in (diffusers' or transformers' layout), or None.

    A quantization that no recipe has keeps the library's own words.
    """
    file = folder / "config.json"
    saved = read_json(file).get("quantization_config")
    if saved is None:
        return None
    if not isinstance(saved, dict):
        raise _damaged(file)
    method = str(saved.get("quant_method"))
    if method == "bitsandbytes":
        return method, "int8" if saved.get("load_in_8bit") else str(saved.get("bnb_4bit_quant_type"))
    if method == "torchao":
        try:
            kind = str(saved["quant_type"]["default"]["_type"])
        except (KeyError, TypeError, IndexError) as error:
            raise _damaged(file) from error
        return method, _TORCHAO_SCHEMES.get(kind, kind)
    return method, "weights"


def check_checkpoint(recipe: Recipe, path: Path) -> None:
    """Raises EngineError("load_failed") unless `path` holds what the recipe is.

    path: a GGUF file, or the folder of a transformer saved by diffusers with its quantization.
    """
    holds = ("gguf", gguf_type(path)) if path.is_file() else quantization(path)
    if holds is None:
        raise EngineError("load_failed", f"The weights given for {recipe.id} are not quantized: {path.name}.")
    if holds != (recipe.family, recipe.scheme):
        family, scheme = holds
        raise EngineError("load_failed", f"The weights given for {recipe.id} are {family} {scheme}: {path.name}.")


def gguf_type(file: Path) -> str:
    """The type of most weights in a GGUF file, such as "Q4_K". Raises EngineError("load_failed") for what is none."""
    from gguf import GGUFReader  # here: a machine without the package runs the other recipes

    try:
        check_header(file)
        tensors = GGUFReader(file).tensors
    except (ValueError, IndexError, KeyError, OSError) as error:
        raise EngineError("load_failed", f"{file.name} is no GGUF file, or it is damaged or cut short.") from error
    weights: Counter[str] = Counter()
    for tensor in tensors:
        weights[tensor.tensor_type.name] += int(tensor.n_elements)
    quantized = {name: count for name, count in weights.items() if name not in _NOT_MATRICES}
    if not quantized:
        raise EngineError("load_failed", f"{file.name} holds no quantized weights.")
    return max(quantized, key=quantized.__getitem__)
