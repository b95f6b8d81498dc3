"""The word combinations that no training picture shows, kept for the scorer.

A combination belongs to the held-out tenth by a hash of its words, so that the choice needs no list
and never moves when the grammar grows.
"""

import zlib

SHARE = 10
"""One combination in this many is held out."""


def _chosen(*words: str) -> bool:
    return zlib.crc32(" ".join(words).encode()) % SHARE == 0


def holds_out_objects(count: int, colour: str, shape: str, background: str) -> bool:
    """Whether '<count> <colour> <shape> on <background>' is kept for the scorer, whatever the fill."""
    return _chosen(str(count), colour, shape, background)


def holds_out_pair(first: tuple[str, str], relation: str, second: tuple[str, str]) -> bool:
    """Whether '<colour> <shape> <relation> <colour> <shape>' is kept; 'a left of b' and 'b right of a' are one."""
    if relation in ("right", "below"):
        first, second = second, first
        relation = {"right": "left", "below": "above"}[relation]
    return _chosen(*first, relation, *second)
