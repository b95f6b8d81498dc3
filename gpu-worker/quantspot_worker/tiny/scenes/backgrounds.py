"""What lies behind plain things: one colour, a gradient or a pattern, and its words."""

from .layers import Fill
from .scene import Scene, article


def plain_background(scene: Scene, colour: str) -> str:
    """One colour all over."""
    scene.cover(scene.shade(colour))
    word = scene.say(colour)
    if colour == "white" and scene.chance(0.25):
        return ""
    return scene.pick(
        f"on {article(word)} background",
        f"on {article(word)} background",
        f"on {article(word)} background",
        f"on {word}",
        f"with {article(word)} background",
        f"over {article(word)} background",
        f", {word} background",
    )


def patterned_background(scene: Scene, *avoid: str) -> str:
    """A gradient, stripes, dots or a checkerboard of two colours."""
    first = scene.colour(*avoid)
    second = scene.colour(first, *avoid)
    one, two = scene.say(first), scene.say(second)
    kinds: tuple[Fill, ...] = ("gradient", "stripes", "dots", "checker")
    kind = scene.weighted(kinds, (45, 20, 20, 15))
    style = {"colour": scene.shade(first), "second_colour": scene.shade(second)}
    if kind == "gradient":
        fill: Fill = scene.pick("gradient", "gradient", "radial")
        scene.cover(**style, fill=fill, fill_angle=scene.pick(90, 180))
        return scene.pick(
            f"on a gradient from {one} to {two}",
            f"on {article(one)} to {two} gradient",
            f"on {article(one)} and {two} gradient background",
        )
    if kind == "stripes":
        scene.cover(**style, fill=kind, fill_angle=scene.pick(0, 45, 90), fill_frequency=scene.pick(4, 5, 6))
        return scene.pick(
            f"on {article(one)} and {two} striped background", f"on a background with {one} and {two} stripes"
        )
    if kind == "dots":
        scene.cover(**style, fill=kind, fill_angle=0, fill_frequency=scene.pick(7, 9))
        return f"on {article(one)} background with {two} {scene.pick('dots', 'polka dots')}"
    scene.cover(**style, fill=kind, fill_angle=0, fill_frequency=scene.pick(4, 6))
    return scene.pick(f"on {article(one)} and {two} checkered background", f"on {article(one)} and {two} checkerboard")


def background(scene: Scene, *avoid: str) -> str:
    """Any background in colours other than those to avoid; three in four are plain."""
    if scene.chance(0.75):
        return plain_background(scene, scene.colour(*avoid))
    return patterned_background(scene, *avoid)
