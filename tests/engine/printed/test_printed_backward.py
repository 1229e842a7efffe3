"""The printed formulas of chapter 3 are wrong exactly where the handbook's are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, sigmoid
from engine.gradcheck import numerical_gradient
from engine.layers import Dense
from engine.losses import LOSSES
from engine.printed.backward import (
    printed_affine,
    printed_bias_gradient,
    printed_cross_entropy,
    printed_output_gradient,
    printed_sigmoid,
    printed_sigmoid_inverse,
    printed_slope,
    printed_slope_factored,
)

Z = np.array([-3.0, -1.0, -0.2, 0.2, 1.0, 3.0])


def dense(weights, x):
    """The right map of the columns of x."""
    layer = Dense(*weights.shape)
    return layer.forward({"W": weights, "b": np.zeros(layer.d_out)}, x.T)[0].T


def test_printed_product_does_not_exist_for_the_layer_of_the_handbook():
    weights, x = np.ones((3, 4)), np.ones((3, 5))
    with pytest.raises(ValueError, match="matmul"):
        printed_affine(weights, x)
    assert dense(weights, x).shape == (4, 5)


def test_printed_product_is_right_for_symmetric_weights_only():
    rng = np.random.default_rng(0)
    square, x = rng.normal(size=(3, 3)), rng.normal(size=(3, 5))
    symmetric = square + square.T
    np.testing.assert_allclose(printed_affine(symmetric, x), dense(symmetric, x), rtol=1e-14)
    assert np.abs(printed_affine(square, x) - dense(square, x)).max() > 0.1


def test_printed_loss_of_a_label_is_the_cross_entropy_before_the_mean():
    y = (Z > 0.5) * 1.0
    printed = printed_cross_entropy(sigmoid(Z), y)
    assert printed.shape == Z.shape
    assert printed.mean() == pytest.approx(LOSSES["binary_cross_entropy"].value(Z, y), rel=1e-12)


def test_printed_loss_of_a_price_has_no_floor():
    values = printed_cross_entropy(1 - np.logspace(-1, -9, 9), 350.0)
    assert (np.diff(values) < 0).all()
    assert values[-1] < -7000
    with pytest.raises(ValueError, match="targets"):
        LOSSES["binary_cross_entropy"].value([0.0], [350.0])


@pytest.mark.parametrize("printed", [printed_sigmoid, printed_sigmoid_inverse])
def test_printed_sigmoids_are_no_probabilities(printed):
    values = printed(Z)
    assert ((values < 0) | (values > 1)).all()
    assert np.abs(values - sigmoid(Z)).min() > 0.04


def test_the_two_printed_sigmoids_add_up_to_one():
    np.testing.assert_allclose(printed_sigmoid(Z) + printed_sigmoid_inverse(Z), 1, rtol=1e-12)


def test_the_two_printed_slopes_differ_in_sign():
    np.testing.assert_allclose(printed_slope(Z), -printed_slope_factored(Z), rtol=1e-12)
    g = printed_sigmoid(Z)
    np.testing.assert_allclose(printed_slope(Z), g * (1 - g), rtol=1e-12)


def test_the_second_printed_slope_is_that_of_the_printed_sigmoid():
    numeric = numerical_gradient(lambda z: printed_sigmoid(z).sum(), Z)
    np.testing.assert_allclose(printed_slope_factored(Z), numeric, rtol=1e-6)
    assert np.abs(printed_slope_factored(Z) - ACTIVATIONS["sigmoid"].df(Z)).min() > 0.007


def test_unsimplified_output_gradient_is_right_until_the_sigmoid_saturates():
    y = (Z > 0.5) * 1.0
    np.testing.assert_allclose(printed_output_gradient(Z, y), sigmoid(Z) - y, rtol=1e-12)
    assert np.isnan(printed_output_gradient(40.0, 0.0))


def test_printed_bias_gradient_has_one_column_per_example():
    dz = np.arange(5.0)[None]
    assert printed_bias_gradient(dz).shape == (1, 5)
    assert printed_bias_gradient(dz) is not dz
