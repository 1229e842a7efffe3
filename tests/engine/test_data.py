"""The house data: its law, its noise, and that a curve is there to be learned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.data import DATASETS, PRICE_FORMULA, houses, price_law, standardize

N = 20_000


@pytest.fixture(scope="module")
def table():
    return houses(np.random.default_rng(0), N)


@pytest.mark.parametrize("name", DATASETS)
def test_a_seed_fixes_the_set(name):
    first, second, other = (DATASETS[name](np.random.default_rng(s), 30) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.y, second.y)
    assert not np.array_equal(first.y, other.y)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("n", [0, 1, 7])
def test_shapes_and_names_agree(name, n):
    table = DATASETS[name](np.random.default_rng(0), n)
    assert table.x.shape == (n, len(table.features))
    assert table.y.shape == (n,)
    assert len(table.units) == len(table.features) == len(set(table.features))
    assert table.x.dtype == table.y.dtype == np.float64


def test_columns_stay_in_their_ranges(table):
    bedrooms, age, distance, pool = table.x.T
    assert np.unique(bedrooms).tolist() == list(range(1, 7))
    assert np.unique(age).tolist() == list(range(81))
    assert 0 <= distance.min() < distance.max() <= 30
    assert np.unique(pool).tolist() == [0, 1]
    assert pool.mean() == pytest.approx(1 / 3, abs=0.015)
    assert table.y.min() > 0
    correlation = np.corrcoef(table.x.T) - np.eye(4)
    assert np.abs(correlation).max() < 0.03


def law_terms(x):
    bedrooms, age, distance, pool = x.T
    return np.column_stack([np.ones(len(x)), bedrooms, age, np.exp(-distance / 8), pool])


def test_least_squares_recovers_the_law_and_its_noise(table):
    terms = law_terms(table.x)
    coefficients, *_ = np.linalg.lstsq(terms, table.y)
    law = [150, 60, -1.5, 250, 35]
    standard_errors = 15 * np.sqrt(np.diag(np.linalg.inv(terms.T @ terms)))
    assert np.all(np.abs(coefficients - law) < 4 * standard_errors)
    residual = table.y - terms @ coefficients
    assert residual.std() == pytest.approx(15, rel=0.02)


def test_a_line_in_the_features_leaves_twice_the_noise(table):
    features = np.column_stack([np.ones(N), table.x])
    coefficients, *_ = np.linalg.lstsq(features, table.y)
    assert (table.y - features @ coefficients).std() > 1.8 * 15


def test_noise_is_the_callers(table):
    silent = houses(np.random.default_rng(0), N, noise=0)
    np.testing.assert_array_equal(silent.x, table.x)
    np.testing.assert_array_equal(silent.y, price_law(table.x))


def test_law_worked_by_hand():
    assert price_law([3, 10, 0, 1]) == 150 + 180 - 15 + 250 + 35
    assert price_law([[1, 0, 8, 0]]) == pytest.approx(210 + 250 / np.e)
    assert all(number in PRICE_FORMULA for number in ("150", "60", "1.5", "250", "35", "/8"))


@pytest.mark.parametrize("shape", [(), (3,), (4, 3)])
def test_law_refuses_other_columns(shape):
    with pytest.raises(ValueError, match=r"\(n, 4\)"):
        price_law(np.zeros(shape))


@settings(max_examples=50)
@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(1, 3)),
        elements=st.floats(-1e3, 1e3, width=16),
    )
)
def test_standardize_gives_mean_0_and_sd_1_and_can_be_undone(x):
    z, mean, sd = standardize(x)
    np.testing.assert_allclose(z * sd + mean, x, rtol=0, atol=1e-9)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-6)
    constant = np.ptp(x, axis=0) == 0
    np.testing.assert_allclose(z.std(axis=0), np.where(constant, 0, 1), atol=1e-9)
    np.testing.assert_array_equal(sd[constant], 1)


@pytest.mark.parametrize("n", range(1, 12))
def test_standardize_treats_a_constant_column_exactly(n):
    z, mean, sd = standardize(np.full((n, 1), 0.1))
    assert not z.any()
    assert (mean[0], sd[0]) == (0.1, 1)


def test_standardize_takes_targets(table):
    z, mean, sd = standardize(table.y)
    assert z.shape == (N,)
    assert (float(mean), float(sd)) == pytest.approx((table.y.mean(), table.y.std()))
