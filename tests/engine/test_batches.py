"""Batches: every row once a pass, and one loop that is full-batch descent at one end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batches import batches, descend_on_batches, passes
from engine.descent import BOUND, descend
from engine.least_squares import house_prices
from engine.optimizers import GD, OPTIMIZERS, SGD, AdaGrad, Adam, Momentum
from engine.surfaces import regression

PARAMETERS = ("bedrooms", "age")
PROBLEM, SURFACE = house_prices(PARAMETERS, True), regression(PARAMETERS, True)
N = len(PROBLEM.target)


def run(optimizer, batch_size, epochs, seed=0):
    rng = np.random.default_rng(seed)
    return descend_on_batches(optimizer, PROBLEM, SURFACE, SURFACE.start, batch_size, epochs, rng)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 5))
def test_a_pass_visits_every_row_once(n, batch_size, seed):
    parts = list(batches(np.random.default_rng(seed), n, batch_size))
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert [len(part) for part in parts[:-1]] == [batch_size] * (len(parts) - 1)
    assert 1 <= len(parts[-1]) <= batch_size


def test_each_pass_has_its_own_order():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(batches(rng, 50, 7))) for _ in range(2))
    assert (first != second).any()
    assert (first != np.arange(50)).any()


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 4))
def test_passes_count_the_rows_seen(n, batch_size, epochs):
    rng = np.random.default_rng(0)
    sizes = [len(part) for _ in range(epochs) for part in batches(rng, n, batch_size)]
    seen = np.cumsum([0, *sizes]) / n
    np.testing.assert_allclose(passes(n, batch_size, epochs), seen, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_full_batch_is_plain_descent(name):
    optimizer = OPTIMIZERS[name](learning_rate=0.05)
    path, plain = run(optimizer, N, 40), descend(optimizer, SURFACE, SURFACE.start, 40)
    np.testing.assert_allclose(path.points, plain.points, rtol=0, atol=1e-12)
    np.testing.assert_allclose(path.values, plain.values, rtol=0, atol=1e-12)
    assert (path.diverged_at, path.diverged_in) == (None, None)
    assert (path.optimizer, path.surface) == (optimizer, SURFACE)


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.02), AdaGrad(0.1), Adam(0.05)])
@pytest.mark.parametrize(("batch_size", "updates"), [(1, 600), (16, 39), (64, 12), (199, 6)])
def test_updates_use_the_batches_in_their_order(optimizer, batch_size, updates):
    path = run(optimizer, batch_size, 3, seed=4)
    assert path.points.shape == (updates + 1, 2)
    rng, x, y = np.random.default_rng(4), PROBLEM.design, PROBLEM.target
    theta = np.array(SURFACE.start)
    state, step = optimizer.init(theta), 0
    for _ in range(3):
        for rows in batches(rng, N, batch_size):
            gradient = sum((x[k] @ theta - y[k]) * x[k] for k in rows) / len(rows)
            theta, state = optimizer.step(theta, gradient, state)
            step += 1
            np.testing.assert_allclose(path.points[step], theta, rtol=0, atol=1e-11)
    assert step == updates


def test_values_are_the_loss_over_all_rows():
    path = run(SGD(0.1), 8, 2)
    expected = [PROBLEM.value(theta) for theta in path.points]
    np.testing.assert_allclose(path.values, expected, rtol=1e-11)


def test_the_seed_alone_decides():
    np.testing.assert_array_equal(run(SGD(0.1), 4, 2, 1).points, run(SGD(0.1), 4, 2, 1).points)
    assert (run(SGD(0.1), 4, 2, 1).points[1:] != run(SGD(0.1), 4, 2, 2).points[1:]).any()


@pytest.mark.parametrize(("optimizer", "batch_size"), [(GD(3.0), N), (SGD(3.0), 16), (SGD(3.0), 1)])
def test_divergence_is_told(optimizer, batch_size):
    path = run(optimizer, batch_size, 40)
    lost = path.diverged_at
    assert path.diverged_in == "point"
    assert 1 < lost < len(path.points)
    assert np.isfinite(path.points[:lost]).all()
    assert (np.abs(path.points[:lost]) <= BOUND).all()
    assert np.isnan(path.points[lost:]).all()
    assert np.isnan(path.values[lost:]).all()
    rng = np.random.default_rng(0)
    rows = [part for _ in range(40) for part in batches(rng, N, batch_size)][lost - 1]
    last = path.points[lost - 1]
    assert np.abs(last - 3.0 * PROBLEM.gradient(last, rows)).max() > BOUND


@pytest.mark.parametrize("batch_size", [0, -1, N + 1])
def test_other_batch_sizes_are_refused(batch_size):
    with pytest.raises(ValueError, match=f"1 to {N}"):
        run(SGD(), batch_size, 1)
