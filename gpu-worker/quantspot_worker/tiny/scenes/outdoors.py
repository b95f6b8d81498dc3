"""Parts that outdoor scenes share: sky, sun and moon, clouds, ground, trees. Each returns its words."""

from typing import Literal

from .palette import RGB, blend, darker
from .scene import Scene, article

Time = Literal["day", "sunset", "night"]
WHITE: RGB = (1.0, 1.0, 1.0)

TREES: dict[str, tuple[str, ...]] = {
    "green": ("green tree", "tree"),
    "autumn": ("orange tree", "autumn tree"),
    "cherry": ("pink tree", "cherry tree"),
    "red": ("red tree",),
    "pine": ("pine tree", "fir tree"),
}
CROWNS = {"green": "green", "autumn": "orange", "cherry": "pink", "red": "red"}
SKIES = ("pink", "purple", "turquoise", "yellow", "gray", "light blue", "light green", "white", "orange")


def stars(scene: Scene) -> None:
    """Small stars all over the picture."""
    scene.add("stars", 0.5, 0.5, 0.5, colour=(1.0, 1.0, 0.9), parameter=round(scene.uniform(0, 9), 3))


def sky(scene: Scene, *times: Time) -> tuple[Time, str]:
    """Paints the sky at one of these times (any, if none is given); returns the time and a phrase."""
    options = times or ("day", "sunset", "night", "colour")
    time = scene.weighted(options, (1,) * len(times) or (40, 22, 28, 10))
    if time == "day":
        above = blend((0.36, 0.66, 0.95), (0.25, 0.55, 0.92), scene.uniform(0, 1))
        scene.cover(above, second_colour=(0.80, 0.92, 0.99), fill="gradient")
        return "day", scene.pick("under a blue sky", "under a clear blue sky", "on a sunny day", "during the day", "")
    if time == "sunset":
        above = blend((0.45, 0.20, 0.50), (0.85, 0.35, 0.35), scene.uniform(0, 1))
        scene.cover(above, second_colour=(0.99, 0.75, 0.35), fill="gradient")
        return "sunset", scene.pick("at sunset", "at sunset", "under an orange sky", "at dusk")
    if time == "night":
        below = blend((0.10, 0.13, 0.36), (0.16, 0.12, 0.38), scene.uniform(0, 1))
        scene.cover((0.03, 0.04, 0.16), second_colour=below, fill="gradient")
        if scene.chance(0.3):
            return "night", scene.pick("at night", "under a dark sky", "under the night sky")
        stars(scene)
        return "night", scene.pick(
            "under the night sky with stars", "at night with stars", "under a starry sky", "on a starry night"
        )
    colour = scene.colour(among=SKIES)
    scene.cover(scene.shade(colour))
    return "sunset" if colour == "purple" else "day", f"under {article(scene.say(colour))} sky"


def sun_or_moon(
    scene: Scene,
    time: Time,
    probability: float = 0.5,
    heights: tuple[float, float] = (0.14, 0.3),
    inset: float = 0.15,
    sizes: tuple[float, float] = (0.07, 0.1),
) -> str:
    """Perhaps a sun, or a moon at night, at least `inset` from the sides; '' if there is none."""
    if not scene.chance(probability):
        return ""
    x = scene.uniform(scene.left + inset, scene.right - inset)
    y, size = scene.uniform(*heights), scene.uniform(*sizes)
    share = (x - scene.left) / scene.width
    side = " on the left" if share < 0.35 else " on the right" if share > 0.65 else ""
    if not scene.chance(0.4):
        side = ""
    if time == "night":
        if scene.chance(0.5):
            scene.add("ellipse", x, y, size, colour=(0.97, 0.95, 0.84))
            return scene.pick("a full moon", "a moon", "the moon") + side
        scene.add("moon", x, y, size, rotation=scene.uniform(-30, 0), colour=(0.97, 0.93, 0.70))
        return scene.pick("a crescent moon", "a moon") + side
    colour = scene.pick("yellow", "yellow", "orange", *(("red",) if time == "sunset" else ()))
    shade = scene.shade(colour)
    scene.add("ellipse", x, y, size * 1.9, colour=blend(shade, WHITE, 0.4), softness=size * 1.6, opacity=0.45)
    scene.add("ellipse", x, y, size, colour=shade)
    return scene.pick(f"{article(colour)} sun", "a sun", "the sun") + side


def clouds(scene: Scene, count: int, heights: tuple[float, float] = (0.1, 0.35), colour: RGB = WHITE) -> None:
    for index in range(count):
        size = scene.uniform(0.09, 0.15)
        x = scene.spread(index, count) + scene.uniform(-0.1, 0.1)
        scene.add("cloud", x, scene.uniform(*heights), size, size * 0.5, colour=colour)


def _hill(scene: Scene, y: float, height: float, colour: RGB) -> None:
    phase = round(scene.uniform(0, 6), 2)
    scene.add("hills", 0.5, y, 0.5, height, parameter=10 + phase, colour=colour)


def ground(scene: Scene, *kinds: str, y: float | None = None) -> tuple[float, str]:
    """Paints the ground, of one of these kinds; returns the height of its edge and a phrase."""
    kind = scene.pick(*(kinds or ("grass", "grass", "snow", "sand", "hills")))
    if y is None:
        y = scene.uniform(0.68, 0.76)
    if kind == "hills":
        green: RGB = (0.32, 0.64, 0.28)
        _hill(scene, y - 0.06, scene.uniform(0.08, 0.14), darker(green, 0.8))
        _hill(scene, y + 0.04, scene.uniform(0.05, 0.1), green)
        return y, scene.pick("on green hills", "in the hills")
    if kind == "grass":
        colour = blend((0.30, 0.66, 0.25), (0.20, 0.55, 0.22), scene.uniform(0, 1))
        phrase = scene.pick("on green grass", "in a green field", "on a meadow", "on the grass")
    elif kind == "snow":
        colour, phrase = (0.94, 0.96, 1.0), scene.pick("in the snow", "on white snow")
    else:
        colour, phrase = (0.93, 0.82, 0.55), scene.pick("on the sand", "on a beach", "in the desert")
    _hill(scene, y, scene.uniform(0.002, 0.05), colour)
    return y, phrase


def tree(scene: Scene, x: float, y: float, height: float, kind: str) -> None:
    """A tree that stands at (x, y)."""
    scene.add("box", x, y - height * 0.2, height * 0.06, height * 0.22, colour=(0.42, 0.27, 0.15))
    if kind != "pine":
        crown = scene.shade(CROWNS[kind])
        scene.add("ellipse", x, y - height * 0.66, height * 0.29, height * 0.33, colour=crown)
        return
    needles = scene.shade("dark green")
    for step in range(3):
        half_width = height * (0.27 - 0.05 * step)
        scene.add("triangle", x, y - height * (0.45 + 0.2 * step), half_width, height * 0.2, colour=needles)
