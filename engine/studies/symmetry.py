"""Hidden units that start alike stay alike: what equal weights do to training, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.layers import Activation, Dense, Dropout, Layer, Pass
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import Optimizer
from engine.types import Array

ALIKE = 1e-9  # units whose incoming weights differ by no more count as one
LOSS = LOSSES["binary_cross_entropy"]

STARTS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "zeros": lambda rng, size: np.zeros(size),
    "equal": lambda rng, size: np.full(size, 0.5),
    "random": lambda rng, size: rng.normal(0, 0.5, size),
}
"""Starting weights (size,): all 0, all 0.5, or normal with sd 0.5. Biases start at 0."""


@dataclass(frozen=True, eq=False)
class SymmetryRun:
    """Training one hidden layer: incoming weights (steps + 1, d, units) and losses (steps + 1,).

    `gradient` is that of the first step by theta. Everything after an overflow is nan.
    """

    network: Network
    start: Array
    gradient: Array
    incoming: Array
    losses: Array


def one_hidden_layer(d_in: int, units: int, activation: str, dropout: float = 0.0) -> Network:
    """d_in inputs, a hidden layer with dropout behind it where the rate is above 0, one logit."""
    drop: tuple[Layer, ...] = (Dropout(dropout),) if dropout else ()
    hidden = (Dense(d_in, units), Activation(activation))
    return Network((*hidden, *drop, Dense(units, 1)))


def start_theta(network: Network, start: str, noise: float, rng: np.random.Generator) -> Array:
    """Weights by STARTS[start] plus normal noise of this sd; biases 0."""
    theta = np.zeros(network.size)
    for name, view in network.unpack(theta).items():
        if name.startswith("W"):
            draws = STARTS[start](rng, view.size) + noise * rng.normal(size=view.size)
            view[...] = draws.reshape(view.shape)
    return theta


def train_hidden(
    network: Network,
    theta: Array,
    x: Array,
    y: Array,
    optimizer: Optimizer,
    steps: int,
    rng: np.random.Generator,
) -> SymmetryRun:
    """Full-batch training on x (n, d) with labels y (n, 1); `rng` draws the masks of dropout.

    The losses are those without dropout, in nats.
    """
    start, state = theta, optimizer.init(theta)
    incoming = np.full((steps + 1, *network.unpack(theta)["W1"].shape), np.nan)
    losses, first = np.full(steps + 1, np.nan), np.zeros_like(theta)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            incoming[step] = network.unpack(theta)["W1"]
            losses[step] = LOSS.value(network.forward(theta, x)[0], y)
            if step == steps or not np.isfinite(losses[step]):
                break
            output, trace = network.forward(theta, x, Pass(training=True, rng=rng))
            gradient = network.backward(theta, trace, LOSS.gradient(output, y))
            first = gradient if step == 0 else first
            theta, state = optimizer.step(theta, gradient, state)
    return SymmetryRun(network, start, first, incoming, losses)


def distances(incoming: Array) -> Array:
    """Distance (units, units) between the columns of incoming weights (d, units)."""
    return np.asarray(_distances(incoming[None])[0])


def distinct_units(incoming: Array) -> int:
    """How many different units there are among the columns of incoming weights (d, units).

    A unit within ALIKE of an earlier one is not counted.
    """
    alike = np.tril(distances(incoming) <= ALIKE, -1)
    return int((~alike.any(axis=1)).sum())


def spread(incoming: Array) -> Array:
    """The largest distance (steps + 1,) between two units, for weights (steps + 1, d, units)."""
    return np.asarray(_distances(incoming).max(axis=(1, 2)))


def _distances(incoming: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        apart = incoming[:, :, :, None] - incoming[:, :, None, :]
        return np.asarray(np.sqrt((apart**2).sum(axis=1)))
