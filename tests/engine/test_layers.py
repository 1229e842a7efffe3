"""Layers on their own: both gradients of each, purity, and refused arguments."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, leaky_relu
from engine.gradcheck import check_gradient
from engine.layers import Activation, Dense

LAYERS = {
    "dense": Dense(4, 3),
    **{key: Activation(key) for key in ACTIVATIONS},
    "leaky_relu(0.3)": Activation(leaky_relu(0.3)),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


def setting(name):
    """A layer with parameters, an input clear of every kink, and an upstream gradient."""
    rng = np.random.default_rng(11)
    layer = LAYERS[name]
    p = {key: rng.normal(size=shape) for key, shape in layer.shapes().items()}
    x = rng.uniform(0.1, 2.5, (5, 4)) * rng.choice([-1, 1], (5, 4))
    dy = rng.normal(size=layer.forward(p, x)[0].shape)
    return layer, p, x, dy


@every_layer
def test_dx_is_the_central_difference(name):
    layer, p, x, dy = setting(name)
    dx, _ = layer.backward(p, layer.forward(p, x)[1], dy)
    assert check_gradient(lambda v: float(np.sum(layer.forward(p, v)[0] * dy)), dx, x).passed(1e-8)


@every_layer
def test_parameter_gradients_are_central_differences(name):
    layer, p, x, dy = setting(name)
    _, gradients = layer.backward(p, layer.forward(p, x)[1], dy)
    assert {key: value.shape for key, value in gradients.items()} == layer.shapes()
    for key, gradient in gradients.items():

        def objective(value, key=key):
            return float(np.sum(layer.forward({**p, key: value}, x)[0] * dy))

        assert check_gradient(objective, gradient, p[key]).passed(1e-8)


@every_layer
def test_nothing_that_comes_in_is_modified(name):
    layer, p, x, dy = setting(name)
    before = [value.copy() for value in (x, dy, *p.values())]
    layer.backward(p, layer.forward(p, x)[1], dy)
    for value, old in zip((x, dy, *p.values()), before, strict=True):
        np.testing.assert_array_equal(value, old)


@every_layer
def test_initial_parameters_have_the_stated_shapes(name):
    layer = LAYERS[name]
    p = layer.initialize(np.random.default_rng(0), "he_normal")
    assert {key: value.shape for key, value in p.items()} == layer.shapes()


def test_dense_worked_by_hand():
    p = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([10.0, 20.0])}
    y, _ = Dense(2, 2).forward(p, np.array([[1.0, -1.0]]))
    assert y.tolist() == [[8.0, 18.0]]


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (-1, 2)])
def test_dense_refuses_empty_sizes(sizes):
    with pytest.raises(ValueError, match="1 or more"):
        Dense(*sizes)


def test_activation_refuses_an_unknown_key_and_names_the_known_ones():
    with pytest.raises(ValueError, match=r"'swich'.*silu"):
        Activation("swich")


def test_activation_by_key_and_by_record_is_one_rule():
    assert Activation("tanh").rule is Activation(ACTIVATIONS["tanh"]).rule
