"""The backward pass of a recurrence: what is drawn, and what its caption says at every end."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.studies.jacobians import MATRICES, PRECISIONS, Recurrence, growth
from pages.figures.products import (
    backward_pass,
    describe_products,
    fate,
    pace,
    products_alt,
    products_figure,
    products_table,
    until_overflow,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    same,
    shown,
    validated,
)


def run(radius=1.1, steps=50, rule="linear", kind="orthogonal", precision="float32", n=8):
    w = radius * MATRICES[kind](np.random.default_rng(0), n)
    return backward_pass(Recurrence(w, ACTIVATIONS[rule]), np.full(n, 0.1), steps, precision)


@every_look
def test_the_length_is_drawn_beside_the_power_of_the_radius(look):
    one = run()
    spec = validated(products_figure(one, look))
    same(array(named(spec, "‖∂L/∂hₜ‖")["y"]), one.norms)
    same(array(named(spec, "ρ^(T−t)")["y"]), 1.1 ** np.arange(50.0, -1, -1))


def test_the_last_step_that_a_precision_holds_is_marked():
    one = run(2.0, 40, precision="float16")
    marker = named(validated(products_figure(one, LIGHT)), "last one that float16 holds")
    (t,) = marker["x"]
    assert np.isfinite(one.norms[t])
    assert np.isinf(one.norms[t - 1])


@pytest.mark.parametrize(
    ("radius", "expected"),
    [(0.9, "It vanishes"), (1.0, "It keeps its size"), (1.1, "It explodes")],
)
def test_the_fate_of_a_gradient(radius, expected):
    assert fate(run(radius).norms) == expected


def test_the_caption_has_the_length_and_the_pace():
    one = run()
    text = clean(describe_products(one))
    assert after(text, "becomes one of **") == shown(one.norms[0], 3)
    assert after(text, "a factor of **") == shown(growth(one.norms))
    assert after(text, "spectral radius is") == shown(1.1, 3)


def test_the_caption_names_the_overflow():
    one = run(2.0, 40, precision="float16")
    text = clean(describe_products(one))
    factors = after(text, "overflows after")
    assert np.isinf(one.norms[40 - int(factors)])
    assert np.isfinite(one.norms[40 - int(factors) + 1])
    assert after(text, "at t =") == 40 - factors


def test_the_caption_names_the_underflow():
    one = run(0.5, 100, precision="float16")
    text = clean(describe_products(one))
    assert one.norms[100 - int(after(text, "exactly 0 after"))] == 0


@pytest.mark.parametrize("rule", ["linear", "tanh", "relu"])
@pytest.mark.parametrize("kind", MATRICES)
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("radius", [0.5, 2.0])
@pytest.mark.parametrize("steps", [1, 150])
def test_every_end_has_a_picture_and_words(rule, kind, precision, radius, steps):
    one = run(radius, steps, rule, kind, precision)
    validated(products_figure(one, LIGHT))
    clean(describe_products(one))
    clean(products_alt(one))
    assert fate(one.norms) in ("It vanishes", "It keeps its size", "It explodes")
    assert until_overflow(one)


@pytest.mark.parametrize("precision", ["float16", "float32"])
@pytest.mark.parametrize("steps", [1, 16, 17, 128, 129, 150])
def test_the_overflow_is_counted_where_it_is_seen(precision, steps):
    far = run(2.0, 150, precision=precision)
    first = int(np.flatnonzero(np.isinf(far.norms[::-1]))[0])
    said = until_overflow(run(2.0, steps, precision=precision))
    assert said == (f"{first}" if steps >= first else f"more than {steps}")


@pytest.mark.parametrize("kind", MATRICES)
@pytest.mark.parametrize("steps", [127, 128, 129, 130, 131])
def test_caption_and_count_agree_on_the_overflow(kind, steps):
    one = run(2.0, steps, kind=kind)
    told = "overflows after" in describe_products(one)
    assert told == until_overflow(one).isdigit()
    if told:
        assert f"overflows after {until_overflow(one)} factors" in clean(describe_products(one))


def test_a_gradient_that_shrinks_does_not_grow():
    assert until_overflow(run(0.5, 150)) == until_overflow(run(0.9)) == "no growth"


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_pace_is_that_of_the_caption(precision):
    one = run(1.1, 1, kind="normal", precision=precision)
    assert pace(one) == growth(one.norms)


def test_the_axis_has_few_labels_where_the_precision_loses_the_gradient():
    spec = validated(products_figure(run(0.5, 150, precision="float16"), LIGHT))
    assert spec["layout"]["yaxis"]["dtick"] >= 5


def test_the_table_has_every_step():
    table = products_table(run())
    assert list(table["t"]) == list(range(51))
    assert (table["length of ∂L/∂hₜ"] <= table["largest singular value^(T−t)"] * 1.001).all()
