"""What only a GPU can show; skipped where there is none. All of it: python -m pytest -m cuda."""

from pathlib import Path

import pytest
import torch

from quantspot_worker.device import Device, open_device

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.cuda)
            item.add_marker(pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))


@pytest.fixture(scope="session")
def gpu() -> Device:
    return open_device("cuda")
