"""The unrolled network: reactions by backward pass, by differences and in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.rnn import Weights, outputs
from engine.by_hand.unrolled import (
    SEQUENCES,
    Unrolled,
    at_kink,
    check_by_inputs,
    differences_by_inputs,
    drawn,
    outputs_by_inputs,
)

ACTIVATIONS = ("tanh", "relu")


def network(activation="tanh", reset=False, steps=6, d=2, k=3, units=4, seed=0):
    rng = np.random.default_rng(seed)
    shapes = (units, d), (units, units), (k, units), (units,), (k,)
    weights = Weights(*(0.7 * rng.normal(size=shape) for shape in shapes))
    return Unrolled(weights, rng.normal(size=(steps, d)), activation, reset)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("steps", [1, 6])
def test_reactions_are_central_differences(activation, reset, steps):
    net = network(activation, reset, steps)
    found = outputs_by_inputs(net)
    assert found.shape == (steps, 3, steps, 2)
    np.testing.assert_allclose(found, differences_by_inputs(net), atol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_reactions_are_those_of_pytorch(activation):
    torch = pytest.importorskip("torch")
    net = network(activation)
    p = {name: torch.tensor(values) for name, values in vars(net.p).items()}
    rule = {"tanh": torch.tanh, "relu": torch.relu}[activation]

    def run(x):
        h, y = torch.zeros(4, dtype=torch.float64), []
        for x_t in x:
            h = rule(p["W_xh"] @ x_t + p["W_hh"] @ h + p["b_h"])
            y.append(p["W_hy"] @ h + p["b_y"])
        return torch.stack(y)

    theirs = torch.autograd.functional.jacobian(run, torch.tensor(net.x)).numpy()
    np.testing.assert_allclose(outputs_by_inputs(net), theirs, atol=1e-12)


def test_no_output_reacts_to_what_comes_later():
    found = outputs_by_inputs(network())
    later = np.triu(np.ones((6, 6), bool), 1)
    assert not found.swapaxes(1, 2)[later].any()
    assert found[:, :, 0].any(axis=(1, 2)).all()


def test_with_the_reset_an_output_reacts_to_its_own_input_alone():
    found = outputs_by_inputs(network(reset=True)).swapaxes(1, 2)
    own = np.eye(6, dtype=bool)
    assert found[own].any()
    assert not found[~own].any()


def test_y5_does_not_react_to_x1_with_the_reset():
    x = network(steps=5).x
    moved = x.copy()
    moved[0] += 1
    for reset, reacts in ((True, False), (False, True)):
        p = network().p
        ends = [Unrolled(p, inputs, reset=reset).y[-1] for inputs in (x, moved)]
        assert bool((np.abs(ends[1] - ends[0]) > 1e-6).any()) is reacts


@pytest.mark.parametrize("reset", [False, True])
def test_parts_fit_together(reset):
    net = network(reset=reset)
    np.testing.assert_allclose(np.tanh(net.z), net.h[1:], atol=1e-15)
    np.testing.assert_allclose(net.slopes, 1 - net.h[1:] ** 2, atol=1e-15)
    np.testing.assert_array_equal(net.y, outputs(net.p, net.h))
    assert bool(net.before.any()) is not reset


def test_a_wrong_reaction_is_found():
    net = network()
    found = outputs_by_inputs(net)
    assert check_by_inputs(net, found).passed(1e-8)
    found[-1, 0, 0, 0] += 0.01
    assert check_by_inputs(net, found).error == pytest.approx(0.01, rel=1e-3)


def test_only_a_kink_excuses_a_difference():
    p = drawn(np.random.default_rng(19), 1, 1.0, 1.9)
    for activation, steps, expected in (("relu", 5, True), ("relu", 2, False), ("tanh", 5, False)):
        net = Unrolled(p, SEQUENCES["wave"](steps)[:, None], activation)
        assert at_kink(net, check_by_inputs(net, outputs_by_inputs(net))) is expected


def test_nothing_that_comes_in_is_modified():
    net = network()
    before = [values.copy() for values in (net.x, *vars(net.p).values())]
    outputs_by_inputs(net)
    differences_by_inputs(net)
    for values, old in zip((net.x, *vars(net.p).values()), before, strict=True):
        np.testing.assert_array_equal(values, old)


@pytest.mark.parametrize("units", [1, 2, 3, 4])
@pytest.mark.parametrize("radius", [0.0, 0.9, 2.0])
def test_drawn_weights_have_the_spectral_radius(units, radius):
    p = drawn(np.random.default_rng(3), units, radius, 0.5)
    assert np.abs(np.linalg.eigvals(p.W_hh)).max() == pytest.approx(radius)
    assert (p.W_xh.shape, p.W_hy.shape, p.b_y.shape) == ((units, 1), (1, units), (1,))
    larger = drawn(np.random.default_rng(3), units, radius, 1.0)
    np.testing.assert_allclose(larger.W_xh, 2 * p.W_xh)
    np.testing.assert_array_equal(larger.W_hh, p.W_hh)


@pytest.mark.parametrize("name", SEQUENCES)
@pytest.mark.parametrize("steps", [1, 7, 12])
def test_sequences_have_any_length(name, steps):
    x = SEQUENCES[name](steps)
    assert x.shape == (steps,)
    assert np.abs(x).max() <= 1
    np.testing.assert_array_equal(x, SEQUENCES[name](12)[:steps])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_largest_inputs_and_weights_stay_finite(activation):
    p = drawn(np.random.default_rng(1), 4, 2.0, 2.0)
    net = Unrolled(p, np.full((12, 1), 1000.0), activation)
    for values in (net.y, outputs_by_inputs(net), differences_by_inputs(net)):
        assert np.isfinite(values).all()
