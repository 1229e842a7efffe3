"""The convergence map: runs obey the theory, and the words and steps are theory's numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.descent import contraction_estimate, descend, sweep
from engine.optimizers import Momentum
from engine.stability import best_gd, best_momentum
from engine.surfaces import ravine
from pages.figures.convergence import (
    BETAS,
    SHOWN,
    SIDE,
    describe_map,
    map_alt,
    map_figure,
    map_table,
    measure,
    rates,
    steps_to,
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

CONDITIONS = (2, 10, 100, 1000)
every_condition = pytest.mark.parametrize("condition", CONDITIONS)
MEASURED = {condition: measure(condition, 300) for condition in CONDITIONS}


def radius(rate, beta, condition):
    """Spectral radius of the two-step iteration, from the eigenvalues of its matrices."""
    blocks = [[[1 + beta - rate * k, -beta], [1, 0]] for k in (1, condition)]
    return float(np.abs(np.linalg.eigvals(np.array(blocks))).max())


def radii(condition):
    return np.array([[radius(eta, beta, condition) for eta in rates(condition)] for beta in BETAS])


def ridge(condition):
    """How far the nearer of the two characteristic equations is from a double root."""
    eta, beta = rates(condition)[None, :, None], BETAS[:, None, None]
    half = (1 + beta - eta * np.array([1, condition])) / 2
    return np.abs(half**2 - beta).min(axis=-1)


def here(condition, rate, beta, steps=300):
    surface = ravine(condition)
    values = sweep(Momentum(rate, beta), surface, surface.start, steps)
    return float(contraction_estimate(values, surface, surface.start, steps))


@pytest.mark.parametrize("condition", [2, 10, 100])
def test_runs_contract_as_the_theory_says(condition):
    measured, theory = MEASURED[condition], radii(condition)
    inside = np.abs(theory - 0.92) < 0.07
    inside &= np.abs(measured - 0.92) < 0.07
    inside &= ridge(condition) > 0.01
    assert inside.sum() > 200
    np.testing.assert_allclose(measured[inside], theory[inside], rtol=0.05)


@every_condition
def test_runs_right_of_the_border_move_away(condition):
    border = 2 * (1 + BETAS[:, None]) / condition
    beyond = rates(condition)[None, :] > 1.05 * border
    left = rates(condition)[None, :] < 0.95 * border
    assert beyond.sum() > 100
    assert (MEASURED[condition][beyond] > 1).all()
    slow = radii(condition) > 0.98  # 300 steps of these may still be above where they began
    assert (MEASURED[condition][left & ~slow] < 1).all()


def test_a_point_of_the_map_is_a_run():
    surface, (row, column) = ravine(100), (20, 41)
    rule = Momentum(float(rates(100)[column]), float(BETAS[row]))
    path = descend(rule, surface, surface.start, 300)
    expected = (path.values[-1] / path.values[0]) ** (1 / 600)
    assert MEASURED[100][row, column] == pytest.approx(expected, rel=1e-9)
    assert MEASURED[100].shape == (SIDE, SIDE)


@every_condition
def test_rates_reach_to_the_largest_stable_one(condition):
    eta = rates(condition)
    assert (len(eta), eta[0] * condition, eta[-1] * condition) == pytest.approx((SIDE, 0.01, 4.0))
    assert np.ptp(np.diff(np.log(eta))) < 1e-12
    assert eta[-1] > 2 * (1 + BETAS[-1]) / condition
    assert eta[0] < best_gd([1, condition]).learning_rate < eta[-1]


@every_condition
@every_look
def test_figure_draws_map_border_and_marks(condition, look):
    measured = MEASURED[condition]
    point = (2.8 / condition, 0.67)
    spec = validated(map_figure(condition, measured, point, look))
    heat, clicks = spec["data"][:2]
    same(array(heat["x"]), rates(condition))
    same(array(heat["y"]), BETAS)
    same(array(heat["z"]), np.clip(measured, *SHOWN))
    assert (heat["zmin"], heat["zmax"]) == SHOWN
    stops = dict(heat["colorscale"])
    assert SHOWN[0] + 0.8 * (SHOWN[1] - SHOWN[0]) == pytest.approx(1.0)
    assert stops[0.8] != stops[0.81]  # the color changes where runs stop converging
    border = points(named(spec, "border in theory"))
    same(border, np.column_stack([2 * (1 + BETAS) / condition, BETAS]))
    root, small = math.sqrt(condition), 1.0
    best = ((2 / (root + small)) ** 2, ((root - small) / (root + small)) ** 2)
    same(points(named(spec, "best momentum")), [best])
    same(points(named(spec, "best GD")), [(2 / (condition + 1), 0.0)])
    same(points(named(spec, "chosen")), [point])
    low, high = spec["layout"]["xaxis"]["range"]
    for trace in spec["data"][1:]:
        assert (np.log10(points(trace)[:, 0]) >= low - 1e-6).all()
        assert (np.log10(points(trace)[:, 0]) <= high + 1e-6).all()
    assert clicks["marker"]["opacity"] == 0


@every_condition
def test_table_has_a_row_per_run(condition):
    table = map_table(condition, MEASURED[condition])
    assert list(table) == ["η", "β", "measured", "theory"]
    assert len(table) == SIDE * SIDE
    for row in table.iloc[[0, 59, 60, 1234, 3599]].itertuples(index=False):
        assert row.theory == pytest.approx(radius(row[0], row[1], condition), rel=1e-7)
    np.testing.assert_array_equal(table["measured"], MEASURED[condition].ravel())
    assert table["β"].iloc[60] == BETAS[1]


@pytest.mark.parametrize(
    ("contraction", "text"),
    [
        (best_gd([1, 100]).contraction, "691 steps"),
        (best_momentum([1, 100]).contraction, "69 steps"),
        (0.5, "20 steps"),
        (1e-7, "1 step"),
        (1.0, "never"),
        (3.0, "never"),
    ],
)
def test_steps_to_a_millionth(contraction, text):
    assert steps_to(contraction) == text


@pytest.mark.parametrize("contraction", [0.1716, 0.5, 0.9, 0.9802, 0.999, 0.999999])
def test_steps_are_the_first_that_suffice(contraction):
    steps = int(steps_to(contraction).split()[0].replace(",", ""))
    assert contraction**steps <= 1e-6 < contraction ** (steps - 1)


def test_reference_numbers_at_condition_100():
    text = clean(describe_map(ravine(100), 0.02, 0.5, here(100, 0.02, 0.5)))
    assert after(text, "The best is **") == 0.8182
    assert after(text, "** at β = ") == 0.669
    assert after(text, "GD reaches ") == 0.9802


STATES = [(share, beta) for share in (1e-3, 0.5, 1.99, 2.8, 3.9, 4.0) for beta in (0.0, 0.67, 0.99)]


@every_condition
@pytest.mark.parametrize("steps", [50, 300])
def test_description_is_theory_beside_measurement(condition, steps):
    for share, beta in STATES:
        rate, limit = share / condition, 2 * (1 + beta) / condition
        measured = here(condition, rate, beta, steps)
        text = clean(describe_map(ravine(condition), rate, beta, measured))
        assert numbers(text)[:2] == [shown(rate, 3), shown(beta, 3)]
        assert ("**converges**" in text) == (rate < limit)
        assert ("**diverges**" in text) == (rate > limit)
        # A double root doubles its rounding's digits: the radius is good to about 1e-8.
        told = after(text, "is multiplied by **")
        assert told == pytest.approx(radius(rate, beta, condition), rel=5.01e-4, abs=1e-7)
        assert (told < 1) == (rate < limit) or told == 1
        if np.isfinite(measured):
            assert measured > 0
            assert after(text, "measured ") == shown(measured)
        assert after(text, "2(1 + β)/L = ") == shown(limit, 3)


def test_a_loss_too_small_to_hold_is_not_told_as_zero():
    best = best_momentum([1, 2])
    measured = here(2, best.learning_rate, best.beta)
    assert measured == 0
    text = clean(describe_map(ravine(2), best.learning_rate, best.beta, measured))
    assert "measured too small to hold" in text


def test_on_the_border_a_run_does_neither():
    text = clean(describe_map(ravine(100), 0.02, 0.0, here(100, 0.02, 0.0)))
    assert "converges" not in text
    assert "diverges" not in text
    assert after(text, "is multiplied by **") == 1


@every_condition
def test_alt_tells_the_best_and_the_chosen(condition):
    best = best_momentum([1, condition])
    for share, beta in STATES:
        text = clean(map_alt(condition, (share / condition, beta)))
        assert after(text, "for condition ") == condition
        fastest = text[text.index("Fastest") :]
        expected = [best.learning_rate, best.beta, share / condition, beta]
        assert numbers(fastest) == [shown(v, 3) for v in expected]
