"""Fitting: every loss of the loop against a loop by hand and against PyTorch, and its overflow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.losses import LOSSES
from engine.network import mlp
from engine.optimizers import GD, OPTIMIZERS, Adam, Momentum
from engine.training import fit

RNG = np.random.default_rng(5)
X = RNG.normal(size=(30, 3))
Y = np.sin(X[:, :1]) + 0.1 * RNG.normal(size=(30, 1))
CLASSES = RNG.integers(3, size=30)
TANH = mlp([3, 5, 1], hidden="tanh")
START = TANH.initialize(np.random.default_rng(0))


def by_hand(rate, steps):
    """Losses and final parameters of descent on TANH, with every derivative written out."""
    w1, b1, w2, b2 = (value.copy() for value in TANH.unpack(START).values())
    losses = []
    for _ in range(steps):
        h = np.tanh(X @ w1 + b1)
        error = h @ w2 + b2 - Y
        losses.append((error**2).sum() / 60)
        dz = error @ w2.T * (1 - h**2) / 30
        w2, b2 = w2 - rate * h.T @ error / 30, b2 - rate * error.sum(axis=0) / 30
        w1, b1 = w1 - rate * X.T @ dz, b1 - rate * dz.sum(axis=0)
    losses.append(((np.tanh(X @ w1 + b1) @ w2 + b2 - Y) ** 2).sum() / 60)
    return losses, np.concatenate([v.ravel() for v in (w1, b1, w2, b2)])


def test_fit_is_the_loop_by_hand():
    losses, theta = by_hand(0.3, 50)
    found = fit(TANH, START, X, Y, "half_squared_error", GD(0.3), 50)
    np.testing.assert_allclose(found.losses, losses, rtol=1e-12)
    np.testing.assert_allclose(found.theta, theta, rtol=0, atol=1e-12)
    assert found.losses[-1] < 0.2 * found.losses[0]


def test_losses_are_those_of_the_parameters_before_each_step():
    long = fit(TANH, START, X, Y, "mean_squared_error", Momentum(0.05), 6)
    for steps in range(7):
        short = fit(TANH, START, X, Y, "mean_squared_error", Momentum(0.05), steps)
        np.testing.assert_array_equal(short.losses, long.losses[: steps + 1])
        value = LOSSES["mean_squared_error"].value(TANH.forward(short.theta, X)[0], Y)
        assert value == short.losses[-1]


def test_no_steps_measure_the_start_and_leave_it():
    before = START.copy()
    found = fit(TANH, START, X, Y, "half_squared_error", Adam(0.1), 0)
    assert found.losses.shape == (1,)
    np.testing.assert_array_equal(found.theta, before)
    fit(TANH, START, X, Y, "half_squared_error", Adam(0.1), 5)
    np.testing.assert_array_equal(START, before)


@pytest.mark.parametrize("rate", [1e3, 1e8, 1e150, 1e308])
def test_overflow_keeps_the_last_finite_parameters(rate):
    network = mlp([1, 1, 1], hidden="linear")
    start = np.array([1.0, 0.0, 1.0, 0.0])
    x, y = np.array([[3.0], [1.0]]), np.array([[0.0], [1.0]])
    found = fit(network, start, x, y, "half_squared_error", GD(rate), 60)
    lost = int(np.argmin(np.isfinite(found.losses)))
    assert 0 < lost < 60
    assert np.isnan(found.losses[lost:]).all()
    assert np.isfinite(found.theta).all()
    kept = fit(network, start, x, y, "half_squared_error", GD(rate), lost)
    np.testing.assert_array_equal(kept.theta, found.theta)


def torch_losses(torch, sizes, start, loss, optimizer, target, steps):
    layers = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in pairwise(sizes)]
    views = iter(mlp(sizes, hidden="tanh").unpack(start).values())
    with torch.no_grad():
        for layer in layers:
            layer.weight.copy_(torch.from_numpy(next(views).T.copy()))
            layer.bias.copy_(torch.from_numpy(next(views).copy()))
    rule = optimizer([p for layer in layers for p in layer.parameters()])
    losses = []
    for _ in range(steps + 1):
        h = torch.from_numpy(X)
        for k, layer in enumerate(layers):
            h = layer(h) if k == len(layers) - 1 else torch.tanh(layer(h))
        value = loss(h, target)
        losses.append(value.item())
        rule.zero_grad()
        value.backward()
        rule.step()
    return losses


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("GD", "half_squared_error"),
        ("Momentum", "mean_squared_error"),
        ("Nesterov", "half_squared_error"),
        ("Adam", "cross_entropy"),
        ("AdamW", "half_squared_error"),
    ],
)
def test_fit_is_pytorchs_full_batch_training(name, loss):
    torch = pytest.importorskip("torch")
    theirs = {
        "GD": lambda p: torch.optim.SGD(p, 0.02),
        "Momentum": lambda p: torch.optim.SGD(p, 0.02, momentum=0.9),
        "Nesterov": lambda p: torch.optim.SGD(p, 0.02, momentum=0.9, nesterov=True),
        "Adam": lambda p: torch.optim.Adam(p, 0.02),
        "AdamW": lambda p: torch.optim.AdamW(p, 0.02),
    }
    measures = {
        "half_squared_error": lambda p, y: ((p - y) ** 2).sum(dim=1).mean() / 2,
        "mean_squared_error": torch.nn.functional.mse_loss,
        "cross_entropy": torch.nn.functional.cross_entropy,
    }
    target = CLASSES if loss == "cross_entropy" else Y
    sizes = [3, 6, 4, 3 if loss == "cross_entropy" else 1]
    network = mlp(sizes, hidden="tanh")
    start = network.initialize(np.random.default_rng(2))
    ours = fit(network, start, X, target, loss, OPTIMIZERS[name](learning_rate=0.02), 40)
    expected = torch_losses(
        torch, sizes, start, measures[loss], theirs[name], torch.from_numpy(target), 40
    )
    np.testing.assert_allclose(ours.losses, expected, rtol=0, atol=1e-8)
    assert ours.losses[-1] < ours.losses[0]
