"""All schemes at once: the same networks and numbers as one at a time."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.diagnostics import deep_network, draw_input, propagate
from engine.schemes import SCHEMES
from engine.studies.initialization_table import LANDMARKS, draw_networks, gradient_ratios


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "selu"])
@pytest.mark.parametrize(("depth", "seed"), [(1, 0), (12, 5)])
def test_ratios_are_those_of_the_single_networks(activation, depth, seed):
    weights, x, dy = draw_networks(list(SCHEMES.values()), depth, 20, 6, seed)
    together = gradient_ratios(weights, ACTIVATIONS[activation], x, dy)
    network = deep_network(depth, 20, activation)
    for scheme, ratio in zip(SCHEMES.values(), together, strict=True):
        rng = np.random.default_rng(seed)
        own_x, own_dy = draw_input(rng, 6, 20)
        alone = propagate(network, network.initialize(rng, scheme.draw), own_x, own_dy)
        assert ratio == pytest.approx(alone.ratio, rel=1e-9)
        np.testing.assert_array_equal(own_x, x)
        np.testing.assert_array_equal(own_dy, dy)


def test_zero_weights_leave_nothing():
    weights, x, dy = draw_networks([SCHEMES["zeros"]], 3, 5, 2, 0)
    assert gradient_ratios(weights, ACTIVATIONS["tanh"], x, dy) == [0]


LANDMARK_RATIOS = {
    "Sigmoid, Xavier": 1e-19,
    "Tanh, Xavier": 0.17,
    "ReLU, Xavier": 2.5e-5,
    "ReLU, He": 0.9,
    "ReLU, 4 × He's variance": 1e9,
    "Tanh in branches of scale 0.1": 1.07,
    "The same, inputs of sd 0.001": 1.16,
    "ReLU, He, batch norm": 6681,
}


@pytest.mark.parametrize("mark", LANDMARKS, ids=lambda mark: mark.name)
def test_landmarks_are_near_their_references(mark):
    """Within a factor of 1.6, since the references come from other draws."""
    assert abs(np.log(mark.ratio(0) / LANDMARK_RATIOS[mark.name])) < np.log(1.6)
