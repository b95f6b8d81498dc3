"""Compile a transformer block by block, and run it as it is where compiling fails.

Twice: for the first size that comes, and for all others together. What is compiled for all sizes would serve the first
one too, but about 3 % slower.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor, nn

from .. import notices
from ..cache import cache_folder
from ..failures import out_of_memory
from .modulation import Modulation
from .swap import WrongNumbers

log = logging.getLogger(__name__)

#: Of all number formats together, for which Dynamo counts, since they share their code: ten each. Its own limit is 8.
_COMPILATIONS = 512

#: Of a first prediction, compiled against uncompiled, relative. Other roundings of the same sums make 0.02 of it, in
#: formats that quantize activations 0.1; what is wrong is further off.
_TOLERANCE = 0.3

Step = Callable[..., Any]


@dataclass
class _Graph:
    """The blocks, compiled for one size or for all. checked: its first prediction was right."""

    blocks: list[Step]
    checked: bool = False


class CompiledTransformer:
    """Stands behind a transformer's `forward`, which takes one image at a time, as the engine does.

    failure: why it runs uncompiled.
    """

    def __init__(self, transformer: Any, schedule: Callable[[], Tensor], device: torch.device) -> None:
        """transformer: its linear layers are fast ones. schedule: gives the timesteps of the image being made."""
        # Inductor's and Triton's results, for the next start.
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(cache_folder("compiled"))
        torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, _COMPILATIONS)
        torch._dynamo.config.accumulated_recompile_limit = max(
            torch._dynamo.config.accumulated_recompile_limit, _COMPILATIONS * 4
        )
        self.failure: notices.Failure | None = None
        self._transformer = transformer
        self._schedule = schedule
        self._modulation = Modulation(transformer, device)
        for layer in self._modulation.fast_layers():
            layer.compile(fullgraph=True, dynamic=False)
        kinds = transformer._repeated_blocks  # those that diffusers' compile_repeated_blocks compiles
        self._blocks = [module for module in transformer.modules() if type(module).__name__ in kinds]
        self._for_one_size, self._for_all_sizes = (
            _Graph([torch.compile(block._call_impl, fullgraph=True, dynamic=dynamic) for block in self._blocks])
            for dynamic in (False, True)
        )
        self._first_size: tuple[int, int] | None = None
        self._step: Step = transformer.forward

        @wraps(self._step)
        def forward(**arguments: Any) -> Any:
            return self._forward(arguments)

        transformer.forward = forward

    def forget(self) -> None:
        """Give back what can be made again."""
        self._modulation.forget()

    def _forward(self, arguments: dict[str, Any]) -> Any:
        if self.failure is None:
            graph = self._graph((arguments["hidden_states"].shape[1], arguments["encoder_hidden_states"].shape[1]))
            for block, call in zip(self._blocks, graph.blocks, strict=True):
                block._compiled_call_impl = call
            try:
                prediction = self._run(arguments)
                if not graph.checked:
                    self._check(prediction, arguments)
                    graph.checked = True
                return prediction
            except Exception as error:
                if out_of_memory(error):
                    raise
                log.exception("the compiled transformer failed")
                self._give_up(error)
        return self._run(arguments)

    def _graph(self, size: tuple[int, int]) -> _Graph:
        """size: tokens of the image and of the text."""
        self._first_size = self._first_size or size
        return self._for_one_size if size == self._first_size else self._for_all_sizes

    def _check(self, prediction: Any, arguments: dict[str, Any]) -> None:
        compiled = self._uncompile()
        try:
            expected = self._run(arguments)[0].float()
        finally:
            for module, call in compiled.items():
                module._compiled_call_impl = call
            self.forget()  # what uncompiled layers made
        error = float((prediction[0].float() - expected).norm() / expected.norm())
        if not error <= _TOLERANCE:
            raise WrongNumbers("The compiled prediction", error)

    def _run(self, arguments: dict[str, Any]) -> Any:
        self._modulation.set_step(
            self._schedule(), arguments["timestep"], arguments.get("guidance"), arguments["pooled_projections"]
        )
        return self._step(**arguments)

    def _give_up(self, error: Exception) -> None:
        self._uncompile()
        if isinstance(error, WrongNumbers):
            self.failure = partial(notices.fast_wrong, error.error)
        else:
            self.failure = partial(notices.compiling_failed, type(error).__name__)

    def _uncompile(self) -> dict[nn.Module, Any]:
        """What was compiled, and how it is called. What its modulation layers made is forgotten."""
        compiled = {m: m._compiled_call_impl for m in self._transformer.modules() if m._compiled_call_impl is not None}
        for module in compiled:
            module._compiled_call_impl = None
        self.forget()
        return compiled
