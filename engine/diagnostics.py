"""Deep networks under the microscope: signal forward, gradient backward, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.activations import Elementwise
from engine.layers import Activation, BatchNorm, Dense, Layer, Pass, Residual
from engine.network import Network, Trace
from engine.types import Array

SATURATED = 0.01  # a unit whose slope is below this in size hardly learns
LARGEST = float(np.finfo(np.float32).max)  # training usually runs in float32
SMALLEST = float(np.finfo(np.float32).smallest_subnormal) / 2  # what is no larger rounds to 0


def deep_network(
    depth: int,
    width: int,
    activation: str | Elementwise,
    batch_norm: bool = False,
    branch_scale: float | None = None,
) -> Network:
    """`depth` layers of `width` units, each Dense, BatchNorm where asked for, and Activation.

    With a `branch_scale` each of them is the branch of a residual connection of that scale. The
    parameters lie in theta layer by layer, so a shallower network's theta is the front part of a
    deeper one's. Raises ValueError for a depth below 1.
    """
    if depth < 1:
        raise ValueError(f"a network needs a depth of 1 or more, got {depth}")
    norm: tuple[Layer, ...] = (BatchNorm(width),) if batch_norm else ()
    block: tuple[Layer, ...] = (Dense(width, width), *norm, Activation(activation))
    if branch_scale is not None:
        block = (Residual(block, branch_scale),)
    return Network(block * depth)


@dataclass(frozen=True, eq=False)
class Signals:
    """One pass forward and back, for L layers that each end in an activation.

    `activations` (L + 1, n, width) are the input and the output of each layer, `gradients` those of
    the loss by each of them, and `weight_gradients` (L,) the norms of those by the weight matrices.
    `pre_activations` (L, n, width) are what `rule`, the activation function, was applied to.
    """

    rule: Elementwise
    activations: Array
    pre_activations: Array
    gradients: Array
    weight_gradients: Array

    @property
    def gradient_norms(self) -> Array:
        """Norm (L + 1,) of the gradient by the input and by the output of each layer."""
        return _norms(self.gradients, (1, 2))

    @property
    def ratio(self) -> float:
        """Gradient at the input of the first layer over that at the output of the last."""
        first, last = self.gradient_norms[[0, -1]]
        with np.errstate(invalid="ignore"):
            return float(first / last)

    @property
    def unit_gradients(self) -> Array:
        """Norm (L + 1, width) over the examples of the gradient by each unit."""
        return _norms(self.gradients, 1)

    @property
    def saturated(self) -> Array:
        """Share (L,) of units and examples whose slope is below SATURATED in size."""
        return np.asarray((np.abs(self.rule.df(self.pre_activations)) < SATURATED).mean((1, 2)))

    @property
    def silent(self) -> Array:
        """Share (L,) of units and examples that the activation function sends to exactly 0."""
        return np.asarray((self.rule.f(self.pre_activations) == 0).mean((1, 2)))

    @property
    def dead(self) -> Array:
        """Share (L,) of units that it sends to exactly 0 on every example."""
        return np.asarray((self.rule.f(self.pre_activations) == 0).all(1).mean(1))


def _norms(values: Array, axis: int | tuple[int, ...]) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.sqrt((values**2).sum(axis=axis)))


def propagate(network: Network, theta: Array, x: Array, dy: Array) -> Signals:
    """Runs x (n, width) forward, and dy (n, width), the loss's gradient at the output, back.

    The pass is one for training, so batch norm uses the batch. What is too large for float64
    becomes inf or nan. The network is one of `deep_network`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        _, trace = network.forward(theta, x, Pass(training=True))
        gradient, flow = network.backward_flow(theta, trace, dy)
        ends = [k for k, layer in enumerate(network.layers) if _ends(layer)]
        weights = [v for name, v in network.unpack(gradient).items() if name.startswith("W")]
        return Signals(
            _rule(network.layers[-1]),
            np.stack([x, *(trace.outputs[k] for k in ends)]),
            np.stack([_pre_activation(trace, k) for k in ends]),
            np.stack([flow[0], *(flow[k + 1] for k in ends[:-1]), dy]),
            np.array([np.linalg.norm(w) for w in weights]),
        )


def _ends(layer: Layer) -> bool:
    return isinstance(layer, Activation | Residual)


def _rule(layer: Layer) -> Elementwise:
    last = layer.branch[-1] if isinstance(layer, Residual) else layer
    if not isinstance(last, Activation):
        raise ValueError(f"expected layers that end in an activation, got {last}")
    return last.rule


def _pre_activation(trace: Trace, k: int) -> Array:
    cache = trace.caches[k]
    return np.asarray(cache[-1] if isinstance(cache, list) else cache)


def draw_input(rng: np.random.Generator, n: int, width: int) -> tuple[Array, Array]:
    """Inputs x and a gradient dy at the output, both (n, width) and standard normal.

    dy is the gradient of the loss sum(dy * y), linear in the output y.
    """
    return rng.normal(size=(n, width)), rng.normal(size=(n, width))


def overflow_layer(values: Array) -> int | None:
    """The first index of values (k, n, width) with an entry that float32 cannot hold, if any."""
    return _first(np.asarray(~(np.abs(values) <= LARGEST).all(axis=(1, 2))))


def underflow_layer(values: Array) -> int | None:
    """The first index of values (k, n, width) whose entries would all be 0 in float32, if any."""
    return _first(np.asarray((np.abs(values) <= SMALLEST).all(axis=(1, 2))))


def _first(found: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(found)) if found.any() else None
