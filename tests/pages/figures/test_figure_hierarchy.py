"""Units in pictures and in words: what is drawn is what the trained network answers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.studies.features import LAYERS, SIZES, selectivity, train_shapes
from engine.studies.shapes import SIDE
from pages.figures.hierarchy import (
    CLASSES,
    TOP,
    classes_figure,
    error_figure,
    layer_means,
    selectivity_figure,
    strongest,
    strongest_figure,
    weights_figure,
)
from pages.figures.hierarchy_words import (
    bar_response,
    classes_alt,
    describe_error,
    describe_layers,
    describe_unit,
    error_alt,
    selectivity_alt,
    strongest_alt,
    units_table,
    weights_alt,
)
from pages.figures.tiles import COLUMNS, PITCH, ROW
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
    "default": (240, 0.2, 0),
    "silent units": (240, 0.2, 1),
    "clean": (60, 0.0, 2),
    "loud": (30, 1.0, 20),
}
ALL = {name: train_shapes(*state) for name, state in STATES.items()}
every_state = pytest.mark.parametrize("name", STATES)
UNITS = [(layer, unit) for layer, count in ((1, 16), (2, 8), (3, 6)) for unit in range(count)]


def tile(spec, k):
    """The k-th picture of a sheet, as it is drawn."""
    y, x = k // COLUMNS * ROW, k % COLUMNS * PITCH
    return array(spec["data"][0]["z"])[y : y + SIDE, x : x + SIDE]


def test_the_states_cover_the_cases():
    silent = {
        name: sum((np.ptp(r, axis=0) == 0).sum() for r in model.responses[1:])
        for name, model in ALL.items()
    }
    assert silent["default"] == 0
    assert silent["silent units"] > 0
    assert (np.ptp(ALL["clean"].responses[0], axis=0) == 0).any()


@every_state
@every_look
def test_the_sheet_of_weights_holds_the_weights(name, look):
    model = ALL[name]
    spec = validated(weights_figure(model, 3, look))
    weights = model.network.unpack(model.theta)["W1"].T
    for k, w in enumerate(weights):
        np.testing.assert_allclose(tile(spec, k).ravel(), w / np.abs(w).max(), atol=1e-6)
    widths = [shape["line"]["width"] for shape in spec["layout"]["shapes"]]
    assert widths.index(max(widths)) == 3
    assert [data[0] for data in spec["data"][1]["customdata"]] == list(range(1, 17))
    assert "Unit 4 is framed" in clean(weights_alt(model, 3))
    assert "framed" not in clean(weights_alt(model, None))


@every_state
@pytest.mark.parametrize(("layer", "unit"), UNITS)
def test_the_strongest_pictures_are_the_strongest(name, layer, unit):
    model = ALL[name]
    values = model.responses[layer][:, unit]
    top = strongest(model, layer, unit)
    same(values[top], np.sort(values)[::-1][:TOP])
    told = strongest_alt(model, layer, unit)
    assert [CLASSES[k] in told for k in model.test.y[top]] == [True] * TOP


@every_look
def test_they_are_drawn_with_class_and_response(look):
    model = ALL["default"]
    spec = validated(strongest_figure(model, 2, 0, look))
    top = strongest(model, 2, 0)
    for k, picture in enumerate(top):
        np.testing.assert_allclose(tile(spec, k).ravel(), model.test.x[picture], atol=1e-6)
        words = spec["layout"]["annotations"][k]["text"]
        assert words.startswith(CLASSES[model.test.y[picture]])
        assert numbers(words.split("<br>")[1]) == [shown(model.responses[2][picture, 0], 3)]


@every_state
@every_look
def test_bars_are_class_means(name, look):
    model = ALL[name]
    for layer, unit in ((1, 0), (2, 5), (3, 2)):
        spec = validated(classes_figure(model, layer, unit, look))
        values = model.responses[layer][:, unit]
        expected = [values[model.test.y == k].mean() for k in range(len(CLASSES))]
        np.testing.assert_allclose(array(spec["data"][0]["x"]), expected, rtol=1e-5, atol=1e-6)
        assert clean(classes_alt(model, layer, unit))


@every_state
@pytest.mark.parametrize(("layer", "unit"), UNITS)
def test_a_unit_is_described_by_its_responses(name, layer, unit):
    model = ALL[name]
    values = model.responses[layer][:, unit]
    text = clean(describe_unit(model, layer, unit))
    assert numbers(text)[0] == unit + 1
    if np.ptp(values) == 0:
        assert "is silent" in text
        return
    means = [values[model.test.y == k].mean() for k in range(len(CLASSES))]
    best = int(np.argmax(means))
    assert f"answers a {CLASSES[best]} most" in text
    assert after(text, "most, ") == shown(means[best], 3)
    top = model.test.y[np.argsort(-values, kind="stable")[:TOP]]
    assert after(text, "on average; ") == (top == best).sum()
    eta = selectivity(values[:, None], model.test.y)[0]
    assert float(re.search(r"\*\*(\d\.\d\d)\*\* of its variance", text)[1]) == pytest.approx(
        eta, abs=0.00501
    )
    response, words = bar_response(model, layer, unit)
    if response <= 0:
        assert "No bar of 5 pixels" in text
    else:
        assert words in text
        assert after(text, "drives it most: to ") == shown(response, 3)


def test_the_best_bar_is_the_best_bar():
    model = ALL["default"]
    response, words = bar_response(model, 1, 0)
    named_weights = model.network.unpack(model.theta)
    w, b = named_weights["W1"][:, 0].reshape(SIDE, SIDE), named_weights["b1"][0]
    upright = "vertical" in words
    row, column = (int(n) - 1 for n in re.findall(r"\d+", words))
    span = (slice(row - 2, row + 3), column) if upright else (row, slice(column - 2, column + 3))
    assert response == pytest.approx(w[span].sum() + b)
    best = max(
        max(w[r, c : c + 5].sum() for r in range(SIDE) for c in range(SIDE - 4)),
        max(w[r : r + 5, c].sum() for r in range(SIDE - 4) for c in range(SIDE)),
    )
    assert response == pytest.approx(best + b)


@every_state
@every_look
def test_the_layers_are_compared_by_units_that_respond(name, look):
    model = ALL[name]
    spec = validated(selectivity_figure(model, look))
    means = []
    for values in model.responses:
        eta = selectivity(values, model.test.y)[np.ptp(values, axis=0) > 0]
        means.append(eta.mean())
    same(array(named(spec, "mean of the layer")["y"]), means)
    same(list(layer_means(model).values()), means)
    responding = sum((np.ptp(values, axis=0) > 0).sum() for values in model.responses)
    assert len(named(spec, "one unit")["x"]) == responding
    text = clean(describe_layers(model))
    bold = [float(n) for n in re.findall(r"\*\*(\d\.\d\d)\*\*", text)]
    assert bold == pytest.approx(means, abs=0.00501)
    assert ("It grows from layer to layer" in text) == all(np.diff(means) > 0)
    assert clean(selectivity_alt(model))


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ([0.3], "With 30 training pictures **30.0%** of 600 are wrong."),
        ([0.3, 0.1], "More data, better, at every step."),
        ([0.3, 0.1, 0.1], "It does not fall at every step."),
    ],
)
def test_the_error_curve_says_whether_it_falls(errors, words):
    records = list(zip(SIZES, errors, strict=False))
    assert words in clean(describe_error(records))
    assert clean(error_alt(records))


@every_look
def test_the_error_curve_is_drawn(look):
    records = [(30, 0.3), (60, 0.25), (120, 0.0)]
    spec = validated(error_figure(records, look))
    same(points(spec["data"][0]), [[30, 30], [60, 25], [120, 0]])
    assert spec["layout"]["xaxis"]["type"] == "log"


@every_state
def test_the_table_has_every_unit(name):
    model = ALL[name]
    table = units_table(model)
    assert list(table.groupby("layer", sort=False).size()) == [16, 8, 6]
    assert list(table["layer"].unique()) == list(LAYERS[1:])
    expected = np.concatenate([selectivity(r, model.test.y) for r in model.responses[1:]])
    np.testing.assert_allclose(table["η²"], expected)
