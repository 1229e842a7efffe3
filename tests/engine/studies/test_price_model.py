"""The price model: its scaling, its line, the bend of its surface and its silent units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.data import houses, price_law
from engine.studies.price_model import EXAMPLES, PriceModel, bend, train_price_model

FRESH = houses(np.random.default_rng(77), 40).x
HOUSE = np.array([3.0, 20.0, 5.0, 1.0])
AXES = (np.linspace(0, 30, 46), np.linspace(0, 80, 41))


@pytest.fixture(scope="module")
def relu() -> PriceModel:
    return train_price_model(2, 4, "relu", 0)


@pytest.fixture(scope="module", params=[1, 2, 4])
def linear(request) -> PriceModel:
    return train_price_model(request.param, 5, "linear", 1)


def relu_by_hand(model, x):
    """Prices of houses x and the hidden layers' sums, from the named weights alone."""
    named = model.network.unpack(model.theta)
    h, sums = (x - model.table.x.mean(axis=0)) / model.table.x.std(axis=0), []
    depth = len(named) // 2
    for k in range(1, depth):
        sums.append(h @ named[f"W{k}"] + named[f"b{k}"])
        h = np.maximum(sums[-1], 0)
    z = h @ named[f"W{depth}"] + named[f"b{depth}"]
    return z[:, 0] * model.table.y.std() + model.table.y.mean(), sums


def test_training_data_are_the_shared_houses(relu):
    table = houses(np.random.default_rng(0), EXAMPLES)
    np.testing.assert_array_equal(relu.table.x, table.x)
    np.testing.assert_array_equal(relu.table.y, table.y)
    np.testing.assert_allclose(relu.scaled(table.x).mean(axis=0), 0.0, atol=1e-13)
    np.testing.assert_allclose(relu.scaled(table.x).std(axis=0), 1.0, rtol=1e-13)


def test_prices_are_those_of_the_weights_by_hand(relu):
    prices, trace = relu.forward(FRESH)
    np.testing.assert_allclose(prices, relu_by_hand(relu, FRESH)[0], rtol=1e-12)
    np.testing.assert_allclose(trace.inputs[0], relu.scaled(FRESH), rtol=0, atol=0)


def test_training_learns_the_law(relu):
    x = houses(np.random.default_rng(1), 500).x
    error = np.sqrt(np.mean((relu_by_hand(relu, x)[0] - price_law(x)) ** 2))
    assert relu.error() == pytest.approx(error, rel=1e-12)
    assert relu.error() < 20
    assert relu.error() < 0.8 * train_price_model(2, 4, "linear", 0).error()


def test_the_seed_decides_the_weights(relu):
    np.testing.assert_array_equal(relu.theta, train_price_model(2, 4, "relu", 0).theta)
    assert (relu.theta != train_price_model(2, 4, "relu", 1).theta).all()


def test_the_line_is_the_linear_network(linear):
    weights, bias = linear.line()
    assert weights.shape == (4,)
    np.testing.assert_allclose(FRESH @ weights + bias, linear.forward(FRESH)[0], rtol=0, atol=1e-9)


def test_a_bent_network_has_no_line(relu):
    with pytest.raises(ValueError, match="linear"):
        relu.line()


@pytest.mark.parametrize("columns", [(2, 1), (0, 3)])
def test_the_surface_varies_two_features_of_the_house(relu, columns):
    axes = (np.linspace(0, 5, 7), np.linspace(1, 3, 4))
    surface = relu.surface(HOUSE, columns, axes)
    assert surface.shape == (4, 7)
    for row, column in np.ndindex(surface.shape):
        house = HOUSE.copy()
        house[list(columns)] = axes[0][column], axes[1][row]
        assert surface[row, column] == pytest.approx(relu.forward(house[None])[0][0], rel=1e-12)


def test_a_linear_network_has_a_plane_and_a_bent_one_has_not(linear, relu):
    assert bend(linear.surface(HOUSE, (2, 1), AXES)) < 1e-9
    assert bend(relu.surface(HOUSE, (2, 1), AXES)) > 10


def test_bend_is_the_largest_residual_of_the_best_plane():
    rows, columns = np.indices((5, 7))
    plane = 3.0 - 2 * rows + 0.5 * columns
    assert bend(plane) < 1e-12
    # Centered row times centered column is orthogonal to every plane: it is its own residual.
    twist = (rows - 2.0) * (columns - 3.0)
    assert bend(plane + twist) == pytest.approx(6.0, rel=1e-12)
    assert bend(-4 * twist) == pytest.approx(24.0, rel=1e-12)


def test_silent_units_are_those_that_pass_no_gradient(relu):
    _, sums = relu_by_hand(relu, relu.table.x)
    assert relu.silent_units() == sum(int((z <= 0).all(axis=0).sum()) for z in sums)
    assert train_price_model(1, 3, "tanh", 0).silent_units() == 0


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_unit_pushed_far_down_is_silent(relu, count):
    theta = relu.theta.copy()
    relu.network.unpack(theta)["b2"][:count] = -1e3
    pushed = replace(relu, theta=theta)
    already = relu_by_hand(relu, relu.table.x)[1]
    kept = int((already[0] <= 0).all(axis=0).sum() + (already[1][:, count:] <= 0).all(axis=0).sum())
    assert pushed.silent_units() == kept + count
