"""The softmax head's chain: every factor is a central difference, and the shapes multiply."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import softmax
from engine.by_hand.softmax_head import softmax_head
from engine.gradcheck import check_gradient, numerical_gradient
from engine.losses import cross_entropy, cross_entropy_gradient

RNG = np.random.default_rng(3)
W, A, Y = RNG.normal(size=(3, 2)), RNG.normal(size=2), np.array([0.0, 1.0, 0.0])
HEAD = softmax_head(W, A, Y)


def test_error_and_gradient_are_those_of_the_losses():
    assert HEAD.error == pytest.approx(cross_entropy(HEAD.z, Y), rel=1e-14)
    np.testing.assert_allclose(HEAD.dz[0], cross_entropy_gradient(HEAD.z, Y), atol=1e-15)
    np.testing.assert_allclose(HEAD.dz[0], HEAD.p - Y, atol=1e-15)


def test_each_factor_is_a_central_difference():
    assert check_gradient(lambda p: -float(Y @ np.log(p)), HEAD.dp[0], HEAD.p).passed(1e-8)
    for i, row in enumerate(HEAD.jacobian):
        numeric = numerical_gradient(lambda z, i=i: float(softmax(z)[i]), HEAD.z)
        np.testing.assert_allclose(row, numeric, atol=1e-10)
    np.testing.assert_allclose(HEAD.jacobian.sum(axis=1), 0, atol=1e-15)
    assert check_gradient(lambda a: softmax_head(W, a, Y).error, HEAD.da[0], A).passed(1e-9)
    assert check_gradient(lambda w: softmax_head(w, A, Y).error, HEAD.dW_y, W).passed(1e-9)


def test_the_shapes_multiply():
    shapes = [HEAD.dp.shape, HEAD.jacobian.shape, W.shape]
    assert shapes == [(1, 3), (3, 3), (3, 2)]
    np.testing.assert_allclose(HEAD.dp @ HEAD.jacobian @ W, HEAD.da, atol=1e-15)


@pytest.mark.parametrize(
    ("a", "y"), [(A[:1], Y), (A, Y[:2]), (A[:, None], Y), (A, Y[None])], ids=str
)
def test_shapes_that_do_not_fit_are_refused(a, y):
    with pytest.raises(ValueError, match="expected shapes"):
        softmax_head(W, a, y)
