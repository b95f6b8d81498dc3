"""Where two to six equal objects stand: in constellations that a small model can commit to, or scattered."""

import math
from itertools import combinations

from .scene import Scene

Point = tuple[float, float]
Constellation = tuple[Point, ...]
"""Places in -1..1, right and down."""

SIZES = {2: (0.15, 0.22), 3: (0.125, 0.18), 4: (0.11, 0.165), 5: (0.1, 0.135), 6: (0.09, 0.125)}
"""Smallest and largest half extent of one of so many objects."""
GAP = 1.35
"""Least distance of two centres in a constellation, in object sizes, halved: 1 would let circles touch."""
EDGE = 1.25
"""Least distance of a centre from the picture's edge, in object sizes."""
JITTER = 0.12
"""How far each object strays from its place, in object sizes."""
SHRINK = 0.97
SCATTERED = 0.1
"""Share of pictures without a constellation. Their captions say so."""
SPOKEN = 0.75
"""Share of rows and columns whose captions say so."""


def _line(count: int, right: float, down: float) -> Constellation:
    steps = [2 * index / (count - 1) - 1 for index in range(count)]
    return tuple((right * step, down * step) for step in steps)


def _row(count: int) -> Constellation:
    return _line(count, 1, 0)


def _column(count: int) -> Constellation:
    return _line(count, 0, 1)


def _rows(*lengths: int) -> Constellation:
    """Level rows of so many objects, one below the other, each one centred and all with the same gaps."""
    longest = max(lengths)
    return tuple(
        ((2 * column + 1 - length) / max(1, longest - 1), 2 * row / (len(lengths) - 1) - 1)
        for row, length in enumerate(lengths)
        for column in range(length)
    )


def _around(count: int) -> Constellation:
    """On a circle, the first one at the top."""
    turns = [2 * math.pi * index / count for index in range(count)]
    return tuple((math.sin(turn), -math.cos(turn)) for turn in turns)


CORNERS = ((-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0))
CONSTELLATIONS: dict[int, tuple[Constellation, ...]] = {
    2: (_row(2), _column(2), _line(2, 1, 1), _line(2, 1, -1)),
    3: (_row(3), _column(3), _rows(1, 2), _rows(1, 2), _rows(2, 1), _rows(2, 1)),
    4: (_row(4), _column(4), CORNERS, CORNERS, CORNERS, _around(4), _around(4)),
    5: (_row(5), _column(5), (*CORNERS, (0.0, 0.0)), _rows(2, 3), _rows(3, 2), _around(5)),
    6: (_row(6), _column(6), _rows(3, 3), _rows(2, 2, 2), _rows(1, 2, 3), _around(6)),
}
"""The choices, each as likely as it is often here. The more a count has, the harder it is to draw right."""


def scatter(scene: Scene, count: int, size: float, gap: float = 1.25) -> tuple[list[Point], float]:
    """Centres of `count` objects that don't touch, and the size at which they fit (at most `size`)."""
    while True:
        margin = size * 1.15
        points: list[Point] = []
        for _ in range(count * 30):
            point = (
                scene.uniform(scene.left + margin, scene.right - margin),
                scene.uniform(scene.top + margin, scene.bottom - margin),
            )
            if all(math.dist(point, other) > 2 * gap * size for other in points):
                points.append(point)
            if len(points) == count:
                return points, size
        size *= SHRINK


def _place(scene: Scene, constellation: Constellation, size: float) -> tuple[list[Point], float]:
    """Centres of a constellation of chosen width and height, and the size at which its objects keep their gaps."""
    wide, high = scene.uniform(0.7, 1), scene.uniform(0.7, 1)
    across, along = scene.uniform(-1, 1), scene.uniform(-1, 1)
    while True:
        room_x, room_y = scene.width / 2 - EDGE * size, scene.height / 2 - EDGE * size
        half_x, half_y = room_x * wide, room_y * high
        x, y = 0.5 + across * (room_x - half_x) / 2, 0.5 + along * (room_y - half_y) / 2
        points = [(x + right * half_x, y + down * half_y) for right, down in constellation]
        if all(math.dist(one, other) >= 2 * GAP * size for one, other in combinations(points, 2)):
            stray = JITTER * size
            return [(x + scene.uniform(-stray, stray), y + scene.uniform(-stray, stray)) for x, y in points], size
        size *= SHRINK


def arrange(scene: Scene, count: int) -> tuple[list[Point], float, str]:
    """Places of two to six equal objects: (centres, size, place phrase)."""
    least, most = SIZES[count]
    size = scene.uniform(least, most)
    if scene.chance(SCATTERED):
        return *scatter(scene, count, size), "scattered"
    while True:
        constellation = scene.pick(*CONSTELLATIONS[count])
        points, fitting = _place(scene, constellation, size)
        if fitting < 0.7 * least:
            continue
        line = {_row(count): "in a row", _column(count): "in a column"}.get(constellation, "")
        return points, fitting, line if scene.chance(SPOKEN) else ""
