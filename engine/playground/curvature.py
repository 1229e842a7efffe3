"""The largest curvature of the loss, which bounds the learning rate of plain descent."""

from __future__ import annotations

import numpy as np

from engine.clipping import norm
from engine.layers import Pass
from engine.losses import LOSSES
from engine.playground.build import Experiment
from engine.playground.run import DRAWS, Moment
from engine.types import Array

DIFFERENCE = 1e-4  # times the parameters' size: short, as kinks matter more than rounding
ITERATIONS = 12  # at most; each takes two gradients
ENOUGH = 5e-3  # relative change of the estimate at which it is done


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
    """The largest eigenvalue of the Hessian, by power iteration; NaN where numbers overflow.

    A product with the Hessian is a central difference of gradients. Where the eigenvalue that is
    largest in size is negative, a second iteration runs on the Hessian less it.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        extreme = _extreme(experiment, moment, 0.0)
        if extreme < 0:
            return extreme + _extreme(experiment, moment, extreme)
        return extreme


def _extreme(experiment: Experiment, moment: Moment, shift: float) -> float:
    """The eigenvalue largest in size of the Hessian minus `shift` times the identity."""
    v = np.random.default_rng(0).normal(size=moment.theta.size)
    v /= np.linalg.norm(v)
    found = 0.0
    for _ in range(ITERATIONS):
        product = _along(experiment, moment, v) - shift * v
        before, found = found, float(v @ product)
        length = float(np.linalg.norm(product))
        if not length > 0 or abs(found - before) <= ENOUGH * abs(found):
            break
        v = product / length
    return found


def _along(experiment: Experiment, moment: Moment, v: Array) -> Array:
    """The Hessian times a unit vector v, (size,)."""
    theta = moment.theta
    step = DIFFERENCE * max(1.0, norm(theta) / theta.size**0.5)
    above = full_gradient(experiment, moment, theta + step * v)
    below = full_gradient(experiment, moment, theta - step * v)
    return np.asarray((above - below) / (2 * step))
