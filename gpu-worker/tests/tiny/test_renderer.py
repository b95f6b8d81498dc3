"""The renderer against pictures whose colours and areas are known beforehand."""

import math

import pytest
import torch
from torch import Tensor

from quantspot_worker.tiny.renderer import render, to_bytes
from quantspot_worker.tiny.scenes import KINDS, MAX_LAYERS, Layer, pack

RED, BLUE, WHITE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 1.0)
GROUND = Layer("full", 0.5, 0.5, 0.5, 0.5, BLUE)


def draw(*layers: Layer, height: int = 96, width: int = 96) -> Tensor:
    """(3, height, width), 0..1."""
    rows = torch.from_numpy(pack(list(layers)))[None]
    return (render(rows, height, width)[0] + 1) / 2


def share(picture: Tensor, colour: tuple[float, float, float]) -> float:
    """How much of the picture is this colour."""
    return float(((picture - torch.tensor(colour)[:, None, None]).abs().max(0).values < 0.1).float().mean())


def test_a_plain_background_is_its_colour_everywhere() -> None:
    assert share(draw(GROUND), BLUE) == 1


@pytest.mark.parametrize(
    ("layer", "area"),
    [
        (Layer("ellipse", 0.5, 0.5, 0.3, 0.3, RED), math.pi * 0.3**2),
        (Layer("ellipse", 0.5, 0.5, 0.4, 0.2, RED), math.pi * 0.4 * 0.2),
        (Layer("box", 0.4, 0.6, 0.3, 0.2, RED), 0.6 * 0.4),
        (Layer("box", 0.5, 0.5, 0.3, 0.2, RED, rotation=30), 0.6 * 0.4),
        (Layer("triangle", 0.5, 0.5, 0.3, 0.3, RED), 0.6 * 0.6 / 2),
        (Layer("diamond", 0.5, 0.5, 0.3, 0.4, RED), 0.6 * 0.8 / 2),
        (Layer("trapezoid", 0.5, 0.5, 0.3, 0.2, RED, parameter=0.5), 0.4 * (0.6 + 0.3) / 2),
        (Layer("dome", 0.5, 0.5, 0.3, 0.3, RED), math.pi * 0.3**2 / 2),
        (Layer("ring", 0.5, 0.5, 0.4, 0.4, RED, parameter=0.1), math.pi * (0.4**2 - 0.32**2)),
    ],
    ids=lambda value: value.kind if isinstance(value, Layer) else "",
)
def test_shapes_have_their_area(layer: Layer, area: float) -> None:
    assert share(draw(GROUND, layer, height=256, width=256), RED) == pytest.approx(area, abs=0.015)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("full", "hills", "stars")])
def test_every_shape_that_has_a_box_paints_something_within_it(kind: str) -> None:
    layer = Layer(kind, 0.5, 0.5, 0.25, 0.25, RED, parameter={"flower": 6.0, "arc": 0.1}.get(kind, 0.2))  # type: ignore[arg-type]
    picture = draw(GROUND, layer)
    assert share(picture, RED) > 0.01
    outside = picture.clone()
    outside[:, 20:76, 20:76] = torch.tensor(BLUE)[:, None, None]
    assert share(outside, BLUE) == 1


def test_later_layers_cover_earlier_ones() -> None:
    picture = draw(GROUND, Layer("box", 0.5, 0.5, 0.4, 0.4, RED), Layer("box", 0.5, 0.5, 0.2, 0.2, WHITE))
    assert picture[:, 48, 48].tolist() == pytest.approx(WHITE, abs=0.01)
    assert picture[:, 48, 15].tolist() == pytest.approx(RED, abs=0.01)


def test_x_goes_right_and_y_goes_down() -> None:
    picture = draw(GROUND, Layer("box", 0.75, 0.25, 0.2, 0.2, RED))
    assert share(picture[:, :48, 48:], RED) > 0.5
    assert share(picture[:, 48:], RED) == share(picture[:, :, :48], RED) == 0


def test_half_transparent_layers_mix() -> None:
    picture = draw(GROUND, Layer("box", 0.5, 0.5, 0.4, 0.4, RED, opacity=0.5))
    assert picture[:, 48, 48].tolist() == pytest.approx((0.5, 0, 0.5), abs=0.01)


def test_a_gradient_runs_from_bottom_to_top() -> None:
    picture = draw(Layer("full", 0.5, 0.5, 0.5, 0.5, RED, second_colour=BLUE, fill="gradient"))
    assert picture[0, 2, 48] > 0.9
    assert picture[2, -3, 48] > 0.9


@pytest.mark.parametrize("fill", ["stripes", "checker"])
def test_patterns_share_the_area(fill: str) -> None:
    layer = Layer("full", 0.5, 0.5, 0.5, 0.5, RED, second_colour=WHITE, fill=fill, fill_angle=0)  # type: ignore[arg-type]
    picture = draw(layer, height=256, width=256)
    assert share(picture, RED) == pytest.approx(0.5, abs=0.08)
    assert share(picture, WHITE) == pytest.approx(0.5, abs=0.08)


def test_hollow_shapes_are_a_line() -> None:
    picture = draw(GROUND, Layer("ellipse", 0.5, 0.5, 0.3, 0.3, RED, hollow=0.05), height=256, width=256)
    assert picture[:, 128, 128].tolist() == pytest.approx(BLUE, abs=0.01)
    assert share(picture, RED) == pytest.approx(math.pi * (0.3**2 - 0.25**2), abs=0.015)


def test_shapes_keep_their_form_in_oblong_pictures() -> None:
    circle = Layer("ellipse", 0.5, 0.5, 0.3, 0.3, RED)
    ground = Layer("full", 0.5, 0.5, 1.0, 1.0, BLUE)
    for height, width in ((96, 160), (160, 96)):
        red = draw(ground, circle, height=height, width=width)[0] > 0.5
        assert abs(int(red.any(0).sum()) - int(red.any(1).sum())) <= 1
        assert share(draw(ground, height=height, width=width), BLUE) == 1


def test_scenes_of_one_batch_do_not_touch_each_other() -> None:
    specs = [
        [GROUND],
        [GROUND, Layer("box", 0.5, 0.5, 0.4, 0.4, RED)],
        [GROUND, Layer("star", 0.5, 0.5, 0.4, 0.4, WHITE)],
    ]
    together = render(torch.stack([torch.from_numpy(pack(layers)) for layers in specs]), 48, 48)
    for picture, layers in zip(together, specs, strict=True):
        assert torch.equal(picture, render(torch.from_numpy(pack(layers))[None], 48, 48)[0])


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="33 layers"):
        pack([GROUND] * (MAX_LAYERS + 1))


def test_bytes_cover_the_whole_range() -> None:
    assert to_bytes(torch.tensor([-1.0, 0.0, 1.0, 1.5])).tolist() == [0, 128, 255, 255]
