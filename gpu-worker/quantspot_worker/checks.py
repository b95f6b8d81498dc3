"""What came back from a library against what the recipe asked for.

Several libraries swallow a wrong keyword and give int8, and Quanto's float8 drops every bias on Hopper; so a loaded
transformer is looked at, and one of its layers is run, before anyone sees an image from it.
"""

from copy import deepcopy
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from . import notices
from .errors import EngineError
from .loaders import Loader
from .memory import tensors_of
from .recipes import ORIGINAL, Recipe, Weight

#: Of a layer's output, relative to its de-quantized weights: bitsandbytes int8 also rounds the activations (1 %),
#: the others differ by bfloat16's rounding.
TOLERANCE = 0.05

#: Tokens of a check, as many as FLUX.1-dev's text has. A float8 product of few rows is refused on some GPUs
#: (products.Float8Product).
TOKENS = 512


def check(recipe: Recipe, transformer: nn.Module, loader: Loader, *, mixed: bool = False) -> float:
    """The largest error of a layer's output against its de-quantized weights and bias, one layer of each kind.

    mixed: a checkpoint of others may keep some layers in bfloat16; most must be as the recipe says.
    Raises EngineError("load_failed") with the first thing that is not.
    """
    linears = block_linears(recipe, transformer)
    problems = {name: problem for name, layer in linears.items() if (problem := mismatch(recipe.weight, layer))}
    original = {name for name in problems if mixed and mismatch(ORIGINAL, linears[name]) is None}
    for name, problem in problems.items():
        if name not in original or len(original) > len(linears) // 2:
            raise EngineError("load_failed", notices.not_as_asked(recipe.label, name, problem))
    # GGUF keeps its scales inside bytes.
    unpacked = (loader.dequantized(layer) for layer in linears.values()) if recipe.family == "gguf" else ()
    if not all(_finite(tensor) for tensor in chain(tensors_of(transformer), unpacked) if tensor is not None):
        raise EngineError("load_failed", notices.not_numbers(recipe.label))
    worst = 0.0
    for name, layer in _one_of_each_kind(linears).items():
        # On a CPU bitsandbytes lays a layer's weights out anew as it first runs; its way back, to save it, is wrong.
        runs = deepcopy(layer) if recipe.family == "bitsandbytes" and layer.bias.device.type == "cpu" else layer
        error = output_error(runs, loader.dequantized(layer))
        if not error <= TOLERANCE:
            raise EngineError("load_failed", notices.computes_wrongly(recipe.label, name, error))
        worst = max(worst, error)
    return worst


def check_shared(model: str, pipe: Any) -> None:
    """Raises EngineError("load_failed") where the text encoders or the autoencoder have weights that are no numbers.

    On their device, where looking at them takes a fraction of what loading them took.
    """
    for part in ("text_encoder", "text_encoder_2", "vae"):
        if not all(map(_finite, tensors_of(getattr(pipe, part)))):
            raise EngineError("load_failed", notices.not_numbers(f"{model}'s {part}"))


def _one_of_each_kind(linears: dict[str, nn.Linear]) -> dict[str, nn.Linear]:
    """The first layer with a bias of each class, weight class and shape."""
    kinds: dict[tuple[type, type, int, int], str] = {}
    for name, layer in linears.items():
        if layer.bias is not None:
            kinds.setdefault((type(layer), type(layer.weight), layer.in_features, layer.out_features), name)
    return {name: linears[name] for name in kinds.values()}


def _finite(tensor: Tensor) -> bool:
    if tensor.dtype == torch.float8_e4m3fn:  # has no infinity, and one NaN of either sign
        return not bool(((tensor.view(torch.uint8) & 0x7F) == 0x7F).any())
    if not tensor.is_floating_point() or not tensor.numel():
        return True
    # They pass on what is no number. isfinite is ten times as slow on a CPU, and takes several times a tensor's memory.
    return bool(torch.stack(torch.aminmax(tensor)).isfinite().all())


def block_linears(recipe: Recipe, transformer: nn.Module) -> dict[str, nn.Linear]:
    """The linear layers of the transformer's blocks, which every recipe quantizes.

    Layers outside of the blocks are left alone by some recipes, since their shapes don't fit whole groups; layerwise
    casting keeps the modulation (norm*.linear) as it is.
    """
    return {
        name: module
        for name, module in transformer.named_modules()
        if isinstance(module, nn.Linear)
        and "transformer_blocks" in name
        and not (recipe.family == "layerwise" and "norm" in name)
    }


def mismatch(expected: Weight, layer: nn.Linear) -> str | None:
    """What of `layer` is not as expected, as the end of a sentence."""
    weight = layer.weight
    if type(layer).__name__ != expected.layer:
        return f"is a {type(layer).__name__}, not a {expected.layer}"
    if type(weight).__name__ not in expected.weights:
        return f"holds a {type(weight).__name__}, not a {' or '.join(expected.weights)}"
    if expected.dtype is not None and str(weight.dtype) != f"torch.{expected.dtype}":
        return f"holds {weight.dtype}, not {expected.dtype}"
    if expected.activations != (getattr(weight, "act_quant_kwargs", None) is not None):
        return f"quantizes {'weights alone' if expected.activations else 'activations too'}"
    qtype = getattr(getattr(weight, "qtype", None), "name", None)
    if expected.qtype is not None and qtype != expected.qtype:
        return f"holds {qtype}, not {expected.qtype}"
    return None


@torch.no_grad()
def output_error(layer: nn.Linear, weight: Tensor | None) -> float:
    """The relative error of `layer(x)` against `x @ weight.T + bias`, with a bias as large as the product.

    weight: (out, in); None takes it from the layer's own answers to unit vectors, which still shows a lost bias. The
    layer's bias is replaced for the test, since a small one could be dropped unseen, and put back.
    """
    generator = torch.Generator("cpu").manual_seed(0)
    x = torch.randn(TOKENS, layer.in_features, generator=generator).to(layer.bias.device, torch.bfloat16)
    kept = layer.bias.clone()
    if weight is None:
        layer.bias.zero_()
        weight = layer(torch.eye(layer.in_features, dtype=torch.bfloat16, device=x.device)).float().T
    product = x.float() @ weight.to(x.device).T
    layer.bias.copy_(torch.randn(layer.out_features, generator=generator) * product.std().cpu())
    expected = product + layer.bias.float()
    error = (layer(x).float() - expected).norm() / expected.norm()
    layer.bias.copy_(kept)
    return float(error)
