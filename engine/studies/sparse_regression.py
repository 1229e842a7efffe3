"""Linear regression where few weights matter: what a penalty makes of it, and how it is solved.

The objective is LeastSquares.value(w) + penalty(w): half the mean squared error plus the penalty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.data import standardize
from engine.least_squares import LeastSquares
from engine.regularizers import ElasticNet, Regularizer, soft_threshold
from engine.types import Array

WEIGHTS = (2.0, -1.5, *[0.0] * 10)
BOUND = 1e6  # far beyond every weight that fits: a run that crosses it is lost
Step = Callable[[Array], Array]


def sparse_problem(
    rng: np.random.Generator, n: int = 60, noise: float = 0.1
) -> tuple[LeastSquares, Array]:
    """Regression on normal features x (n, 12) of which two count, and the true WEIGHTS (12,)."""
    w = np.array(WEIGHTS)
    x = rng.normal(size=(n, w.size))
    return LeastSquares(x, x @ w + noise * rng.normal(size=n)), w


def table_problem(x: ArrayLike, y: ArrayLike) -> LeastSquares:
    """Regression of y (n,) on x (n, d), each column with mean 0 and variance 1, so without bias."""
    return LeastSquares(standardize(x)[0], standardize(y)[0])


def twins(problem: LeastSquares) -> list[tuple[int, int]]:
    """Pairs of the columns of a `table_problem` that are the same but for sign and rounding.

    L1 splits the weight of a pair in more than one way, all of them minima.
    """
    same = np.triu(np.abs(problem.hessian) > 1 - 1e-9, k=1)
    return [(int(i), int(j)) for i, j in np.argwhere(same)]


@dataclass(frozen=True, eq=False)
class Run:
    """Weights (d,) after the last sound step, and the step that left BOUND, if one did."""

    w: Array
    diverged_at: int | None


def run(step: Step, start: ArrayLike, steps: int) -> Run:
    """Repeats w = step(w) from start (d,). A run that diverges stops, without a warning."""
    w: Array = np.array(start, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, steps + 1):
            moved = step(w)
            if not np.abs(moved).max() <= BOUND:
                return Run(w, k)
            w = moved
    return Run(w, None)


def subgradient_step(problem: LeastSquares, penalty: Regularizer, learning_rate: float) -> Step:
    """w - eta (gradient of the loss + subgradient of the penalty): it jumps over zero."""
    hessian, pull = problem.hessian, problem.gradient(np.zeros(problem.design.shape[1]))
    return lambda w: w - learning_rate * (hessian @ w + pull + penalty.gradient(w))


def proximal_step(problem: LeastSquares, penalty: Regularizer, learning_rate: float) -> Step:
    """prox(w - eta gradient of the loss): it lands on zero (Daubechies et al. 2004)."""
    hessian, pull = problem.hessian, problem.gradient(np.zeros(problem.design.shape[1]))
    return lambda w: penalty.prox(w - learning_rate * (hessian @ w + pull), learning_rate)


def coefficient_paths(
    problem: LeastSquares,
    strengths: ArrayLike,
    ratio: float,
    sweeps: int = 500,
    tolerance: float = 1e-10,
) -> Array:
    """Minimizers (k, d) of the loss plus ElasticNet(strength, ratio), a row per strength (k,).

    Coordinate descent (Friedman, Hastie & Tibshirani 2010): each weight in turn goes to its exact
    minimum, for all strengths at once. It ends when no weight moves by more than `tolerance`. A
    feature that is 0 everywhere keeps the weight 0.
    """
    strengths = np.asarray(strengths, np.float64)
    hessian, pull = problem.hessian, -problem.gradient(np.zeros(problem.design.shape[1]))
    w = np.zeros((strengths.size, pull.size))
    for _ in range(sweeps):
        before = w.copy()
        for j in np.flatnonzero(np.diag(hessian) > 0):
            target = pull[j] - w @ hessian[j] + hessian[j, j] * w[:, j]
            curvature = hessian[j, j] + strengths * (1 - ratio)
            w[:, j] = soft_threshold(target, strengths * ratio) / curvature
        if np.abs(w - before).max() <= tolerance:
            break
    return w


def stationarity(problem: LeastSquares, penalty: ElasticNet, w: ArrayLike) -> float:
    """How far w (d,) is from a minimizer: the largest move of one proximal step of length 1."""
    w = np.asarray(w, np.float64)
    return float(np.abs(penalty.prox(w - problem.gradient(w), 1.0) - w).max())


def bowl(minimum: ArrayLike, correlation: float) -> LeastSquares:
    """Two weights with the loss 1/2 (w - minimum)^T [[1, r], [r, 1]] (w - minimum), |r| < 1."""
    hessian = np.array([[1.0, correlation], [correlation, 1.0]])
    design = np.sqrt(2) * np.linalg.cholesky(hessian).T
    return LeastSquares(design, design @ np.asarray(minimum, np.float64))


def fresh_error(w: ArrayLike, truth: ArrayLike, noise: float) -> float:
    """Expected squared error of w (d,) on new rows of `sparse_problem`: |w - truth|^2 + noise^2.

    Exact, because the features are independent with mean 0 and variance 1.
    """
    return float(np.sum((np.asarray(w) - np.asarray(truth)) ** 2) + noise**2)
