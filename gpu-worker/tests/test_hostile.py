"""Model files that somebody has made to do harm: each is refused in a sentence, within little memory and time."""

import json
import pickle
import random
import shutil
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from gguf import GGMLQuantizationType
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from quantspot_worker.checkpoints import gguf_type
from quantspot_worker.device import Device
from quantspot_worker.errors import EngineError
from quantspot_worker.gguf_file import write_gguf
from quantspot_worker.model import Model
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID

MEBIBYTE = 2**20
EXTREMES = [0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("gguf")
    tensors = {f"blocks.{number}.weight": torch.randn(8, 64) for number in range(4)}
    save_file({**tensors, "bias": torch.randn(8)}, folder / "a.safetensors")
    write_gguf([folder / "a.safetensors"], folder / "a.gguf", GGMLQuantizationType.Q8_0)
    return (folder / "a.gguf").read_bytes()


def mutated(data: bytes, rng: random.Random, header: int) -> bytes:
    """A byte, a number, the end, or some bytes more: where the header is."""
    bytes_ = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at, what = rng.randrange(min(header, len(bytes_))), rng.random()
        if what < 0.3:
            bytes_[at] = rng.randrange(256)
        elif what < 0.7:
            width = rng.choice((4, 8))
            bytes_[at : at + width] = (rng.choice(EXTREMES) % 256**width).to_bytes(width, "little")
        elif what < 0.85:
            del bytes_[at + 1 :]
        else:
            bytes_[at:at] = rng.randbytes(rng.randrange(1, 40))
    return bytes(bytes_)


def peak_of_reading(file: Path) -> tuple[int, str | None]:
    """Bytes that Python allocated at most, and the sentence of the refusal."""
    tracemalloc.start()
    refusal = None
    try:
        gguf_type(file)
    except EngineError as error:
        refusal = str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, refusal


def test_a_gguf_file_with_anything_changed_is_read_or_refused(whole: bytes, tmp_path: Path) -> None:
    rng = random.Random(1)
    file = tmp_path / "changed.gguf"
    refused = 0
    for _ in range(400):
        file.write_bytes(mutated(whole, rng, header=600))
        peak, refusal = peak_of_reading(file)
        assert peak < 16 * MEBIBYTE
        refused += refusal is not None
    assert refused > 100  # else the changes hit nothing


def entry(name: bytes, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name + struct.pack("<I", kind) + value


def nested(depth: int) -> bytes:
    return struct.pack("<IQ", 9, 1) * depth + struct.pack("<IQ", 0, 0)


@pytest.mark.parametrize(
    "value",
    [
        # gguf's reader took 725 MiB and half a minute for such an array of 1 MiB: several objects for each byte.
        pytest.param(struct.pack("<IQ", 0, 16 * MEBIBYTE) + bytes(16 * MEBIBYTE), id="a large array of bytes"),
        # It went on beyond the file's end without one of its own.
        pytest.param(struct.pack("<IQ", 10, 2**61), id="an array that says that it is endless"),
        # It raised RecursionError, which was no sentence about the file.
        pytest.param(nested(5000), id="arrays in arrays"),
        pytest.param(struct.pack("<IQ", 8, 2**40), id="more strings than bytes"),
    ],
)
def test_an_array_that_is_made_to_exhaust_the_reader_is_refused(value: bytes, tmp_path: Path) -> None:
    file = tmp_path / "hostile.gguf"
    file.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + entry(b"general.name", 9, value))
    peak, refusal = peak_of_reading(file)
    assert refusal == "hostile.gguf is no GGUF file, or it is damaged or cut short."
    assert peak < MEBIBYTE


def test_a_safetensors_file_with_anything_changed_is_read_or_refused(tmp_path: Path) -> None:
    rng = random.Random(2)
    header = json.dumps({"a": {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}}).encode()
    stored = struct.pack("<Q", len(header)) + header + bytes(64)
    file = tmp_path / "changed.safetensors"
    refused = 0
    for _ in range(400):
        file.write_bytes(mutated(stored, rng, header=80))
        try:
            with safe_open(file, "pt") as tensors:
                assert sum(tensors.get_tensor(name).nbytes for name in tensors.keys()) <= 64  # noqa: SIM118
        except (SafetensorError, OSError):
            refused += 1
    assert refused > 100


class Trap:
    """What a pickle does when it is read: here it leaves a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.file,)


def test_weights_that_are_a_pickle_are_never_read(model: Model, device: Device, tmp_path: Path) -> None:
    folder, sprung = tmp_path / "model", tmp_path / "sprung"
    shutil.copytree(model.folder, folder)
    transformer = folder / "transformer"
    for weights in transformer.glob("*.safetensors*"):
        weights.unlink()
    with (transformer / "diffusion_pytorch_model.bin").open("wb") as file:
        pickle.dump(Trap(sprung), file)
    with pytest.raises(EngineError, match="missing or unreadable"):
        VariantPool(replace(model, folder=folder), device, budget_bytes=2**31).acquire(BY_ID["bf16"])
    assert not sprung.exists()
