"""One model, one pool and one engine process for all tests that don't need their own."""

import os
from collections.abc import Iterator

import pytest
import torch

from quantspot_worker.device import Device, open_device
from quantspot_worker.model import Model, resolve
from quantspot_worker.pool import VariantPool

from .engine_process import EngineProcess


def pytest_configure() -> None:
    """Each of pytest-xdist's workers has a core of its own, and so have the engines that it starts: with threads for
    every core each, they would wait for each other."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


@pytest.fixture(scope="session")
def model() -> Model:
    return resolve("tiny")


@pytest.fixture(scope="session")
def device() -> Device:
    return open_device("cpu")


@pytest.fixture
def uncompiled() -> Iterator[None]:
    with torch.compiler.set_stance("force_eager"):
        yield


@pytest.fixture(scope="session")
def pool(model: Model, device: Device) -> VariantPool:
    return VariantPool(model, device, budget_bytes=2**31)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    log = tmp_path_factory.mktemp("engine") / "engine.log"
    process = EngineProcess("serve", "--model", "tiny", "--device", "cpu", log=log)
    yield process
    process.end()
