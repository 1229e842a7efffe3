"""One update and many: the tangent touches, the curve curves, and divergence has a name."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import STAGES, TASKS, forward
from engine.by_hand.update_line import loss_along, repeat_update, tangent
from engine.by_hand.wrong_gradients import right_gradient
from engine.gradcheck import numerical_gradient
from engine.losses import LOSSES
from engine.optimizers import GD
from engine.training import fit


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_slope_along_the_step_is_minus_the_squared_norm(task, reduction):
    problem = house_problem(task, "sigmoid", reduction, 8, 0)
    g = right_gradient(problem)
    slope = numerical_gradient(lambda eta: float(loss_along(problem, g, eta)[0]), np.zeros(1))
    assert slope[0] == pytest.approx(-(g @ g), abs=1e-7)


def test_the_loss_along_is_the_loss_of_the_moved_parameters():
    problem = house_problem("price", "tanh", "mean", 5, 2)
    g = right_gradient(problem)
    along = loss_along(problem, g, [[0.0, 0.1], [1.0, 10.0]])
    assert along.shape == (2, 2)
    for eta, loss in zip((0.0, 0.1, 1.0, 10.0), along.ravel(), strict=True):
        expected = float(forward(problem.at(problem.theta - eta * g))["J"])
        assert loss == pytest.approx(expected, rel=1e-12)


def test_the_tangent_is_a_line_through_the_loss():
    g = np.array([3.0, 4.0])
    np.testing.assert_allclose(tangent(2.0, g, [0.0, 0.1]), [2.0, -0.5], atol=1e-14)


@pytest.mark.parametrize("task", TASKS)
def test_many_updates_are_gradient_descent(task):
    problem = house_problem(task, "sigmoid", "mean", 8, 0)
    ours = repeat_update(problem, 0.5, 30)
    loss = TASKS[task].loss
    theirs = fit(problem.network, problem.theta, problem.x, problem.y, loss, GD(0.5), 30)
    np.testing.assert_allclose(ours.losses, theirs.losses, rtol=1e-10)
    np.testing.assert_allclose(ours.thetas[-1], theirs.theta, rtol=1e-9, atol=1e-12)
    assert ours.diverged_at is None
    assert ours.tensor is None
    assert ours.losses[-1] == pytest.approx(
        LOSSES[loss].value(problem.network.forward(ours.thetas[-1], problem.x)[0], problem.y)
    )


@pytest.mark.parametrize("hidden", ["sigmoid", "relu"])
def test_divergence_names_its_step_and_tensor(hidden):
    problem = house_problem("price", hidden, "sum", 8, 0)
    updates = repeat_update(problem, 20.0, 200)
    step = updates.diverged_at
    assert step is not None
    assert updates.tensor in (*STAGES, "W1", "b1", "W2", "b2")
    assert np.isfinite(updates.losses[:step]).all()
    assert np.isnan(updates.losses[step:]).all()
    assert np.isnan(updates.thetas[step:]).all()


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("rate", [1e-3, 1.0, 100.0])
def test_no_rate_warns(hidden, task, rate):
    for n in (1, 16):
        problem = house_problem(task, hidden, "sum", n, 1)
        updates = repeat_update(problem, rate, 60)
        assert np.isfinite(updates.losses[0])


def test_a_small_update_lowers_the_loss_as_promised():
    problem = house_problem("price", "sigmoid", "mean", 8, 0)
    g = right_gradient(problem)
    before = float(forward(problem)["J"])
    after = float(loss_along(problem, g, 1e-4)[()])
    assert (before - after) / (1e-4 * (g @ g)) == pytest.approx(1, abs=1e-3)
