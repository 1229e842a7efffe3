"""The staged passes: equal to the network's own, to torch and to central differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.by_hand.edits import apply_edits
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import (
    BACKWARD,
    FORWARD,
    REDUCTIONS,
    STAGES,
    TASKS,
    backward,
    central_difference,
    chained_output_gradient,
    check_stage,
    flat,
    forward,
    output_gradient,
    run,
)
from engine.gradcheck import numerical_gradient
from engine.losses import LOSSES

HIDDEN = ("sigmoid", "tanh", "relu")
every_task = pytest.mark.parametrize("task", TASKS)
every_hidden = pytest.mark.parametrize("hidden", HIDDEN)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


@every_task
@every_hidden
@every_reduction
@pytest.mark.parametrize("n", [1, 2, 16])
def test_the_stages_are_what_the_network_computes(task, hidden, reduction, n):
    problem = house_problem(task, hidden, reduction, n, 3)
    stages = run(problem)
    network, loss = problem.network, LOSSES[TASKS[task].loss]
    y, trace = network.forward(problem.theta, problem.x)
    factor = 1 if reduction == "mean" else n
    gradient = network.backward(problem.theta, trace, factor * loss.gradient(y, problem.y))
    np.testing.assert_allclose(stages["Z1"], trace.outputs[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(stages["A1"], trace.outputs[1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(stages["Z2"], y, rtol=0, atol=1e-12)
    assert float(stages["J"]) == pytest.approx(factor * loss.value(y, problem.y), abs=1e-12)
    np.testing.assert_allclose(flat(stages), gradient, rtol=0, atol=1e-12)


@every_task
@every_hidden
@every_reduction
def test_every_gradient_is_its_central_difference_for_all_seeds(task, hidden, reduction):
    worst = 0.0
    for n in (1, 4, 16):
        for seed in range(21):
            problem = house_problem(task, hidden, reduction, n, seed)
            stages = run(problem)
            errors = [check_stage(problem, name, stages[name]).error for name in BACKWARD]
            worst = max(worst, *errors)
    assert worst < 1e-7


def test_the_21_parameters_at_the_default_agree_to_the_ninth_digit():
    problem = house_problem("price", "sigmoid", "mean", 4, 0)
    stages = run(problem)
    numeric = {f"d{p}": central_difference(problem, f"d{p}") for p in ("W1", "b1", "W2", "b2")}
    assert problem.theta.size == 21
    assert np.abs(flat(stages) - flat(numeric)).max() < 1e-9


@every_task
def test_central_differences_are_those_of_the_shared_check(task):
    problem = house_problem(task, "tanh", "mean", 5, 1)
    shared = numerical_gradient(lambda t: float(forward(problem.at(t))["J"]), problem.theta)
    own = flat({f"d{p}": central_difference(problem, f"d{p}") for p in ("W1", "b1", "W2", "b2")})
    np.testing.assert_allclose(own, shared, rtol=0, atol=1e-9)


@every_task
@every_hidden
@every_reduction
def test_torch_finds_the_same_gradients(task, hidden, reduction):
    torch = pytest.importorskip("torch")
    problem = house_problem(task, hidden, reduction, 6, 2)
    stages = run(problem)
    x, y = (torch.tensor(value) for value in (problem.x, problem.y))
    p = {k: torch.tensor(v.copy(), requires_grad=True) for k, v in problem.parameters.items()}
    z1 = x @ p["W1"] + p["b1"]
    a1 = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[hidden](z1)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = z2 if task == "price" else torch.sigmoid(z2)
    for value in (z1, a1, z2, a2):
        value.retain_grad()
    if task == "price":
        each = (a2 - y) ** 2 / 2
    else:
        each = torch.nn.functional.binary_cross_entropy(a2, y, reduction="none")
    loss = each.mean() if reduction == "mean" else each.sum()
    loss.backward()
    found = {"Z1": z1, "A1": a1, "Z2": z2, "A2": a2, **p}
    for name, value in found.items():
        if not (task == "price" and name == "Z2"):  # there A2 is the very same tensor
            np.testing.assert_allclose(stages[f"d{name}"], value.grad.numpy(), rtol=0, atol=1e-10)
    assert float(stages["J"]) == pytest.approx(loss.item(), abs=1e-10)


@every_task
@pytest.mark.parametrize("n", [1, 7])
def test_shapes(task, n):
    stages = run(house_problem(task, "sigmoid", "mean", n, 0))
    assert tuple(stages) == STAGES
    shapes = {"X": (n, 3), "Z1": (n, 4), "A1": (n, 4), "Z2": (n, 1), "A2": (n, 1), "J": ()}
    assert {name: stages[name].shape for name in FORWARD} == shapes
    for name in ("A1", "Z1", "A2", "Z2"):
        assert stages[f"d{name}"].shape == shapes[name]
    parameters = {"dW1": (3, 4), "db1": (4,), "dW2": (4, 1), "db2": (1,)}
    assert {name: stages[name].shape for name in parameters} == parameters


@every_reduction
def test_the_output_gradient_is_as_in_the_chapter_and_simplifies(reduction):
    problem = house_problem("above", "sigmoid", reduction, 8, 0)
    stages = run(problem)
    a, y = stages["A2"], problem.y
    scale = 1 / 8 if reduction == "mean" else 1
    np.testing.assert_allclose(stages["dA2"], scale * (-y / a + (1 - y) / (1 - a)), atol=1e-12)
    np.testing.assert_allclose(stages["dZ2"], scale * (a - y), atol=1e-12)
    np.testing.assert_allclose(chained_output_gradient(problem, stages), stages["dZ2"], atol=1e-12)


def test_the_reference_of_one_output():
    problem = _one_output(0.85, 1.0)
    stages = run(problem)
    assert stages["dA2"].item() == pytest.approx(-1.427, abs=5e-4)
    assert stages["dZ2"].item() == pytest.approx(-0.2994, abs=5e-5)


def test_a_rounded_probability_leaves_the_simplified_gradient_finite():
    problem = _one_output(40.0, 0.0)
    stages = run(problem)
    assert stages["A2"].item() == 1.0
    assert stages["dA2"].item() == np.inf
    assert np.isnan(chained_output_gradient(problem, stages)).all()
    assert stages["dZ2"].item() == 1.0
    assert float(stages["J"]) == pytest.approx(40.0)
    assert np.isnan(check_stage(problem, "dA2", stages["dA2"]).error)
    assert check_stage(problem, "dZ2", stages["dZ2"]).passed(1e-7)


@pytest.mark.parametrize(("z", "y"), [(40.0, 1.0), (-800.0, 0.0), (-800.0, 1.0), (800.0, 0.5)])
def test_saturation_warns_of_nothing(z, y):
    problem = _one_output(z, y)
    stages = run(problem)
    assert np.isfinite(stages["dZ2"]).all()
    assert not np.isnan(stages["dA2"]).any()
    for name in BACKWARD:
        check_stage(problem, name, stages[name])


def test_a_replaced_stage_is_taken_and_leads_on():
    problem = house_problem("price", "sigmoid", "mean", 3, 0)
    a1 = np.zeros((3, 4))
    stages = forward(problem, {"A1": a1})
    np.testing.assert_array_equal(stages["Z1"], forward(problem)["Z1"])
    np.testing.assert_array_equal(stages["Z2"], np.tile(problem.parameters["b2"], (3, 1)))


def test_cases_in_front_are_independent():
    problem = house_problem("above", "tanh", "sum", 3, 0)
    weights = np.random.default_rng(0).normal(size=(5, 3, 4))
    together = forward(problem, {"W1": weights})["J"]
    alone = [forward(problem, {"W1": w})["J"] for w in weights]
    np.testing.assert_allclose(together, alone, rtol=1e-14)


def test_the_sum_is_n_times_the_mean():
    mean, total = (run(house_problem("price", "sigmoid", r, 8, 0)) for r in ("mean", "sum"))
    for name in ("J", *BACKWARD):
        np.testing.assert_allclose(total[name], 8 * mean[name], rtol=1e-12)


def test_two_inputs_with_the_same_sums_have_other_weight_gradients():
    problem = house_problem("price", "sigmoid", "mean", 1, 0)
    w1 = np.tile(problem.parameters["W1"][:, :1], (1, 4))
    theta = np.concatenate([w1.ravel(), problem.theta[12:]])
    across = np.cross(w1[:, 0], [1.0, 0.0, 0.0])
    first, second = (replace(problem, theta=theta, x=problem.x + shift) for shift in (0.0, across))
    np.testing.assert_allclose(forward(first)["Z1"], forward(second)["Z1"], atol=1e-14)
    assert np.abs(run(first)["dW1"] - run(second)["dW1"]).max() > 1e-3


def test_backward_takes_the_stages_of_the_forward_pass():
    problem = house_problem("price", "relu", "mean", 4, 0)
    stages = forward(problem)
    np.testing.assert_array_equal(
        backward(problem, stages)["dA2"], output_gradient(problem, stages["A2"])
    )


def _one_output(z, y):
    """One house whose output sum is z, for a target of yes or no."""
    problem = house_problem("above", "sigmoid", "mean", 1, 0)
    places = {("W2", (k, 0)): 0.0 for k in range(4)}
    edited, refused = apply_edits(problem, places | {("b2", (0,)): z, ("Y", (0, 0)): y})
    assert refused == []
    return edited
