"""Sham rounds of the quiz show the original twice: the two pictures must differ, and by rounding alone."""

import threading
from dataclasses import replace
from typing import Literal

import numpy as np

from quantspot_worker.generate import Renderer
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

from .drawing import Recorder, request_for


def test_another_execution_differs_by_rounding_and_leaves_the_usual_one_as_it_was(pool: VariantPool) -> None:
    variant = pool.acquire(BY_ID["bf16"]).variant

    def draw(seed: int, execution: Literal["alternate"] | None = None) -> np.ndarray:
        recorder = Recorder()
        request = replace(request_for("bf16", seed), width=256, height=256, steps=2, execution=execution)
        Renderer(pool, recorder).run(request, variant, threading.Event())
        return np.frombuffer(recorder.pixels, np.uint8).astype(int)

    for seed in (1, 2, 3):
        usual, alternate = draw(seed), draw(seed, "alternate")
        error = np.mean((usual - alternate) ** 2)
        assert 0 < error < 5  # PSNR above 41 dB
        assert (draw(seed) == usual).all()
        assert (draw(seed, "alternate") == alternate).all()
