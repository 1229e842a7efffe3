"""What batch norm does to a block of activations, and what it buys a net that trains."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from engine.initializers import INITIALIZERS, Initializer
from engine.layers import Activation, BatchNorm, Dense, Layer, Pass, Statistics
from engine.losses import LOSSES
from engine.network import Network
from engine.types import Array

SHIFTS = np.array([0.0, -4.0, 1.0, 10.0])  # added to the columns of a block
SCALES = np.array([1.0, 0.5, 3.0, 1.0])  # times which its columns are before that
MEAN, SD = 3.0, 2.0  # of every law, so of the first column


class Law(NamedTuple):
    """A law of activations with mean MEAN and standard deviation SD; draw(rng, shape)."""

    name: str
    draw: Callable[[np.random.Generator, tuple[int, ...]], Array]


def _lumps(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    side = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
    return MEAN + SD * (0.8 * side + 0.6 * rng.normal(size=shape))  # 0.8^2 + 0.6^2 = 1


LAWS: dict[str, Law] = {
    "exponential": Law(
        "Long tail", lambda rng, shape: MEAN + SD * (rng.exponential(size=shape) - 1)
    ),
    "normal": Law("Normal", lambda rng, shape: rng.normal(MEAN, SD, shape)),
    "lumps": Law("Two lumps", _lumps),
}


def block(rng: np.random.Generator, law: str, n: int) -> Array:
    """Activations (n, 4) drawn from LAWS[law]; the columns have scales and shifts of their own,
    and the first is the law itself."""
    return np.asarray(LAWS[law].draw(rng, (n, len(SHIFTS))) * SCALES + SHIFTS)


def skewness(values: Array) -> float:
    """Third moment over the cubed standard deviation; nan for values that are all the same."""
    centered = values - values.mean()
    variance = float((centered**2).mean())
    if variance <= 1e-30:
        return np.nan
    return float((centered**3).mean() / variance**1.5)


def running_statistics(layer: BatchNorm, batches: Iterable[Array]) -> list[Statistics]:
    """The running statistics before the first batch and after each, as training leaves them."""
    p = layer.initialize(np.random.default_rng(0), "zeros")
    _, nothing = layer.forward(p, np.zeros((1, layer.d)))  # an evaluation moves nothing
    memory = layer.remember(None, nothing)
    kept = [memory]
    for batch in batches:
        _, cache = layer.forward(p, batch, Pass(True, memory=memory))
        memory = layer.remember(memory, cache)
        kept.append(memory)
    return kept


def in_company(layer: Layer, p: dict[str, Array], first: Array, others: Array, run: Pass) -> Array:
    """Outputs (k, d) of the example `first` (d,), put in front of each of k batches (k, n, d)."""
    batches = [np.vstack([first, rest]) for rest in others]
    return np.array([layer.forward(p, batch, run)[0][0] for batch in batches])


def large_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Weights (n_in, n_out) of standard deviation 1, too large for a deep net."""
    return rng.normal(size=(n_in, n_out))


STARTS: dict[str, Initializer] = {
    "he": INITIALIZERS["he_normal"],
    "small": INITIALIZERS["small_normal"],
    "large": large_normal,
}
RATES = tuple(10.0**k for k in np.arange(-2, 1.76, 0.5))
STEPS = 30


def two_rings(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """n points (n, 2) on a disk and a ring around it, with labels (n, 1): 1 on the disk."""
    inner = np.arange(n) % 2 == 0
    radius = np.where(inner, rng.uniform(0, 1, n), rng.uniform(1.5, 2.5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x, inner[:, None].astype(np.float64)


def ring_net(batch_norm: bool, width: int = 16, depth: int = 3) -> Network:
    """A ReLU net 2-width-...-1 for the rings, with or without batch norm before each ReLU."""
    layers: list[Layer] = []
    for k in range(depth):
        norm = [BatchNorm(width)] if batch_norm else []
        layers += [Dense(width if k else 2, width), *norm, Activation("relu")]
    return Network((*layers, Dense(width, 1)))


def loss_by_rate(batch_norm: bool, start: str) -> Array:
    """Cross-entropy (8,) after 30 steps of plain descent with each of RATES, from STARTS[start].

    Full batches of 64; nan where the run overflows.
    """
    rng = np.random.default_rng(0)
    x, y = two_rings(rng, 64)
    network = ring_net(batch_norm)
    theta = network.initialize(rng, STARTS[start])
    return np.array([_descend(network, theta, x, y, rate) for rate in RATES])


def _descend(network: Network, theta: Array, x: Array, y: Array, rate: float) -> float:
    loss, run = LOSSES["binary_cross_entropy"], Pass(training=True)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS):
            output, trace = network.forward(theta, x, run)
            theta = theta - rate * network.backward(theta, trace, loss.gradient(output, y))
        value = loss.value(network.forward(theta, x, run)[0], y)
    return value if np.isfinite(value) else np.nan
