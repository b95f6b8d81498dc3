"""The official numbers of each family of recipes, as fast layers: one module a family, named as in loaders/.

Each has `fast(layer)`, which takes a library's linear layer apart. None means that the layer is of a kind that it does
not know, and stays as it is.
"""

import importlib
from typing import Protocol, cast

from torch import nn

from ...protocol import Family
from ..linear import FastLinear


class Format(Protocol):
    def fast(self, layer: nn.Linear) -> FastLinear | None:
        """The same layer from plain tensors, which are the library's own wherever their layout allows it."""


def of(family: Family) -> Format:
    return cast(Format, importlib.import_module(f".{family}", __name__))
