"""Plain pictures: some equal objects, or two objects in a relation, on a background."""

from .arrangements import Point, arrange, scatter
from .backgrounds import background, patterned_background, plain_background
from .held_out import holds_out_objects, holds_out_pair
from .nouns import SHAPES, Look, draw, flat, look, noun_phrase
from .palette import COLOURS, FREQUENCIES
from .scene import Scene

CONTAINERS = ("circle", "square", "hexagon", "heart", "oval", "flower")
"""Shapes roomy enough to hold another one."""
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


def objects(scene: Scene) -> str:
    """One to six equal objects."""
    while True:
        count = scene.weighted((1, 2, 3, 4, 5, 6), (22, 20, 21, 21, 9, 7))
        word = scene.pick(*SHAPES)
        colour = scene.weighted(tuple(COLOURS), FREQUENCIES)
        behind = scene.colour(colour)
        if not holds_out_objects(count, colour, word, behind):
            break
    plain = scene.chance(0.78)
    ground = plain_background(scene, behind) if plain else patterned_background(scene, colour)
    appearance = look(scene, colour)
    size_word = ""
    if count == 1:
        points, size, size_word, place = _single(scene)
    else:
        points, size, place = arrange(scene, count)
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
