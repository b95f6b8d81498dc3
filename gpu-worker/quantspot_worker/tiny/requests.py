"""Prompts with a known right answer, of word combinations that no training picture shows."""

import random
from dataclasses import dataclass

from .scenes.held_out import holds_out_objects, holds_out_pair
from .scenes.nouns import NUMBERS, SHAPES, plural
from .scenes.palette import distance
from .scenes.plain import CONTAINERS
from .scenes.scene import article

COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white", "turquoise", "brown", "gray",
)  # fmt: skip
CLEAR = 0.45
"""Two colours of a prompt are at least this far apart."""
RELATIONS = {
    "left": "to the left of",
    "right": "to the right of",
    "above": "above",
    "below": "below",
    "inside": "inside",
}
MOST = 4
HOLDERS = tuple(shape for shape in CONTAINERS if shape != "flower")
"""Outer shapes of 'inside': a flower's outline doesn't survive something lying on it."""


@dataclass(frozen=True)
class Request:
    """`count` objects of the first kind or, with a relation, one of each of two kinds."""

    background: str
    things: tuple[tuple[str, str], ...]
    """(colour, shape) of each kind."""
    count: int = 1
    relation: str | None = None

    @property
    def prompt(self) -> str:
        names = [f"{colour} {shape}" for colour, shape in self.things]
        where = f"on {article(self.background)} background"
        if self.relation:
            return f"{article(names[0])} {RELATIONS[self.relation]} {article(names[1])} {where}"
        if self.count == 1:
            return f"{article(names[0])} {where}"
        colour, shape = self.things[0]
        return f"{NUMBERS[self.count]} {colour} {plural(shape)} {where}"


def _objects(rng: random.Random) -> Request | None:
    count = rng.randint(1, MOST)
    colour, shape, background = rng.choice(COLOURS), rng.choice(list(SHAPES)), rng.choice(COLOURS)
    if distance(colour, background) < CLEAR or not holds_out_objects(count, colour, shape, background):
        return None
    return Request(background, ((colour, shape),), count)


def _pair(rng: random.Random) -> Request | None:
    relation = rng.choice(list(RELATIONS))
    first = rng.choice(COLOURS), rng.choice(list(SHAPES))
    second = rng.choice(COLOURS), rng.choice(HOLDERS if relation == "inside" else list(SHAPES))
    background = rng.choice(COLOURS)
    colours = (background, first[0], second[0])
    if any(distance(one, other) < CLEAR for one, other in zip(colours, (*colours[1:], colours[0]), strict=True)):
        return None
    if not holds_out_pair(first, relation, second):
        return None
    return Request(background, (first, second), relation=relation)


def held_out_requests(count: int, seed: int = 0) -> list[Request]:
    """Different requests; every third one is a relation."""
    rng = random.Random(f"requests {seed}")
    requests: dict[Request, None] = {}
    while len(requests) < count:
        request = _pair(rng) if len(requests) % 3 == 2 else _objects(rng)
        if request:
            requests[request] = None
    return list(requests)
