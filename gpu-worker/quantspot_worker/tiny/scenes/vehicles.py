"""Things that travel: planets and rockets in space, balloons, cars, buses and trucks."""

import math
from typing import Any

from .outdoors import clouds, ground, sky, stars, sun_or_moon
from .palette import RGB, darker
from .scene import Scene, article, join


def space(scene: Scene) -> None:
    colour: RGB = scene.pick((0.02, 0.02, 0.07), (0.05, 0.03, 0.14), (0.02, 0.05, 0.13))
    scene.cover(colour, second_colour=darker(colour, 1.8), fill="gradient")
    stars(scene)


def _planet(scene: Scene, x: float, y: float, size: float) -> str:
    colour = scene.colour("black", "dark blue")
    band = scene.colour(colour, "black")
    kind = scene.pick("flat", "stripes", "gradient")
    shade = scene.shade(colour)
    second = scene.shade(band) if kind == "stripes" else darker(shade, 0.35)
    angle = 90 if kind == "stripes" else 45
    body: dict[str, Any] = {"colour": shade, "second_colour": second, "fill": kind, "fill_frequency": 2.5}
    scene.add("ellipse", x, y, size, **body, fill_angle=angle)
    phrase = article(f"{scene.say(colour)} planet")
    if kind == "stripes":
        phrase += f" with {scene.say(band)} stripes"
    if not scene.chance(0.5):
        return phrase
    ring = scene.colour(colour, "black", "dark blue")
    tilt = scene.uniform(5, 25)
    scene.add("ellipse", x, y, size * 1.75, size * 0.42, rotation=tilt, colour=scene.shade(ring), hollow=size * 0.2)
    scene.add("dome", x, y, size, rotation=tilt, **body, fill_angle=angle - tilt)  # the near half hides the far ring
    named = scene.say(ring)
    if kind == "stripes":
        return phrase + scene.pick(" and a ring", f" and {article(named)} ring")
    one = f" with {article(named)} ring"
    return phrase + scene.pick(one, one, f" with {named} rings", " with rings")


def planet(scene: Scene) -> str:
    space(scene)
    phrase = _planet(scene, scene.uniform(0.42, 0.58), scene.uniform(0.42, 0.58), scene.uniform(0.19, 0.26))
    return join(phrase, scene.pick("in space", "in space with stars", "in the night sky", "among the stars"))


def rocket(scene: Scene) -> str:
    body = scene.colour("black", "dark blue")
    fin = scene.colour(body, "black", "dark blue")
    beside = ""
    if scene.chance(0.65):
        space(scene)
        where = scene.pick("in space", "in space with stars", "flying through space")
        if scene.chance(0.4):
            beside = "and " + _planet(scene, scene.pick(0.17, 0.83), scene.pick(0.2, 0.8), 0.11)
    else:
        _, when = sky(scene)
        clouds(scene, 2)
        where = join(scene.pick("flying in the sky", "taking off", ""), when)
    x, y = scene.uniform(0.44, 0.56), scene.uniform(0.44, 0.5)
    size, tilt = scene.uniform(0.22, 0.27), scene.pick(0, 0, 30, -30)
    cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))

    def part(right: float, down: float) -> tuple[float, float]:
        return x + size * (right * cosine + down * sine), y + size * (down * cosine - right * sine)

    flame: RGB = (0.99, 0.80, 0.2)
    scene.add(
        "drop", *part(0, 1.12), size * 0.26, size * 0.42,
        rotation=tilt + 180, colour=flame, second_colour=(0.95, 0.3, 0.1), fill="gradient",
    )  # fmt: skip
    for side in (-0.42, 0.42):
        scene.add("triangle", *part(side, 0.58), size * 0.2, size * 0.36, rotation=tilt, colour=scene.shade(fin))
    scene.add("ellipse", *part(0, 0), size * 0.4, size, rotation=tilt, colour=scene.shade(body))
    scene.add(
        "ellipse", *part(0, -0.22), size * 0.19,
        colour=(0.6, 0.85, 0.98), border=0.012, border_colour=scene.shade(fin),
    )  # fmt: skip
    named = article(scene.say(body))
    phrase = scene.pick(f"{named} rocket", f"{named} rocket with {scene.say(fin)} fins", f"{named} spaceship")
    return join(phrase, beside, where)


def balloon(scene: Scene) -> str:
    time, when = sky(scene)
    sun_or_moon(scene, time, 0.25)
    colour = scene.colour()
    second = scene.colour(colour)
    among = ""
    if time != "night" and scene.chance(0.6):
        shade: RGB = (1, 1, 1) if time == "day" else (0.98, 0.85, 0.75)
        clouds(scene, scene.rng.randint(2, 3), (0.1, 0.8), shade)
        among = scene.pick("with clouds", "among clouds", "")
    over = ""
    if scene.chance(0.4):
        ground(scene, "hills", y=0.84)
        over = scene.pick("over green hills", "above the hills")
    kind = scene.pick("flat", "stripes", "stripes", "dots")
    x, y, size = scene.uniform(0.38, 0.62), scene.uniform(0.34, 0.42), scene.uniform(0.19, 0.25)
    envelope = scene.shade(colour)
    scene.add(
        "ellipse", x, y, size, size * 1.08, colour=envelope, second_colour=scene.shade(second),
        fill=kind, fill_frequency=2.5 if kind == "stripes" else 5, fill_angle=0,
    )  # fmt: skip
    scene.add("trapezoid", x, y + size * 1.12, size * 0.42, size * 0.2, rotation=180, parameter=1.9, colour=envelope)
    for side in (-0.2, 0.2):
        scene.add("box", x + size * side, y + size * 1.45, 0.005, size * 0.2, colour=(0.3, 0.2, 0.12))
    scene.add("rounded_box", x, y + size * 1.72, size * 0.26, size * 0.2, parameter=0.3, colour=(0.55, 0.34, 0.16))
    one, two = scene.say(colour), scene.say(second)
    noun = "hot air balloon"
    phrase = {
        "flat": article(f"{one} {noun}"),
        "dots": f"{article(one)} {noun} with {two} dots",
        "stripes": scene.pick(f"{article(one)} and {two} striped {noun}", f"{article(one)} {noun} with {two} stripes"),
    }[kind]
    return join(phrase, over, among, when)


def car(scene: Scene) -> str:
    time, when = sky(scene)
    light = sun_or_moon(scene, time, 0.4)
    if time == "day" and scene.chance(0.4):
        clouds(scene, 2)
    kind = scene.pick("car", "car", "truck", "bus")
    colour = scene.colour("gray")
    paint = scene.shade(colour)
    x, size, axle = scene.uniform(0.42, 0.58), scene.uniform(0.25, 0.3), 0.76
    if scene.chance(0.5):
        ground(scene, "grass", y=0.66)
    scene.floor(0.76, (0.30, 0.31, 0.33))
    for index in range(-1, 5):
        scene.add("box", index / 3.2 + 0.03, 0.91, 0.05, 0.008, colour=(0.95, 0.95, 0.9))
    pane: RGB = (1, 0.9, 0.5) if time == "night" else (0.72, 0.88, 0.97)
    if kind == "car":
        scene.add("trapezoid", x, axle - size * 0.62, size * 0.6, size * 0.26, parameter=0.68, colour=paint)
        scene.add("rounded_box", x, axle - size * 0.22, size, size * 0.24, parameter=0.5, colour=paint)
        for side in (-0.22, 0.22):
            scene.add("box", x + size * side, axle - size * 0.6, size * 0.18, size * 0.16, colour=pane)
    elif kind == "bus":
        scene.add("rounded_box", x, axle - size * 0.5, size * 1.1, size * 0.5, parameter=0.25, colour=paint)
        for side in (-0.75, -0.25, 0.25, 0.75):
            scene.add("box", x + size * side, axle - size * 0.65, size * 0.17, colour=pane)
    else:
        scene.add("box", x - size * 0.3, axle - size * 0.55, size * 0.7, size * 0.5, colour=paint)
        cabin = darker(paint, 0.75)
        nose = x + size * 0.72
        scene.add("rounded_box", nose, axle - size * 0.38, size * 0.3, size * 0.36, parameter=0.3, colour=cabin)
        scene.add("box", x + size * 0.8, axle - size * 0.5, size * 0.14, size * 0.13, colour=pane)
    for side in (-0.58, 0.58):
        scene.add("ellipse", x + size * side, axle, size * 0.21, colour=(0.07, 0.07, 0.08))
        scene.add("ellipse", x + size * side, axle, size * 0.1, colour=(0.75, 0.76, 0.78))
    where = scene.pick("on a road", "on the road", "on a street", "")
    return join(
        f"{article(scene.say(colour))} {kind}", where, f"with {light}" if light and scene.chance(0.7) else "", when
    )
