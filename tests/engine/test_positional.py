"""Sinusoidal positions: entry by entry, and the properties that made them the choice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.positional import frequencies, shift, sinusoidal


def test_entries_are_those_of_the_paper():
    table = sinusoidal(20, 6)
    assert table.shape == (20, 6)
    for position in range(20):
        for i in range(3):
            angle = position / 10_000 ** (2 * i / 6)
            assert table[position, 2 * i] == pytest.approx(math.sin(angle), abs=1e-14)
            assert table[position, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-14)


def test_the_first_position_and_all_lengths():
    np.testing.assert_array_equal(sinusoidal(1, 8)[0], [0, 1] * 4)
    assert sinusoidal(0, 8).shape == (0, 8)
    np.testing.assert_allclose((sinusoidal(500, 8) ** 2).sum(axis=1), 4, rtol=1e-12)


def test_wavelengths_run_from_two_pi_to_nearly_the_base_times_two_pi():
    w = frequencies(512)
    assert w[0] == 1
    assert 9_000 < 1 / w[-1] < 10_000
    np.testing.assert_allclose(w[1:] / w[:-1], w[1], rtol=1e-10)


@pytest.mark.parametrize("k", [-3, 0, 1, 17])
def test_a_fixed_offset_is_one_linear_map(k):
    table, turn = sinusoidal(60, 8, base=50.0), shift(k, 8, base=50.0)
    here = table[5:40]
    np.testing.assert_allclose(here @ turn, table[5 + k : 40 + k], rtol=0, atol=1e-12)
    np.testing.assert_allclose(turn @ turn.T, np.eye(8), rtol=0, atol=1e-14)


def test_products_depend_on_the_offset_alone():
    table = sinusoidal(60, 8)
    products = table @ table.T
    for k in range(10):
        expected = np.cos(k * frequencies(8)).sum()
        np.testing.assert_allclose(np.diagonal(products, k), expected, rtol=0, atol=1e-12)


def test_no_two_positions_are_alike():
    table = sinusoidal(1000, 8)
    distances = np.linalg.norm(table[:, None] - table, axis=-1)
    assert distances[~np.eye(1000, dtype=bool)].min() > 0.01


def test_refusals():
    for d in (0, -2, 3):
        with pytest.raises(ValueError, match="even width"):
            sinusoidal(4, d)
    for base in (0.5, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="base of 1 or more"):
            frequencies(4, base)
    with pytest.raises(ValueError, match="0 positions or more"):
        sinusoidal(-1, 4)
