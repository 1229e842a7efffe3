"""The step of a central difference: its two errors, and all steps at once as one at a time."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.difference_steps import losses_at, parameter_differences
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import PARAMETERS, TASKS, central_difference, flat, forward
from engine.by_hand.wrong_gradients import right_gradient


@pytest.mark.parametrize("task", TASKS)
def test_rows_are_the_differences_at_each_step(task):
    problem = house_problem(task, "sigmoid", "mean", 8, 0)
    for row, h in zip(parameter_differences(problem, [1e-2, 1e-6]), [1e-2, 1e-6], strict=True):
        parts = {f"d{name}": central_difference(problem, f"d{name}", h) for name in PARAMETERS}
        np.testing.assert_allclose(row, flat(parts), rtol=1e-12, atol=1e-9 * 1e-6 / h)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", [0, 7])
def test_truncation_falls_with_the_square_of_h_and_rounding_grows(task, seed):
    problem = house_problem(task, "sigmoid", "mean", 8, seed)
    steps = np.array([1e-1, 1e-2, 1e-3, 1e-5, 1e-9, 1e-12])
    errors = np.abs(parameter_differences(problem, steps) - right_gradient(problem)).max(axis=1)
    np.testing.assert_allclose(errors[:2] / errors[1:3], 100, rtol=0.05)
    assert errors.argmin() == 3
    assert errors[3] < 1e-9 < errors[4] < errors[5]


def test_losses_at_many_points_are_those_of_each():
    problem = house_problem("above", "tanh", "sum", 5, 0)
    thetas = np.random.default_rng(0).normal(size=(6, 21))
    alone = [forward(problem.at(theta))["J"] for theta in thetas]
    np.testing.assert_allclose(losses_at(problem, thetas), alone, rtol=1e-13)
