"""Mean-field theory: Gaussian integrals in closed form, and wide networks that follow it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.diagnostics import deep_network, draw_input, propagate
from engine.schemes import SCHEMES
from engine.studies.signal_propagation import batch_norm_factor, expectation, expected_signals


@pytest.mark.parametrize("variance", [1e-6, 0.3, 1.0, 400.0])
def test_expectations_in_closed_form(variance):
    sd = np.sqrt(variance)
    assert expectation(ACTIVATIONS["linear"], variance) == pytest.approx((0, variance, 1))
    expected = (sd / np.sqrt(2 * np.pi), variance / 2, 0.5)
    assert expectation(ACTIVATIONS["relu"], variance) == pytest.approx(expected, rel=1e-5)
    first, second, _ = expectation(ACTIVATIONS["sigmoid"], variance)
    assert first == pytest.approx(0.5)
    assert 0.25 <= second <= 0.5


def test_he_keeps_a_relu_network_and_xavier_halves_it():
    relu = ACTIVATIONS["relu"]
    he = expected_signals(relu, 2.0, 30)
    np.testing.assert_allclose(he.mean_squares[1:], 1, rtol=0.05)
    np.testing.assert_allclose(he.gradient_norms, 1, rtol=0.05)
    xavier = expected_signals(relu, 1.0, 30)
    assert xavier.gradient_norms[0] == pytest.approx(2**-15, rel=0.05)


def test_a_tanh_branch_multiplies_by_1_01_near_0():
    found = expected_signals(ACTIVATIONS["tanh"], 1.0, 30, branch_scale=0.1, start=1e-8)
    assert found.gradient_norms[0] == pytest.approx(1.01**15, rel=1e-3)
    assert found.gradient_norms[0] == pytest.approx(1.16, rel=2e-3)


@pytest.mark.parametrize("branch", [None, 0.2])
@pytest.mark.parametrize("scheme", ["xavier_normal", "he_normal", "orthogonal", "unit_normal"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "selu"])
def test_a_wide_network_follows_the_recursion(activation, scheme, branch):
    depth, width = 5, 400
    network = deep_network(depth, width, activation, branch_scale=branch)
    rng = np.random.default_rng(1)
    x, dy = draw_input(rng, 40, width)
    theta = network.initialize(rng, SCHEMES[scheme].draw)
    measured = propagate(network, theta, x, dy)
    gain = SCHEMES[scheme].gain(width)
    theory = expected_signals(ACTIVATIONS[activation], gain, depth, branch)
    squares = (measured.activations**2).mean(axis=(1, 2))
    np.testing.assert_allclose(squares, theory.mean_squares, rtol=0.35)
    relative = measured.gradient_norms / measured.gradient_norms[-1]
    np.testing.assert_allclose(relative, theory.gradient_norms, rtol=0.35)


def test_batch_norm_multiplies_by_1_47():
    assert batch_norm_factor() == pytest.approx(1.467, abs=5e-4)
    network = deep_network(20, 300, "relu", batch_norm=True)
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 300, 300)
    found = propagate(network, network.initialize(rng, "he_normal"), x, dy).gradient_norms
    per_layer = (found[0] / found[-1]) ** (2 / 20)
    assert 1.35 < per_layer < batch_norm_factor()  # from below, as width and batch grow
