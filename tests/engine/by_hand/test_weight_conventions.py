"""Each convention's own formulas, evaluated in it, give the transposes that are shown."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import BACKWARD, TASKS, check_stage, run
from engine.by_hand.weight_conventions import CONVENTIONS, PRODUCTS

every_convention = pytest.mark.parametrize("key", CONVENTIONS)


@pytest.fixture(params=[(task, n) for task in TASKS for n in (1, 4, 16)], ids=str)
def values(request):
    task, n = request.param
    problem = house_problem(task, "sigmoid", "mean", n, 1)
    return {**run(problem), **problem.parameters}


@every_convention
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_product_is_the_stage_shown(key, product, values):
    convention = CONVENTIONS[key]
    left, right = convention.factors(product, values)
    result = left @ right
    if product.startswith("Z"):
        name = f"b{product[-1]}"
        result = result + convention.shown(name, values[name])
    np.testing.assert_allclose(result, convention.shown(product, values[product]), atol=1e-14)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def by_hand(key, w1, b1, w2, b2, x):
    """The forward pass written out in each convention."""
    if key == "rows":
        return sigma(x @ w1 + b1) @ w2 + b2
    if key == "columns":
        return w2.T @ sigma(w1.T @ x + b1) + b2
    return w2 @ sigma(w1 @ x + b1) + b2


@every_convention
def test_the_forward_pass_by_hand(key, values):
    convention = CONVENTIONS[key]
    shown = [convention.shown(name, values[name]) for name in ("W1", "b1", "W2", "b2", "X")]
    np.testing.assert_allclose(
        by_hand(key, *shown), convention.shown("Z2", values["Z2"]), atol=1e-14
    )


@pytest.mark.parametrize(
    ("key", "shapes"),
    [
        ("rows", {"X": (5, 3), "W1": (3, 4), "dW1": (3, 4), "b1": (1, 4), "dZ1": (5, 4)}),
        ("columns", {"X": (3, 5), "W1": (3, 4), "dW1": (3, 4), "b1": (4, 1), "dZ1": (4, 5)}),
        ("outputs_first", {"X": (3, 5), "W1": (4, 3), "dW1": (4, 3), "b1": (4, 1), "Y": (1, 5)}),
    ],
)
def test_shapes(key, shapes):
    problem = house_problem("price", "sigmoid", "mean", 5, 0)
    values = {**run(problem), **problem.parameters, "Y": problem.y}
    shown = {name: CONVENTIONS[key].shown(name, values[name]).shape for name in shapes}
    assert shown == shapes


@every_convention
@pytest.mark.parametrize("task", TASKS)
def test_gradients_pass_the_check_in_every_convention(key, task):
    convention = CONVENTIONS[key]
    problem = house_problem(task, "tanh", "mean", 6, 4)
    stages = run(problem)
    for name in BACKWARD:
        check = check_stage(problem, name, stages[name])
        apart = convention.shown(name, check.analytic) - convention.shown(name, check.numeric)
        assert np.abs(apart).max() < 1e-7
