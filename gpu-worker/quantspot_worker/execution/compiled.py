"""Compile a transformer block by block, for images of all sizes, and run it as it is where compiling fails.

One compilation a kind of block: the number of the image's tokens is left open and everything else is fixed, and what
comes into a kind's first block lies in memory as what comes into the others.
"""

import logging
import os
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor, nn
from torch._inductor.virtualized import V

from .. import notices
from ..cache import cache_folder
from ..failures import out_of_memory
from .modulation import Modulation
from .reductions import RowsInRegisters
from .swap import WrongNumbers

log = logging.getLogger(__name__)

#: Of all number formats together, for which Dynamo counts, since they share their code: five each. Its own limit is 8.
_COMPILATIONS = 512

#: Of a first prediction, compiled against uncompiled, relative. Other roundings of the same sums make 0.02 of it, in
#: formats that quantize activations 0.1; what is wrong is further off.
_TOLERANCE = 0.3

Step = Callable[..., Any]


class CompiledTransformer:
    """Stands behind a transformer's `forward`, which takes one image at a time, as the engine does.

    failure: why it runs uncompiled.
    """

    def __init__(self, transformer: Any, scheduler: Any, device: torch.device) -> None:
        """transformer: its linear layers are fast ones. scheduler: of the pipeline that it is part of."""
        # Inductor's and Triton's results, for the next start.
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(cache_folder("compiled"))
        # For the names of what is kept on disk; and for this thread, which may have made its choices without.
        torch._inductor.config.inductor_choices_class = RowsInRegisters
        V.set_choices_handler(RowsInRegisters())
        torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, _COMPILATIONS)
        torch._dynamo.config.accumulated_recompile_limit = max(
            torch._dynamo.config.accumulated_recompile_limit, _COMPILATIONS * 4
        )
        self.failure: notices.Failure | None = None
        self._transformer = transformer
        self._scheduler = scheduler
        self._modulation = Modulation(transformer, device)
        for layer in self._modulation.fast_layers():
            layer.compile(fullgraph=True, dynamic=False)
        for block in (*transformer.transformer_blocks, *transformer.single_transformer_blocks):
            block._compiled_call_impl = _compiled(block)
        self._checked = False
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
            try:
                prediction = self._run(arguments)
                if not self._checked:
                    self._check(prediction, arguments)
                    self._checked = True
                return prediction
            except Exception as error:
                if out_of_memory(error):
                    raise
                log.exception("the compiled transformer failed")
                self._give_up(error)
        return self._run(arguments)

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
            self._scheduler, arguments["timestep"], arguments.get("guidance"), arguments["pooled_projections"]
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


def _compiled(block: nn.Module) -> Step:
    """A block's call, whose code serves all blocks of its kind and all sizes of images."""

    def call(**inputs: Any) -> tuple[Tensor, Tensor]:
        text, image = block._call_impl(**inputs)
        # A single block gives both as pieces of one tensor: then where they lie depends on the image's size, and is not
        # as in what the first single block gets. Compiled, this copies nothing: the last kernel writes both.
        return text.clone(memory_format=torch.contiguous_format), image.clone(memory_format=torch.contiguous_format)

    compiled: Step = torch.compile(call, fullgraph=True, dynamic=False)

    def with_open_size(*, hidden_states: Tensor, image_rotary_emb: tuple[Tensor, Tensor], **others: Any) -> Any:
        torch._dynamo.mark_dynamic(hidden_states, 1)
        for table in image_rotary_emb:
            torch._dynamo.mark_dynamic(table, 0)
        return compiled(hidden_states=hidden_states, image_rotary_emb=image_rotary_emb, **others)

    return with_open_size
