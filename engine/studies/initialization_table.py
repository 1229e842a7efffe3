"""Every starting scheme times every activation: what is left of a gradient after many layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.diagnostics import deep_network, draw_input, propagate
from engine.schemes import SCHEMES, Scheme
from engine.types import Array


def draw_networks(
    schemes: Sequence[Scheme], depth: int, width: int, examples: int, seed: int
) -> tuple[Array, Array, Array]:
    """Weights (depth, k, width, width) of k networks, one for each scheme, and inputs x and
    gradients dy at the output (examples, width), the same for all. Biases are 0.

    Each network is the one that `deep_network(...).initialize` draws after `draw_input`.
    """
    weights = np.empty((depth, len(schemes), width, width))
    for k, scheme in enumerate(schemes):
        rng = np.random.default_rng(seed)
        x, dy = draw_input(rng, examples, width)
        for layer in weights:
            layer[k] = scheme.draw(rng, width, width)
    return weights, x, dy


def gradient_ratios(weights: Array, f: Elementwise, x: Array, dy: Array) -> Array:
    """For each of k networks, the gradient's norm at the input over that at the output, (k,).

    weights (depth, k, width, width); x and dy (n, width). Layers are f(h W), without biases.
    """
    k = weights.shape[1]
    h = np.broadcast_to(x, (k, *x.shape))
    slopes = []
    for w in weights:
        z = h @ w
        slopes.append(f.df(z))
        h = f.f(z)
    gradient = np.broadcast_to(dy, (k, *dy.shape))
    for w, slope in zip(weights[::-1], slopes[::-1], strict=True):
        gradient = (gradient * slope) @ w.swapaxes(1, 2)
    return np.asarray(np.sqrt((gradient**2).sum(axis=(1, 2))) / np.linalg.norm(dy))


@dataclass(frozen=True)
class Landmark:
    """A reference network; it sees 64 examples, 128 with batch norm, of standard deviation `sd`."""

    name: str
    activation: str
    scheme: str
    depth: int = 30
    width: int = 100
    batch_norm: bool = False
    branch_scale: float | None = None
    sd: float = 1.0

    def ratio(self, seed: int) -> float:
        """The gradient's norm at the input over that at the last output."""
        network = deep_network(
            self.depth, self.width, self.activation, self.batch_norm, self.branch_scale
        )
        rng = np.random.default_rng(seed)
        x, dy = draw_input(rng, 128 if self.batch_norm else 64, self.width)
        theta = network.initialize(rng, SCHEMES[self.scheme].draw)
        return propagate(network, theta, self.sd * x, dy).ratio


LANDMARKS = (
    Landmark("Sigmoid, Xavier", "sigmoid", "xavier_normal"),
    Landmark("Tanh, Xavier", "tanh", "xavier_normal"),
    Landmark("ReLU, Xavier", "relu", "xavier_normal"),
    Landmark("ReLU, He", "relu", "he_normal"),
    Landmark("ReLU, 4 × He's variance", "relu", "double_he"),
    Landmark("Tanh in branches of scale 0.1", "tanh", "xavier_normal", branch_scale=0.1),
    Landmark("The same, inputs of sd 0.001", "tanh", "xavier_normal", branch_scale=0.1, sd=0.001),
    Landmark("ReLU, He, batch norm", "relu", "he_normal", depth=50, width=200, batch_norm=True),
)
"""What activation and starting weights do at depth 30, and batch norm at depth 50."""
