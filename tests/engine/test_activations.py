"""Activations: derivatives, stability and the identities that the chapters quote."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.activations import (
    ACTIVATIONS,
    leaky_relu,
    log_softmax,
    sigmoid,
    softmax,
    softmax_jacobian,
)
from engine.gradcheck import check_gradient, numerical_gradient

KEYS = {
    *("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu"),
    *("selu", "gelu", "silu", "softplus", "softsign", "hard_sigmoid"),
}
RULES = {**ACTIVATIONS, "leaky_relu(0.2)": leaky_relu(0.2)}
every_rule = pytest.mark.parametrize("key", RULES)

# Clear of 0 and of the kinks at -3 and 3, where a central difference straddles two pieces.
GRID = np.linspace(-12, 12, 481)
POINTS = GRID[np.min(np.abs(GRID[:, None] - [-3, 0, 3]), axis=1) > 1e-3]

rows = arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e4, 1e4))


def test_the_table_has_the_keys_of_the_literature_and_distinct_names():
    assert set(ACTIVATIONS) == KEYS
    assert len({rule.name for rule in ACTIVATIONS.values()}) == len(KEYS)


@every_rule
def test_derivative_is_the_central_difference(key):
    rule = RULES[key]
    # Summing would lose small terms beside large ones, so each point is its own function.
    numeric = [float(numerical_gradient(lambda z: float(rule.f(z)), z)) for z in POINTS]
    scale = np.maximum(np.abs(numeric), 1e-2)
    assert np.max(np.abs(rule.df(POINTS) - numeric) / scale) < 1e-7


@every_rule
def test_derivative_jumps_exactly_at_the_kinks(key):
    rule = RULES[key]
    for z in (-3.0, 0.0, 3.0):
        jump = abs(float(rule.df(z + 1e-9)) - float(rule.df(z - 1e-9)))
        assert (jump > 1e-3) == (z in rule.kinks)


def test_derivative_at_a_kink_follows_the_stated_convention():
    assert ACTIVATIONS["relu"].df(0.0) == 0
    assert ACTIVATIONS["leaky_relu"].df(0.0) == 0.01
    assert ACTIVATIONS["hard_sigmoid"].df([-3.0, 3.0]).tolist() == [0, 0]
    assert ACTIVATIONS["selu"].df(0.0) == pytest.approx(1.6732632423543772 * 1.0507009873554805)


@every_rule
def test_value_and_derivative_are_those_of_torch(key):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    reference = {
        "linear": lambda z: 1.0 * z,
        "leaky_relu(0.2)": lambda z: functional.leaky_relu(z, 0.2),
        "hard_sigmoid": functional.hardsigmoid,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        # The default threshold of 20 would replace the softplus by z.
        "softplus": lambda z: functional.softplus(z, threshold=1e9),
    }.get(key) or getattr(functional, key)
    points = np.concatenate([POINTS, [-3, 0, 3, -37.5, -30, 30, 37.5]])
    z = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    y = reference(z)
    y.sum().backward()
    np.testing.assert_allclose(RULES[key].f(points), y.detach().numpy(), rtol=1e-12, atol=1e-12)
    # The backward pass of torch's hardsigmoid holds 1 / 6 in float32.
    rtol = 4e-8 if key == "hard_sigmoid" else 1e-12
    np.testing.assert_allclose(RULES[key].df(points), z.grad.numpy(), rtol=rtol, atol=1e-12)


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_inputs_stay_finite_without_overflow(key, dtype):
    z = np.array([-1e4, -1e3, -88.8, 0, 88.8, 1e3, 1e4], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y, slope = RULES[key].f(z), RULES[key].df(z)
    assert np.isfinite(y).all()
    assert np.isfinite(slope).all()
    assert np.abs(y).max() <= 1.06e4  # no activation here grows faster than SELU's 1.0507 z


@every_rule
@pytest.mark.parametrize(
    ("z", "dtype"),
    [
        (0.5, np.float64),
        (2, np.float64),
        ([[1, -2], [3, 4]], np.float64),
        (np.ones((2, 0, 3)), np.float64),
        (np.linspace(-2, 2, 5, dtype=np.float32), np.float32),
        (np.ones((3, 1), np.int32), np.float64),
    ],
)
def test_shape_and_precision_follow_the_input(key, z, dtype):
    for function in (RULES[key].f, RULES[key].df):
        y = function(z)
        assert isinstance(y, np.ndarray)
        assert (y.shape, y.dtype) == (np.shape(z), dtype)


@every_rule
def test_input_is_neither_changed_nor_handed_back(key):
    z = np.linspace(-4, 4, 9)
    before = z.copy()
    assert not np.shares_memory(RULES[key].f(z), z)
    assert not np.shares_memory(RULES[key].df(z), z)
    np.testing.assert_array_equal(z, before)


def test_printed_values():
    assert sigmoid(0.0) == 0.5
    assert ACTIVATIONS["sigmoid"].df(0.0) == 0.25
    assert ACTIVATIONS["tanh"].df(0.0) == 1
    assert ACTIVATIONS["softplus"].f(0.0) == pytest.approx(math.log(2), rel=1e-15)
    assert ACTIVATIONS["gelu"].df(0.0) == 0.5


def test_identities():
    tanh = ACTIVATIONS["tanh"].f(GRID)
    np.testing.assert_allclose(tanh, 2 * sigmoid(2 * GRID) - 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(sigmoid(GRID) + sigmoid(-GRID), 1, rtol=1e-15)
    for key in ("silu", "gelu"):
        f = ACTIVATIONS[key].f
        np.testing.assert_allclose(f(GRID) - f(-GRID), GRID, rtol=1e-14)
    np.testing.assert_array_equal(leaky_relu(0).f(GRID), ACTIVATIONS["relu"].f(GRID))
    np.testing.assert_array_equal(leaky_relu(1).f(GRID), GRID)


def test_selu_keeps_mean_0_and_variance_1():
    z, step = np.linspace(-12, 12, 240_001, retstep=True)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * step
    y = ACTIVATIONS["selu"].f(z)
    assert np.sum(y * density) == pytest.approx(0, abs=1e-8)
    assert np.sum(y**2 * density) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("z", [-5.0, -10.0, -20.0, -30.0])
def test_gelu_keeps_its_precision_in_the_tail(z):
    # Phi(z) = -phi(z)/z (1 - 1/z^2 + 3/z^4 - ...): an alternating series brackets its value.
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    bounds = [-density * (1 - z**-2), -density * (1 - z**-2 + 3 * z**-4)]
    assert min(bounds) < ACTIVATIONS["gelu"].f(z) < max(bounds)


def test_saturated_derivatives_keep_their_precision():
    z = np.array([40.0, 300.0])
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].df(z), np.exp(-z), rtol=1e-14)
    np.testing.assert_allclose(ACTIVATIONS["tanh"].df(z), 4 * np.exp(-2 * z), rtol=1e-14)


@given(rows, st.floats(-1e3, 1e3), st.floats(0.05, 20))
def test_softmax_is_a_distribution_that_ignores_a_shift(z, shift, temperature):
    p = softmax(z, temperature=temperature)
    assert p.sum() == pytest.approx(1, rel=1e-14)
    assert (p >= 0).all()
    np.testing.assert_allclose(softmax(z + shift, temperature=temperature), p, rtol=0, atol=1e-9)


@given(rows)
def test_log_softmax_is_finite_and_the_logarithm_of_softmax(z):
    logs = log_softmax(z)
    assert np.isfinite(logs).all()
    np.testing.assert_allclose(np.exp(logs), softmax(z), rtol=0, atol=1e-14)


@settings(max_examples=30)
@given(arrays(np.float64, st.integers(2, 5), elements=st.floats(-5, 5)))
def test_softmax_jacobian_is_the_derivative_and_its_rows_sum_to_0(z):
    jacobian = softmax_jacobian(softmax(z))
    np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-15)
    np.testing.assert_array_equal(jacobian, jacobian.T)
    for i, row in enumerate(jacobian):
        assert check_gradient(lambda v, i=i: float(softmax(v)[i]), row, z).passed(1e-9)


def test_softmax_works_along_any_axis_and_at_extremes():
    z = np.random.default_rng(0).normal(size=(3, 4, 5))
    for axis in (0, 1, 2, -1):
        np.testing.assert_allclose(softmax(z, axis=axis).sum(axis=axis), 1, rtol=1e-14)
        moved = np.moveaxis(log_softmax(np.moveaxis(z, axis, -1)), -1, axis)
        np.testing.assert_allclose(log_softmax(z, axis=axis), moved, rtol=1e-14)
    assert softmax([1e4, -1e4]).tolist() == [1, 0]
    assert log_softmax([1e4, -1e4]).tolist() == [0, -2e4]


def test_softmax_temperature_moves_between_uniform_and_the_maximum():
    z = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(softmax(z, temperature=2), softmax(z / 2), rtol=1e-15)
    np.testing.assert_allclose(softmax(z, temperature=1e9), 1 / 3, rtol=1e-8)
    np.testing.assert_allclose(softmax(z, temperature=1e-3), [0, 0, 1], atol=1e-300)


@pytest.mark.parametrize("temperature", [0, -1, math.nan])
def test_softmax_rejects_a_temperature_that_is_not_positive(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0"):
        softmax([1.0, 2.0], temperature=temperature)


def test_softmax_jacobian_takes_one_row():
    with pytest.raises(ValueError, match=r"one row.*\(2, 2\)"):
        softmax_jacobian(np.full((2, 2), 0.5))
