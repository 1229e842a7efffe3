"""One neuron: bars that add up, a curve through the point, and a bias told with its direction."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from pages.figures.neuron import (
    REACH,
    Neuron,
    describe_neuron,
    neuron_table,
    response_alt,
    response_figure,
    waterfall_alt,
    waterfall_figure,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
    value,
)


def neuron(x1=0.6, x2=1.0, w1=1.5, w2=-0.8, b=1.0, rule="tanh"):
    return Neuron(np.array([x1, x2]), np.array([w1, w2]), b, ACTIVATIONS[rule])


EXTREMES = [
    neuron(*ends, rule=rule)
    for ends in product(
        (-3.0, 3.0), (-3.0, 0.0, 3.0), (-3.0, 0.0, 0.1), (3.0, 0.7), (-3.0, 0.0, 0.1)
    )
    for rule in ("linear", "sigmoid", "relu", "gelu")
]


def test_sum_and_output_are_the_formula():
    for at in EXTREMES:
        z = at.w[0] * at.x[0] + at.w[1] * at.x[1] + at.b
        assert at.z == pytest.approx(z, abs=1e-12)
        assert at.y == pytest.approx(float(at.rule.f(z)), abs=1e-11)
        assert at.along_first(at.x[:1], at.b)[0] == pytest.approx(at.y, abs=1e-11)


def test_rounding_of_tenths_is_no_sum():
    at = neuron(0.1, 0.2, 1.0, 1.0, -0.3, "relu")
    assert 0.1 + 0.2 - 0.3 != 0
    text = clean(describe_neuron(at))
    assert "**z = 0**" in text
    assert "**y = 0**" in text


@every_look
def test_bars_are_the_terms_of_the_sum(look):
    at = neuron()
    spec = validated(waterfall_figure(at, look))
    (bars,) = spec["data"]
    assert bars["x"] == ["w₁x₁", "w₂x₂", "b", "z"]
    assert bars["measure"] == ["relative", "relative", "relative", "total"]
    same(bars["y"], [0.9, -0.8, 1.0, 0.0])
    assert [value(text) for text in bars["text"]] == pytest.approx([0.9, -0.8, 1.0, 1.1])


def test_the_running_sum_stays_in_the_picture():
    for at in EXTREMES:
        spec = waterfall_figure(at, LIGHT).to_dict()
        low, high = spec["layout"]["yaxis"]["range"]
        running = np.cumsum([0.0, *spec["data"][0]["y"]])
        assert low < running.min() <= running.max() < high
        assert running[-1] == pytest.approx(at.z, abs=1e-12)
        assert value(spec["data"][0]["text"][-1]) == shown(at.z, 3)


@every_look
def test_response_runs_through_the_neuron(look):
    at, x1 = neuron(), np.linspace(-REACH, REACH, 241)
    spec = validated(response_figure(at, look))
    same(points(named(spec, "Tanh with b")), np.column_stack([x1, np.tanh(1.5 * x1 - 0.8 + 1.0)]))
    same(points(named(spec, "without b")), np.column_stack([x1, np.tanh(1.5 * x1 - 0.8)]))
    same(points(named(spec, "now")), [[0.6, np.tanh(1.1)]])
    hidden = validated(response_figure(at, look, without_bias=False))
    assert [trace["name"] for trace in hidden["data"]] == ["Tanh with b", "now"]


def test_description_tells_sum_output_and_shift():
    x1 = np.linspace(-3, 3, 13)
    for at in EXTREMES:
        text = clean(describe_neuron(at))
        assert after(text, "**z = ") == shown(at.z)
        assert after(text, f"{at.rule.name} turns it into **y = ") == shown(at.y)
        if at.w[0] == 0:
            assert text.endswith("does not react to x₁ at all.")
        elif at.b == 0:
            assert text.endswith("both curves are the same.")
        else:
            size = after(text, "moves the curve by ")
            assert size == shown(abs(at.b / at.w[0]), 3)
            exact = abs(at.b / at.w[0]) * (1 if "to the right" in text else -1)
            moved = at.along_first(x1 - exact, 0.0)
            np.testing.assert_allclose(at.along_first(x1, at.b), moved, rtol=0, atol=1e-12)
            assert after(text, "without it y would be ") == shown(float(at.rule.f(at.z - at.b)))


def test_table_and_alt_hold_every_term():
    for at in EXTREMES:
        table = neuron_table(at)
        assert list(table) == ["term", "value"]
        assert list(table["term"]) == ["w₁x₁", "w₂x₂", "b", "z", "y"]
        expected = [at.w[0] * at.x[0], at.w[1] * at.x[1], at.b, at.z, at.y]
        assert list(table["value"]) == pytest.approx(expected, abs=1e-12)
        assert numbers(clean(waterfall_alt(at))) == [shown(v, 3) for v in expected]


@pytest.mark.parametrize("without_bias", [True, False])
def test_response_alt_says_what_is_drawn(without_bias):
    for at in EXTREMES[::7]:
        text = clean(response_alt(at, without_bias=without_bias))
        assert ("and without the bias" in text) == without_bias
        assert at.rule.name in text
        assert numbers(text) == [shown(at.b, 3), shown(at.x[0], 3), shown(at.y)]
