"""One process a GPU: who this one is, and what all of them agree on. Start several with torchrun."""

import os
import time
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

STARTED = time.monotonic()


@dataclass(frozen=True)
class World:
    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        return self.rank == 0

    @property
    def dtype(self) -> torch.dtype:
        """What the model computes in: bfloat16, which a CPU is slow at."""
        return torch.bfloat16 if self.device.type == "cuda" else torch.float32

    def log(self, *words: object) -> None:
        """Only the leading process speaks; seconds since the start come first."""
        if self.leads:
            print(f"[{time.monotonic() - STARTED:7.1f}]", *words, flush=True)

    def average(self, values: Tensor) -> None:
        """Replaces a tensor by its mean over all processes."""
        if self.size > 1:
            dist.all_reduce(values)
            values /= self.size

    def agree(self, value: float) -> float:
        """The leading process's value."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)

    def leave(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()


def place() -> tuple[int, int]:
    """(rank, processes) as torchrun's environment tells them."""
    return int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))


def join_world() -> World:
    rank, size = place()
    local = int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device(f"cuda:{local}" if torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if size > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return World(rank, size, device)
