"""Backward passes with one mistake each, most of them printed in the handbook's chapter 3.

A gradient check must catch every one of them; which parameters it touches is what a lab shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.activations import ACTIVATIONS
from engine.by_hand.staged import TASKS, Problem, Stages, backward, flat, forward, output_gradient
from engine.printed.backward import (
    printed_sigmoid,
    printed_sigmoid_inverse,
    printed_slope_factored,
)
from engine.types import Array

Rule = Callable[[Array], Array]


@dataclass(frozen=True)
class Mistake:
    """A wrong backward pass: `gradient` gives theta's gradient (size,) for a problem.

    `rule` is its LaTeX beside the right one, `right`; `errata` are the ids it reproduces.
    """

    name: str
    errata: tuple[str, ...]
    rule: str
    right: str
    gradient: Callable[[Problem], Array]


def right_gradient(problem: Problem) -> Array:
    """Theta's gradient (size,) by the right backward pass."""
    return flat(backward(problem, forward(problem)))


def with_sigmoid(sigma: Rule) -> Callable[[Problem], Array]:
    """A backward pass that takes A = sigma(Z) for every sigmoid: in A (1 - A) and in dW2.

    Entries are infinite or NaN where sigma is; without a sigmoid nothing changes.
    """

    def gradient(problem: Problem) -> Array:
        v = forward(problem)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            wrong, right = sigma(v["Z1"]), ACTIVATIONS[problem.hidden]
            replaced = problem.hidden == "sigmoid"
            a1 = wrong if replaced else v["A1"]
            slope = wrong * (1 - wrong) if replaced else right.df(v["Z1"])
            dz2 = _output_gradient(problem, v, lambda z: sigma(z) * (1 - sigma(z)))
            return _from(problem, v | {"A1": a1}, dz2, slope)

    return gradient


def with_slope(slope: Rule) -> Callable[[Problem], Array]:
    """A backward pass that takes `slope` for the derivative of every sigmoid; else as above."""

    def gradient(problem: Problem) -> Array:
        v = forward(problem)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            hidden = slope if problem.hidden == "sigmoid" else ACTIVATIONS[problem.hidden].df
            return _from(problem, v, _output_gradient(problem, v, slope), hidden(v["Z1"]))

    return gradient


def _output_gradient(problem: Problem, v: Stages, slope: Rule) -> Array:
    """dZ2 as the product of dA2 and, where the output is a sigmoid, this slope."""
    factor = slope(v["Z2"]) if TASKS[problem.task].output == "sigmoid" else 1.0
    return np.asarray(output_gradient(problem, v["A2"]) * factor)


def _from(problem: Problem, v: Stages, dz2: Array, slope1: Array) -> Array:
    """Theta's gradient from dZ2 and the slope of the hidden layer on."""
    dz1 = (dz2 @ problem.parameters["W2"].T) * slope1
    parts = {
        "dW1": v["X"].T @ dz1,
        "db1": dz1.sum(axis=0),
        "dW2": v["A1"].T @ dz2,
        "db2": dz2.sum(axis=0),
    }
    return flat(parts)


def _without_output_slope(problem: Problem) -> Array:
    v = forward(problem)
    with np.errstate(invalid="ignore", over="ignore"):
        dz2 = output_gradient(problem, v["A2"])
        return _from(problem, v, dz2, ACTIVATIONS[problem.hidden].df(v["Z1"]))


def _without_hidden_slope(problem: Problem) -> Array:
    v = forward(problem)
    dz2 = backward(problem, v)["dZ2"]
    return _from(problem, v, dz2, np.ones_like(v["Z1"]))


def _reciprocal(problem: Problem) -> Array:
    v = forward(problem)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        dz2 = 1 / backward(problem, v)["dZ2"]
        return _from(problem, v, dz2, ACTIVATIONS[problem.hidden].df(v["Z1"]))


def _altered(change: Callable[[Problem, Stages], Stages]) -> Callable[..., Array]:
    """A right backward pass of which some gradients are then exchanged."""

    def gradient(problem: Problem) -> Array:
        right = backward(problem, forward(problem))
        return flat(right | change(problem, right))

    return gradient


MISTAKES: dict[str, Mistake] = {
    "none": Mistake("None", (), "", "", right_gradient),
    "printed_sigma": Mistake(
        "σ as printed, eᶻ",
        ("H31", "H32"),
        r"\sigma(z) = \frac{1}{1 - e^{z}}",
        r"\sigma(z) = \frac{1}{1 + e^{-z}}",
        with_sigmoid(printed_sigmoid),
    ),
    "printed_inverse": Mistake(
        "σ as printed, e⁻ᶻ",
        ("H31", "H32"),
        r"\sigma(z) = (1 - e^{-z})^{-1}",
        r"\sigma(z) = (1 + e^{-z})^{-1}",
        with_sigmoid(printed_sigmoid_inverse),
    ),
    "slope_sign": Mistake(
        "σ′ as printed",
        ("H32",),
        r"\sigma'(z) = \frac{e^{z}}{(1 - e^{z})^2}",
        r"\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}",
        with_slope(printed_slope_factored),
    ),
    "output_slope": Mistake(
        "dZ₂ without σ′",
        ("H29",),
        r"dZ_2 = dA_2",
        r"dZ_2 = dA_2 \odot \sigma'(Z_2)",
        _without_output_slope,
    ),
    "hidden_slope": Mistake(
        "dZ₁ without g′",
        ("H38",),
        r"dZ_1 = dA_1",
        r"dZ_1 = dA_1 \odot g'(Z_1)",
        _without_hidden_slope,
    ),
    "reciprocal": Mistake(
        "∂Z/∂J for ∂J/∂Z",
        ("H30", "H35"),
        r"dZ_2 = \frac{\partial Z_2}{\partial J}",
        r"dZ_2 = \frac{\partial J}{\partial Z_2}",
        _reciprocal,
    ),
    "bias_sum": Mistake(
        "db₂ without the sum",
        ("H36",),
        r"db_2 = dZ_2^{(1)}",
        r"db_2 = \textstyle\sum_i dZ_2^{(i)}",
        _altered(lambda problem, right: {"db2": right["dZ2"][0]}),
    ),
    "weight_mean": Mistake(
        "dW₂ without 1/n",
        ("H25", "H34"),
        r"dW_2 = A_1^\top (\hat Y - Y)",
        r"dW_2 = \textstyle\frac1n A_1^\top (\hat Y - Y)",
        _altered(lambda problem, right: {"dW2": right["dW2"] / problem.scale}),
    ),
    "bias_for_weight": Mistake(
        "db₂ in place of dW₂",
        ("H34",),
        r"dW_2 = db_2",
        r"dW_2 = A_1^\top dZ_2",
        _altered(lambda problem, right: {"dW2": right["dW2"] * 0 + right["db2"]}),
    ),
    "transposed": Mistake(
        "dW₁ transposed",
        ("H23",),
        r"dW_1 = dZ_1^\top X \text{ reshaped}",
        r"dW_1 = X^\top dZ_1",
        _altered(lambda problem, right: {"dW1": right["dW1"].T.ravel()}),
    ),
    "no_first_layer": Mistake(
        "Layer 1 left out",
        ("H38",),
        r"dW_1 = 0,\ db_1 = 0",
        r"dW_1 = X^\top dZ_1,\ db_1 = \textstyle\sum_i dZ_1^{(i)}",
        _altered(lambda problem, right: {"dW1": right["dW1"] * 0, "db1": right["db1"] * 0}),
    ),
    "sign": Mistake(
        "Sign of dA₂ turned",
        (),
        r"-dA_2",
        r"dA_2",
        lambda problem: -right_gradient(problem),
    ),
}
