"""The gradient check itself: it must find right gradients right and wrong ones wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from engine.gradcheck import STEP, check_gradient, numerical_gradient


def test_step_is_the_cube_root_of_machine_epsilon():
    assert abs(STEP**3 / np.finfo(float).eps - 1) < 1e-14


@settings(max_examples=40)
@given(arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-50, 50)))
def test_gradient_of_a_sum_of_squares_is_shaped_like_theta(theta):
    before = theta.copy()
    numeric = numerical_gradient(lambda t: float(np.sum(t**2)), theta)
    assert numeric.shape == theta.shape
    np.testing.assert_allclose(numeric, 2 * theta, rtol=1e-6, atol=1e-5)
    np.testing.assert_array_equal(theta, before)


@pytest.mark.parametrize("theta", [1e-8, 1.0, 1e3, 1e8, 1e12])
def test_step_scales_with_theta(theta):
    assert float(numerical_gradient(lambda t: float(t**2), theta)) == pytest.approx(
        2 * theta, rel=1e-9, abs=1e-9
    )


def test_truncation_error_is_of_second_order():
    error = abs(float(numerical_gradient(lambda t: math.sin(t), 1.0)) - math.cos(1.0))
    assert error < STEP**2


def test_two_calls_per_entry_each_with_its_own_array():
    seen = []
    numerical_gradient(lambda t: seen.append(t) or 0.0, [1, 2, 3])
    assert len(seen) == 6
    expected = np.array([1, 2, 3]) + STEP * np.vstack(
        [sign * max(1, i + 1) * np.eye(3)[i] for i in range(3) for sign in (1, -1)]
    )
    np.testing.assert_allclose(seen, expected, rtol=1e-15)


def square(theta):
    return float(np.sum(theta**2))


def test_check_takes_an_array_or_a_function():
    theta = np.array([0.3, -2.0])
    for gradient in (2 * theta, lambda t: 2 * t):
        check = check_gradient(square, gradient, theta)
        assert check.passed()
        np.testing.assert_array_equal(check.analytic, 2 * theta)
        np.testing.assert_array_equal(check.numeric, numerical_gradient(square, theta))


@pytest.mark.parametrize("slip", [1e-6, -1e-3, 1.0, math.nan, math.inf])
def test_check_fails_for_a_wrong_gradient(slip):
    theta = np.array([0.3, -0.2])
    with np.errstate(invalid="ignore"):
        check = check_gradient(square, 2 * theta + [0, slip], theta)
    assert not check.passed()


def test_error_is_relative_for_large_and_absolute_for_small_gradients():
    assert check_gradient(lambda t: 1000 * float(t[0]), [1001.0], [0.0]).error == pytest.approx(
        1 / 1001, rel=1e-6
    )
    assert check_gradient(lambda t: 1e-3 * float(t[0]), [2e-3], [0.0]).error == pytest.approx(
        1e-3, rel=1e-6
    )


def test_error_is_the_worst_entry():
    check = check_gradient(square, [0.5, 0.2, 0.0], [0.0, 0.0, 0.0])
    assert check.error == pytest.approx(0.5)
    assert check.passed(0.51)
    assert not check.passed(0.49)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(2,\).*\(2, 1\)"):
        check_gradient(square, np.ones((2, 1)), np.ones(2))
