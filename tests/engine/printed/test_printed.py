"""The printed listings misbehave exactly as the handbook's do, and only where they should."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import descend
from engine.initializers import INITIALIZERS
from engine.optimizers import Adam, AdamW
from engine.printed.listings import (
    PrintedAdamW,
    decay_path,
    printed_bias_step,
    printed_decay_weights,
    printed_gd_step,
    printed_layer_count,
    printed_xavier,
)
from engine.surfaces import SURFACES

PRINTED = PrintedAdamW(learning_rate=0.1, weight_decay=0.1)
CORRECT = AdamW(learning_rate=0.1, weight_decay=0.1)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def run(optimizer, theta, gradients):
    state = optimizer.init(theta)
    for gradient in gradients:
        theta, state = optimizer.step(theta, gradient, state)
    return theta, state


def test_printed_adamw_without_decay_is_adam(rng):
    theta, gradients = rng.normal(size=5), rng.normal(size=(30, 5))
    printed, _ = run(PrintedAdamW(learning_rate=0.02, weight_decay=0.0), theta, gradients)
    np.testing.assert_array_equal(printed, run(Adam(learning_rate=0.02), theta, gradients)[0])


def test_first_step_of_printed_adamw_is_right(rng):
    theta, gradients = rng.normal(size=5), rng.normal(size=(2, 5))
    one, two = gradients[:1], gradients
    np.testing.assert_allclose(
        run(PRINTED, theta, one)[0], run(CORRECT, theta, one)[0], rtol=1e-14, atol=1e-15
    )
    assert np.abs(run(PRINTED, theta, two)[0] - run(CORRECT, theta, two)[0]).max() > 1e-4


def test_printed_adamw_leaves_its_arguments_alone(rng):
    theta, gradients = rng.normal(size=5), rng.normal(size=(3, 5))
    before = theta.copy()
    _, state = run(PRINTED, theta, gradients)
    np.testing.assert_array_equal(theta, before)
    np.testing.assert_array_equal(state[-1], before)


def test_printed_adamw_runs_on_a_surface():
    surface = SURFACES["ravine"]
    path = descend(PRINTED, surface, surface.start, 20)
    state = PRINTED.init(np.array(surface.start))
    theta = np.array(surface.start)
    for _ in range(20):
        theta, state = PRINTED.step(theta, surface.gradient(theta), state)
    np.testing.assert_allclose(path.points[-1], theta, rtol=1e-12)
    assert len(PRINTED.state_names) == len(state)


def test_printed_decay_is_a_line_through_zero():
    steps = np.arange(401)
    np.testing.assert_allclose(decay_path(PRINTED, 1.0, 400), 1 - 0.01 * steps, atol=1e-12)


def test_correct_decay_is_geometric():
    steps = np.arange(401)
    np.testing.assert_allclose(decay_path(CORRECT, 1.0, 400), 0.99**steps, rtol=1e-12)


def test_printed_decay_scales_with_the_start():
    np.testing.assert_allclose(
        decay_path(PRINTED, -2.0, 50), -2 * decay_path(PRINTED, 1.0, 50), rtol=1e-12
    )


def test_printed_bias_of_a_wide_layer_raises():
    with pytest.raises(ValueError, match="broadcast"):
        printed_bias_step(PRINTED, np.zeros((4, 1)), np.ones((4, 1)), np.ones((4, 3)))


@pytest.mark.parametrize("weight", [5.0, -3.0])
def test_printed_bias_of_a_single_weight_is_silently_wrong(weight):
    bias, zero = np.array([[2.0]]), np.zeros((1, 1))
    moved = printed_bias_step(PRINTED, bias, zero, [[weight]])
    np.testing.assert_allclose(moved, [[2.0 - 0.01 * weight]], rtol=1e-14)
    np.testing.assert_array_equal(bias, [[2.0]])


def test_printed_bias_without_decay_takes_the_step_of_adam():
    moved = printed_bias_step(
        PrintedAdamW(learning_rate=0.1, weight_decay=0.0), [[0.0]], [[7.0]], [[5.0]]
    )
    np.testing.assert_allclose(moved, [[-0.1]], rtol=1e-8)


def test_printed_decay_weights_copies_the_weights_only():
    parameters = {"W1": np.array([[7.0]]), "b1": np.array([[1.0]]), "W2": np.array([[-2.0]])}
    kept = printed_decay_weights(parameters)
    assert list(kept) == ["W1", "W2"]
    parameters["W1"] -= 1
    assert kept["W1"] == 7.0


def test_printed_gd_changes_the_array_of_its_caller():
    theta = np.array([1.0])
    history = []
    for _ in range(3):
        history.append(theta)
        theta = printed_gd_step(theta, np.ones(1), 0.1)
    np.testing.assert_allclose(np.concatenate(history), [0.7, 0.7, 0.7], rtol=1e-15)


def test_printed_gd_refuses_integers():
    with pytest.raises(TypeError, match="cast"):
        printed_gd_step(np.array([1]), np.ones(1), 0.1)


@pytest.mark.parametrize(
    ("names", "count"), [(("W1", "b1", "W2", "b2"), 2), (("W1", "b1", "gamma1", "beta1"), 2)]
)
def test_printed_layer_count_counts_pairs(names, count):
    assert printed_layer_count(dict.fromkeys(names)) == count


@pytest.mark.parametrize(("n_in", "n_out"), [(100, 100), (300, 100)])
def test_printed_xavier_has_the_root_too_many(rng, n_in, n_out):
    weights = printed_xavier(rng, n_in, n_out)
    right = INITIALIZERS["xavier_normal"](np.random.default_rng(0), n_in, n_out)
    assert weights.shape == (n_in, n_out)
    np.testing.assert_allclose(weights, right * (n_in + n_out) ** 0.25, rtol=1e-12)
    assert weights.var() == pytest.approx(2 / np.sqrt(n_in + n_out), rel=0.05)


def test_printed_xavier_is_0_141_where_0_01_is_right(rng):
    assert printed_xavier(rng, 100, 100).var() == pytest.approx(0.141, rel=0.03)
    assert INITIALIZERS["xavier_normal"](rng, 100, 100).var() == pytest.approx(0.01, rel=0.03)
