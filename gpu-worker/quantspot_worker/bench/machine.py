"""What a figure was measured on, printed with every table."""

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version

import torch

from ..device import Device

_PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "bitsandbytes", "torchao", "optimum-quanto", "gguf")


def describe(device: Device) -> dict[str, str]:
    """Device, driver and versions, by name. No host's name, path or user."""
    described = {"device": device.name, "memory": f"{device.total_bytes / 2**30:.0f} GiB"}
    if device.is_cuda:
        described |= {"driver": _driver(), "cuda": str(torch.version.cuda)}
    else:
        described["threads"] = str(torch.get_num_threads())
    for package in _PACKAGES:
        try:
            described[package] = version(package)
        except PackageNotFoundError:
            described[package] = "none"
    described["torch"] = torch.__version__  # with its build: +cpu, +cu130
    return described


def _driver() -> str:
    """One for all GPUs of a machine."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "unknown"
    query = [tool, "--query-gpu=driver_version", "--format=csv,noheader"]
    ran = subprocess.run(query, capture_output=True, text=True, check=False)
    return ran.stdout.split()[0] if ran.returncode == 0 and ran.stdout.split() else "unknown"
