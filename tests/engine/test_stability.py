"""Theory of descent on quadratics: its published numbers, and runs that obey it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimizers import GD, Momentum
from engine.stability import best_gd, best_momentum, contraction, gd_limit, momentum_limit

curvatures = st.floats(1e-3, 1e3)
betas = st.floats(0.0, 0.95)


def final(optimizer, curvature, steps=3000):
    """Distance to the minimum of curvature x^2 / 2 after `steps` from 1, at most 1e100."""
    theta, state = 1.0, optimizer.init(1.0)
    for _ in range(steps):
        theta, state = optimizer.step(theta, curvature * theta, state)
        if abs(theta) > 1e100:
            break
    return abs(theta)


@settings(max_examples=30, deadline=None)
@given(curvatures)
def test_descent_is_stable_up_to_its_limit(curvature):
    limit = float(gd_limit(curvature))
    assert limit == pytest.approx(2 / curvature)
    assert final(GD(0.99 * limit), curvature) < 1e-6
    assert final(GD(1.01 * limit), curvature) > 1e6


@settings(max_examples=30, deadline=None)
@given(curvatures, betas)
def test_momentum_is_stable_up_to_its_limit(curvature, beta):
    limit = float(momentum_limit(curvature, beta))
    assert limit == pytest.approx(2 * (1 + beta) / curvature)
    assert final(Momentum(0.98 * limit, beta), curvature) < 1e-2
    assert final(Momentum(1.02 * limit, beta), curvature) > 1e2


@given(curvatures, st.floats(0.0, 0.99))
def test_contraction_is_1_at_the_limit(curvature, beta):
    assert contraction(momentum_limit(curvature, beta), beta, [curvature]) == pytest.approx(1)
    assert contraction(0.999 * momentum_limit(curvature, beta), beta, [curvature]) < 1


def test_reference_numbers_at_condition_100():
    assert best_gd([1, 100]) == pytest.approx((2 / 101, 0.0, 99 / 101))
    assert best_gd([1, 100]).contraction == pytest.approx(0.9802, abs=5e-5)
    assert best_momentum([1, 100]) == pytest.approx(((2 / 11) ** 2, 81 / 121, 9 / 11))
    assert best_momentum([1, 100]).beta == pytest.approx(0.669, abs=5e-4)
    assert best_momentum([1, 100]).contraction == pytest.approx(0.8182, abs=5e-5)


@pytest.mark.parametrize("best", [best_gd, best_momentum])
@pytest.mark.parametrize("eigenvalues", [(1, 100), (0.3, 7.0), (5, 5), (1, 2, 50)])
def test_best_hyperparameters_have_the_stated_contraction_and_none_less(best, eigenvalues):
    rate, beta, stated = best(eigenvalues)
    # Two roots meet at the optimum, where rounding enters as its square root.
    assert contraction(rate, beta, eigenvalues) == pytest.approx(stated, abs=1e-7)
    rates = rate * np.linspace(0.5, 1.5, 101)[:, None]
    others = np.linspace(0, 0.99, 100) if beta else np.zeros(1)
    assert contraction(rates, others, eigenvalues).min() >= stated - 1e-12


def test_contraction_broadcasts_over_a_grid():
    rates, others = np.linspace(0.001, 0.03, 4)[:, None], np.linspace(0, 0.9, 3)
    found = contraction(rates, others, [1, 100])
    assert found.shape == (4, 3)
    assert found[2, 1] == contraction(rates[2, 0], others[1], [1, 100])


@pytest.mark.parametrize(("rate", "beta"), [(0.005, 0.0), (0.015, 0.5), (0.03, 0.9), (0.0025, 0.3)])
def test_runs_contract_as_the_theory_says(rate, beta):
    stated = float(contraction(rate, beta, [100]))
    measured = final(Momentum(rate, beta), 100.0, steps=400) ** (1 / 400)
    assert measured == pytest.approx(stated, abs=0.02)


@pytest.mark.parametrize("eigenvalues", [[0, 1], [-1, 2]])
def test_directions_without_a_minimum_are_refused(eigenvalues):
    for best in (best_gd, best_momentum):
        with pytest.raises(ValueError, match="positive"):
            best(eigenvalues)
