"""Softmax: bars, Jacobian and words, from even logits to the ends of the sliders."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from pages.figures.softmax import (
    CLASSES,
    describe_hidden,
    describe_softmax,
    jacobian_alt,
    jacobian_figure,
    probabilities_alt,
    probabilities_figure,
    softmax_table,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    same,
    shown,
    validated,
    value,
)

DEFAULT = np.array([2.0, 1.0, 0.0, -1.0])
LOGITS = [
    DEFAULT,
    np.zeros(4),
    np.array([5.0, -5, -5, -5]),
    np.array([-5.0, 5, 5, -5]),
    np.array([1.0, 0.9, 0.8, 0.7]),
    np.full(4, -5.0),
]
STATES = list(product(LOGITS, (0.1, 0.5, 1.0, 5.0)))
every_state = pytest.mark.parametrize(("z", "temperature"), STATES)


def probabilities(z, temperature):
    powers = np.exp(np.asarray(z, np.longdouble) / temperature)
    return powers / powers.sum()


def jacobian(z, temperature):
    p = probabilities(z, temperature)
    rest = np.array([np.delete(p, k).sum() for k in range(4)])  # 1 - p without cancellation
    exact = -np.outer(p, p)
    np.fill_diagonal(exact, p * rest)
    return (exact / temperature).astype(float)


@every_look
def test_bars_are_softmax_beside_sigmoids(look):
    spec = validated(probabilities_figure(DEFAULT, 0.5, look))
    soft, sigmoids = named(spec, "softmax"), named(spec, "sigmoid of each logit")
    assert soft["x"] == sigmoids["x"] == list(CLASSES)
    p = probabilities(DEFAULT, 0.5)
    same(array(soft["y"]), p)
    same(array(sigmoids["y"]), 1 / (1 + np.exp(-DEFAULT)))
    assert [value(text) for text in soft["text"]] == [shown(float(v), 3) for v in p]
    low, high = spec["layout"]["yaxis"]["range"]
    assert low == 0
    assert high > 1.05


@every_state
def test_figures_are_valid_at_the_ends(z, temperature):
    bars = validated(probabilities_figure(z, temperature, LIGHT))["data"]
    same(array(bars[0]["y"]).sum(), 1.0)
    (heat,) = validated(jacobian_figure(z, temperature, LIGHT))["data"]
    exact = jacobian(z, temperature)
    np.testing.assert_allclose(array(heat["z"]), exact, rtol=1e-5, atol=1e-7)
    assert -heat["zmin"] == heat["zmax"] == pytest.approx(np.abs(exact).max(), rel=1e-6, abs=1e-12)
    texts = [[value(text) for text in row] for row in heat["text"]]
    np.testing.assert_allclose(texts, exact, rtol=0.0501, atol=1e-12)


@every_look
def test_heat_map_is_the_numeric_jacobian(look):
    (heat,) = validated(jacobian_figure(DEFAULT, 2.0, look))["data"]
    assert heat["x"] == [f"z {name}" for name in CLASSES]
    assert heat["y"] == [f"p {name}" for name in CLASSES]
    rows = [
        numerical_gradient(lambda z, k=k: float(probabilities(z, 2.0)[k]), DEFAULT)
        for k in range(4)
    ]
    np.testing.assert_allclose(array(heat["z"]), rows, rtol=0, atol=1e-7)


@every_state
def test_description_names_the_winner_and_the_sums(z, temperature):
    text, p = clean(describe_softmax(z, temperature)), probabilities(z, temperature)
    best = [name for name, logit in zip(CLASSES, z, strict=True) if logit == z.max()]
    assert set(best) == {name for name in CLASSES if name in text}
    assert ("tie" in text) == (len(best) > 1)
    assert after(text, "gets **") == shown(float(p.max()))
    assert after(text, "the four sum to ") == 1
    assert after(text, "independent sigmoids sum to ") == shown(float((1 / (1 + np.exp(-z))).sum()))
    entropy = -(p * np.log(p)).sum()
    assert after(text, "The entropy is ") == pytest.approx(float(entropy), rel=5.1e-3, abs=1e-12)
    assert after(text, "of at most ") == shown(np.log(4), 3)


@every_state
def test_hidden_layers_shrink_or_stretch_by_the_norm(z, temperature):
    text = clean(describe_hidden(z, temperature))
    norm = np.linalg.svd(jacobian(z, temperature))[1][0]
    assert after(text, "by at most **") == pytest.approx(norm, rel=5.1e-3, abs=1e-12)
    assert after(text, "layers by at most **") == pytest.approx(norm**10, rel=0.051, abs=1e-100)


@every_state
def test_table(z, temperature):
    table = softmax_table(z, temperature)
    assert list(table) == ["class", "logit z", "exp((z − max z) / T)", "softmax", "sigmoid"]
    assert list(table["class"]) == list(CLASSES)
    np.testing.assert_array_equal(table["logit z"], z)
    powers = table["exp((z − max z) / T)"]
    assert powers.max() == 1
    np.testing.assert_allclose(table["softmax"], powers / powers.sum(), rtol=1e-14)
    np.testing.assert_allclose(
        table["softmax"], probabilities(z, temperature).astype(float), rtol=1e-12
    )
    np.testing.assert_allclose(table["sigmoid"], 1 / (1 + np.exp(-z)), rtol=1e-14)


@every_state
def test_alts_tell_every_number(z, temperature):
    p, exact = probabilities(z, temperature), np.diag(jacobian(z, temperature))
    bars = clean(probabilities_alt(z, temperature))
    assert numbers(bars) == [temperature, *(shown(float(v), 3) for v in p)]
    heat = clean(jacobian_alt(z, temperature))
    for name, v in zip(CLASSES, exact, strict=True):
        assert after(heat, f"{name} ") == pytest.approx(v, rel=0.051, abs=1e-12)
