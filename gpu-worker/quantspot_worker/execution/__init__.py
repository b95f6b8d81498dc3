"""Fast execution: a recipe's official numbers, computed from in a way that the compiler can make fast.

    linear.py       the layer that holds a format's numbers as plain tensors and de-quantizes them as it runs
    formats/        one module a family: how its library's layer is taken apart
    int4.py         the packings of PyTorch's int4 kernels
    products.py     formats that quantize activations too; their Triton kernels: int8_kernel.py, quantize_kernel.py
    swap.py         puts the layers in place, one for query, key and value
    modulation.py   the modulation of all steps at once
    attention.py    query and key normalized and turned in one Triton kernel, rotary_kernel.py
    activation.py   GELU without tanh, as part of the layer after it
    compiled.py     regional compilation, and what happens when it fails
    streaming.py    group offload: blocks that come from pinned memory while the one before computes
    turns.py        model offload: one part of the pipeline at a time comes from pinned memory
    decode.py       the autoencoder's decoder in strips of rows

What was measured, and what did not help: docs/performance.md.
"""

import logging
import os
from functools import partial
from importlib.util import find_spec
from typing import Any

import torch

from .. import notices
from ..device import Device
from ..errors import EngineError
from ..protocol import Notice
from ..recipes import Recipe
from . import formats
from .activation import take_over_gelu
from .attention import take_over_attention
from .compiled import CompiledTransformer
from .streaming import stream_weights
from .swap import WrongNumbers, join_projections, swap_linears
from .turns import take_turns

log = logging.getLogger(__name__)

#: auto: fast on a GPU. stock: the libraries' own execution everywhere. fast: on a CPU too, for tests.
CHOICES = ("auto", "fast", "stock")


class Unavailable(EngineError):
    """The fast execution of a recipe does not work here. Its notice says why, for the one who asked for an image."""

    def __init__(self, failure: notices.Failure) -> None:
        super().__init__("load_failed", failure("library"))


def is_on(device: Device) -> bool:
    """By QUANTSPOT_EXECUTION. Raises EngineError for an unknown choice."""
    choice = os.environ.get("QUANTSPOT_EXECUTION") or "auto"
    if choice not in CHOICES:
        raise EngineError("load_failed", f"QUANTSPOT_EXECUTION is {choice}; say one of {', '.join(CHOICES)}.")
    return choice == "fast" or (choice == "auto" and device.is_cuda)


def knows(recipe: Recipe) -> bool:
    """Whether the recipe's family has a fast execution; a new one need not."""
    return find_spec(f"{formats.__name__}.{recipe.family}") is not None


def accelerate(pipe: Any, recipe: Recipe, device: torch.device) -> None:
    """Give a pipeline's transformer its fast execution, in place. It compiles as it first runs.

    Raises Unavailable when a layer's numbers come out wrong.
    """
    transformer = pipe.transformer
    try:
        swap_linears(transformer, formats.of(recipe.family))
    except WrongNumbers as error:
        log.warning("%s: %s", recipe.id, error)
        raise Unavailable(partial(notices.fast_wrong, error.error)) from error
    join_projections(transformer)
    take_over_gelu(transformer)
    take_over_attention(transformer)
    transformer.compiled = CompiledTransformer(transformer, pipe.scheduler, device)
    if recipe.placement == "group-offload":
        stream_weights(transformer, device)
    elif recipe.placement == "model-offload":
        take_turns(pipe, device)


def check(transformer: Any) -> None:
    """After the first run. Raises Unavailable when it could not be compiled."""
    failure = transformer.compiled.failure
    if failure is not None:
        raise Unavailable(failure)


def forget(transformer: Any) -> None:
    """Before it leaves the device: give back what it can make again."""
    compiled: CompiledTransformer | None = getattr(transformer, "compiled", None)
    if compiled is not None:
        compiled.forget()


def warning(transformer: Any) -> Notice | None:
    """Why a transformer does not run as fast as it should, if so, for the one who asked for an image."""
    compiled: CompiledTransformer | None = getattr(transformer, "compiled", None)
    if compiled is None or compiled.failure is None:
        return None
    return compiled.failure("uncompiled")
