"""Schedules as factors: their range, their direction, and the numbers they state."""

from __future__ import annotations

import numpy as np
import pytest

from engine.schedules import SCHEDULES

WARMING = {"linear_warmup", "inverse_sqrt"}


def factors(name, steps):
    return np.array([SCHEDULES[name](step, steps) for step in range(steps)])


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 7, 10, 300])
def test_factors_lie_above_0_and_up_to_1(name, steps):
    assert (factors(name, steps) > 0).all()
    assert factors(name, steps).max() == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [7, 300])
def test_factors_never_rise_after_their_peak(name, steps):
    found = factors(name, steps)
    assert (np.diff(found[found.argmax() :]) <= 1e-15).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_only_warmups_start_below_1(name):
    peak = factors(name, 300).argmax()
    assert peak == (29 if name in WARMING else 0)


@pytest.mark.parametrize("name", sorted(WARMING))
def test_warmup_is_a_straight_line(name):
    np.testing.assert_allclose(factors(name, 300)[:30], np.arange(1, 31) / 30, rtol=1e-14)


def test_step_decay_drops_tenfold_at_each_third():
    np.testing.assert_allclose(factors("step_decay", 6), [1, 1, 0.1, 0.1, 0.01, 0.01], rtol=1e-14)


def test_exponential_loses_the_same_share_each_step():
    found = factors("exponential", 100)
    np.testing.assert_allclose(found[1:] / found[:-1], 0.01**0.01, rtol=1e-13)


def test_cosine_passes_one_half_in_the_middle():
    found = factors("cosine", 100)
    assert found[50] == pytest.approx(0.5, abs=1e-15)
    np.testing.assert_allclose(found[1:] + found[:0:-1], 1.0, rtol=1e-14)


def test_linear_warmup_ends_one_step_above_0():
    found = factors("linear_warmup", 100)
    np.testing.assert_allclose(np.diff(found[9:]), -1 / 91, rtol=1e-12)
    assert found[-1] == pytest.approx(1 / 91)


def test_inverse_sqrt_halves_when_the_step_count_quadruples():
    found = factors("inverse_sqrt", 300)
    assert found[4 * 30 - 1] == pytest.approx(0.5, rel=1e-14)
