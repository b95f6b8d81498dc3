"""Compiling ahead, and what the engine finds of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

#: What an engine does with a variant, in a process of its own.
_LOADS = """
import json
from torch._dynamo.utils import counters
from quantspot_worker.device import open_device
from quantspot_worker.model import resolve
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID
variant = VariantPool(resolve("tiny"), open_device("cpu"), 2**31).acquire(BY_ID["bf16"]).variant
assert variant.warning is None, variant.warning
print(json.dumps(counters["inductor"]))
"""


def run(*command: str, cache: Path) -> str:
    environment = {**os.environ, "QUANTSPOT_EXECUTION": "fast", "QUANTSPOT_CACHE": str(cache)}
    ran = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout


def test_what_was_compiled_for_two_blocks_serves_the_whole_model(tmp_path: Path) -> None:
    warm = ("-m", "quantspot_worker", "warm", "--model", "tiny", "--device", "cpu")
    said = run(*warm, "--recipes", "bf16", cache=tmp_path)
    assert said.startswith("Original bf16: ") and said.endswith("1 number formats are compiled.\n")
    found = json.loads(run("-c", _LOADS, cache=tmp_path))
    assert found["fxgraph_cache_hit"] == 5 and "fxgraph_cache_miss" not in found
