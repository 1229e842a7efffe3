"""Surfaces: gradients by central differences, minima as stated, windows that show them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from engine.data import houses, standardize
from engine.gradcheck import check_gradient
from engine.least_squares import PRICE_UNIT
from engine.surfaces import SURFACES, Surface, ravine, regression

ALL: dict[str, Surface] = {
    **SURFACES,
    "ravine, 1000 at 30": ravine(1000, 30),
    "ravine, round": ravine(1),
    "regression, age and pool": regression(("age", "pool")),
    "regression, standardized": regression(standardized=True),
}
QUADRATIC = [name for name, surface in ALL.items() if surface.hessian is not None]
every_surface = pytest.mark.parametrize("surface", ALL.values(), ids=ALL)
every_quadratic = pytest.mark.parametrize("name", QUADRATIC)


def window(surface, n):
    x, y = np.meshgrid(np.linspace(*surface.x_range, n), np.linspace(*surface.y_range, n))
    return np.stack([x, y], axis=-1)


def test_keys_are_names():
    assert list(SURFACES) == [surface.name for surface in SURFACES.values()]


@every_surface
def test_gradient_is_the_central_difference(surface):
    low, high = np.transpose([surface.x_range, surface.y_range])
    points = np.random.default_rng(1).uniform(low, high, (20, 2))
    for theta in (*points, surface.start):
        check = check_gradient(surface.value, surface.gradient, theta)
        assert check.passed(1e-7), check


@every_surface
def test_minima_are_flat_and_lowest(surface):
    scale = 1 if surface.curvature is None else surface.curvature
    np.testing.assert_allclose(surface.gradient(surface.minima), 0.0, atol=1e-13 * scale)
    np.testing.assert_allclose(
        surface.value(surface.minima), surface.minimum_value, rtol=0, atol=1e-15
    )
    assert surface.value(window(surface, 101)).min() >= surface.minimum_value
    np.testing.assert_array_equal(surface.minimum, surface.minima[0])


@every_surface
def test_window_shows_start_and_minima(surface):
    low, high = np.transpose([surface.x_range, surface.y_range])
    for theta in (surface.start, *surface.minima):
        assert (low <= theta).all()
        assert (theta <= high).all()
    assert surface.value(surface.start) > surface.minimum_value


@every_surface
def test_floats_and_arrays_share_the_formula(surface):
    points = window(surface, 7)
    values, gradients = surface.value(points), surface.gradient(points)
    assert (values.shape, gradients.shape) == ((7, 7), (7, 7, 2))
    for index in np.ndindex(7, 7):
        x, y = points[index].tolist()
        assert surface.f(x, y) == pytest.approx(values[index], rel=1e-13, abs=1e-13)
        assert surface.df(x, y) == pytest.approx(gradients[index].tolist(), rel=1e-12, abs=1e-12)
        assert {type(part) for part in (surface.f(x, y), *surface.df(x, y))} == {float}


@every_surface
@pytest.mark.parametrize("theta", [1.0, [1.0], [[1.0, 2.0, 3.0]], np.zeros((2, 0))])
def test_other_shapes_are_refused(surface, theta):
    for function in (surface.value, surface.gradient):
        with pytest.raises(ValueError, match=r"\(\.\.\., 2\), got"):
            function(theta)


@every_surface
def test_surfaces_can_be_pickled(surface):
    copy = pickle.loads(pickle.dumps(surface))
    assert copy.value(surface.start) == surface.value(surface.start)


@every_quadratic
def test_hessian_is_the_slope_of_the_gradient(name):
    surface = ALL[name]
    at = np.array(surface.start)
    slope = [surface.gradient(at + unit) - surface.gradient(at) for unit in np.eye(2)]
    np.testing.assert_allclose(slope, surface.hessian, rtol=1e-12, atol=1e-11)
    np.testing.assert_allclose(surface.eigenvalues.sum(), np.trace(surface.hessian), rtol=1e-13)
    assert surface.curvature == surface.eigenvalues[1] >= surface.eigenvalues[0] > 0


def test_surfaces_without_a_hessian_state_no_curvature():
    others = [ALL[name] for name in ALL if name not in QUADRATIC]
    assert len(others) == 5
    assert {(surface.eigenvalues, surface.curvature) for surface in others} == {(None, None)}


@pytest.mark.parametrize("condition", [1, 50, 1000])
@pytest.mark.parametrize("angle", [0, 30, 90, -45])
def test_ravine_has_its_eigenvalues_and_its_direction(condition, angle):
    surface = ravine(condition, angle)
    np.testing.assert_allclose(surface.eigenvalues, [1, condition], rtol=1e-12)
    along = [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    np.testing.assert_allclose(surface.gradient(along), along, rtol=0, atol=1e-12 * condition)
    assert surface.value(surface.start) == pytest.approx(ravine(condition).value([-4, 1]))


@pytest.mark.parametrize("condition", [0, 0.99, 1001, np.nan, np.inf, -5])
def test_ravine_refuses_other_condition_numbers(condition):
    with pytest.raises(ValueError, match=r"\[1, 1000\]"):
        ravine(condition)


@pytest.mark.parametrize("standardized", [False, True])
@pytest.mark.parametrize("parameters", [("bias", "bedrooms"), ("distance", "pool")])
def test_regression_is_the_loss_over_the_data(parameters, standardized):
    surface = regression(parameters, standardized, n=80, seed=3)
    table = houses(np.random.default_rng(3), 80)
    x = standardize(table.x)[0] if standardized else table.x
    design, names = np.column_stack([np.ones(80), x]), ["bias", *table.features]
    weights = np.linalg.lstsq(design, table.y / PRICE_UNIT)[0]
    for theta in np.random.default_rng(0).normal(size=(5, 2)):
        weights[[names.index(name) for name in parameters]] = theta
        loss = np.mean((design @ weights - table.y / PRICE_UNIT) ** 2) / 2
        assert surface.value(theta) == pytest.approx(loss, rel=1e-11)


def test_standardizing_makes_the_regression_round():
    condition = {
        standardized: np.divide(*regression(standardized=standardized).eigenvalues[::-1])
        for standardized in (False, True)
    }
    assert condition[False] > 50
    assert condition[True] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("parameters", [("bias", "garage"), ("age", "age"), ("age",)])
def test_regression_refuses_other_parameters(parameters):
    with pytest.raises(ValueError, match="bedrooms"):
        regression(parameters)
