"""Plain pictures: some equal objects, or two objects in a relation, on a background."""

import math

from .backgrounds import background, patterned_background, plain_background
from .held_out import holds_out_objects, holds_out_pair
from .nouns import SHAPES, Look, draw, flat, look, noun_phrase
from .palette import COLOURS, FREQUENCIES
from .scene import Scene

Point = tuple[float, float]

CONTAINERS = ("circle", "square", "hexagon", "heart", "oval", "flower")
"""Shapes roomy enough to hold another one."""
SIZES = {2: (0.14, 0.21), 3: (0.13, 0.17), 4: (0.115, 0.15), 5: (0.105, 0.13), 6: (0.095, 0.12)}
"""Smallest and largest half extent of one of so many objects."""
PLACES = {
    (-1, -1): "in the top left corner",
    (1, -1): "in the top right corner",
    (-1, 1): "in the bottom left corner",
    (1, 1): "in the bottom right corner",
    (0, -1): "at the top",
    (0, 1): "at the bottom",
    (-1, 0): "on the left",
    (1, 0): "on the right",
}


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
        size *= 0.97


def _single(scene: Scene) -> tuple[list[Point], float, str, str]:
    """Place of one object: (centres, size, size word, place phrase)."""
    draw = scene.rng.random()
    if draw < 0.12:
        size, word = scene.uniform(0.10, 0.15), scene.pick("small", "tiny", "little")
    elif draw < 0.24:
        size, word = scene.uniform(0.36, 0.43), scene.pick("big", "large", "huge")
    else:
        size, word = scene.uniform(0.22, 0.33), ""
    if size < 0.34 and scene.chance(0.15):
        size = min(size, 0.2)
        (right, down), phrase = scene.pick(*PLACES.items())
        x = 0.5 + right * (scene.width / 2 - size * 1.3)
        y = 0.5 + down * (scene.height / 2 - size * 1.3)
        return [(x, y)], size, word, phrase
    room = 2.3 * size
    x = 0.5 + scene.uniform(-0.35, 0.35) * max(0.02, scene.width - room)
    y = 0.5 + scene.uniform(-0.35, 0.35) * max(0.02, scene.height - room)
    return [(x, y)], size, word, ""


def _several(scene: Scene, count: int, widest: float) -> tuple[list[Point], float, str, str]:
    """Places of two to six objects; the same four results as `_single`."""
    size = scene.uniform(*SIZES[count])
    draw = scene.rng.random()
    if count <= 4 and draw < 0.2:
        size = min(size, 0.42 * scene.width / count / widest)
        points = [(scene.spread(index, count), 0.5) for index in range(count)]
        return points, size, "", "in a row" if scene.chance(0.8) else ""
    if count <= 4 and draw < 0.27:
        size = min(size, 0.4 * scene.height / count)
        points = [(0.5, scene.top + scene.height * (index + 0.5) / count) for index in range(count)]
        return points, size, "", "in a column" if scene.chance(0.8) else ""
    points, size = scatter(scene, count, size)
    return points, size, "", ""


def objects(scene: Scene) -> str:
    """One to six equal objects."""
    while True:
        count = scene.weighted((1, 2, 3, 4, 5, 6), (34, 18, 18, 17, 8, 5))
        word = scene.pick(*SHAPES)
        colour = scene.weighted(tuple(COLOURS), FREQUENCIES)
        behind = scene.colour(colour)
        if not holds_out_objects(count, colour, word, behind):
            break
    plain = scene.chance(0.78)
    ground = plain_background(scene, behind) if plain else patterned_background(scene, colour)
    appearance = look(scene, colour)
    shape = SHAPES[word]
    points, size, size_word, place = (
        _single(scene) if count == 1 else _several(scene, count, max(1.0, shape.half_width))
    )
    style = dict(appearance.style)
    if "hollow" in style and count > 1:
        style["hollow"] *= 0.7
    rotation = scene.uniform(-12, 12) if scene.chance(0.3) else 0
    for x, y in points:
        draw(scene, word, x, y, size, rotation, style)
    return f"{noun_phrase(scene, word, count, colour, appearance, size_word)} {place} {ground}"


def _relation_words(scene: Scene, relation: str, first: str, second: str) -> str:
    """A phrase for 'first <relation> second', from either one's side."""
    if relation == "left":
        return scene.pick(
            f"{first} to the left of {second}",
            f"{first} left of {second}",
            f"{second} to the right of {first}",
            f"{second} right of {first}",
            f"{first} on the left and {second} on the right",
        )
    if relation == "above":
        return scene.pick(
            f"{first} above {second}", f"{first} over {second}", f"{second} below {first}", f"{second} under {first}"
        )
    if relation == "inside":
        inside = f"{first} inside {second}"
        return scene.pick(inside, inside, f"{first} in {second}", f"{second} with {first} inside")
    return scene.pick(f"{first} and {second}", f"{first} and {second}", f"{first} next to {second}")


def _pair_look(scene: Scene, colour: str) -> Look:
    return flat(scene, colour) if scene.chance(0.7) else look(scene, colour)


def pair(scene: Scene) -> str:
    """Two objects: beside, above, inside each other or just both there."""
    relation = scene.weighted(("left", "above", "inside", "and"), (30, 28, 22, 20))
    while True:
        first, second = scene.pick(*SHAPES), scene.pick(*(CONTAINERS if relation == "inside" else SHAPES))
        colour = scene.weighted(tuple(COLOURS), FREQUENCIES)
        other = scene.colour(colour) if relation == "inside" or scene.chance(0.93) else colour
        if not holds_out_pair((colour, first), relation, (other, second)):
            break
    ground = background(scene, colour, other)
    looks = _pair_look(scene, colour), flat(scene, other) if relation == "inside" else _pair_look(scene, other)
    phrase = _relation_words(
        scene,
        relation,
        noun_phrase(scene, first, 1, colour, looks[0]),
        noun_phrase(scene, second, 1, other, looks[1]),
    )
    if relation == "inside":
        _draw_inside(scene, first, looks[0], second, looks[1])
        return f"{phrase} {ground}"
    size = scene.uniform(0.15, 0.2)
    if relation == "left":
        middle = 0.5 + scene.uniform(-0.05, 0.05)
        shift, spread = scene.uniform(-0.03, 0.03), 0.24 * scene.width
        points = [
            (0.5 - spread + shift, middle + scene.uniform(-0.05, 0.05)),
            (0.5 + spread + shift, middle + scene.uniform(-0.05, 0.05)),
        ]
    elif relation == "above":
        middle = 0.5 + scene.uniform(-0.05, 0.05)
        shift, spread = scene.uniform(-0.03, 0.03), 0.24 * scene.height
        points = [
            (middle + scene.uniform(-0.05, 0.05), 0.5 - spread + shift),
            (middle + scene.uniform(-0.05, 0.05), 0.5 + spread + shift),
        ]
    else:
        points, size = scatter(scene, 2, size, 1.3)
    for (x, y), word, appearance in zip(points, (first, second), looks, strict=True):
        draw(scene, word, x, y, size, 0, appearance.style)
    return f"{phrase} {ground}"


def _draw_inside(scene: Scene, inner: str, inner_look: Look, outer: str, outer_look: Look) -> None:
    size = scene.uniform(0.32, 0.4)
    x, y = 0.5 + scene.uniform(-0.05, 0.05), 0.5 + scene.uniform(-0.05, 0.05)
    draw(scene, outer, x, y, size, 0, outer_look.style)
    style = dict(inner_look.style)
    if "hollow" in style:
        style["hollow"] *= 0.7
    draw(scene, inner, x, y, size * 0.42, 0, style)
