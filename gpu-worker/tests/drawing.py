"""One small picture straight from a pool, without an engine's process around it."""

import threading
from typing import Any

from quantspot_worker.channel import Channel
from quantspot_worker.generate import Renderer
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import BY_ID
from quantspot_worker.requests import Generate, Seed


class Recorder(Channel):
    """Keeps frames and messages instead of writing them to pipes."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.pixels: bytes = b""

    def send(self, message: Any) -> None:
        self.messages.append(message)

    def frame(self, request: int, image: int, rgb: bytes) -> None:
        self.pixels = rgb


def request_for(id: str, seed: int = 3) -> Generate:
    return Generate(1, id, "a rainbow over green hills", 128, 128, 1, 3.5, ((Seed(seed, 1),),), None)


def draw(pool: VariantPool, id: str, seed: int = 3) -> bytes:
    recorder = Recorder()
    Renderer(pool, recorder).run(request_for(id, seed), pool.acquire(BY_ID[id]).variant, threading.Event())
    return recorder.pixels


def in_state(pool: VariantPool, state: str) -> set[str]:
    return {v["recipe"] for v in pool.state()["variants"] if v["state"] == state}
