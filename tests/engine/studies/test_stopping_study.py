"""Early stopping on a recorded run is early stopping in training, and is like L2 on a quadratic."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from engine.network import mlp
from engine.optimizers import Adam
from engine.stopping import at_epoch, patience
from engine.studies.stopping_study import (
    EPOCHS,
    GRID,
    RATE,
    law,
    noisy_examples,
    record,
    ridge_shares,
    stopped_at,
    stopping_shares,
    wide_normal,
)
from engine.task import Task
from engine.training import train

RUN = record(20, 0.5, 16, 1)


def test_a_record_is_the_whole_run():
    assert len(RUN.training) == len(RUN.validation) == len(RUN.test) == EPOCHS + 1
    assert RUN.curves.shape == (EPOCHS + 1, len(GRID))
    assert RUN.training[-1] < RUN.training[0]
    assert RUN.validation[RUN.best] == RUN.validation.min()


def test_test_loss_is_that_of_fresh_examples():
    rng = np.random.default_rng(0)
    rows = rng.integers(len(GRID), size=200_000)
    y = law(GRID[rows]) + 0.5 * rng.normal(size=len(rows))
    measured = ((RUN.curves[-1][rows] - y) ** 2).mean() / 2
    assert RUN.test[-1] == pytest.approx(measured, rel=0.02)


@pytest.mark.parametrize("waits", [1, 5, 20])
@pytest.mark.parametrize("gain", [0.0, 0.003])
def test_stopping_the_record_is_stopping_the_training(waits, gain):
    rng = np.random.default_rng(1)
    training, held_out = noisy_examples(rng, 20, 0.5), noisy_examples(rng, 20, 0.5)
    network = mlp((1, 16, 16, 1), "tanh")
    task = Task(network, "half_squared_error", Adam(RATE), training, held_out)
    theta = network.initialize(rng, wide_normal)
    *_, last = train(task, theta, rng, [patience(waits, gain), at_epoch(EPOCHS)])
    stop = stopped_at(RUN.validation, waits, gain)
    assert last.epoch == (EPOCHS if stop is None else stop)
    restored = int(np.argmin(RUN.validation[: last.epoch + 1]))
    assert last.best.epoch == restored
    curve, _ = network.forward(last.best.theta, GRID[:, None])
    np.testing.assert_array_equal(curve[:, 0], RUN.curves[restored])


@pytest.mark.parametrize(
    ("losses", "waits", "gain", "stop"),
    [
        ([3, 2, 1, 2, 3], 2, 0.0, 4),
        ([3, 2, 1, 0.5], 1, 0.0, None),
        ([1, 1, 1], 2, 0.0, 2),
        ([1, 0.99, 0.98, 0.97], 3, 0.1, 3),
        ([1, 0.5, 0.7, 0.4, 0.6, 0.6], 2, 0.0, 5),
    ],
)
def test_patience_counts_epochs_without_a_gain(losses, waits, gain, stop):
    assert stopped_at(losses, waits, gain) == stop


def test_stopping_helps_on_the_whole():
    ends = []
    for seed in range(6):
        run = record(20, 0.5, 64, seed)
        ends.append((run.test[run.best], run.test[-1]))
    best, last = np.mean(ends, axis=0)
    assert best < last


def test_starting_weights_have_the_stated_variances():
    rng = np.random.default_rng(0)
    assert wide_normal(rng, 1, 50_000).std() == pytest.approx(4, rel=0.02)
    assert wide_normal(rng, 64, 2_000).std() == pytest.approx(1 / 8, rel=0.02)


@pytest.mark.parametrize("steps", [1, 10, 100])
def test_shares_are_those_of_descent_and_of_ridge(steps):
    rng = np.random.default_rng(2)
    x, y, rate, strength = rng.normal(size=(40, 3)), rng.normal(size=40), 0.1, 0.3
    hessian, moment = x.T @ x / 40, x.T @ y / 40
    s, directions = np.linalg.eigh(hessian)
    solution = directions.T @ np.linalg.solve(hessian, moment)

    def loss(w):
        return float(((y - x @ w) ** 2).mean() / 2)

    w = np.zeros(3)
    for _ in range(steps):
        gradient = hessian @ w - moment
        w = w - rate * gradient
    np.testing.assert_allclose(gradient, numerical_gradient(loss, w + rate * gradient), atol=1e-8)
    np.testing.assert_allclose(
        directions.T @ w, stopping_shares(s, rate, steps) * solution, atol=1e-12
    )
    ridge = np.linalg.solve(hessian + strength * np.eye(3), moment)
    np.testing.assert_allclose(directions.T @ ridge, ridge_shares(s, strength) * solution)


def test_shares_agree_on_flat_directions():
    s = np.array([1e-5])
    assert stopping_shares(s, 0.1, 50) == pytest.approx(ridge_shares(s, 1 / 5), rel=1e-3)
