"""The board's bytes say what the network says; picks are only of what is there."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.playground.build import build
from engine.playground.course import Course, start_course, take_steps
from engine.playground.data import Scale
from engine.playground.look import pictures, plane, weight_names
from engine.playground.settings import Settings
from pages.figures import playground_scene
from pages.figures.playground_scene import SIZE, VIEW, picture, scene, signed
from pages.figures.playground_told import Pick, class_colors, read_pick, ticks, told_alt
from tests.pages.figures.reading import LIGHT, LOOKS

ALL = ("x1", "x2", "x1x1", "x2x2", "x1x2", "sin1", "sin2")
DEEP = {"units": (16,) * 6, "activations": ("relu",) * 6}
CASES = {
    "default": Settings(),
    "no hidden layer": Settings(units=(), activations=()),
    "six classes": Settings(data="gaussians", classes=6, features=ALL, **DEEP),
    "houses": Settings(data="houses", units=(3,), activations=("relu",)),
    "residual": Settings(units=(4, 4), residual=True, batch_norm=True, dropout=0.2),
}
ROUNDING = 1 / 127  # a byte's share of the span, with float32's rounding


def run(settings: Settings, steps: int = 20) -> Course:
    course = start_course(build(settings))
    take_steps(course, steps)
    return course


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def course(request: pytest.FixtureRequest) -> Course:
    return run(request.param)


def read(data: bytes) -> tuple[dict, np.ndarray]:
    length = int.from_bytes(data[:4], "little")
    return json.loads(data[4 : 4 + length]), np.frombuffer(data[4 + length :], np.uint8)


def shares(values: np.ndarray) -> np.ndarray:
    return values / 127.0 - 1


def test_the_surface_is_what_the_network_says(course):
    _, body = read(picture(course, "s"))
    says = plane(course.experiment, course.now, SIZE).reshape(SIZE * SIZE, -1)
    surface = body[: SIZE * SIZE]
    if says.shape[1] > 2:
        assert np.mean(surface == says.argmax(axis=1)) > 0.999  # float32 turns a tie
        two = np.sort(says, axis=1)[:, -2:]
        ahead = body[SIZE * SIZE : 2 * SIZE * SIZE] / 255
        np.testing.assert_allclose(ahead, two[:, 1] - two[:, 0], atol=ROUNDING)
    elif says.shape[1] == 2:
        np.testing.assert_allclose(shares(surface), 2 * says[:, 1] - 1, atol=ROUNDING)
    else:
        most = np.abs(course.experiment.sample.y).max()
        expected = (says[:, 0] / most).clip(-1, 1)
        np.testing.assert_allclose(shares(surface), expected, atol=ROUNDING)


def test_units_and_weights_follow_in_the_order_of_the_layers(course):
    experiment = course.experiment
    header, body = read(picture(course, "s"))
    assert header["scene"] == "s"
    at = SIZE * SIZE * (2 if len(experiment.sample.labels) > 2 else 1)
    size = header["tile"]
    ends = np.rint(np.linspace(0, SIZE - 1, size)).astype(int)
    hidden = pictures(experiment, course.now, SIZE)[1:]
    for layer, span in zip(hidden, header["spans"], strict=True):
        tiles = body[at : at + len(layer) * size**2].reshape(-1, size, size)
        at += tiles.size
        expected = (layer[:, ends][:, :, ends] / span).clip(-1, 1)
        np.testing.assert_allclose(shares(tiles), expected, atol=ROUNDING)
    named = experiment.network.unpack(course.now.theta)
    for name in weight_names(experiment.network):
        values = body[at : at + 4 * named[name].size].tobytes()
        at += len(values)
        np.testing.assert_array_equal(
            np.frombuffer(values, "<f4"), named[name].ravel().astype("f4")
        )


def test_a_unit_in_large_comes_last():
    course = run(Settings())
    view = VIEW._replace(unit=(2, 1))
    _, body = read(picture(course, "s", view))
    layer = pictures(course.experiment, course.now, SIZE)[2][0]
    np.testing.assert_allclose(shares(body[-SIZE * SIZE :]), layer.ravel(), atol=ROUNDING)
    for absent in ((0, 1), (3, 1), (2, 3), (2, 0), (-1, -1)):
        header, body = read(picture(course, "s", VIEW._replace(unit=absent)))
        assert header["unit"] == [0, 0]


SIZES = {"default": 15_000, "six classes": 40_000}


@pytest.mark.parametrize(("name", "most"), SIZES.items())
def test_a_picture_is_small_and_its_scene_stays(name, most):
    course = run(CASES[name])
    before = scene(course.experiment, LIGHT)
    assert len(picture(course, before[0])) < most
    take_steps(course, 5)
    assert scene(course.experiment, LIGHT) == before
    playground_scene._scene.cache_clear()
    assert scene(course.experiment, LIGHT) == before
    assert len({scene(course.experiment, look)[0] for look in LOOKS.values()}) == len(LOOKS)


def test_the_scene_holds_every_point(course):
    sample = course.experiment.sample
    header, body = read(scene(course.experiment, LIGHT)[1])
    n = header["n"]
    at = np.frombuffer(body[: 4 * n].tobytes(), "<i2").reshape(n, 2) / 16_000
    expected = (sample.x[:, :2] / sample.reach).clip(-2, 2)
    np.testing.assert_allclose(at, expected, atol=1e-4)
    np.testing.assert_array_equal(body[5 * n : 6 * n].astype(bool), sample.is_training)
    if sample.labels:
        np.testing.assert_array_equal(body[4 * n : 5 * n], sample.y)


def test_a_diverged_run_can_still_be_drawn():
    course = run(replace(CASES["residual"], rate=1e4), 200)
    header, _ = read(picture(course, "s"))
    assert all(np.isfinite(header["spans"]))


def test_bytes_are_symmetric_about_zero():
    values = np.array([-np.inf, -2, -1, 0, np.nan, 1, 2, np.inf])
    assert signed(values, 2.0).tolist() == [0, 0, 64, 127, 127, 190, 254, 254]


TICKS = (
    (Scale(), 6.0, ["−6", "−4", "−2", "0", "2", "4", "6"]),
    (Scale(40, 25), 3.0, ["0", "50", "100"]),
    (Scale(1e6, 1.2e5), 3.0, ["800,000", "1 × 10⁶", "1.2 × 10⁶"]),
    (Scale(3, 0), 3.0, ["3"]),
)


@pytest.mark.parametrize(("scale", "reach", "texts"), TICKS)
def test_ticks_are_round_numbers_in_the_units_of_the_data(scale, reach, texts):
    found = ticks(scale, reach)
    assert [text for _, text in found] == texts
    assert all(abs(place) <= 1 + 1e-12 for place, _ in found)


PICKED = (
    ({"kind": "weight", "name": "W1 2,3"}, Pick("weight", "W1 2,3")),
    ({"kind": "bias", "name": "b2 2"}, Pick("bias", "b2 2")),
    ({"kind": "unit", "unit": [1, 4]}, Pick("unit", unit=(1, 4))),
    ({"kind": "unit", "unit": [0, 0]}, Pick("unit")),
    ({"kind": "point", "row": 300}, Pick("point", row=300)),
    ({"kind": "place", "place": [-6, 2.5]}, Pick("place", place=(-6.0, 2.5))),
)
REFUSED = (
    None,
    "W1 1,1",
    {},
    {"kind": "theft"},
    {"kind": "weight", "name": "W1 3,1"},
    {"kind": "weight", "name": "W1 1"},
    {"kind": "weight", "name": "W1 0,1"},
    {"kind": "weight", "name": "W9 1,1"},
    {"kind": "weight", "name": "W1 1,<b>"},
    {"kind": "bias", "name": "b1 5"},
    {"kind": "unit", "unit": [3, 1]},
    {"kind": "unit", "unit": 3},
    {"kind": "point", "row": 0},
    {"kind": "point", "row": 301},
    {"kind": "point", "row": float("inf")},
    {"kind": "place", "place": [1, float("nan")]},
    {"kind": "place", "place": [7, 0]},
)


def test_picks_are_of_what_the_run_has():
    experiment = build(Settings())
    for raw, pick in PICKED:
        assert read_pick(raw, experiment) == pick
    for raw in REFUSED:
        assert read_pick(raw, experiment) is None


def test_the_words_say_layers_data_quality_and_step(course):
    told = told_alt(course)
    sample = course.experiment.sample
    assert f"{int(sample.is_training.sum())} training points" in told
    assert told.count("hidden layer") == len(course.experiment.settings.units)
    assert f"Step {course.now.step}" in told
    assert ("accuracy" in told) == bool(sample.labels)
    assert ("R²" in told) != bool(sample.labels)


def test_classes_have_colors_of_their_own():
    for look in LOOKS.values():
        assert len(set(class_colors(look, 6))) == 6
        assert class_colors(look, 2) == (look.lines[1], look.lines[0])
