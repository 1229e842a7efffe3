"""Conventions compared: each path, step and number recomputed from its formula."""

from __future__ import annotations

import math
import re
from itertools import product

import numpy as np
import pytest

from engine.surfaces import ravine
from pages.figures.conventions import (
    FORM_NAMES,
    GRADIENT_SIZES,
    decay_figure,
    decay_formulas,
    decay_paths,
    decay_table,
    describe_decay,
    describe_epsilon,
    describe_momentum,
    epsilon_figure,
    epsilon_formulas,
    epsilon_steps,
    epsilon_table,
    first_step_ratio,
    momentum_figure,
    momentum_formulas,
    momentum_paths,
    momentum_table,
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
)

MOMENTUM = list(product((1e-4, 0.01, 3.0), (0.0, 0.9, 0.99), (20, 400)))
every_momentum = pytest.mark.parametrize(("rate", "beta", "steps"), MOMENTUM)
EPSILONS = [10.0**k for k in range(-10, 0)]
every_epsilon = pytest.mark.parametrize("epsilon", EPSILONS)
DECAYS = list(product((1e-4, 0.01, 1.0), (1e-4, 0.15, 1.0), (20, 400)))
every_decay = pytest.mark.parametrize(("rate", "decay", "steps"), DECAYS)


def evaluate(latex):
    """The value of a line's numeric side."""
    for old, new in ((r"\cdot", "*"), (r"\sqrt{", "sqrt{"), ("^{", "**{")):
        latex = latex.replace(old, new)
    text = latex.replace("{", "(").replace("}", ")")
    return eval(text, {"__builtins__": {}, "sqrt": math.sqrt})


def by_hand(rate, beta, steps, gain, scale):
    """Losses of v = beta v + gain g, theta -= scale v on the ravine of condition 50."""
    theta, v, curvature = np.array([-4.0, 1.0]), np.zeros(2), np.array([1.0, 50.0])
    losses = [(curvature * theta**2).sum() / 2]
    for _ in range(steps):
        v = beta * v + gain * curvature * theta
        theta = theta - scale * v
        if not (np.abs(theta) <= 1e6).all():
            break
        losses.append((curvature * theta**2).sum() / 2)
    return losses


@every_momentum
def test_momentum_paths_are_the_three_formulas(rate, beta, steps):
    paths = momentum_paths(rate, beta, steps)
    forms = {"accumulate": (rate, 1.0), "average": (1 - beta, rate), "pytorch": (1.0, rate)}
    assert set(paths) == set(forms) == set(FORM_NAMES)
    np.testing.assert_array_equal(paths["average"].points[0], ravine(50).start)
    for form, path in paths.items():
        losses = by_hand(rate, beta, steps, *forms[form])
        np.testing.assert_allclose(path.values[: len(losses)], losses, rtol=1e-6, atol=1e-12)
        assert path.diverged_at == (None if len(losses) > steps else len(losses))


@every_momentum
def test_momentum_words_are_the_paths(rate, beta, steps):
    paths = momentum_paths(rate, beta, steps)
    text = clean(describe_momentum(paths))
    assert after(text, "first step is **") == shown(1 / (1 - beta), 3)
    for form, words in (("accumulate", "The formula "), ("average", "the listing ")):
        path = paths[form]
        told = text[text.index(words, text.index("1 / (1 − β)")) + len(words) :]
        close = np.flatnonzero(path.values <= 1e-3)
        if path.diverged_at is not None:
            assert told.startswith(f"diverges at step {path.diverged_at}")
        elif close.size:
            assert told.startswith("first comes within 10⁻³ after **")
            assert after(told, "after **") == close[0]
        else:
            assert told.startswith(f"does not come within 10⁻³ in {steps} steps")
    apart = np.nanmax(np.abs(paths["accumulate"].points - paths["pytorch"].points))
    assert after(text, "differ by at most ") == shown(apart, 2)


@every_look
def test_momentum_figure_draws_the_losses(look):
    paths = momentum_paths(0.01, 0.9, 200)
    spec = validated(momentum_figure(paths, look))
    assert spec["layout"]["yaxis"]["type"] == "log"
    for form, path in paths.items():
        drawn = points(named(spec, FORM_NAMES[form]))
        same(drawn, np.column_stack([np.arange(201), path.values]))


@every_momentum
def test_momentum_figures_are_valid_at_the_ends(rate, beta, steps):
    validated(momentum_figure(momentum_paths(rate, beta, steps), LIGHT))


def test_the_formulas_first_step_is_ten_times_the_listings():
    assert first_step_ratio(0.9) == pytest.approx(10, rel=1e-14)
    assert first_step_ratio(0.0) == 1
    assert first_step_ratio(0.99) == pytest.approx(100, rel=1e-13)
    assert "**10 times**" in describe_momentum(momentum_paths(0.01, 0.9, 200))


@every_momentum
def test_momentum_formulas_lead_to_their_results(rate, beta, steps):
    lines = momentum_formulas(rate, beta)
    assert len(lines) == 3
    for (_, line), expected in zip(lines, (rate, rate * (1 - beta), rate), strict=True):
        left, _, right = line.rpartition(" = ")
        assert evaluate(left) == pytest.approx(-expected, rel=1e-12)
        assert evaluate(right) == pytest.approx(-expected, rel=5.1e-4)


def test_momentum_table_has_a_row_per_step():
    paths = momentum_paths(0.01, 0.9, 50)
    table = momentum_table(paths)
    assert list(table) == ["step", "accumulate", "average", "pytorch"]
    np.testing.assert_array_equal(table["step"], np.arange(51))
    for form, path in paths.items():
        np.testing.assert_array_equal(table[form], path.values)


@every_epsilon
def test_epsilon_steps_are_the_two_formulas(epsilon):
    g = GRADIENT_SIZES
    assert (g[0], g[-1], len(g)) == pytest.approx((1e-8, 1.0, 161))
    outside = g / (np.sqrt(0.1 * g * g) + epsilon)
    inside = g / np.sqrt(0.1 * g * g + epsilon)
    np.testing.assert_allclose(epsilon_steps(epsilon, False), outside, rtol=1e-12)
    np.testing.assert_allclose(epsilon_steps(epsilon, True), inside, rtol=1e-12)
    text = clean(describe_epsilon(epsilon))
    assert after(text, "first step from a gradient of 1 is **") == shown(outside[-1])
    assert after(text, "outside and ") == shown(inside[-1])
    best = np.argmax(outside / inside)
    assert after(text, "At |g| = ") == shown(g[best], 2)
    assert after(text, "the outside form steps **") == shown((outside / inside)[best], 3)
    assert after(text, "ε = ") == shown(epsilon, 2)
    assert after(text, "acts like ") == shown(math.sqrt(epsilon), 2)


@every_epsilon
def test_epsilon_formulas_lead_to_their_results(epsilon):
    s = 0.1 * 1e-12
    exact = (1e-6 / (math.sqrt(s) + epsilon), 1e-6 / math.sqrt(s + epsilon))
    for (symbols, line), expected in zip(epsilon_formulas(epsilon), exact, strict=True):
        assert "g = 10^{-6}" in symbols
        left, _, right = line.rpartition(" = ")
        assert evaluate(left) == pytest.approx(-expected, rel=1e-9)
        assert evaluate(right) == pytest.approx(-expected, rel=5.1e-4)


@every_epsilon
@every_look
def test_epsilon_figure_and_table_hold_both_forms(epsilon, look):
    spec = validated(epsilon_figure(epsilon, look))
    table = epsilon_table(epsilon)
    assert list(table) == ["gradient", "ε outside", "ε inside"]
    np.testing.assert_array_equal(table["gradient"], GRADIENT_SIZES)
    for inside, trace, column in zip((False, True), spec["data"], list(table)[1:], strict=True):
        steps = epsilon_steps(epsilon, inside)
        same(points(trace), np.column_stack([GRADIENT_SIZES, steps]))
        np.testing.assert_array_equal(table[column], steps)
    assert [spec["layout"][axis]["type"] for axis in ("xaxis", "yaxis")] == ["log", "log"]


def coupled(rate, decay, steps):
    """A weight of 1 under Adam whose gradient is decay times the weight."""
    weight, m, v = 1.0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = decay * weight
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        weight -= rate * m / (1 - 0.9**t) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return weight


@every_decay
def test_decay_ends_are_the_closed_forms(rate, decay, steps):
    decoupled, l2, printed = (path for path in decay_paths(rate, decay, steps).values())
    t = np.arange(steps + 1)
    np.testing.assert_allclose(decoupled, (1 - rate * decay) ** t, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(printed, 1 - t * rate * decay, rtol=0, atol=1e-10)
    assert l2[-1] == pytest.approx(coupled(rate, decay, steps), rel=1e-6, abs=1e-9)


@every_decay
def test_decay_words_are_the_ends(rate, decay, steps):
    paths = decay_paths(rate, decay, steps)
    text = clean(describe_decay(paths, rate, decay))
    assert after(text, "After ") == steps
    product = rate * decay
    assert after(text, "leaves **") == pytest.approx((1 - product) ** steps, rel=5.1e-3, abs=1e-300)
    assert after(text, "ηλ = ") == shown(product, 2)
    assert (
        after(text, "ends at **") == shown(1 - steps * product, 3)
        or abs(1 - steps * product) < 1e-12
    )
    assert numbers(text)[-1] == shown(paths["Adam with L2, coupled"][-1], 3)


def test_decay_reference_numbers():
    text = describe_decay(decay_paths(0.01, 1.0, 400), 0.01, 1.0)
    assert after(text, "leaves **") == 0.018
    assert after(text, "ends at **") == -3
    assert "(1 − ηλ)⁴⁰⁰" in text


@every_decay
def test_decay_formulas_lead_to_their_results(rate, decay, steps):
    paths = decay_paths(rate, decay, steps)
    lines = decay_formulas(rate, decay, paths)
    ends = ((1 - rate * decay) ** steps, 1 - steps * rate * decay)
    for (_, line), expected in zip(lines, ends, strict=True):
        left, _, right = line.rpartition(" = ")
        assert not re.search(r"nan|inf", line)
        assert evaluate(left) == pytest.approx(expected, rel=1e-10, abs=1e-12)
        assert evaluate(right) == pytest.approx(expected, rel=5.1e-4, abs=1e-10)


@every_decay
def test_decay_figure_and_table_hold_the_paths(rate, decay, steps):
    paths = decay_paths(rate, decay, steps)
    spec = validated(decay_figure(paths, LIGHT))
    table = decay_table(paths)
    assert list(table) == ["step", *paths]
    assert len(table) == steps + 1
    for name, path in paths.items():
        drawn = points(named(spec, name))
        np.testing.assert_allclose(drawn[:, 1], path, rtol=1e-6, atol=1e-37)
        np.testing.assert_array_equal(table[name], path)


@every_look
def test_decay_figure_is_valid(look):
    validated(decay_figure(decay_paths(0.01, 1.0, 400), look))
