"""The systems of the nested fields: each against an independent computation on the same houses."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import houses, price_law
from engine.studies.fields import FRESH, fit_line, hand_rule, learn_systems, rms, surprise

SIZES = (20, 50, 100, 200, 400)
ALL = {n: learn_systems(n) for n in SIZES}
every_size = pytest.mark.parametrize("n", SIZES)


def test_the_rule_by_hand():
    x = [[3, 20, 4.9, 0], [2, 20, 5.0, 1]]
    np.testing.assert_array_equal(hand_rule(x), [450, 200])


@every_size
def test_the_line_is_the_best_line(n):
    table = ALL[n].table
    line = fit_line(table)
    left = line(table.x) - table.y
    np.testing.assert_allclose(left @ np.column_stack([np.ones(n), table.x]), 0, atol=1e-7)
    assert ALL[n].line_sd == pytest.approx(np.sqrt(np.mean(left**2)))


@every_size
def test_the_systems_learn_from_the_first_houses_only(n):
    whole = ALL[SIZES[-1]].table
    np.testing.assert_array_equal(ALL[n].table.x, whole.x[:n])
    np.testing.assert_array_equal(ALL[n].table.y, whole.y[:n])
    fresh = ALL[n].fresh
    assert len(fresh.y) == FRESH
    np.testing.assert_array_equal(fresh.x, houses(np.random.default_rng(1), FRESH).x)


@every_size
def test_errors_are_those_against_the_law(n):
    systems = ALL[n]
    x, law = systems.fresh.x, price_law(systems.fresh.x)
    found = systems.errors()
    assert found["rule"] == pytest.approx(np.sqrt(np.mean((hand_rule(x) - law) ** 2)))
    assert found["line"] == pytest.approx(np.sqrt(np.mean((systems.line(x) - law) ** 2)))
    assert found["network"] == pytest.approx(rms(systems.network.forward(x)[0], law))


def test_the_network_wins_with_many_houses_and_loses_with_few():
    assert min(ALL[200].errors(), key=ALL[200].errors().get) == "network"
    assert min(ALL[20].errors(), key=ALL[20].errors().get) == "line"
    assert ALL[20].errors()["rule"] == ALL[400].errors()["rule"]


def test_parameters_are_counted():
    assert ALL[200].parameters() == {
        "rule": 0,
        "line": 5,
        "network": 4 * 8 + 8 + 8 * 8 + 8 + 8 + 1,
        "draws": 122,
        "words": 382,
    }


@every_size
def test_surprise_is_the_mean_negative_log_density(n):
    systems = ALL[n]
    prices, sd = systems.line(systems.fresh.x), systems.line_sd
    z = (systems.fresh.y - prices) / sd
    density = np.exp(-(z**2) / 2) / (sd * np.sqrt(2 * np.pi))
    assert systems.surprises()["line"] == pytest.approx(-np.log(density).mean())


def test_surprise_is_least_at_the_true_spread():
    rng = np.random.default_rng(0)
    sold = rng.normal(300, 15, 20_000)
    values = {sd: surprise(np.full(20_000, 300.0), sd, sold) for sd in (10, 15, 22)}
    assert min(values, key=values.get) == 15
    assert values[15] == pytest.approx(np.log(15) + 0.5 * np.log(2 * np.pi * np.e), abs=0.02)


@every_size
def test_perplexities_lie_between_one_and_the_vocabulary(n):
    for value in ALL[n].perplexities().values():
        assert 1 < value < 22
