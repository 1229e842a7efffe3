"""Activation figures: the curves drawn and the words said are the functions' own."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, leaky_relu
from pages.figures.activations import (
    REACH,
    SATURATED,
    activation_figure,
    activations_alt,
    axis_points,
    curve_table,
    describe_point,
    largest_slope,
    point_table,
    saturated_spans,
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
)

every_rule = pytest.mark.parametrize("name", ACTIVATIONS)
SLIDER = [-REACH, -4.6, -3.0, -2.4, -1.3, -0.75, -0.05, 0.0, 0.05, 1.4, 3.0, REACH]


def curves(spec, axis):
    return {
        trace["name"]: trace
        for trace in spec["data"]
        if trace["mode"] == "lines" and trace["name"] != "tangent" and trace.get("yaxis") == axis
    }


@every_look
def test_curves_are_the_functions_and_their_slopes(look):
    spec = validated(activation_figure(ACTIVATIONS, "gelu", 1.0, look))
    above, below = curves(spec, None), curves(spec, "y2")
    assert list(above) == list(below) == [rule.name for rule in ACTIVATIONS.values()]
    z = axis_points()
    assert (z[0], z[-1]) == (-REACH, REACH)
    for rule in ACTIVATIONS.values():
        same(points(above[rule.name]), np.column_stack([z, rule.f(z)]))
        same(points(below[rule.name]), np.column_stack([z, rule.df(z)]))
        assert above[rule.name]["line"] == below[rule.name]["line"]
        assert not below[rule.name]["showlegend"]


def test_a_function_keeps_its_color_in_other_company():
    alone, together = ({"elu": ACTIVATIONS["elu"]}, ACTIVATIONS)
    colors = {
        curves(activation_figure(chosen, "relu", 0.0, LIGHT).to_dict(), None)["ELU"]["line"][
            "color"
        ]
        for chosen in (alone, together)
    }
    assert len(colors) == 1


@every_rule
@pytest.mark.parametrize("z0", [-6.0, -0.75, 0.0, 2.3, 6.0])
def test_point_and_tangent_touch_the_curve_inside_the_picture(name, z0):
    rule = ACTIVATIONS[name]
    spec = validated(activation_figure({name: rule}, name, z0, LIGHT))
    dots = [trace for trace in spec["data"] if trace["mode"] == "markers"]
    axes = [spec["layout"]["yaxis"], spec["layout"]["yaxis2"]]
    for dot, height, axis in zip(dots, (rule.f(z0), rule.df(z0)), axes, strict=True):
        assert (dot["x"], dot["y"]) == ([z0], [height])
        assert axis["range"][0] < height < axis["range"][1]
    (tangent,) = [trace for trace in spec["data"] if trace.get("name") == "tangent"]
    (x0, y0), (x1, y1) = points(tangent)
    assert (x0 + x1) / 2 == pytest.approx(z0, abs=1e-6)
    assert (y0 + y1) / 2 == pytest.approx(float(rule.f(z0)), abs=1e-6)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(float(rule.df(z0)), abs=1e-6)


@every_rule
def test_slopes_fit_into_their_axis(name):
    spec = activation_figure({name: ACTIVATIONS[name]}, name, 0.0, LIGHT).to_dict()
    low, high = spec["layout"]["yaxis2"]["range"]
    slope = array(curves(spec, "y2")[ACTIVATIONS[name].name]["y"])
    assert low < slope.min() <= slope.max() < high


def test_slopes_bands_and_points_appear_only_where_they_are_asked_for():
    chosen = {"sigmoid": ACTIVATIONS["sigmoid"]}
    hidden = activation_figure(chosen, "sigmoid", 0.0, LIGHT, derivatives=False).to_dict()
    assert not [trace for trace in hidden["data"] if trace.get("yaxis") == "y2"]
    assert hidden["layout"]["shapes"] == []
    elsewhere = validated(activation_figure(chosen, "relu", 0.0, LIGHT))
    assert [trace["mode"] for trace in elsewhere["data"]] == ["lines", "lines"]
    assert validated(activation_figure({}, "relu", 0.0, LIGHT))["data"] == []


@every_rule
def test_bands_are_where_the_function_is_flat(name):
    rule, z = ACTIVATIONS[name], axis_points()
    spans = saturated_spans(rule)
    inside = np.zeros(z.size, bool)
    for left, right in spans:
        assert left < right
        inside |= (left <= z) & (z <= right)
    flat = np.abs(rule.df(z)) < SATURATED
    assert (flat[inside]).all()
    # Outside, only single samples, where a slope passes through zero.
    assert not (flat & ~inside)[:-1][(flat & ~inside)[1:]].any()
    shapes = activation_figure({name: rule}, name, 0.0, LIGHT).to_dict()["layout"]["shapes"]
    assert [(shape["x0"], shape["x1"]) for shape in shapes] == spans


def test_the_sigmoid_saturates_where_its_slope_solves_to():
    root = np.sqrt(1 - 4 * SATURATED)
    edge = np.log((1 + root) / (1 - root))
    (_, left), (right, _) = saturated_spans(ACTIVATIONS["sigmoid"])
    step = axis_points()[1] - axis_points()[0]
    assert right == pytest.approx(-left)
    assert edge <= right < edge + step


@every_rule
def test_point_table_checks_each_slope(name):
    for z0 in (-3.7, -0.55, 0.45, 2.95):
        table = point_table({name: ACTIVATIONS[name]}, z0)
        assert list(table) == ["activation", "f(z)", "f′(z)", "central difference", "error"]
        (row,) = table.itertuples(index=False)
        rule = ACTIVATIONS[name]
        assert row[:3] == (rule.name, float(rule.f(z0)), float(rule.df(z0)))
        assert row[4] == abs(row[2] - row[3]) < 1e-7


def test_curve_table_is_the_curves():
    table, z = curve_table(ACTIVATIONS), axis_points()
    names = [rule.name for rule in ACTIVATIONS.values()]
    assert list(table) == ["z", *(column for name in names for column in (name, f"{name}′"))]
    assert len(table) == z.size
    for rule in ACTIVATIONS.values():
        np.testing.assert_array_equal(table[rule.name], rule.f(z))
        np.testing.assert_array_equal(table[f"{rule.name}′"], rule.df(z))


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("linear", 1),
        ("sigmoid", 1 / 4),
        ("tanh", 1),
        ("relu", 1),
        ("elu", 1),
        ("selu", 1.0507009873554805 * 1.6732632423543772),
        ("gelu", 1.1289041357174299),
        ("silu", 1.0998393201288637),
        ("softplus", 1),
        ("softsign", 1),
        ("hard_sigmoid", 1 / 6),
    ],
)
def test_largest_slope(name, slope):
    assert largest_slope(ACTIVATIONS[name]) == pytest.approx(slope, rel=1e-6)


@every_rule
def test_description_tells_the_slope_and_ten_layers_of_it(name):
    rule = ACTIVATIONS[name]
    for z0 in SLIDER:
        text, slope = clean(describe_point(rule, z0)), float(rule.df(z0))
        assert after(text, "At z = ") == shown(z0, 3)
        assert after(text, f"the slope of **{rule.name}** is **") == shown(slope)
        if z0 in rule.kinks:
            assert text.endswith("at a kink the derivative does not exist.")
            continue
        assert ("saturated" in text) == (abs(slope) < SATURATED)
        words = "scale a gradient by "
        assert after(text, words) == shown(slope**10, 2)
        if "saturated" not in text:
            assert after(text, "the steepest it gets is ") == shown(largest_slope(rule))


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.5])
def test_leaky_relu_of_any_slope_is_told(slope):
    rule = leaky_relu(slope)
    assert after(clean(describe_point(rule, -2.0)), "is **") == shown(slope)
    assert "convention" in describe_point(rule, 0.0)


@every_rule
@pytest.mark.parametrize("derivatives", [True, False])
def test_alt_names_what_is_drawn(name, derivatives):
    rule = ACTIVATIONS[name]
    chosen = {name: rule, "tanh": ACTIVATIONS["tanh"]}
    for z0 in (-6.0, 0.0, 0.05, 6.0):
        text = clean(activations_alt(chosen, name, z0, derivatives=derivatives))
        assert rule.name in text
        assert after(text, "Point at z = ") == shown(z0, 3)
        assert ("slopes" in text) == ("Saturated" in text) == derivatives
        told = numbers(text[text.index("Point") :])[1:]
        edges = [edge for span in saturated_spans(rule) for edge in span] if derivatives else []
        assert told == [shown(edge, 3) for edge in edges]


def test_alt_of_an_empty_choice():
    assert "no function" in clean(activations_alt({}, "relu", 0.0))
    assert "Point" not in clean(activations_alt({"elu": ACTIVATIONS["elu"]}, "relu", 0.0))
