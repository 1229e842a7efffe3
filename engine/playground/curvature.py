"""The largest curvature of the loss, which bounds the learning rate of plain descent."""

from __future__ import annotations

import numpy as np

from engine.clipping import norm
from engine.layers import Pass
from engine.losses import LOSSES
from engine.playground.build import Experiment
from engine.playground.run import DRAWS, Moment
from engine.types import Array

DIFFERENCE = 1e-6  # times the parameters' size: short, as kinks matter more than rounding
BESIDE = 1e-5  # likewise, from theta to where the slopes are taken: theta itself can be at a kink
PRODUCTS = 20  # with the Hessian, at most; each takes two gradients
FIRST = 8  # products before the estimate is asked whether it is done
ENOUGH = 2e-3  # of the estimate: how far it may be from an eigenvalue


def full_gradient(experiment: Experiment, moment: Moment, theta: Array) -> Array:
    """Gradient (size,) of the loss on all training examples, with the penalty where it is part of
    the gradient. Batch norm takes its statistics from them, dropout the same draws each time."""
    task, settings = experiment.task, experiment.settings
    draws = np.random.default_rng([settings.seed, DRAWS, moment.step])
    run = Pass(settings.batch_norm, draws, moment.memory)
    z, trace = task.network.forward(theta, task.training.x, run)
    gradient = task.network.backward(theta, trace, LOSSES[task.loss].gradient(z, task.training.y))
    if task.penalty is not None:
        weights = task.network.weights
        gradient[weights] += task.penalty.gradient(theta[weights])
    return gradient


def largest_curvature(experiment: Experiment, moment: Moment) -> float:
    """About the largest eigenvalue of the Hessian, from below; NaN where numbers overflow.

    By Lanczos with full reorthogonalization (Golub & Van Loan 2013, section 10.1), which a negative
    eigenvalue of the same size does not disturb. A product with the Hessian is a central difference
    of gradients.
    """
    size, scale = moment.theta.size, max(1.0, norm(moment.theta) / moment.theta.size**0.5)
    v, aside = np.random.default_rng(0).normal(size=(2, size))
    here, step = moment.theta + BESIDE * scale * aside, DIFFERENCE * scale
    basis = [v / np.linalg.norm(v)]
    diagonal: list[float] = []
    beside: list[float] = []
    found = float("nan")
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, min(PRODUCTS, size) + 1):
            product = _along(experiment, moment, here, step * basis[-1]) / step
            if not np.isfinite(product).all():
                return float("nan")
            diagonal.append(float(basis[-1] @ product))
            rest = _less(product, np.array(basis))
            length = float(np.linalg.norm(rest))
            found, error = _largest(diagonal, beside, length)
            if length == 0 or (k >= FIRST and error <= ENOUGH * abs(found)):
                break
            beside.append(length)
            basis.append(rest / length)
    return found


def _less(product: Array, basis: Array) -> Array:
    """What is left of a vector (size,) beside the orthonormal rows of `basis`; twice, as the first
    time leaves rounding errors."""
    for _ in range(2):
        product = product - basis.T @ (basis @ product)
    return product


def _largest(diagonal: list[float], beside: list[float], length: float) -> tuple[float, float]:
    """The largest eigenvalue of the symmetric tridiagonal matrix, and how far from it one of the
    whole matrix can lie at most, `length` being the next entry beside the diagonal."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, -1), UPLO="L")
    return float(values[-1]), length * abs(float(vectors[-1, -1]))


def _along(experiment: Experiment, moment: Moment, here: Array, way: Array) -> Array:
    """The Hessian at `here` times a short way, both (size,)."""
    above = full_gradient(experiment, moment, here + way)
    below = full_gradient(experiment, moment, here - way)
    return np.asarray((above - below) / 2)
