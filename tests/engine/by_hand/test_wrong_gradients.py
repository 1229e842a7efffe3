"""Every mistake is caught by the check where it should be, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.difference_steps import parameter_differences
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import TASKS
from engine.by_hand.wrong_gradients import MISTAKES, right_gradient
from engine.printed.backward import printed_sigmoid, printed_sigmoid_inverse

W1, B1, W2, B2 = range(12), range(12, 16), range(16, 20), range(20, 21)
EVERYTHING = [*W1, *B1, *W2, *B2]
WRONG_FOR_PRICE = {
    "none": [],
    "printed_sigma": [*W1, *B1, *W2],
    "printed_inverse": [*W1, *B1, *W2],
    "slope_sign": [*W1, *B1],
    "output_slope": [],
    "hidden_slope": [*W1, *B1],
    "reciprocal": EVERYTHING,
    "bias_sum": [*B2],
    "weight_mean": [*W2],
    "bias_for_weight": [*W2],
    "transposed": [k for k in W1 if k not in (0, 11)],  # the corners stay in place
    "no_first_layer": [*W1, *B1],
    "sign": EVERYTHING,
}


def off(mistake, problem):
    """The parameters that the check finds wrong."""
    numeric = parameter_differences(problem, [1e-5])[0]
    return [int(k) for k in np.flatnonzero(np.abs(mistake.gradient(problem) - numeric) > 1e-7)]


@pytest.mark.parametrize("key", MISTAKES)
def test_the_check_finds_the_wrong_parameters_for_a_price(key):
    problem = house_problem("price", "sigmoid", "mean", 8, 0)
    assert off(MISTAKES[key], problem) == WRONG_FOR_PRICE[key]


@pytest.mark.parametrize("key", ["printed_sigma", "printed_inverse", "slope_sign", "output_slope"])
def test_a_wrong_output_slope_spoils_everything_for_yes_or_no(key):
    problem = house_problem("above", "sigmoid", "mean", 8, 0)
    assert off(MISTAKES[key], problem) == EVERYTHING


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("key", MISTAKES)
def test_every_mistake_gives_a_gradient_everywhere(key, task):
    for hidden in ("sigmoid", "tanh", "relu"):
        for reduction in ("mean", "sum"):
            for n in (1, 16):
                problem = house_problem(task, hidden, reduction, n, 5)
                assert MISTAKES[key].gradient(problem).shape == (21,)


def test_no_sigmoid_no_mistake():
    problem = house_problem("price", "tanh", "mean", 8, 0)
    for key in ("printed_sigma", "printed_inverse", "slope_sign"):
        np.testing.assert_allclose(
            MISTAKES[key].gradient(problem), right_gradient(problem), atol=1e-14
        )


def test_mistakes_of_a_batch_vanish_for_one_house():
    problem = house_problem("price", "sigmoid", "mean", 1, 0)
    assert off(MISTAKES["bias_sum"], problem) == []
    assert off(MISTAKES["weight_mean"], problem) == []


def test_the_printed_sigmoids_at_one():
    assert float(printed_sigmoid(1.0)) == pytest.approx(-0.582, abs=5e-4)
    assert float(printed_sigmoid_inverse(1.0)) == pytest.approx(1.582, abs=5e-4)


def test_the_sign_is_turned():
    problem = house_problem("above", "sigmoid", "mean", 8, 0)
    np.testing.assert_array_equal(MISTAKES["sign"].gradient(problem), -right_gradient(problem))


def test_names_are_distinct_and_rules_stand_beside_right_ones():
    assert len({mistake.name for mistake in MISTAKES.values()}) == len(MISTAKES)
    for key, mistake in MISTAKES.items():
        assert bool(mistake.rule) == bool(mistake.right) == (key != "none")
