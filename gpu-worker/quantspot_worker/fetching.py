"""The progress of a download, apart from the hub's client, which is imported only where something is downloaded."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fetching:
    """total_bytes grows in the first seconds, as the files' sizes become known."""

    name: str
    done_bytes: int
    total_bytes: int


OnFetching = Callable[[Fetching], None]
