"""Real engine processes on real GPUs."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from ..engine_process import EngineProcess, generate

RECIPES = "bf16,torchao-int8"


#: As sitecustomize.py: one kernel of the process fails for good as soon as a file is there.
FAIL_WHEN_ASKED = """
import os, threading, time

def fail(file):
    while not os.path.exists(file):
        time.sleep(0.01)
    import torch
    torch.zeros(1, device="cuda")[torch.tensor([1], device="cuda")]

threading.Thread(target=fail, args=(os.environ["FAIL_WHEN_THERE"],), daemon=True).start()
"""


def engine_on(device: str, folder: Path, environment: dict[str, str] | None = None) -> EngineProcess:
    log = folder / f"{device.replace(':', '-')}.log"
    arguments = ("serve", "--model", "tiny", "--device", device, "--recipes", RECIPES)
    return EngineProcess(*arguments, log=log, environment=environment)


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
    taken, pictures, engines = [], [], []
    for n in (1, 0):
        engine = engine_on(f"cuda:{n}", tmp_path)
        engines.append(engine)
        assert engine.next("ready")["device"]["id"] == f"cuda:{n}"
        request = generate(1, recipe="torchao-int8")
        done = engine.answer(request)[-1]
        assert done["kind"] == "done" and done["stats"]["warnings"] == []
        pictures.append(engine.image(request).astype(int))
        taken.append([free - torch.cuda.mem_get_info(n)[0] for n, free in enumerate(before)])
    assert np.abs(pictures[0] - pictures[1]).mean() < 1
    context = 2**26  # that of CUDA alone takes more
    assert taken[0][0] < context < taken[0][1] and context < taken[1][0]
    assert [engine.end() for engine in engines] == [0, 0]


def test_an_engine_ends_in_words_when_a_kernel_fails_for_good(tmp_path: Path) -> None:
    """test_lost_gpu.py injects CUDA's error; here it is the device's own assert, in the middle of an image."""
    (tmp_path / "sitecustomize.py").write_text(FAIL_WHEN_ASKED)
    python_path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    fail = tmp_path / "fail"
    engine = engine_on("cuda:0", tmp_path, {"PYTHONPATH": python_path, "FAIL_WHEN_THERE": str(fail)})
    assert engine.answer(generate(1))[-1]["kind"] == "done"
    engine.send(generate(2, steps=50))
    while engine.next("loading", "step", "image", "done")["kind"] != "step":
        pass
    fail.touch()
    error = engine.next("image", "done", "error")
    assert (error["kind"], error.get("request"), error["retryable"]) == ("error", None, True)
    assert "A kernel failed on the GPU" in json.dumps(error)
    assert engine.process.wait(timeout=60) == 1
