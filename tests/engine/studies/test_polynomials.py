"""Polynomials: an orthonormal basis, ridge fits against other solvers, every degree at once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import Polynomial

from engine.gradcheck import check_gradient
from engine.studies.polynomials import (
    LAWS,
    MAX_DEGREE,
    fit_degrees,
    legendre,
    predict,
    ridge_fit,
    ridge_gradient,
    ridge_objective,
)

RNG = np.random.default_rng(4)
RIDGES = [0.0, 1e-6, 1e-3, 0.1, 1.0]
each_ridge = pytest.mark.parametrize("ridge", RIDGES)


def sample(n=20, sets=3, law="sine", noise=0.3):
    x = np.sort(RNG.uniform(-1, 1, (sets, n)))
    return x, LAWS[law].f(x) + noise * RNG.normal(size=x.shape)


def test_basis_is_orthonormal_and_starts_with_one():
    nodes, weights = np.polynomial.legendre.leggauss(40)
    basis = legendre(nodes, MAX_DEGREE)
    gram = basis.T @ (basis * (weights / 2)[:, None])
    np.testing.assert_allclose(gram, np.eye(MAX_DEGREE + 1), atol=1e-12)
    np.testing.assert_array_equal(basis[:, 0], 1.0)


def test_basis_by_hand():
    np.testing.assert_allclose(
        legendre([0.5], 2)[0], [1, np.sqrt(3) * 0.5, np.sqrt(5) * (3 * 0.25 - 1) / 2]
    )
    assert legendre(np.zeros((2, 5)), 3).shape == (2, 5, 4)


@pytest.mark.parametrize("law", LAWS)
def test_laws_are_of_order_one_and_keep_shapes(law):
    x = np.linspace(-1, 1, 101)
    values = LAWS[law].f(x)
    assert values.shape == x.shape
    assert 0.5 < np.abs(values).max() < 1.5
    assert LAWS[law].f(x.reshape(1, -1)).shape == (1, 101)


@each_ridge
def test_gradient_is_the_central_difference(ridge):
    (x,), (y,) = sample(sets=1)
    for degree in (0, 1, 7, MAX_DEGREE):
        design = legendre(x, degree)
        for c in (np.zeros(degree + 1), RNG.normal(size=degree + 1)):
            check = check_gradient(
                lambda c, d=design: ridge_objective(c, d, y, ridge),
                ridge_gradient(c, design, y, ridge),
                c,
            )
            assert check.passed(1e-8)


@each_ridge
@pytest.mark.parametrize("degree", [0, 3, 9])
def test_the_fit_has_no_slope_left(degree, ridge):
    (x,), (y,) = sample(sets=1)
    design = legendre(x, degree)
    c = ridge_fit(design, y, ridge)
    np.testing.assert_allclose(ridge_gradient(c, design, y, ridge), 0, atol=1e-11)
    lowest = ridge_objective(c, design, y, ridge)
    for moved in c + 0.01 * RNG.normal(size=(20, degree + 1)):
        assert ridge_objective(moved, design, y, ridge) >= lowest


@pytest.mark.parametrize("degree", [1, 5, 12])
def test_without_a_penalty_it_is_numpys_fit(degree):
    (x,), (y,) = sample(n=60, sets=1)
    mine = predict(ridge_fit(legendre(x, degree), y, 0.0), x)
    np.testing.assert_allclose(mine, Polynomial.fit(x, y, degree)(x), atol=1e-9)


def test_a_heavy_penalty_leaves_the_mean():
    (x,), (y,) = sample(sets=1)
    c = ridge_fit(legendre(x, 6), y, 1e9)
    assert c[0] == pytest.approx(y.mean(), abs=1e-6)
    np.testing.assert_allclose(c[1:], 0, atol=1e-6)


@each_ridge
@pytest.mark.parametrize("n", [5, 10, 16, 40])
def test_every_degree_at_once_is_each_degree_alone(n, ridge):
    x = -1 + 2 * (np.arange(n) + RNG.random((3, n))) / n
    y = np.sin(3 * x) + 0.1 * RNG.normal(size=x.shape)
    together = fit_degrees(x, y, ridge)
    assert together.shape == (MAX_DEGREE + 1, 3, MAX_DEGREE + 1)
    for degree, fits in enumerate(together):
        assert not fits[:, degree + 1 :].any()
        if ridge == 0 and degree > 13:
            continue  # nearly singular there: the fits agree to fewer digits
        for k in range(3):
            alone = ridge_fit(legendre(x[k], degree), y[k], ridge)
            np.testing.assert_allclose(fits[k, : degree + 1], alone, rtol=1e-5, atol=1e-7)


def test_more_coefficients_than_points_pass_through_every_point():
    x, y = sample(n=6, sets=4)
    fits = fit_degrees(x, y, 0.0)
    for degree in range(5, MAX_DEGREE + 1):
        for k in range(4):
            np.testing.assert_allclose(predict(fits[degree, k], x[k]), y[k], atol=1e-7)


def test_predict_takes_stacks():
    c = RNG.normal(size=(2, 3, 5))
    x = np.linspace(-1, 1, 7)
    assert predict(c, x).shape == (2, 3, 7)
    np.testing.assert_allclose(predict(c, x)[1, 2], legendre(x, 4) @ c[1, 2])
