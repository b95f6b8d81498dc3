"""The scorer gives full marks to true renderings and hardly any to wrong ones."""

import random

import numpy as np
import pytest
import torch
from PIL import Image

from quantspot_worker.tiny.renderer import render, to_bytes
from quantspot_worker.tiny.requests import Request, held_out_requests
from quantspot_worker.tiny.scenes import Layer, pack
from quantspot_worker.tiny.scenes.arrangements import SIZES, scatter
from quantspot_worker.tiny.scenes.held_out import holds_out_objects, holds_out_pair
from quantspot_worker.tiny.scenes.nouns import SHAPES
from quantspot_worker.tiny.scenes.palette import COLOURS
from quantspot_worker.tiny.scenes.scene import Scene
from quantspot_worker.tiny.scorer import judge, summarise

PLACES = {
    "left": ((0.26, 0.5), (0.74, 0.5)),
    "right": ((0.74, 0.5), (0.26, 0.5)),
    "above": ((0.5, 0.26), (0.5, 0.74)),
    "below": ((0.5, 0.74), (0.5, 0.26)),
    "inside": ((0.5, 0.5), (0.5, 0.5)),
}


def thing(request: Request, index: int, place: tuple[float, float], size: float) -> Layer:
    colour, word = request.things[index]
    shape = SHAPES[word]
    extent = size * shape.half_width, size * shape.half_height
    return Layer(shape.kind, *place, *extent, COLOURS[colour], parameter=shape.parameter)


def true_layers(request: Request, seed: int) -> list[Layer]:
    layers = [Layer("full", 0.5, 0.5, 0.5, 0.5, COLOURS[request.background])]
    if request.relation:
        sizes = (0.16, 0.36) if request.relation == "inside" else (0.18, 0.18)
        parts = [thing(request, index, PLACES[request.relation][index], sizes[index]) for index in (0, 1)]
        return layers + (parts[::-1] if request.relation == "inside" else parts)
    low = 0.2 if request.count == 1 else SIZES[request.count][0]
    points, size = scatter(Scene(random.Random(seed)), request.count, low)
    return layers + [thing(request, 0, point, size) for point in points]


def draw(requests: list[Request]) -> list[Image.Image]:
    rows = np.stack([pack(true_layers(request, seed)) for seed, request in enumerate(requests)])
    pictures = to_bytes(render(torch.from_numpy(rows), 192, 192)).permute(0, 2, 3, 1).numpy()
    return [Image.fromarray(picture) for picture in pictures]


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    return held_out_requests(90, seed=3)


@pytest.fixture(scope="module")
def pictures(requests: list[Request]) -> list[Image.Image]:
    return draw(requests)


def test_true_renderings_are_right(requests: list[Request], pictures: list[Image.Image]) -> None:
    scores = summarise([judge(picture, request) for picture, request in zip(pictures, requests, strict=True)])
    assert all(value is not None and value >= 0.98 for value in scores.values()), scores


def test_other_prompts_pictures_are_wrong(requests: list[Request], pictures: list[Image.Image]) -> None:
    shifted = requests[7:] + requests[:7]
    scores = summarise([judge(picture, request) for picture, request in zip(pictures, shifted, strict=True)])
    assert scores["everything"] is not None and scores["everything"] <= 0.02, scores
    assert scores["shape"] is not None and scores["shape"] <= 0.2, scores


@pytest.mark.parametrize(
    ("wanted", "drawn", "wrong"),
    [
        (Request("white", (("red", "star"),), 3), Request("white", (("red", "star"),), 2), "count"),
        (Request("white", (("red", "star"),)), Request("white", (("red", "heart"),)), "shape"),
        (Request("white", (("red", "star"),)), Request("white", (("green", "star"),)), "colour"),
        (Request("white", (("red", "star"),)), Request("yellow", (("red", "star"),)), "background"),
        (
            Request("white", (("red", "star"), ("blue", "square")), relation="left"),
            Request("white", (("red", "star"), ("blue", "square")), relation="right"),
            "relation",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_mistake_is_one_mistake(wanted: Request, drawn: Request, wrong: str) -> None:
    verdict = judge(draw([drawn])[0], wanted)
    assert [
        name for name in ("background", "colour", "shape", "count", "relation") if getattr(verdict, name) is False
    ] == [wrong]


def test_an_empty_picture_is_no_error(requests: list[Request]) -> None:
    blank = Image.new("RGB", (64, 64), "white")
    assert not any(judge(blank, request).everything for request in requests)


def test_requests_are_held_out_and_different() -> None:
    requests = held_out_requests(300)
    assert len({request.prompt for request in requests}) == 300
    for request in requests:
        if request.relation:
            assert holds_out_pair(request.things[0], request.relation, request.things[1])
        else:
            assert holds_out_objects(request.count, *request.things[0], request.background)
    assert sum(request.relation is not None for request in requests) == 100
