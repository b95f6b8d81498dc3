"""The grammar: repeatable, drawable, and silent about what is held out."""

import math
import random
import re
from itertools import combinations

import numpy as np
import pytest

from quantspot_worker.tiny.scenes import MAX_LAYERS, compose, compose_many
from quantspot_worker.tiny.scenes.arrangements import SIZES, arrange
from quantspot_worker.tiny.scenes.captions import vary
from quantspot_worker.tiny.scenes.held_out import holds_out_objects, holds_out_pair
from quantspot_worker.tiny.scenes.nouns import NUMBERS, SHAPES, plural
from quantspot_worker.tiny.scenes.palette import COLOURS
from quantspot_worker.tiny.scenes.scene import Scene

SCENES = 6000
COLOUR = "|".join(sorted(COLOURS, key=len, reverse=True))
SHAPE = "|".join(SHAPES)
PLURAL = "|".join(plural(shape) for shape in SHAPES)
NUMBER = "|".join([*NUMBERS.values(), *map(str, NUMBERS), "an?"])
BACKGROUND = rf"(?:on|with|over) an? ({COLOUR}) background"
OBJECTS = re.compile(rf"^({NUMBER}) ({COLOUR}) ({PLURAL}|{SHAPE})(?: in a row| in a column| scattered)? {BACKGROUND}$")
PAIR = re.compile(
    rf"^(?:an?|one) ({COLOUR}) ({SHAPE}) (above|below|inside|left of|right of) (?:an?|one) ({COLOUR}) ({SHAPE}) "
)


@pytest.fixture(scope="module")
def captions() -> list[str]:
    return [caption.lower() for caption in compose_many(SCENES).captions]


def test_the_same_number_is_the_same_scene() -> None:
    first, second = compose_many(50, first=700), compose_many(50, first=700)
    assert first.captions == second.captions
    assert np.array_equal(first.rows, second.rows)
    assert compose(701)[1] == first.captions[1]


def test_workers_change_nothing() -> None:
    alone, together = compose_many(30, first=9), compose_many(30, first=9, workers=2)
    assert alone.captions == together.captions
    assert np.array_equal(alone.rows, together.rows)


def test_every_scene_fits_the_renderer() -> None:
    for width, height in ((1.0, 1.0), (320 / 192, 1.0), (1.0, 320 / 192)):
        rows = compose_many(500, width=width, height=height).rows
        assert np.isfinite(rows).all()
        assert rows.shape[1] == MAX_LAYERS
        assert (rows[:, 0, 0] >= 0).all()


def test_held_out_objects_never_appear(captions: list[str]) -> None:
    found = [match for match in map(OBJECTS.match, captions) if match]
    assert len(found) > 300
    counts = (
        {word: count for count, word in NUMBERS.items()} | {str(count): count for count in NUMBERS} | {"a": 1, "an": 1}
    )
    singular = {plural(shape): shape for shape in SHAPES}
    for match in found:
        number, colour, noun, background = match.groups()
        assert not holds_out_objects(counts[number], colour, singular.get(noun, noun), background), match[0]


def test_held_out_pairs_never_appear(captions: list[str]) -> None:
    found = [match for match in map(PAIR.match, captions) if match]
    assert len(found) > 100
    for match in found:
        colour, shape, relation, other, second = match.groups()
        assert not holds_out_pair((colour, shape), relation.removesuffix(" of"), (other, second)), match[0]


def test_about_a_tenth_is_held_out() -> None:
    held = [
        holds_out_objects(count, colour, shape, background)
        for count in range(1, 5)
        for colour in COLOURS
        for shape in SHAPES
        for background in COLOURS
    ]
    assert np.mean(held) == pytest.approx(0.1, abs=0.01)


def test_a_relation_and_its_reverse_are_held_out_together() -> None:
    red, blue = ("red", "star"), ("blue", "ring")
    for relation, reverse in (("left", "right"), ("above", "below")):
        assert holds_out_pair(red, relation, blue) == holds_out_pair(blue, reverse, red)


def test_variations_keep_the_words() -> None:
    for seed in range(200):
        varied = vary(random.Random(seed), "a red star on a blue background").lower()
        assert re.search(r"red\b.*star\b.*blue\b.*background", varied)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize(("width", "height"), [(1.0, 1.0), (320 / 192, 1.0), (1.0, 320 / 192)])
def test_objects_stand_apart_and_inside_the_picture(count: int, width: float, height: float) -> None:
    for number in range(200):
        scene = Scene(random.Random(number), width, height)
        points, size, _ = arrange(scene, count)
        assert len(points) == count
        assert min(math.dist(one, other) for one, other in combinations(points, 2)) > 2.3 * size
        for x, y in points:
            assert scene.left + 1.1 * size < x < scene.right - 1.1 * size
            assert scene.top + 1.1 * size < y < scene.bottom - 1.1 * size


def test_rows_and_columns_are_level_and_upright() -> None:
    seen = set()
    for number in range(400):
        points, size, phrase = arrange(Scene(random.Random(number)), 3)
        spread = [max(point[axis] for point in points) - min(point[axis] for point in points) for axis in (0, 1)]
        if phrase == "in a row":
            assert spread[1] < size / 3
        elif phrase == "in a column":
            assert spread[0] < size / 3
        seen.add(phrase)
    assert seen == {"", "in a row", "in a column", "scattered"}
