"""The plain things: fifteen shapes, their names, their fills, and how a caption speaks of them."""

from dataclasses import dataclass
from typing import Any

from .layers import Kind
from .scene import Scene, article


@dataclass(frozen=True)
class Shape:
    """How a shape word is drawn at size 1 (half extents, in units of the object's size)."""

    kind: Kind
    half_width: float = 1.0
    half_height: float = 1.0
    parameter: float = 0.0


SHAPES: dict[str, Shape] = {
    "circle": Shape("ellipse"),
    "square": Shape("box", 0.86, 0.86),
    "triangle": Shape("triangle"),
    "star": Shape("star", 1.1, 1.1),
    "heart": Shape("heart"),
    "cross": Shape("cross"),
    "ring": Shape("ring", parameter=0.16),
    "moon": Shape("moon"),
    "diamond": Shape("diamond", 0.72, 1.1),
    "hexagon": Shape("hexagon"),
    "oval": Shape("ellipse", 1.15, 0.66),
    "drop": Shape("drop", 1.1, 1.1),
    "arrow": Shape("arrow", 1.1, 1.1),
    "flower": Shape("flower", 1.1, 1.1, 6),
    "cloud": Shape("cloud", 1.15, 0.69),
}
SYNONYMS: dict[str, tuple[str, ...]] = {
    "circle": ("circle", "circle", "disc", "ball"),
    "moon": ("moon", "crescent", "crescent moon"),
    "oval": ("oval", "ellipse"),
    "drop": ("drop", "water drop"),
    "cross": ("cross", "plus"),
}
PLURALS = {"cross": "crosses", "plus": "pluses", "daisy": "daisies"}
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def plural(noun: str) -> str:
    return PLURALS.get(noun, noun + "s")


@dataclass(frozen=True)
class Look:
    """The fill of an object, and the words for it."""

    style: dict[str, Any]
    adjective: str = ""
    """Stands for the colour: 'red and white striped'."""
    suffix: str = ""
    """Follows the noun: 'with white stripes'."""
    outlined: bool = False


def flat(scene: Scene, colour: str) -> Look:
    return Look({"colour": scene.shade(colour)})


def look(scene: Scene, colour: str) -> Look:
    """A fill for an object of this colour; two in three are flat."""
    kinds = ("flat", "stripes", "dots", "checker", "gradient", "outline", "border")
    kind = scene.weighted(kinds, (66, 11, 8, 3, 3, 5, 4))
    if kind == "flat":
        return flat(scene, colour)
    style: dict[str, Any] = {"colour": scene.shade(colour)}
    if kind == "outline":
        return Look(style | {"hollow": scene.uniform(0.03, 0.045)}, outlined=True)
    second = scene.colour(colour)
    word = scene.say(second)
    if kind == "border":
        style |= {"border": scene.uniform(0.016, 0.028), "border_colour": scene.shade(second)}
        return Look(style, suffix=f"with {article(word)} {scene.pick('border', 'outline')}")
    angle = scene.pick(0, 45, 90) if kind == "stripes" else 90 if kind == "gradient" else 0
    frequency = {"stripes": 3, "dots": 5, "checker": 4, "gradient": 1}[kind]
    style |= {"second_colour": scene.shade(second), "fill": kind, "fill_angle": angle, "fill_frequency": frequency}
    if kind == "stripes" and scene.chance(0.6):
        return Look(style, suffix=f"with {word} stripes")
    if kind == "dots":
        return Look(style, suffix=f"with {word} {scene.pick('dots', 'dots', 'spots')}")
    pattern = {"stripes": "striped", "checker": "checkered", "gradient": "gradient"}[kind]
    return Look(style, adjective=f"{scene.say(colour)} and {word} {pattern}")


def draw(scene: Scene, word: str, x: float, y: float, size: float, rotation: float, style: dict[str, Any]) -> None:
    shape = SHAPES[word]
    scene.add(
        shape.kind, x, y, shape.half_width * size, shape.half_height * size,
        rotation=rotation, parameter=shape.parameter, **style,
    )  # fmt: skip


def noun_phrase(scene: Scene, word: str, count: int, colour: str, look: Look, size: str = "") -> str:
    """'three small red circles with white stripes'."""
    noun = scene.pick(*SYNONYMS.get(word, (word,)))
    described = f"{size} {look.adjective or scene.say(colour)}".strip()
    number = str(count) if scene.chance(0.12) else NUMBERS[count]
    if look.outlined:
        if count > 1:
            return f"{number} outlined {described} {plural(noun)}"
        thing = f"{described} {noun}"
        return scene.pick(f"the outline of {article(thing)}", f"an outlined {thing}", f"an empty {thing}")
    if count > 1:
        phrase = f"{number} {described} {plural(noun)}"
    else:
        phrase = scene.pick(article(f"{described} {noun}"), article(f"{described} {noun}"), f"one {described} {noun}")
    return f"{phrase} {look.suffix}".strip()
