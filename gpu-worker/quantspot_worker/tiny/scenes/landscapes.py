"""Outdoor scenes: sea, houses, mountains, trees, a snowman, cities, flowers, a rainbow."""

from typing import Any

from .backgrounds import background
from .nouns import NUMBERS, plural
from .outdoors import TREES, clouds, ground, sky, sun_or_moon, tree
from .palette import COLOURS, blend, darker
from .scene import Scene, article, join

WOOD = (0.36, 0.22, 0.12)


def sea(scene: Scene) -> str:
    time, when = sky(scene)
    horizon = scene.uniform(0.5, 0.62)
    if scene.chance(0.5):
        light = sun_or_moon(scene, time, 0.85, (horizon - 0.12, horizon - 0.02), 0.3, (0.09, 0.14))
    else:
        light = sun_or_moon(scene, time, 0.85, (0.15, 0.3), 0.18, (0.09, 0.14))
    colour = {"day": scene.pick("blue", "blue", "turquoise"), "sunset": scene.pick("blue", "purple", "dark blue")}.get(
        time, "dark blue"
    )
    water = scene.shade(colour)
    scene.floor(horizon, blend(water, (1, 1, 1), 0.18), darker(water, 0.8), "gradient")
    for _ in range(scene.rng.randint(2, 4)):
        x = scene.uniform(scene.left + 0.1, scene.right - 0.1)
        y = horizon + (1 - horizon) * scene.uniform(0.2, 0.9)
        crest = blend(water, (1, 1, 1), 0.5)
        scene.add("rounded_box", x, y, scene.uniform(0.05, 0.12), 0.006, parameter=1, colour=crest)
    boat = sailboat(scene, horizon) if scene.chance(0.55) else ""
    named = scene.say(colour)
    where = scene.pick(f"{article(named)} sea", "the sea", "the ocean", f"{article(named)} ocean")
    if boat:
        if light and scene.chance(0.5):
            return join(f"{boat} on {where} with {light}", when)
        return join(f"{boat} on {where}", f"under {light}" if light else "", when)
    if light:
        above = "over" if time == "night" else scene.pick("over", "above", "setting over")
        return join(light, above, where, when)
    return join(where, when)


def sailboat(scene: Scene, horizon: float) -> str:
    hulls = ("red", "orange", "yellow", "green", "purple", "pink", "black", "brown")
    hull = scene.colour("white", among=hulls)
    sail = scene.pick("white", "white", "red", "yellow", "orange")
    x, size = scene.uniform(scene.left + 0.22, scene.right - 0.22), scene.uniform(0.16, 0.22)
    y = horizon + 0.02
    scene.add("box", x, y - size * 0.55, 0.01, size * 0.8, colour=(0.35, 0.22, 0.12))
    scene.add("triangle", x + size * 0.38, y - size * 0.5, size * 0.34, size * 0.62, colour=scene.shade(sail))
    scene.add(
        "trapezoid", x, y + size * 0.25, size * 0.8, size * 0.24,
        rotation=180, parameter=0.6, colour=scene.shade(hull),
    )  # fmt: skip
    phrase = f"{article(scene.say(hull))} {scene.pick('boat', 'sailboat')}"
    return f"{phrase} with {article(sail)} sail" if scene.chance(0.6) else phrase


def house(scene: Scene) -> str:
    time, when = sky(scene)
    light = sun_or_moon(scene, time, 0.55)
    if time == "day" and scene.chance(0.4):
        clouds(scene, scene.rng.randint(1, 3))
    edge, where = ground(scene)
    wall = scene.colour()
    roof = scene.colour(wall)
    x, size, foot = scene.uniform(0.36, 0.64), scene.uniform(0.15, 0.2), edge + 0.05
    kind = scene.pick(*TREES) if scene.chance(0.45) else ""
    if kind:
        side = -1 if x > 0.5 else 1
        tree(scene, x + side * scene.uniform(0.33, 0.36), edge + 0.04, scene.uniform(0.34, 0.44), kind)
    if scene.chance(0.3):
        scene.add("box", x + size * 0.55, foot - size * 2.05, size * 0.13, size * 0.4, colour=(0.5, 0.25, 0.2))
    scene.add("box", x, foot - size * 0.7, size, size * 0.7, colour=scene.shade(wall))
    scene.add("triangle", x, foot - size * 1.85, size * 1.25, size * 0.48, colour=scene.shade(roof))
    scene.add("box", x, foot - size * 0.38, size * 0.2, size * 0.38, colour=WOOD)
    pane = (1.0, 0.88, 0.4) if time == "night" else (0.75, 0.90, 0.98)
    for offset in (-0.6, 0.6):
        scene.add(
            "box", x + size * offset, foot - size * 0.85, size * 0.2,
            colour=pane, border=0.008, border_colour=(0.25, 0.2, 0.18),
        )  # fmt: skip
    phrase = f"{article(scene.say(wall))} house"
    if scene.chance(0.67):
        phrase += f" with {article(scene.say(roof))} roof"
    if kind:
        phrase += f" {scene.pick('and', 'next to')} {article(scene.pick(*TREES[kind]))}"
    return join(
        phrase, where if scene.chance(0.75) else "", f"with {light}" if light and scene.chance(0.8) else "", when
    )


def mountains(scene: Scene) -> str:
    time, when = sky(scene)
    light = sun_or_moon(scene, time, 0.65)
    colour = scene.pick("gray", "gray", "purple", "blue", "brown", "dark green")
    rock, snowy = scene.shade(colour), scene.chance(0.55)
    count = scene.rng.randint(1, 3)
    for index in range(count):
        height = scene.uniform(0.2, 0.28) if count > 1 else scene.uniform(0.26, 0.32)
        x = scene.spread(index, count) + scene.uniform(-0.08, 0.08)
        half_width = height * scene.uniform(0.95, 1.25)
        scene.add("triangle", x, 0.8 - height, half_width, height, colour=darker(rock, scene.uniform(0.8, 1.1)))
        if snowy:
            top = 0.8 - height * 1.68
            scene.add("triangle", x, top, half_width * 0.32, height * 0.32, colour=(0.97, 0.98, 1.0))
    where = ""
    if scene.chance(0.3):
        scene.floor(0.77, (0.25, 0.55, 0.85), (0.15, 0.35, 0.7), "gradient")
        where = scene.pick("by a lake", "behind a blue lake")
    else:
        ground(scene, "grass", "snow", "sand", "hills", y=scene.uniform(0.74, 0.78))
        if scene.chance(0.35):
            for _ in range(scene.rng.randint(2, 4)):
                x = scene.uniform(scene.left + 0.08, scene.right - 0.08)
                tree(scene, x, scene.uniform(0.86, 0.95), scene.uniform(0.16, 0.22), "pine")
            where = "with pine trees"
    named = scene.say(colour)
    number = NUMBERS[count]
    if count == 1:
        phrase = scene.pick("a mountain", f"{article(named)} mountain")
        if snowy:
            phrase = "a snowy mountain" if phrase == "a mountain" else f"{phrase} with snow"
    else:
        phrase = scene.pick("mountains", f"{number} mountains", f"{named} mountains", f"{number} {named} mountains")
        if snowy:
            capped = scene.pick("snowy mountains", "snow capped mountains")
            phrase = capped if phrase == "mountains" else f"{phrase} with snow"
    also = "and" if "with" in where else "with"
    return join(phrase, where, f"{also} {light}" if light and scene.chance(0.85) else "", when)


def forest(scene: Scene) -> str:
    time, when = sky(scene)
    light = sun_or_moon(scene, time, 0.45, (0.12, 0.22))
    edge, where = ground(scene, "grass", "grass", "snow", "hills")
    kind = scene.pick(*TREES)
    count = scene.weighted((1, 2, 3, 4, 5), (40, 20, 20, 10, 10))
    for index in range(count):
        x = scene.spread(index, count) + scene.uniform(-0.03, 0.03) if count > 1 else scene.uniform(0.35, 0.65)
        low, high = (0.5, 0.64) if count == 1 else (0.36, 0.46) if count < 4 else (0.26, 0.34)
        tree(scene, x, edge + scene.uniform(0.02, 0.1), scene.uniform(low, high), kind)
    word = scene.pick(*TREES[kind])
    phrase = article(word) if count == 1 else f"{NUMBERS[count]} {plural(word)}"
    return join(phrase, where, f"with {light}" if light and scene.chance(0.8) else "", when)


def snowman(scene: Scene) -> str:
    time, when = sky(scene)
    sun_or_moon(scene, time, 0.3)
    edge, _ = ground(scene, "snow")
    hat, scarf = scene.colour("white"), scene.colour("white")
    x, size, foot = scene.uniform(0.38, 0.62), scene.uniform(0.15, 0.19), edge + 0.14
    beside = ""
    if scene.chance(0.35):
        tree(scene, x + (-0.32 if x > 0.5 else 0.32), edge + 0.04, 0.4, "pine")
        beside = "and a pine tree"
    ball: dict[str, Any] = {"colour": (0.99, 0.99, 1.0), "border": 0.006, "border_colour": (0.72, 0.78, 0.86)}
    scene.add("ellipse", x, foot - size, size, **ball)
    scene.add("ellipse", x, foot - size * 2.4, size * 0.68, **ball)
    wears = []
    has_scarf, has_hat = scene.chance(0.6), scene.chance(0.75)
    if has_scarf:
        wool = scene.shade(scarf)
        scene.add("rounded_box", x, foot - size * 1.85, size * 0.55, size * 0.12, parameter=1, colour=wool)
    for side in (-0.22, 0.22):
        scene.add("ellipse", x + size * side, foot - size * 2.55, size * 0.075, colour=(0.05, 0.05, 0.05))
    scene.add(
        "triangle", x + size * 0.22, foot - size * 2.35, size * 0.07, size * 0.24,
        rotation=-90, colour=(0.98, 0.5, 0.1),
    )  # fmt: skip
    if has_hat:
        shade = scene.shade(hat)
        scene.add("box", x, foot - size * 3.02, size * 0.62, size * 0.07, colour=shade)
        scene.add("box", x, foot - size * 3.32, size * 0.4, size * 0.3, colour=shade)
        wears.append(f"{article(scene.say(hat))} hat")
    if has_scarf:
        wears.append(f"{article(scene.say(scarf))} scarf")
    for button in (0.7, 1.1):
        scene.add("ellipse", x, foot - size * button, size * 0.08, colour=(0.1, 0.1, 0.1))
    dressed = f"with {' and '.join(wears)}" if wears else beside
    return join("a snowman", dressed, scene.pick("in the snow", ""), when)


def city(scene: Scene) -> str:
    time, when = sky(scene)
    light = sun_or_moon(scene, time, 0.6, (0.1, 0.22))
    count = round(scene.rng.randint(4, 7) * scene.width)
    dark = time == "night" or scene.chance(0.4)
    for index in range(count):
        height = scene.uniform(0.16, 0.34) + (scene.height - 1) / 2
        wall = darker(
            scene.shade(scene.pick("gray", "blue", "purple", "brown")),
            scene.uniform(0.35, 0.5) if dark else scene.uniform(0.7, 1.0),
        )
        scene.add(
            "box", scene.spread(index, count), scene.bottom - height,
            scene.uniform(0.9, 1.15) * scene.width / count / 2, height,
            colour=wall, second_colour=(1.0, 0.88, 0.45) if dark else (0.85, 0.93, 1.0),
            fill="windows", fill_frequency=scene.pick(3, 4), fill_angle=scene.uniform(0, 300),
        )  # fmt: skip
    phrase = scene.pick("a city", "a city skyline", "tall buildings", "a skyline")
    return join(phrase, f"with {light}" if light and scene.chance(0.85) else "", when)


def flowers(scene: Scene) -> str:
    count = scene.weighted((1, 2, 3), (60, 20, 20))
    petals = scene.colour("green", "dark green")
    middle = scene.colour(petals, among=("yellow", "orange", "brown", "white", "red", "black"))
    if scene.chance(0.45):
        where, foot = background(scene, petals, "green"), scene.bottom + 0.02
    else:
        time, when = sky(scene, "day", "day", "sunset", "night")
        light = sun_or_moon(scene, time, 0.3, (0.1, 0.18))
        edge, _ = ground(scene, "grass", y=scene.uniform(0.78, 0.85))
        foot = edge + 0.06
        where = join(
            scene.pick("in the grass", "in a field", "in a garden", ""), f"with {light}" if light else "", when
        )
    lobes = scene.pick(5, 6, 8)
    for index in range(count):
        x = scene.spread(index, count) + scene.uniform(-0.03, 0.03) if count > 1 else scene.uniform(0.42, 0.58)
        size = scene.uniform(0.18, 0.23) if count == 1 else scene.uniform(0.11, 0.14)
        head = scene.uniform(0.36, 0.44) if count == 1 else scene.uniform(0.36, 0.5)
        scene.add("box", x, (head + foot) / 2, size * 0.07, (foot - head) / 2, colour=(0.15, 0.5, 0.2))
        leaf = head + (foot - head) * 0.68
        scene.add("ellipse", x + size * 0.38, leaf, size * 0.34, size * 0.14, rotation=30, colour=(0.18, 0.58, 0.24))
        scene.add("flower", x, head, size, parameter=lobes, colour=scene.shade(petals))
        scene.add("ellipse", x, head, size * 0.33, colour=scene.shade(middle))
    noun = scene.pick("flower", "flower", "daisy") if petals == "white" else "flower"
    named = scene.say(petals)
    if count > 1:
        return join(f"{NUMBERS[count]} {named} {plural(noun)}", where)
    detail = scene.pick(f"with {article(middle)} center", f"with {article(middle)} middle", "")
    return join(article(f"{named} {noun}"), detail, where)


def rainbow(scene: Scene) -> str:
    _, when = sky(scene, "day", "day", "sunset", "night")
    x, y, size = scene.uniform(0.42, 0.58), scene.uniform(0.7, 0.78), scene.uniform(0.4, 0.48)
    for step, colour in enumerate(("red", "orange", "yellow", "green", "blue", "purple")):
        scene.add("arc", x, y, size * (1 - step * 0.075), parameter=0.04, colour=COLOURS[colour])
    cloudy = scene.chance(0.5)
    if cloudy:
        clouds(scene, 2, (0.62, 0.7))
    if scene.chance(0.6):
        ground(scene, "hills", y=0.78)
        where = scene.pick("over green hills", "over the hills", "over a green field")
    else:
        scene.floor(0.74, (0.2, 0.5, 0.85), (0.1, 0.3, 0.65), "gradient")
        where = scene.pick("over the sea", "over a blue sea")
    return join("a rainbow", where, scene.pick("with clouds", "") if cloudy else "", when)
