"""Real engine processes on real GPUs."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ..engine_process import EngineProcess, generate

RECIPES = "bf16,torchao-int8"


def engine_on(device: str, folder: Path) -> EngineProcess:
    log = folder / f"{device.replace(':', '-')}.log"
    return EngineProcess("serve", "--model", "tiny", "--device", device, "--recipes", RECIPES, log=log)


def test_an_engine_says_what_the_driver_sees(tmp_path: Path) -> None:
    """The memory of a job is the allocator's; what the driver has given away in the same time is at least that."""
    before = torch.cuda.mem_get_info(0)[0]
    engine = engine_on("auto", tmp_path)
    assert engine.next("ready")["device"]["id"] == "cuda:0"
    done = engine.answer(generate(1))[-1]
    taken = before - torch.cuda.mem_get_info(0)[0]
    assert done["kind"] == "done" and done["stats"]["warnings"] == []
    memory = done["stats"]["memory"]
    assert 0 < memory["weightsBytes"] < memory["residentBytes"] <= memory["peakBytes"] <= taken
    assert engine.end() == 0


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="one GPU")
def test_each_gpu_has_an_engine_of_its_own(tmp_path: Path) -> None:
    before = [torch.cuda.mem_get_info(n)[0] for n in range(2)]
    engines = [engine_on(f"cuda:{n}", tmp_path) for n in range(2)]
    pictures = []
    for n, engine in enumerate(engines):
        assert engine.next("ready")["device"]["id"] == f"cuda:{n}"
        request = generate(1, recipe="torchao-int8")
        done = engine.answer(request)[-1]
        assert done["kind"] == "done" and done["stats"]["warnings"] == []
        pictures.append(engine.image(request).astype(int))
    assert np.abs(pictures[0] - pictures[1]).mean() < 1
    assert all(torch.cuda.mem_get_info(n)[0] < free for n, free in enumerate(before))
    assert [engine.end() for engine in engines] == [0, 0]
