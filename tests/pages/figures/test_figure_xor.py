"""XOR in pictures: points, probabilities and boundary of each model, and captions from them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.xor import POINTS, Points, raw, standardized, train_classifier, with_product
from pages.figures.xor import (
    LINE,
    NETWORK,
    PIXELS,
    PRODUCT,
    describe_seeds,
    describe_xor,
    frame_around,
    grid,
    panel_alt,
    panel_figure,
    panel_title,
    seeds_alt,
    seeds_figure,
    xor_table,
)
from tests.pages.figures.reading import (
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

STATES = {
    "default": ("corners", 0.0, 4, "tanh", 0),
    "no hidden unit": ("corners", 0.0, 0, "tanh", 0),
    "stuck": ("corners", 0.0, 2, "tanh", 1),
    "linear": ("corners", 0.0, 3, "linear", 0),
    "noisy": ("noisy", 0.4, 8, "relu", 3),
    "circles": ("circles", 0.15, 3, "tanh", 0),
}


def trained(name, noise, units, activation, seed):
    data = POINTS[name](np.random.default_rng(0), 120, noise)
    return data, {
        LINE: train_classifier(data, raw),
        PRODUCT: train_classifier(data, with_product),
        NETWORK: train_classifier(data, raw, units, activation, seed),
    }


ALL = {name: trained(*state) for name, state in STATES.items()}
every_state = pytest.mark.parametrize("name", STATES)


@every_state
@every_look
def test_a_panel_shows_points_probability_and_boundary(name, look):
    data, models = ALL[name]
    for model in models.values():
        spec = validated(panel_figure(data, model, look))
        for label in (0, 1):
            same(points(named(spec, f"label {label}")), data.x[data.y == label])
        heat = spec["data"][0]
        assert array(heat["z"]).shape == (PIXELS, PIXELS)
        same(array(heat["z"]).ravel(), model.probability(grid()[1]).astype(np.float32))
        lines = [trace for trace in spec["data"] if trace["type"] == "contour"]
        undecided = np.all(np.abs(model.probability(data.x) - 0.5) < 1e-3)
        assert len(lines) == (0 if undecided else 1)
        assert len(spec["layout"]["annotations"]) == (1 if undecided else 0)
        markers = {trace["marker"]["symbol"] for trace in spec["data"] if "marker" in trace}
        assert len(markers) == 2


@every_look
def test_an_unrevealed_panel_has_only_points(look):
    data, _ = ALL["default"]
    spec = validated(panel_figure(data, None, look))
    assert {trace["type"] for trace in spec["data"]} == {"scatter"}
    assert "accuracy" not in panel_title(LINE, ALL["default"][1][LINE], None)
    assert clean(panel_alt("The line", data, None))


def test_the_default_captions_give_the_reference_numbers():
    data, models = ALL["default"]
    told = [numbers(panel_title("model", model, data)) for model in models.values()]
    assert told == [[3, 0.5], [4, 1.0], [17, 1.0]]
    text = clean(describe_xor(data, models, 4))
    assert "stays at **0.50**" in text
    assert "to **1.00**, with 4 parameters" in text
    assert "4 hidden units reaches **1.00** with 17 parameters" in text


@every_state
def test_the_description_tells_the_accuracies(name):
    data, models = ALL[name]
    units = STATES[name][2]
    text = clean(describe_xor(data, models, units))
    right = {
        k: np.mean((m.probability(data.x) > 0.501) == (data.y == 1)) for k, m in models.items()
    }
    assert after(text, "line " + ("stays at " if "stays" in text else "reaches ")) == pytest.approx(
        right[LINE], abs=0.0051
    )
    assert after(text, "logistic regression to ") == pytest.approx(right[PRODUCT], abs=0.0051)
    if units == 0:
        assert text.endswith("is the same line: **0.50**.")
        return
    reached = after(text, f"{units} hidden units reaches ")
    assert reached == pytest.approx(right[NETWORK], abs=0.0051)
    if right[NETWORK] < 1:
        assert after(text, "its loss stops at ") == shown(models[NETWORK].losses[-1], 2)
        assert "after 300 steps" in text
    assert ("the wrong feature" in text) == (right[PRODUCT] - right[LINE] <= 0.05)


@every_state
def test_alts_and_table_come_from_the_models(name):
    data, models = ALL[name]
    table = xor_table(data, models)
    assert len(table) == len(data.y)
    for label, model in models.items():
        np.testing.assert_array_equal(table[label], model.probability(data.x))
        text = clean(panel_alt(label, data, model))
        assert after(text, "the plane with ") == len(data.y)
        assert after(text, "accuracy ") == pytest.approx(model.accuracy(data), abs=0.0051)


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        ([1.0, 1.0], "**2 of 2 starts** put every point on its side."),
        (
            [1.0, 0.5, 0.75],
            "**1 of 3 starts** put every point on its side; the worst reaches **0.50**",
        ),
        ([0.5, 0.75], "**0 of 2 starts** put every point on its side; the best reaches **0.75**."),
        ([0.75], "**0 of 1 start** put"),
    ],
)
def test_seeds_are_counted(accuracies, words):
    assert words in clean(describe_seeds(accuracies))
    assert clean(seeds_alt(accuracies))


@every_look
@pytest.mark.parametrize("chosen", [0, 2, 20])
def test_every_seed_has_a_mark_and_the_chosen_one_another(look, chosen):
    accuracies = [1.0, 0.5, 0.75]
    spec = validated(seeds_figure(accuracies, chosen, look))
    same(points(named(spec, "each seed"))[:, 1], accuracies)
    if chosen < 3:
        same(points(named(spec, "the seed above")), [[chosen, accuracies[chosen]]])
    else:
        assert len(spec["data"]) == 1


@every_look
def test_own_points_have_a_frame_with_their_names(look):
    own = Points(np.array([[0.0, 5.0], [100.0, 6.0], [40.0, 5.5]]), np.array([0.0, 1.0, 0.0]))
    frame = frame_around(own, ("age", "km"))
    model = train_classifier(own, standardized(own, raw))
    spec = validated(panel_figure(own, model, look, frame))
    for k, (name, title) in enumerate({"xaxis": "x₁: age", "yaxis": "x₂: km"}.items()):
        assert spec["layout"][name]["title"]["text"] == title
        low, high = spec["layout"][name]["range"]
        assert low < own.x[:, k].min()
        assert own.x[:, k].max() < high
        assert "tickvals" not in spec["layout"][name]
    same(array(spec["data"][0]["z"]).ravel(), model.probability(grid(frame)[1]).astype(np.float32))
    assert clean(panel_alt("The line", own, model, frame))


def test_a_feature_that_a_solved_task_gets_is_not_needed():
    own = Points(np.array([[0.0, 0.0], [1.0, 3.0], [2.0, 0.0], [3.0, 3.0]]), np.array([0, 1, 0, 1]))
    models = {
        LINE: train_classifier(own, standardized(own, raw)),
        PRODUCT: train_classifier(own, standardized(own, with_product)),
        NETWORK: train_classifier(own, standardized(own, raw), 4),
    }
    text = clean(describe_xor(own, models, 4))
    assert "it is not needed here" in text
    assert "wrong" not in text
