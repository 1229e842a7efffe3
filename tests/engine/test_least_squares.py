"""Least squares: gradient, curvature, minimum and noise against independent computations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.data import houses, standardize
from engine.gradcheck import numerical_gradient
from engine.least_squares import PRICE_UNIT, LeastSquares, house_prices

RNG = np.random.default_rng(3)
PROBLEMS = {
    "random": LeastSquares(RNG.normal(size=(12, 3)), RNG.normal(size=12)),
    "houses": house_prices(),
    "age and pool": house_prices(("age", "pool"), n=50, seed=4),
    "standardized": house_prices(("bedrooms", "age"), standardized=True),
}
every_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


def points(problem, count=5):
    return np.random.default_rng(1).normal(size=(count, problem.design.shape[1]))


@every_problem
def test_gradient_is_the_central_difference(problem):
    for theta in points(problem):
        gradient = problem.gradient(theta)
        numeric = numerical_gradient(problem.value, theta)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-7, atol=1e-7)


@every_problem
def test_value_is_half_the_mean_squared_error(problem):
    for theta in points(problem):
        errors = [row @ theta - y for row, y in zip(problem.design, problem.target, strict=True)]
        assert problem.value(theta) == pytest.approx(sum(e * e for e in errors) / 2 / len(errors))


@every_problem
def test_gradient_of_a_batch_is_that_of_its_rows_alone(problem):
    rows = np.array([7, 0, 3])
    alone = LeastSquares(problem.design[rows], problem.target[rows])
    for theta in points(problem):
        numeric = numerical_gradient(alone.value, theta)
        np.testing.assert_allclose(problem.gradient(theta, rows), numeric, rtol=1e-7, atol=1e-7)
        each = [problem.gradient(theta, np.array([k])) for k in range(len(problem.target))]
        np.testing.assert_allclose(
            np.mean(each, axis=0), problem.gradient(theta), rtol=1e-11, atol=1e-12
        )


@every_problem
def test_minimum_is_the_solution_of_the_normal_equations(problem):
    x, y = problem.design, problem.target
    solution = np.linalg.lstsq(x, y)[0]
    np.testing.assert_allclose(problem.minimum, solution, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(x.T @ (x @ problem.minimum), x.T @ y, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(problem.gradient(problem.minimum), 0.0, atol=1e-12)


@every_problem
def test_hessian_is_the_slope_of_the_gradient(problem):
    theta = points(problem)[0]
    units = np.eye(len(theta))
    slope = [problem.gradient(theta + unit) - problem.gradient(theta) for unit in units]
    np.testing.assert_allclose(problem.hessian, slope, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_noise_variance_is_that_of_every_batch_with_replacement(batch_size):
    problem = PROBLEMS["random"]
    for theta in (problem.minimum, points(problem)[0]):
        draws = product(range(len(problem.target)), repeat=batch_size)
        gradients = np.array([problem.gradient(theta, np.array(rows)) for rows in draws])
        exact = ((gradients - problem.gradient(theta)) ** 2).sum(axis=1).mean()
        assert problem.noise_variance(theta, batch_size) == pytest.approx(exact, rel=1e-12)


def test_noise_variance_is_that_of_many_random_batches():
    problem, size = PROBLEMS["standardized"], 16
    theta = problem.minimum + 0.3
    rows = np.random.default_rng(0).integers(len(problem.target), size=(20_000, size))
    errors = problem.design @ theta - problem.target
    gradients = (problem.design * errors[:, None])[rows].mean(axis=1)
    assert gradients.var(axis=0).sum() == pytest.approx(
        problem.noise_variance(theta, size), rel=0.03
    )


@pytest.mark.parametrize("standardized", [False, True])
@pytest.mark.parametrize("parameters", [("bias", "bedrooms"), ("pool", "distance")])
def test_house_prices_minimize_to_the_regression_on_all_features(parameters, standardized):
    table = houses(np.random.default_rng(9), 120)
    x = standardize(table.x)[0] if standardized else table.x
    weights = np.linalg.lstsq(np.column_stack([np.ones(120), x]), table.y)[0]
    names = ["bias", *table.features]
    problem = house_prices(parameters, standardized, n=120, seed=9)
    expected = [weights[names.index(name)] / 100 for name in parameters]
    np.testing.assert_allclose(problem.minimum, expected, rtol=1e-9)
    assert PRICE_UNIT == 100


@pytest.mark.parametrize("parameters", [("bias", "garage"), ("age", "age"), ("age",), ()])
def test_house_prices_refuse_other_parameters(parameters):
    with pytest.raises(ValueError, match="bedrooms"):
        house_prices(parameters)
