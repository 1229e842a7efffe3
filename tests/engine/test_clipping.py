"""Clipping: lengths, angles, what each rule leaves alone, and PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clipping import (
    CLIPPINGS,
    always_rescaled,
    angle,
    by_layer,
    by_norm,
    by_value,
    norm,
    unclipped,
)
from engine.network import mlp

G = np.array([3.0, 0.5, -0.2])  # the example of the reference numbers
numbers = st.floats(-1e6, 1e6)
gradients = st.lists(numbers, min_size=1, max_size=8).map(np.array)
limits = st.floats(1e-3, 1e3)


def test_the_reference_example():
    assert angle(G, by_norm(G, 1.0)) == pytest.approx(0, abs=1e-6)
    assert angle(G, by_value(G, 1.0)) == pytest.approx(18.1, abs=0.05)
    assert norm(always_rescaled(0.005 * G / norm(G), 1.0)) == pytest.approx(1.0)
    assert norm(by_norm(0.005 * G / norm(G), 1.0)) == pytest.approx(0.005)


@given(gradients, limits)
def test_by_norm_keeps_the_direction_and_the_limit(g, limit):
    clipped = by_norm(g, limit)
    assert norm(clipped) <= limit * (1 + 1e-12) or norm(g) <= limit
    np.testing.assert_allclose(clipped * norm(g), g * norm(clipped), rtol=1e-9, atol=1e-300)


@given(gradients, limits)
def test_short_gradients_stay(g, limit):
    short = g / norm(g) * (limit / 2) if norm(g) else g
    for rule in (unclipped, by_norm, by_value):
        np.testing.assert_array_equal(rule(short, limit, ()), short)
    if norm(short):
        assert norm(always_rescaled(short, limit)) == pytest.approx(limit)


@pytest.mark.parametrize("tiny", [1e-300, 2.2e-313])
def test_the_tiniest_gradient_is_rescaled_without_overflow(tiny):
    assert norm(always_rescaled(np.array([tiny]), 1.0)) == pytest.approx(1.0)


@given(gradients, limits)
def test_by_value_cuts_each_entry(g, limit):
    clipped = by_value(g, limit)
    assert np.abs(clipped).max() <= limit
    kept = np.abs(g) <= limit
    np.testing.assert_array_equal(clipped[kept], g[kept])


def test_by_layer_clips_each_layer_on_its_own():
    network = mlp([2, 3, 1])
    g = np.ones(network.size)
    clipped = by_layer(g, 1.5, network.spans)
    lengths = [norm(clipped[span]) for span in network.spans]
    assert lengths == pytest.approx([1.5, 1.5])
    assert norm(by_norm(g, 1.5)) == pytest.approx(1.5)
    np.testing.assert_array_equal(g, 1)


@pytest.mark.parametrize("name", CLIPPINGS)
@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_gradient_that_is_not_finite_stays_so_without_a_warning(name, bad):
    g = np.array([1.0, bad, 2.0])
    clipped = CLIPPINGS[name](g, 1.0, [slice(0, 3)])
    if name != "value":
        np.testing.assert_array_equal(clipped, g)


@pytest.mark.parametrize("name", CLIPPINGS)
def test_zero_stays_zero(name):
    np.testing.assert_array_equal(CLIPPINGS[name](np.zeros(3), 1.0, [slice(0, 3)]), 0)


def test_lengths_do_not_overflow():
    assert norm([3e200, 4e200]) == pytest.approx(5e200)
    assert norm([]) == 0
    assert norm(by_norm(np.array([3e200, 4e200]), 2.0)) == pytest.approx(2.0)


def test_angles():
    assert angle([1, 0], [0, 2]) == pytest.approx(90)
    assert angle([1, 0], [-3, 0]) == pytest.approx(180)
    assert angle([1e-9, 1], [0, 1]) == pytest.approx(np.degrees(1e-9))
    assert np.isnan(angle([0, 0], [1, 0]))
    assert np.isnan(angle([np.inf, 0], [1, 0]))


@pytest.mark.parametrize("limit", [0.1, 1.0, 100.0])
def test_the_rules_are_those_of_pytorch(limit):
    torch = pytest.importorskip("torch")
    g = np.random.default_rng(0).normal(size=50)

    def theirs(rule):
        parameter = torch.nn.Parameter(torch.zeros(50, dtype=torch.float64))
        parameter.grad = torch.tensor(g)
        rule(parameter, limit)
        return parameter.grad.numpy()

    utils = torch.nn.utils  # PyTorch divides by the norm plus 1e-6
    np.testing.assert_allclose(by_norm(g, limit), theirs(utils.clip_grad_norm_), rtol=1e-6)
    np.testing.assert_allclose(by_value(g, limit), theirs(utils.clip_grad_value_), rtol=0)
