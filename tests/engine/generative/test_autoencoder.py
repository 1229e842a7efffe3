"""Autoencoders: gradients by central differences and torch, tied weights, and the PCA optimum."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generative import CORRUPTIONS, Autoencoder
from engine.generative.pca import least_errors, principal_axes, projection
from engine.gradcheck import check_gradient
from engine.layers import BatchNorm, Dense
from engine.network import Network, mlp
from engine.optimizers import Adam

RNG = np.random.default_rng(3)
X = RNG.normal(size=(7, 4)) * (2.0, 1.0, 0.6, 0.3)


def deep(weights_tied, loss="half_squared_error"):
    encoder, decoder = mlp((4, 3, 2), "tanh", "tanh"), mlp((2, 3, 4), "tanh")
    return Autoencoder(encoder, decoder, loss, weights_tied)


def linear(d, k, weights_tied=False):
    return Autoencoder(mlp((d, k)), mlp((k, d)), weights_tied=weights_tied)


@pytest.mark.parametrize("weights_tied", [False, True])
@pytest.mark.parametrize("loss", ["half_squared_error", "binary_cross_entropy"])
@pytest.mark.parametrize("corrupted", [False, True])
def test_gradient_is_the_central_difference(weights_tied, loss, corrupted):
    model = deep(weights_tied, loss)
    theta = RNG.normal(size=model.size) / 2
    x = 1 / (1 + np.exp(-X))
    inputs = CORRUPTIONS["masking"](RNG, x, 0.4) if corrupted else None
    value, gradient = model.value_and_gradient(theta, x, inputs)
    assert value == model.value(theta, x, inputs)
    check = check_gradient(lambda t: model.value(t, x, inputs), gradient, theta)
    assert check.passed(1e-8)
    assert np.abs(gradient).max() > 1e-3


def test_tied_weights_are_counted_once_and_transposed():
    model = deep(weights_tied=True)
    assert deep(weights_tied=False).size == (4 * 3 + 3 + 3 * 2 + 2) + (2 * 3 + 3 + 3 * 4 + 4)
    assert model.size == (4 * 3 + 3 + 3 * 2 + 2) + (3 + 4)
    theta = model.initialize(RNG)
    ahead = model.encoder.unpack(theta[: model.encoder.size])
    b1, b2 = theta[model.encoder.size :][:3], theta[model.encoder.size :][3:]
    codes = model.encode(theta, X)
    hidden = np.tanh(codes @ ahead["W2"].T + b1)
    np.testing.assert_allclose(model.decode(theta, codes), hidden @ ahead["W1"].T + b2, rtol=1e-13)
    np.testing.assert_array_equal(theta[model.encoder.size :], 0)
    assert np.ptp(ahead["W1"]) > 0


@pytest.mark.parametrize("weights_tied", [False, True])
def test_gradient_is_that_of_torch(weights_tied):
    torch = pytest.importorskip("torch")
    model = deep(weights_tied)
    theta = RNG.normal(size=model.size) / 2
    leaf = torch.tensor(theta, requires_grad=True)
    W1, b1, W2, b2, rest = torch.split(leaf, [12, 3, 6, 2, model.size - 23])
    W1, W2 = W1.reshape(4, 3), W2.reshape(3, 2)
    if weights_tied:
        V1, V2, (c1, c2) = W2.T, W1.T, torch.split(rest, [3, 4])
    else:
        V1, c1, V2, c2 = torch.split(rest, [6, 3, 12, 4])
        V1, V2 = V1.reshape(2, 3), V2.reshape(3, 4)
    x = torch.tensor(X)
    codes = torch.tanh(torch.tanh(x @ W1 + b1) @ W2 + b2)
    output = torch.tanh(codes @ V1 + c1) @ V2 + c2
    loss = ((output - x) ** 2).sum(1).mean() / 2
    loss.backward()
    value, gradient = model.value_and_gradient(theta, X)
    assert value == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("weights_tied", [False, True])
@pytest.mark.parametrize("k", [1, 2])
def test_a_linear_autoencoder_reaches_the_pca_optimum(weights_tied, k):
    model, best = linear(4, k, weights_tied), least_errors(X)[k] / 2
    theta, rate = model.initialize(RNG), 0.05
    rule = Adam(rate)
    state = rule.init(theta)
    for step in range(4000):
        value, gradient = model.value_and_gradient(theta, X)
        assert value >= best * (1 - 1e-12)
        rule = Adam(rate * 0.9985**step)
        theta, state = rule.step(theta, gradient, state)
    assert value == pytest.approx(best, rel=1e-6)
    output = model.decode(theta, model.encode(theta, X))
    np.testing.assert_allclose(output, projection(X, k), atol=1e-3)


def test_denoising_learns_to_pull_back():
    """The best linear map from noisy to clean shrinks each direction by v / (v + sd^2)."""
    x = RNG.normal(size=(4000, 1)) * 2
    noisy = CORRUPTIONS["gaussian"](RNG, x, 1.0)
    model = linear(1, 1)
    theta = np.array([0.9, 0.0, 0.9, 0.0])
    rule, state = Adam(0.05), Adam(0.05).init(theta)
    for _ in range(400):
        theta, state = rule.step(theta, model.value_and_gradient(theta, x, noisy)[1], state)
    assert theta[0] * theta[2] == pytest.approx(0.8, abs=0.02)


def test_principal_components():
    axes, variances = principal_axes(X)
    np.testing.assert_allclose(axes @ axes.T, np.eye(4), atol=1e-12)
    assert np.all(np.diff(variances) <= 0)
    centered = X - X.mean(0)
    singular = np.linalg.svd(centered, compute_uv=False)
    np.testing.assert_allclose(variances, singular**2 / len(X), rtol=1e-12)
    for k, least in enumerate(least_errors(X)):
        found = ((X - projection(X, k)) ** 2).sum(1).mean()
        assert found == pytest.approx(least, rel=1e-10, abs=1e-12)


def test_corruptions():
    x = np.ones((200, 50))
    masked = CORRUPTIONS["masking"](RNG, x, 0.3)
    assert set(np.unique(masked)) == {0.0, 1.0}
    assert masked.mean() == pytest.approx(0.7, abs=0.02)
    assert CORRUPTIONS["gaussian"](RNG, x, 0.5).std() == pytest.approx(0.5, abs=0.02)
    np.testing.assert_array_equal(CORRUPTIONS["gaussian"](RNG, x, 0.0), x)
    assert x.min() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Autoencoder(mlp((2, 1)), mlp((1, 2)), "no such loss"), "unknown loss"),
        (lambda: Autoencoder(mlp((3, 2)), mlp((2, 4)), weights_tied=True), "mirror"),
        (lambda: Autoencoder(mlp((3, 2)), mlp((2, 2, 3)), weights_tied=True), "mirror"),
        (
            lambda: Autoencoder(
                Network((Dense(3, 2), BatchNorm(2))), mlp((2, 3)), weights_tied=True
            ),
            "only dense",
        ),
        (lambda: linear(3, 1).encode(np.zeros(3), np.ones((2, 3))), "shape"),
        (lambda: linear(3, 1).encode(np.zeros(10), np.ones(3)), "shape"),
        (lambda: CORRUPTIONS["masking"](RNG, X, 1.1), "share"),
        (lambda: CORRUPTIONS["gaussian"](RNG, X, float("nan")), "standard deviation"),
        (lambda: projection(X, 5), "0 to 4"),
        (lambda: principal_axes(X[:0]), "shape"),
    ],
)
def test_mistakes_are_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()
