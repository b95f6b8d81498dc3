"""Signs of life, every second from the engine's first moment, whatever its other threads do."""

import threading

from .channel import Channel
from .memory import rss_bytes

_SECONDS = 1.0


class Heartbeat:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        #: The number of the request in hand.
        self.request: int | None = None
        self._stopped = threading.Event()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _beat(self) -> None:
        while not self._stopped.wait(_SECONDS):
            request = self.request
            if request is None:
                self._channel.send({"kind": "heartbeat", "rssBytes": rss_bytes()})
            else:
                self._channel.send({"kind": "heartbeat", "request": request, "rssBytes": rss_bytes()})
