"""The network's graph, surface and words, against its weights taken by name."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import price_law
from engine.studies.price_model import bend, train_price_model
from pages.figures.graph import WIDTHS, graph_figure
from pages.figures.network import (
    describe_model,
    forward_table,
    graph_alt,
    layer_values,
    layer_weights,
    price_alt,
    price_figure,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    numbers,
    points,
    same,
    shown,
    validated,
    value,
)

LABELS = ["bedrooms", "age", "ocean (km)", "pool", "price"]
HOUSES = [np.array([3.0, 20, 5, 0]), np.array([1.0, 80, 30, 0]), np.array([6.0, 0, 0, 1])]
AXES = (np.linspace(0, 30, 16), np.linspace(0, 80, 11))
SHAPES = {
    "smallest": (1, 1, "relu"),
    "default": (2, 4, "sigmoid"),
    "largest": (4, 8, "tanh"),
    "linear": (3, 2, "linear"),
    "hard": (4, 1, "hard_sigmoid"),
}


@pytest.fixture(scope="module", params=SHAPES.values(), ids=SHAPES)
def trained(request):
    layers, units, activation = request.param
    return train_price_model(layers, units, activation, 3), request.param


def passed_on(model, house):
    """Each layer's sums and values by hand: standardized inputs first, standardized price last."""
    named = model.network.unpack(model.theta)
    depth = len(named) // 2
    rule = model.network.layers[1].rule
    h = (house - model.table.x.mean(axis=0)) / model.table.x.std(axis=0)
    sums, values = [np.full(4, np.nan)], [h]
    for k in range(1, depth + 1):
        z = h @ named[f"W{k}"] + named[f"b{k}"]
        h = z if k == depth else rule.f(z)
        sums.append(z)
        values.append(h)
    return sums, values


def price(model, house):
    return float(passed_on(model, house)[1][-1][0] * model.table.y.std() + model.table.y.mean())


def figure(model, house, look=LIGHT):
    return graph_figure(layer_values(model, house), layer_weights(model), LABELS, look)


def test_layers_pass_on_the_house_its_activations_and_the_price(trained):
    model, (layers, units, _) = trained
    for house in HOUSES:
        values = layer_values(model, house)
        assert [len(v) for v in values] == [4, *[units] * layers, 1]
        np.testing.assert_array_equal(values[0], house)
        for ours, theirs in zip(values[1:-1], passed_on(model, house)[1][1:-1], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
        assert values[-1][0] == pytest.approx(price(model, house), rel=1e-12)


def test_weights_are_all_of_theta_but_the_biases(trained):
    model, (layers, units, _) = trained
    weights = layer_weights(model)
    assert [w.shape for w in weights] == [(4, units), *[(units, units)] * (layers - 1), (units, 1)]
    assert sum(w.size for w in weights) + layers * units + 1 == model.network.size


def test_every_weight_is_one_line_of_its_sign_and_width(trained):
    model, _ = trained
    weights = layer_weights(model)
    traces = [t for t in validated(figure(model, HOUSES[0]))["data"] if t["mode"] == "lines"]
    assert len(traces) == 2 * len(WIDTHS)
    assert sum(trace["showlegend"] for trace in traces) == 2
    largest, seen = max(np.abs(w).max() for w in weights), []
    for trace in traces:
        ends = points(trace).reshape(-1, 3, 2)
        assert np.isnan(ends[:, 2]).all()
        for (layer, y0), (after_it, y1), _ in ends:
            assert after_it == layer + 1
            w = weights[int(layer)]
            i, j = ((n - 1) / 2 - y for n, y in zip(w.shape, (y0, y1), strict=True))
            weight = w[int(i), int(j)]
            seen.append((int(layer), int(i), int(j)))
            assert (trace["name"] == "positive weight") == (weight >= 0)
            assert (trace["line"]["dash"] == "solid") == (weight >= 0)
            share = WIDTHS.index(trace["line"]["width"]) / len(WIDTHS)
            assert share <= abs(weight) / largest <= share + 1 / len(WIDTHS) + 1e-12
    assert sorted(seen) == [
        (k, *index) for k, w in enumerate(weights) for index in np.ndindex(w.shape)
    ]


def test_nodes_show_values_and_hover_shows_weights(trained):
    model, _ = trained
    for house in HOUSES:
        spec = figure(model, house).to_dict()
        (nodes,) = [trace for trace in spec["data"] if trace["mode"] == "markers+text"]
        expected = np.concatenate(layer_values(model, house))
        assert [value(text) for text in nodes["text"]] == [shown(v, 3) for v in expected]
        (hover,) = [trace for trace in spec["data"] if trace["mode"] == "markers"]
        told = [value(text.partition(" = ")[2]) for text in hover["text"]]
        flat = np.concatenate([w.ravel() for w in layer_weights(model)])
        assert told == [shown(w) for w in flat]
        assert len(points(hover)) == len(flat)
        assert hover["text"][0].startswith("w(1, 1) of layer 1 = ")


@every_look
def test_inputs_and_output_have_their_names(look):
    model = train_price_model(1, 2, "relu", 0)
    notes = validated(figure(model, HOUSES[0], look))["layout"]["annotations"]
    assert [note["text"] for note in notes] == LABELS
    assert [note["x"] for note in notes] == [0, 0, 0, 0, 2]
    heights = [note["y"] for note in notes[:4]]
    assert heights == sorted(heights, reverse=True)


def test_forward_table_is_the_pass_by_hand(trained):
    model, (layers, units, _) = trained
    for house in HOUSES:
        table = forward_table(model, house)
        assert list(table) == ["layer", "unit", "sum z", "value"]
        names = ["input, standardized"] * 4
        names += [f"hidden {k}" for k in range(1, layers + 1) for _ in range(units)]
        names += ["output, standardized", "price, thousand dollars"]
        assert list(table["layer"]) == names
        assert list(table["unit"]) == [1, 2, 3, 4, *[*range(1, units + 1)] * layers, 1, 1]
        sums, values = (np.concatenate(part) for part in passed_on(model, house))
        np.testing.assert_allclose(table["sum z"], [*sums, np.nan], rtol=1e-12, atol=1e-14)
        told = [*values, price(model, house)]
        np.testing.assert_allclose(table["value"], told, rtol=1e-12, atol=1e-14)


def test_description_tells_price_law_and_bend(trained):
    model, (_, _, activation) = trained
    linear = activation == "linear"
    for house in HOUSES:
        surface = model.surface(house, (2, 1), AXES)
        text = clean(describe_model(model, house, surface, linear))
        assert after(text, "The network says **") == pytest.approx(price(model, house), abs=0.5001)
        assert after(text, "the data says ") == pytest.approx(float(price_law(house)), abs=0.5001)
        bent = after(text, "bends by **" if linear else "bends by up to **")
        assert bent == shown(bend(surface), 2) if linear else abs(bent - bend(surface)) <= 0.5001
        assert not linear or bent < 1e-9


def test_alts_tell_sizes_and_prices(trained):
    model, (layers, units, _) = trained
    for house in HOUSES:
        text = clean(graph_alt(model, house))
        assert f"a {'-'.join(map(str, [4, *[units] * layers, 1]))} network" in text
        assert after(text, "The output is ") == pytest.approx(price(model, house), abs=0.5001)
        surface = model.surface(house, (2, 1), AXES)
        text = clean(price_alt(surface, ("ocean (km)", "age (years)")))
        assert numbers(text) == pytest.approx([surface.min(), surface.max()], abs=0.5001)


@every_look
def test_price_contours_are_the_surface(look):
    model, house = train_price_model(1, 3, "relu", 0), HOUSES[0]
    surface = model.surface(house, (2, 1), AXES)
    spec = validated(price_figure(*AXES, surface, (5.0, 20.0), look, ("ocean", "age")))
    heat, mark = spec["data"]
    for key, expected in zip("xyz", (*AXES, surface), strict=True):
        same(array(heat[key]), expected)
    same(points(mark), [[5.0, 20.0]])
    titles = [spec["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")]
    assert titles == ["ocean", "age"]
