"""Bias, variance and noise: the identity, its measured side, and tables of a visitor's own."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.bias_variance import (
    SETS,
    TESTS,
    decompose,
    draw,
    study_law,
    study_table,
    unit_range,
)
from engine.studies.polynomials import LAWS, MAX_DEGREE, legendre, predict, ridge_fit

STATES = {
    "default": ("sine", 20, 0.3, 0.0, 0),
    "few points": ("sine", 10, 0.3, 0.0, 1),
    "ridge": ("step", 30, 0.5, 1e-3, 2),
    "cubic": ("cubic", 100, 1.0, 0.0, 3),
    "silent": ("cubic", 20, 0.0, 0.0, 4),
}
STUDIES = {name: study_law(*state) for name, state in STATES.items()}
each_state = pytest.mark.parametrize("name", STATES)


@each_state
def test_bias_variance_and_noise_add_up_to_the_measured_error(name):
    parts, noise = STUDIES[name].parts, STATES[name][2]
    assert parts.noise == noise**2
    np.testing.assert_allclose(parts.total, parts.bias2 + parts.variance + parts.noise)
    apart = np.abs(parts.measured - parts.total)
    scatter = 2 * noise * np.sqrt(parts.total / (SETS * TESTS)) + 2 * noise**2 / 100
    assert np.all(apart <= 4 * scatter + 1e-15)


def test_the_split_is_exact_without_noise():
    rng = np.random.default_rng(0)
    predictions, truth = rng.normal(size=(4, 30, 50)), rng.normal(size=50)
    parts = decompose(predictions, truth, np.tile(truth, (30, 1)), 0.0)
    np.testing.assert_allclose(parts.bias2 + parts.variance, parts.measured, rtol=1e-12)
    np.testing.assert_allclose(
        parts.bias2, [((p.mean(0) - truth) ** 2).mean() for p in predictions]
    )


@each_state
def test_errors_by_hand(name):
    study = STUDIES[name]
    for degree in (0, 4, 9):
        c = ridge_fit(legendre(study.x, degree), study.y, STATES[name][3])
        train = np.mean((predict(c, study.x) - study.y) ** 2)
        test = np.mean((predict(c, study.test_x) - study.test_y) ** 2)
        assert study.train_error[degree] == pytest.approx(train, rel=1e-6, abs=1e-22)
        assert study.test_error[degree] == pytest.approx(test, rel=1e-5, abs=1e-22)


@each_state
def test_training_error_falls_with_the_degree_without_a_penalty(name):
    if STATES[name][3] == 0:
        assert np.all(np.diff(STUDIES[name].train_error) <= 1e-12)


def test_the_training_set_is_the_first_of_the_sets():
    study = STUDIES["default"]
    x, y = draw(np.random.default_rng(0), "sine", 20, 0.3, SETS)
    np.testing.assert_array_equal(study.x, x[0])
    np.testing.assert_array_equal(study.y, y[0])
    np.testing.assert_array_equal(study.coefficients, study.resampled[:, 0])
    assert study.resampled.shape == (MAX_DEGREE + 1, SETS, MAX_DEGREE + 1)


def test_a_stiff_fit_is_biased_and_a_bent_one_varies():
    parts = STUDIES["default"].parts
    assert parts.bias2[1] > 10 * parts.variance[1]
    assert parts.variance[12] > 10 * parts.bias2[12]
    assert 3 <= STUDIES["default"].best <= 9


def test_a_cubic_law_has_no_bias_from_degree_3_on():
    parts = STUDIES["silent"].parts
    assert parts.bias2[2] > 1e-3
    assert np.all(parts.bias2[3:] < 1e-15)
    assert STUDIES["silent"].best == 3


def test_the_variance_is_what_the_spread_says():
    study = STUDIES["ridge"]
    np.testing.assert_array_equal(study.spread, study.parts.variance)
    by_hand = predict(study.resampled[5], study.test_x).var(axis=0).mean()
    assert study.spread[5] == pytest.approx(by_hand)


@pytest.mark.parametrize("law", LAWS)
def test_draws_spread_over_the_interval(law):
    x, y = draw(np.random.default_rng(1), law, 10, 0.0, 7)
    assert x.shape == y.shape == (7, 10)
    np.testing.assert_array_equal(
        np.floor((x + 1) / 0.2).astype(int), np.tile(np.arange(10), (7, 1))
    )
    np.testing.assert_array_equal(y, LAWS[law].f(x))


def table(n=40, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(100, 900, n)
    return x, 5e4 + 30 * x + 500 * rng.normal(size=n)


def test_a_table_keeps_its_points_and_units():
    x, y = table()
    study = study_table(x, y, 0.0, 3)
    assert (study.x.size, study.test_x.size) == (28, 12)
    assert study.parts is None
    back = np.concatenate([study.inputs(study.x), study.inputs(study.test_x)])
    np.testing.assert_allclose(np.sort(back), np.sort(x), rtol=1e-12)
    back = np.concatenate([study.targets(study.y), study.targets(study.test_y)])
    np.testing.assert_allclose(np.sort(back), np.sort(y), rtol=1e-12)
    assert study.x_low == x.min()
    assert study.x_high == x.max()


def test_errors_of_a_table_are_shares_of_its_variance():
    study = study_table(*table(), 0.0, 3)
    assert study.train_error[0] == pytest.approx(1.0, rel=0.3)
    assert study.train_error[1] < 0.1
    scaled = study_table(table()[0] / 7 + 3, table()[1] * 1e6 - 5, 0.0, 3)
    np.testing.assert_allclose(scaled.test_error[:5], study.test_error[:5], rtol=1e-6)


@pytest.mark.parametrize("n", [5, 6, 7, 200, 2000])
@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_tables_of_every_size(n, ridge):
    study = study_table(*table(n), ridge, 0)
    assert study.x.size + study.test_x.size == n
    assert study.test_x.size >= 1
    for errors in (study.train_error, study.test_error, study.spread):
        assert np.isfinite(errors).all()


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1e15, -1e15, 0, 1e-100, 1], [1e15, 1, 2, 3, -1e15]),
        ([1, 1, 1, 1, 2], [0, 0, 0, 0, 1]),
        ([1e15, 1e15, 1e15, 1e15, 1e15 + 0.125], [0, 1e-100, 0, 0, 0]),
    ],
)
def test_extreme_tables_stay_finite(x, y):
    study = study_table(x, y, 0.0, 0)
    assert np.isfinite(study.test_error).all()
    assert np.isfinite(study.targets(study.y)).all()


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2, 3, 4], [1, 2, 3, 4]), ([1] * 6, range(6)), (range(6), [2] * 6)]
)
def test_tables_without_anything_to_fit_are_refused(x, y):
    with pytest.raises(ValueError, match="5 points"):
        study_table(x, y, 0.0, 0)


def test_unit_range():
    np.testing.assert_allclose(unit_range(np.array([3.0, 5.0, 4.0])), [-1, 1, 0])
