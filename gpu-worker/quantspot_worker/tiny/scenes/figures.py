"""Faces, animals and small things: smileys, cats and their friends, fish, robots, mushrooms, ice cream."""

from .backgrounds import background
from .layers import Kind
from .nouns import NUMBERS, plural
from .outdoors import ground, sky
from .palette import RGB, blend, darker
from .scene import Scene, article, join

INK: RGB = (0.08, 0.07, 0.07)


def smiley(scene: Scene) -> str:
    colour = scene.colour("black", "dark blue")
    where = background(scene, colour)
    mood = scene.pick("happy", "happy", "sad", "surprised", "serious")
    size, x, y = scene.uniform(0.27, 0.36), scene.uniform(0.45, 0.55), scene.uniform(0.45, 0.55)
    scene.add("ellipse", x, y, size, colour=scene.shade(colour))
    for side in (-0.36, 0.36):
        scene.add("ellipse", x + size * side, y - size * 0.25, size * 0.11, size * 0.15, colour=INK)
    if mood == "happy":
        scene.add("arc", x, y + size * 0.12, size * 0.5, rotation=180, parameter=0.08, colour=INK)
    elif mood == "sad":
        scene.add("arc", x, y + size * 0.62, size * 0.42, parameter=0.09, colour=INK)
    elif mood == "surprised":
        scene.add("ellipse", x, y + size * 0.42, size * 0.17, size * 0.22, colour=INK)
    else:
        scene.add("box", x, y + size * 0.42, size * 0.36, size * 0.045, colour=INK)
    noun = scene.pick("face", "smiley") if mood == "happy" else "face"
    named = scene.say(colour)
    phrase = f"a {mood} {named} {noun}"
    return join(scene.pick(phrase, phrase, f"{article(named)} face that is {mood}"), where)


def _ears(scene: Scene, animal: str, x: float, y: float, size: float, fur: RGB) -> None:
    inner = blend(fur, (0.98, 0.6, 0.65), 0.6)
    for side in (-1, 1):
        if animal == "cat":
            left = x + side * size * 0.62
            scene.add("triangle", left, y - size * 0.95, size * 0.36, size * 0.42, rotation=-side * 14, colour=fur)
            scene.add("triangle", left, y - size * 0.88, size * 0.19, size * 0.26, rotation=-side * 14, colour=inner)
        elif animal == "bear":
            scene.add("ellipse", x + side * size * 0.72, y - size * 0.72, size * 0.34, colour=fur)
            scene.add("ellipse", x + side * size * 0.72, y - size * 0.72, size * 0.18, colour=inner)
        elif animal == "bunny":
            scene.add("ellipse", x + side * size * 0.4, y - size * 1.2, size * 0.24, size * 0.62, colour=fur)
            scene.add("ellipse", x + side * size * 0.4, y - size * 1.2, size * 0.12, size * 0.42, colour=inner)
        else:
            ear = darker(fur, 0.6) if max(fur) > 0.3 else (0.3, 0.3, 0.32)
            left = x + side * size * 0.88
            scene.add("ellipse", left, y - size * 0.25, size * 0.24, size * 0.55, rotation=side * 12, colour=ear)


def animal(scene: Scene) -> str:
    """The face of a cat, a bear, a bunny or a dog."""
    colour = scene.colour("dark blue")
    iris = scene.colour(colour, "black", among=("green", "yellow", "blue", "orange", "light green", "light blue"))
    kind = scene.pick("cat", "cat", "bear", "bunny", "dog")
    where = background(scene, colour)
    size, x, y = scene.uniform(0.25, 0.31), scene.uniform(0.45, 0.55), scene.uniform(0.52, 0.58)
    fur = scene.shade(colour)
    if kind == "dog":
        scene.add("ellipse", x, y, size, size * 0.9, colour=fur)
    _ears(scene, kind, x, y, size, fur)
    if kind != "dog":
        scene.add("ellipse", x, y, size, size * 0.88, colour=fur)
    for side in (-0.4, 0.4):
        eye = (x + size * side, y - size * 0.15)
        scene.add("ellipse", *eye, size * 0.18, size * 0.2, colour=scene.shade(iris))
        pupil = size * 0.17 if kind == "cat" else size * 0.08
        scene.add("ellipse", *eye, size * 0.07, pupil, colour=(0.03, 0.03, 0.03))
    light = sum(fur) > 0.7
    nose: RGB = (0.1, 0.08, 0.08) if kind == "dog" and light else (0.95, 0.5, 0.55)
    scene.add("triangle", x, y + size * 0.25, size * 0.1, size * 0.07, rotation=180, colour=nose)
    line: RGB = (0.13, 0.1, 0.1) if light else (0.9, 0.9, 0.9)
    if kind == "cat":
        for side in (-1, 1):
            for low in (0.3, 0.45):
                scene.add(
                    "box", x + side * size * 0.75, y + size * low, size * 0.38, size * 0.02,
                    rotation=side * (low - 0.36) * -80, colour=line,
                )  # fmt: skip
    else:
        scene.add("arc", x, y + size * 0.4, size * 0.2, rotation=180, parameter=0.1, colour=line)
    named = scene.say(colour)
    phrase = scene.pick(
        f"{article(named)} {kind}",
        f"{article(named)} {kind} with {scene.say(iris)} eyes",
        f"the face of {article(named)} {kind}",
    )
    return join(phrase, where)


def fish(scene: Scene) -> str:
    count = scene.weighted((1, 2, 3), (60, 20, 20))
    colour = scene.colour("blue", "turquoise", "dark blue", "light blue")
    second = scene.colour(colour, "blue")
    striped = scene.chance(0.4)
    surface = blend((0.25, 0.65, 0.9), (0.2, 0.55, 0.85), scene.uniform(0, 1))
    scene.cover(surface, second_colour=(0.04, 0.2, 0.5), fill="gradient")
    if scene.chance(0.4):
        ground(scene, "sand", y=0.88)
    facing = scene.pick(-1, 1)
    body, stripe = scene.shade(colour), scene.shade(second)
    for index in range(count):
        alone = count == 1
        x = scene.uniform(0.42, 0.58) if alone else scene.uniform(0.3, 0.7)
        y = scene.uniform(0.42, 0.56) if alone else (index + 0.5) / count * 0.8 + 0.08
        size = scene.uniform(0.22, 0.28) if alone else 0.13
        scene.add("triangle", x - facing * size * 1.15, y, size * 0.42, size * 0.4, rotation=-90 * facing, colour=body)
        scene.add(
            "ellipse", x, y, size, size * 0.62, colour=body, second_colour=stripe,
            fill="stripes" if striped else "flat", fill_frequency=3, fill_angle=0,
        )  # fmt: skip
        scene.add("ellipse", x + facing * size * 0.55, y - size * 0.12, size * 0.13, colour=(1, 1, 1))
        scene.add("ellipse", x + facing * size * 0.58, y - size * 0.12, size * 0.065, colour=(0, 0, 0))
    for _ in range(scene.rng.randint(0, 3)):
        x, y = scene.uniform(scene.left + 0.1, scene.right - 0.1), scene.uniform(0.08, 0.35)
        scene.add("ellipse", x, y, scene.uniform(0.015, 0.028), colour=(0.85, 0.95, 1), hollow=0.008)
    noun = f"{scene.say(colour)} and {scene.say(second)} striped fish" if striped else f"{scene.say(colour)} fish"
    phrase = article(noun) if count == 1 else f"{NUMBERS[count]} {noun}"
    return join(phrase, scene.pick("in the sea", "in the water", "under water", "swimming in the sea"))


def robot(scene: Scene) -> str:
    colour = scene.colour("black", "dark blue")
    eyes = scene.colour(colour)
    where = background(scene, colour)
    metal = scene.shade(colour)
    joint = darker(metal, 0.6)
    x, y, size = scene.uniform(0.45, 0.55), scene.uniform(0.5, 0.56), scene.uniform(0.22, 0.28)
    scene.add("box", x, y - size * 1.15, size * 0.05, size * 0.25, colour=joint)
    scene.add("ellipse", x, y - size * 1.42, size * 0.14, colour=scene.shade(eyes))
    for side in (-1, 1):
        scene.add("rounded_box", x + side * size * 1.08, y, size * 0.14, size * 0.3, parameter=0.4, colour=joint)
    scene.add("rounded_box", x, y, size, size * 0.95, parameter=0.25, colour=metal)
    shape: Kind = scene.pick("box", "ellipse")
    for offset in (-0.42, 0.42):
        scene.add(
            shape, x + size * offset, y - size * 0.2, size * 0.22,
            colour=scene.shade(eyes), border=0.01, border_colour=(0.1, 0.1, 0.12),
        )  # fmt: skip
    scene.add(
        "box", x, y + size * 0.48, size * 0.52, size * 0.15,
        colour=(0.95, 0.95, 0.95), second_colour=(0.15, 0.15, 0.17), fill="stripes", fill_frequency=1.3, fill_angle=0,
    )  # fmt: skip
    named = article(scene.say(colour))
    phrase = scene.pick(f"{named} robot with {scene.say(eyes)} eyes", f"{named} robot", f"the head of {named} robot")
    return join(phrase, where)


def mushroom(scene: Scene) -> str:
    colour = scene.colour("white")
    dots = scene.colour(colour, among=("white", "white", "yellow", "pink", "light blue"))
    dotted = scene.chance(0.75)
    if scene.chance(0.4):
        where, foot = background(scene, colour, "white"), 0.82
    else:
        _, when = sky(scene)
        edge, _ = ground(scene, "grass")
        where, foot = join(scene.pick("in the grass", "in a forest", "on a meadow"), when), edge + 0.08
    count = scene.weighted((1, 2, 3), (70, 15, 15))
    cap = scene.shade(colour)
    for index in range(count):
        x = scene.uniform(0.44, 0.56) if count == 1 else scene.spread(index, count)
        size = scene.uniform(0.23, 0.28) if count == 1 else scene.uniform(0.12, 0.14)
        stem: RGB = (0.96, 0.91, 0.80)
        scene.add("trapezoid", x, foot - size * 0.5, size * 0.34, size * 0.6, parameter=0.75, colour=stem)
        scene.add(
            "dome", x, foot - size * 0.95, size, colour=cap, second_colour=scene.shade(dots),
            fill="dots" if dotted else "flat", fill_frequency=4,
        )  # fmt: skip
    noun = f"{scene.say(colour)} mushroom"
    phrase = article(noun) if count == 1 else f"{NUMBERS[count]} {plural(noun)}"
    return join(phrase, f"with {scene.say(dots)} dots" if dotted else "", where)


def ice_cream(scene: Scene) -> str:
    colour = scene.colour("brown", "beige", "orange")
    second = scene.colour(colour, "brown")
    where = background(scene, colour, "beige")
    double, cherry = scene.chance(0.4), scene.chance(0.3)
    x, y, size = scene.uniform(0.45, 0.55), scene.uniform(0.42, 0.46), scene.uniform(0.2, 0.25)
    if double:
        scene.add("ellipse", x, y - size * 0.85, size * 0.72, colour=scene.shade(second))
    scene.add("ellipse", x, y, size * 0.86, colour=scene.shade(colour))
    scene.add(
        "triangle", x, y + size * 1.25, size * 0.85, size, rotation=180,
        colour=(0.86, 0.62, 0.32), second_colour=(0.72, 0.46, 0.2), fill="checker", fill_frequency=6, fill_angle=45,
    )  # fmt: skip
    if cherry:
        scene.add("ellipse", x, y - size * (1.68 if double else 0.98), size * 0.2, colour=scene.shade("red"))
    flavour = f"{scene.say(colour)} and {scene.say(second)}" if double else scene.say(colour)
    cone = scene.pick("cone", "in a cone", "")
    return join(f"{article(flavour)} ice cream", cone, "with a cherry on top" if cherry else "", where)
