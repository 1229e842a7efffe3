"""Jacobians from the last state back to each one before: differences, and products of gates."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from engine.recurrent import CELLS as KINDS
from engine.recurrent import GRU, LSTM, RNN, gradient_flow
from tests.engine.recurrent.cells import D, H, T, case


def by_differences(cell, theta, x, states, place, k):
    """d(part)_T / d(part)_k (hidden, hidden), moving the state after step k."""
    rest = x[None, k:]

    def last(unit, moved):
        start = [moved[None, None] if p == place else s[None, None] for p, s in enumerate(states)]
        start = tuple(start) if len(start) > 1 else start[0]
        end = cell.forward(theta, rest, start)[1].state
        return float((end if isinstance(end, tuple) else (end,))[place][0, 0, unit])

    rows = [numerical_gradient(lambda v, u=u: last(u, v), states[place]) for u in range(H)]
    return np.array(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_jacobians_are_central_differences(kind):
    at = case(KINDS[kind](D, H))
    flow = gradient_flow(at.cell, at.theta, at.x[0])
    _, cache = at.cell.forward(at.theta, at.x[:1])
    for k in range(T):
        states = [cache.values[0][part][k][0] for part in at.cell.parts]
        expected = by_differences(at.cell, at.theta, at.x[0], states, 0, k)
        np.testing.assert_allclose(flow.jacobians[k], expected, atol=1e-9)
        np.testing.assert_allclose(flow.hidden[k], np.linalg.norm(expected, 2), atol=1e-8)
        np.testing.assert_allclose(flow.units[k], np.linalg.norm(expected, axis=0), atol=1e-8)


def test_the_last_state_is_itself():
    for kind in KINDS.values():
        at = case(kind(D, H, layers=2))
        flow = gradient_flow(at.cell, at.theta, at.x[0])
        np.testing.assert_array_equal(flow.jacobians[-1], np.eye(H))
        assert flow.hidden[-1] == 1
        assert flow.hidden.shape == (T + 1,)


@pytest.mark.parametrize(("forget", "product"), [(0.5, 8.881784197001252e-16), (0.99, 0.605006)])
def test_the_cell_keeps_the_product_of_its_forget_gates(forget, product):
    cell = LSTM(1, 3, frozen={"f": forget, "i": 0.0})
    theta = np.random.default_rng(0).normal(size=cell.size)
    flow = gradient_flow(cell, theta, np.ones((50, 1)))
    np.testing.assert_allclose(flow.cells[0], product, rtol=1e-6)
    np.testing.assert_allclose(flow.cells, forget ** np.arange(50, -1, -1.0), rtol=1e-13)


def test_a_gru_that_updates_nothing_keeps_its_state():
    cell = GRU(1, 3, frozen={"z": 1.0})
    theta = np.random.default_rng(0).normal(size=cell.size)
    np.testing.assert_array_equal(gradient_flow(cell, theta, np.ones((9, 1))).hidden, 1)


@pytest.mark.parametrize("radius", [0.5, 1.5])
def test_a_relu_recurrence_grows_by_its_spectral_radius(radius):
    cell = RNN(1, 4, activation="relu")
    theta = np.zeros(cell.size)
    cell.unpack(theta)["U1"][:] = radius * np.eye(4)
    flow = gradient_flow(cell, theta, np.ones((20, 1)), np.ones((1, 1, 4)))
    np.testing.assert_allclose(flow.hidden, radius ** np.arange(20, -1, -1.0), rtol=1e-12)


def test_an_overflow_is_infinite_and_no_warning():
    cell = RNN(1, 2, activation="relu")
    theta = np.zeros(cell.size)
    cell.unpack(theta)["U1"][:] = 1e40 * np.eye(2)
    flow = gradient_flow(cell, theta, np.ones((20, 1)), np.ones((1, 1, 2)))
    assert np.isinf(flow.hidden[0])
    assert flow.hidden[-1] == 1


def test_beyond_the_window_nothing_comes_back():
    at = case(LSTM(D, H))
    flow = gradient_flow(at.cell, at.theta, at.x[0], window=3)
    assert not flow.hidden[:4].any()
    assert flow.hidden[4:].all()
    assert not flow.cells[:4].any()


def test_a_state_may_be_given():
    at = case(LSTM(D, H))
    start = tuple(part[:, :1] for part in at.start)
    flow = gradient_flow(at.cell, at.theta, at.x[0], start)
    expected = by_differences(at.cell, at.theta, at.x[0], [p[0, 0] for p in start], 0, 0)
    np.testing.assert_allclose(flow.jacobians[0], expected, atol=1e-9)
