"""Gradient flow: Jacobians against differences, constant gates, clipping, truncation, explosion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.gradcheck import check_gradient, numerical_gradient
from engine.recurrent import CELLS, LSTM, gradient_flow
from engine.studies.jacobians import spectral_radius
from engine.studies.sequence_flow import (
    D_IN,
    Setting,
    build_cell,
    clipped,
    draw_inputs,
    draw_weights,
    exploding_factor,
    exploding_flow,
    flow_of,
    forget_product,
    last_by_state,
    lost_at,
    rest_difference,
)

SMALL = Setting(steps=12, hidden=3, radius=1.3, forget_bias=2.0)
every_cell = pytest.mark.parametrize("kind", CELLS)


@every_cell
def test_weights_have_the_radius_and_the_bias_that_are_asked_for(kind):
    cell, theta = build_cell(kind, SMALL), draw_weights(kind, SMALL)
    views = cell.unpack(theta)
    for k, gate in enumerate(cell.gates):
        block = slice(3 * k, 3 * k + 3)
        assert spectral_radius(views["U1"][:, block]) == pytest.approx(1.3)
        bias = 2.0 if (kind, gate) in (("LSTM", "f"), ("GRU", "z")) else 0.0
        np.testing.assert_array_equal(views["b1"][block], bias)


def test_all_cells_share_the_weights_of_the_candidate():
    blocks = []
    for kind, gate in (("RNN", "n"), ("LSTM", "g"), ("GRU", "n")):
        cell = build_cell(kind, SMALL)
        views, k = cell.unpack(draw_weights(kind, SMALL)), cell.gates.index(gate)
        blocks.append(np.vstack([views[n][:, 3 * k : 3 * k + 3] for n in ("W1", "U1")]))
    np.testing.assert_array_equal(blocks[0], blocks[1])
    np.testing.assert_array_equal(blocks[0], blocks[2])


def test_a_longer_sequence_begins_like_a_shorter_one():
    x = draw_inputs(SMALL)
    assert x.shape == (12, D_IN)
    np.testing.assert_array_equal(draw_inputs(replace(SMALL, steps=20))[:12], x)
    np.testing.assert_array_equal(draw_inputs(replace(SMALL, input_scale=0.0)), 0)


@every_cell
@pytest.mark.parametrize("back", [1, 5, 12])
def test_derivatives_by_an_earlier_state(kind, back):
    cell, theta, x = build_cell(kind, SMALL), draw_weights(kind, SMALL), draw_inputs(SMALL)
    last, slopes, state = last_by_state(cell, theta, x, back)
    assert check_gradient(last, slopes, state).error < 1e-9
    jacobian = flow_of(kind, SMALL).jacobians[12 - back]
    np.testing.assert_allclose(slopes[:3], jacobian[0], rtol=1e-10, atol=1e-15)


@every_cell
def test_norms_are_those_of_jacobians_by_central_differences(kind):
    cell, theta, x = build_cell(kind, SMALL), draw_weights(kind, SMALL), draw_inputs(SMALL)
    _, cache = cell.forward(theta, x[None, :5])
    state = cache.state if isinstance(cache.state, tuple) else (cache.state,)

    def last(h, unit):
        moved = (h[None, None], *state[1:])
        y, _ = cell.forward(theta, x[None, 5:], moved if len(moved) > 1 else moved[0])
        return float(y[0, -1, unit])

    rows = [numerical_gradient(lambda h, u=u: last(h, u), state[0][0, 0]) for u in range(3)]
    flow = flow_of(kind, SMALL)
    assert flow.hidden[5] == pytest.approx(np.linalg.norm(rows, 2), rel=1e-7)
    assert flow.hidden[-1] == 1
    np.testing.assert_allclose(flow.units[5], np.linalg.norm(rows, axis=0), rtol=1e-7)


@pytest.mark.parametrize(("gate", "left"), [(0.5, 9e-16), (0.99, 0.605)])
def test_fifty_constant_forget_gates(gate, left):
    """The handbook's numbers (H104): 0.5^50 = 9e-16 and 0.99^50 = 0.605."""
    product = forget_product(gate, 50)
    assert product[0] == pytest.approx(left, rel=0.02 if gate == 0.5 else 1e-3)
    cell = LSTM(D_IN, 4, frozen={"f": gate})
    theta = draw_weights("LSTM", Setting(hidden=4))
    cell.unpack(theta)["U1"][...] = 0
    flow = gradient_flow(cell, theta, draw_inputs(Setting()))
    np.testing.assert_allclose(flow.cells, product, rtol=1e-13)


def test_clipping_bounds_a_long_gradient_and_leaves_a_short_one():
    norms = 2.0 ** np.arange(6.0)[::-1]
    np.testing.assert_array_equal(clipped(norms, None), norms)
    np.testing.assert_array_equal(clipped(norms, 5.0), [5, 5, 5, 4, 2, 1])
    np.testing.assert_array_equal(clipped(1 / norms, 5.0), 1 / norms)
    hill = np.array([1.0, 10.0, 100.0, 1.0])
    np.testing.assert_allclose(clipped(hill, 10.0), [0.1, 1.0, 10.0, 1.0])
    edge = clipped(np.array([np.inf, 0.0, 1.0]), 1.0)
    np.testing.assert_array_equal(edge, [np.inf, 0, 1])


def test_clipped_norms_are_those_of_vectors_that_are_clipped_on_the_way():
    rng = np.random.default_rng(1)
    jacobians = 1.2 * rng.normal(size=(8, 3, 3))
    free, cut = [np.eye(3)], [np.eye(3)]
    for jacobian in jacobians:
        free.append(free[-1] @ jacobian)
        step = cut[-1] @ jacobian
        cut.append(step * min(1.0, 3.0 / np.linalg.norm(step, 2)))
    norms = [np.array([np.linalg.norm(m, 2) for m in way[::-1]]) for way in (free, cut)]
    assert norms[0].max() > 3
    np.testing.assert_allclose(clipped(norms[0], 3.0), norms[1], rtol=1e-12)


@every_cell
def test_nothing_passes_a_cut(kind):
    whole, cut = flow_of(kind, SMALL), flow_of(kind, SMALL, window=5)
    np.testing.assert_array_equal(cut.hidden[:11], 0)
    np.testing.assert_array_equal(cut.units[:11], 0)
    np.testing.assert_allclose(cut.hidden[11:], whole.hidden[11:])


def test_where_norms_fall_below_a_border_for_good():
    assert lost_at(np.array([1e-5, 1e-4, 1e-2, 1.0]), 1e-3) == 1
    assert lost_at(np.array([1e-5, 1e-2, 1e-4, 1.0]), 1e-3) == 0
    assert lost_at(np.array([1e-2, 1e-4, 1.0]), 1e-3) is None
    assert lost_at(np.zeros(3), 1e-3) == 2
    assert lost_at(np.ones(3), 1e-3) is None


def test_the_lstm_that_explodes():
    """The handbook's H118: 6.706^20 = 3.387e16."""
    factor = exploding_factor(8.0, 0.5)
    assert factor == pytest.approx(6.706, abs=5e-4)
    assert factor**20 == pytest.approx(3.387e16, rel=2e-4)
    flow = exploding_flow(8.0, 0.5, 20)
    assert flow.cells.shape == (21,)
    np.testing.assert_allclose(flow.cells, factor ** np.arange(20, -1.0, -1), rtol=1e-12)
    assert rest_difference(8.0, 0.5, 20, 1e-30) == pytest.approx(factor**20, rel=1e-10)
    assert forget_product(0.5, 20)[0] < 1e-6


@pytest.mark.parametrize(("weight", "forget"), [(0.0, 0.9), (-12.0, 0.05), (12.0, 0.95)])
def test_the_factor_holds_for_every_weight(weight, forget):
    factor = abs(exploding_factor(weight, forget))
    np.testing.assert_allclose(
        exploding_flow(weight, forget, 30).cells, factor ** np.arange(30, -1.0, -1), rtol=1e-11
    )


def test_a_relu_network_without_inputs_passes_nothing():
    flow = flow_of("RNN", replace(SMALL, activation="relu", input_scale=0.0))
    np.testing.assert_array_equal(flow.hidden[:-1], 0)
