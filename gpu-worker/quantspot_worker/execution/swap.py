"""Put fast layers in the place of a transformer's linear layers, and one in the place of query, key and value."""

from typing import Any

import torch
from torch import nn

from ..checks import TOKENS
from .formats import Format
from .linear import FastLinear

#: Of an attention: the name that diffusers' processor looks for, and the layers that it stands for.
_JOINED = {"to_qkv": ("to_q", "to_k", "to_v"), "to_added_qkv": ("add_q_proj", "add_k_proj", "add_v_proj")}
#: Of a fast layer's output, relative to that of the layer whose place it takes. Where activations are quantized the
#: two differ by their roundings, 1 %.
_TOLERANCE = 0.05


class WrongNumbers(Exception):
    """Something fast does not compute what the slow does. error: by how much, relative."""

    def __init__(self, what: str, error: float) -> None:
        super().__init__(f"{what} is {error:.0%} off")
        self.error = error


def swap_linears(transformer: nn.Module, format: Format) -> None:
    """In place. Layers of which the format says nothing stay.

    One layer of each kind is compared with the library's. Raises WrongNumbers.
    """
    checked = set()
    # By name: a list of the layers themselves would keep each one's memory until the last is replaced.
    for name in [name for name, module in transformer.named_modules() if isinstance(module, nn.Linear)]:
        layer: Any = transformer.get_submodule(name)
        fast = format.fast(layer)
        if fast is None:
            continue
        kind = type(fast), layer.in_features, layer.out_features
        if kind not in checked:
            checked.add(kind)
            error = _error(fast, layer)
            if not error <= _TOLERANCE:
                raise WrongNumbers(f"The fast form of {name}", error)
        parent, _, own = name.rpartition(".")
        transformer.get_submodule(parent).register_module(own, fast)
        layer._parameters.clear()  # torchao's layers refer to themselves, and would keep theirs until a collection


@torch.no_grad()
def _error(fast: FastLinear, layer: nn.Linear) -> float:
    """The relative error of the output, or of the output for zeros, which is the bias, if that is larger."""
    generator = torch.Generator("cpu").manual_seed(0)
    x = torch.randn(1, TOKENS, layer.in_features, generator=generator).to(layer.weight.device, torch.bfloat16)
    of_output = _relative(fast(x), layer(x))
    if layer.bias is None:
        return of_output
    return max(of_output, _relative(fast(torch.zeros_like(x)), layer.bias.to(x.dtype).expand(1, TOKENS, -1)))


def _relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a.float() - b.float()).norm() / b.float().norm().clamp(min=torch.finfo(torch.float32).tiny))


def join_projections(transformer: nn.Module) -> None:
    """One product for query, key and value of each attention, where all of its projections can be joined."""
    attention: Any
    for attention in transformer.modules():
        if not hasattr(attention, "fused_projections"):
            continue
        groups = {
            joined: [getattr(attention, name) for name in names]
            for joined, names in _JOINED.items()
            if getattr(attention, names[0], None) is not None
        }
        if all(_joinable(layers) for layers in groups.values()):
            for joined, layers in groups.items():
                attention.register_module(joined, type(layers[0]).joined(layers))
                for name in _JOINED[joined]:
                    delattr(attention, name)
            attention.fused_projections = True


def _joinable(layers: list[Any]) -> bool:
    return all(isinstance(layer, FastLinear) and layer.joins(layers[0]) for layer in layers)
