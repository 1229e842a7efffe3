"""What can be compared and swept: every value builds, and is read back as it was set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.playground.build import build
from engine.playground.change import FACTORS, VALUES, between
from engine.playground.settings import LIMITS, Settings
from engine.playground.sweeps import SWEEPS, brought_along

SMALL = Settings(n=40)
every_sweep = pytest.mark.parametrize("name", SWEEPS)
NUMBERS = [name for name, sweep in SWEEPS.items() if sweep.is_number]


@every_sweep
def test_every_value_is_set_and_read_back(name):
    sweep = SWEEPS[name]
    for value in sweep.options:
        assert sweep.own(sweep.change(SMALL, value)) == value


@every_sweep
def test_a_network_of_every_value_is_built(name):
    sweep = SWEEPS[name]
    for start in (SMALL, replace(SMALL, units=(), activations=())):
        for value in (sweep.options[0], sweep.first, sweep.options[-1]):
            assert build(sweep.change(start, value)).start.size


@every_sweep
def test_what_is_shown_first_is_possible(name):
    sweep = SWEEPS[name]
    assert sweep.first in sweep.options
    assert set(sweep.span) <= set(sweep.options)
    assert len(sweep.span) <= VALUES
    assert len({sweep.written(value) for value in sweep.options}) == len(sweep.options)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_between_two_are_even_in_order_and_in_the_limits(name):
    sweep = SWEEPS[name]
    for count in (2, 5, VALUES):
        values = between(sweep, *sweep.span, count)
        assert (values[0], values[-1]) == sweep.span
        assert list(values) == sorted(set(values))
        assert 2 <= len(values) <= count
        assert values == between(sweep, *reversed(sweep.span), count)
        low, high = LIMITS.get(name, (0, VALUES))
        assert low <= values[0] <= values[-1] <= high
    gaps = np.diff(np.log(values) if sweep.by == FACTORS else values)
    if not isinstance(values[0], int):
        np.testing.assert_allclose(gaps, gaps.mean(), rtol=0.06)


def test_equal_ends_are_one_value():
    assert between(SWEEPS["rate"], 0.1, 0.1, 7) == (0.1,)
    assert between(SWEEPS["units"], 3, 3, 7) == (3,)


def test_layers_go_and_come_at_the_end():
    start = replace(SMALL, units=(4, 2), activations=("tanh", "relu"))
    layers = SWEEPS["layers"].change
    assert layers(start, 1).units == (4,)
    assert layers(start, 4).units == (4, 2, 2, 2)
    assert layers(start, 4).activations == ("tanh", "relu", "relu", "relu")
    assert layers(layers(start, 0), 2).units == (4, 4)


def test_a_strength_brings_a_penalty_and_a_limit_a_form_of_clipping():
    cases = {"strength": ("penalty", "l2", "l1"), "limit": ("clip", "norm", "value")}
    for name, (other, brought, own) in cases.items():
        after = SWEEPS[name].change(SMALL, 0.1)
        assert getattr(after, other) == brought
        assert len(brought_along(SMALL, after, [name])) == 1
        assert brought_along(SMALL, after, [name, other]) == []
        has_one = replace(SMALL, **{other: own})
        assert getattr(SWEEPS[name].change(has_one, 0.1), other) == own
        assert brought_along(has_one, SWEEPS[name].change(has_one, 0.1), [name]) == []


def test_what_draws_other_examples_says_so():
    for name, sweep in SWEEPS.items():
        x = [build(sweep.change(SMALL, value)).sample for value in sweep.options[:2]]
        same = np.array_equal(x[0].x, x[1].x) and np.array_equal(x[0].is_training, x[1].is_training)
        assert same != sweep.draws, name


def test_beta_is_not_named_after_one_of_its_rules():
    assert SWEEPS["beta"].label == "β"
