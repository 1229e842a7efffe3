"""Symmetry: equal units stay equal in every step, and noise or dropout tells them apart."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.optimizers import GD, OPTIMIZERS, Adam
from engine.studies.symmetry import (
    LOSS,
    STARTS,
    distances,
    distinct_units,
    one_hidden_layer,
    spread,
    start_theta,
    train_hidden,
)

X = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def run(start, *, activation="tanh", noise=0.0, dropout=0.0, optimizer=None, units=4, steps=60):
    rng = np.random.default_rng(0)
    network = one_hidden_layer(2, units, activation, dropout)
    theta = start_theta(network, start, noise, rng)
    return train_hidden(network, theta, X, Y, optimizer or Adam(0.05), steps, rng)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("start", ["zeros", "equal"])
@pytest.mark.parametrize(
    ("optimizer", "units"), [*((name, 4) for name in OPTIMIZERS), ("GD", 2), ("GD", 7)]
)
def test_equal_units_stay_equal(activation, start, optimizer, units):
    """Up to rounding: where the units do not fill the processor's registers, sums may differ in
    the last bit, and a rule that divides by the gradient's size can make that grow."""
    found = run(start, activation=activation, optimizer=OPTIMIZERS[optimizer](0.05), units=units)
    assert [distinct_units(weights) for weights in found.incoming] == [1] * 61
    np.testing.assert_allclose(spread(found.incoming), 0, atol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_at_zero_no_weight_has_a_gradient(activation):
    found = run("zeros", activation=activation)
    assert not found.gradient[found.network.weights].any()
    assert not found.incoming.any()
    np.testing.assert_allclose(found.losses, np.log(2))


def test_a_sigmoid_at_zero_has_a_gradient_in_the_last_layer_only():
    """Its units put out 1/2, so on unbalanced labels the last weights move, and all alike."""
    rng = np.random.default_rng(0)
    network = one_hidden_layer(2, 3, "sigmoid")
    theta = start_theta(network, "zeros", 0.0, rng)
    y = np.array([[1.0], [1.0], [1.0], [0.0]])
    gradient = network.unpack(train_hidden(network, theta, X, y, GD(0.1), 1, rng).gradient)
    assert not gradient["W1"].any()
    assert gradient["W2"].all()
    assert np.ptp(gradient["W2"]) == 0


def test_random_units_are_distinct_and_learn_xor():
    random, equal = run("random", steps=200), run("equal", steps=200)
    assert distinct_units(random.incoming[0]) == 4
    assert random.losses[-1] < 0.1 < 0.4 < equal.losses[-1]


def test_noise_breaks_the_symmetry():
    found = run("equal", noise=0.1, steps=200)
    assert distinct_units(found.incoming[0]) == 4
    assert spread(found.incoming)[-1] > 10 * spread(found.incoming)[0]
    assert found.losses[-1] < 0.1


def test_dropout_breaks_the_symmetry_of_equal_units_but_not_of_tanh_at_zero():
    assert distinct_units(run("equal", dropout=0.3).incoming[-1]) == 4
    assert distinct_units(run("zeros", dropout=0.3).incoming[-1]) == 1


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_first_gradient_is_the_central_difference(start, activation):
    found = run(start, activation=activation, noise=0.2, steps=1)
    check = check_gradient(
        lambda theta: LOSS.value(found.network.forward(theta, X)[0], Y),
        found.gradient,
        found.start,
    )
    assert check.passed(1e-8)


def test_distances_and_distinct_units_by_hand():
    columns = np.array([[0.0, 3.0, 0.0, 1e-12], [0.0, 4.0, 0.0, 0.0]])
    expected = [[0, 5, 0, 0], [5, 0, 5, 5], [0, 5, 0, 0], [0, 5, 0, 0]]
    np.testing.assert_allclose(distances(columns), expected, atol=1e-11)
    assert distinct_units(columns) == 2
    assert distinct_units(columns[:, :1]) == 1
    np.testing.assert_allclose(spread(columns[None]), [5])


def test_an_overflowing_run_ends_in_nan():
    found = run("random", activation="relu", optimizer=GD(1e200), steps=20)
    assert np.isfinite(found.losses[0])
    assert not np.isfinite(found.losses[-1])


def test_a_run_repeats_exactly():
    first, second = run("random", dropout=0.4), run("random", dropout=0.4)
    np.testing.assert_array_equal(first.losses, second.losses)
