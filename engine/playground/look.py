"""What a moment of a run looks like: the plane, what every unit makes of it, signals and slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.clipping import norm
from engine.layers import Activation, Layer, Pass, Residual
from engine.losses import LOSSES
from engine.network import Network, Trace
from engine.playground.build import Experiment, read_inputs
from engine.playground.run import Moment, outputs, quality
from engine.types import Array


def places(experiment: Experiment, size: int, shown: tuple[int, int] = (0, 1)) -> Array:
    """Rows (size * size, d) over the plane, from low to high x₂ and in each row from low to high
    x₁; other columns of a table at their mean."""
    reach, d = experiment.sample.reach, experiment.sample.x.shape[1]
    ends = np.linspace(-reach, reach, size)
    rows = np.zeros((size * size, d))
    rows[:, shown[0]] = np.tile(ends, size)
    rows[:, shown[1]] = np.repeat(ends, size)
    return rows


def plane(
    experiment: Experiment, moment: Moment, size: int, shown: tuple[int, int] = (0, 1)
) -> Array:
    """What the network says over the plane (size, size, k), as `outputs` does."""
    rows = places(experiment, size, shown)
    inputs = read_inputs(experiment.settings, experiment.sample, rows)
    return outputs(experiment, moment, inputs).reshape(size, size, -1)


def pictures(
    experiment: Experiment, moment: Moment, size: int, shown: tuple[int, int] = (0, 1)
) -> list[Array]:
    """What every input and every hidden unit is over the plane, one (units, size, size) a layer."""
    rows = places(experiment, size, shown)
    inputs = read_inputs(experiment.settings, experiment.sample, rows)
    with np.errstate(over="ignore", invalid="ignore"):
        _, trace = experiment.network.forward(moment.theta, inputs, Pass(memory=moment.memory))
    values = [inputs, *hidden_outputs(experiment.network, trace)]
    return [layer.T.reshape(-1, size, size) for layer in values]


def hidden_ends(network: Network) -> list[int]:
    """Places in `network.layers` where each hidden layer ends, dropout after it left out."""
    return [k for k, layer in enumerate(network.layers[:-1]) if _ends(layer)]


def _ends(layer: Layer) -> bool:
    return isinstance(layer, Activation | Residual)


def hidden_outputs(network: Network, trace: Trace) -> list[Array]:
    """What each hidden layer passes on, (n, units) each."""
    return [trace.outputs[k] for k in hidden_ends(network)]


def weights(network: Network, theta: Array) -> list[Array]:
    """The matrix W (d_in, d_out) of each hidden layer and of the output, views of theta."""
    named = network.unpack(theta)
    return [named[name] for name in weight_names(network)]


def weight_names(network: Network) -> list[str]:
    """The names of those matrices in `network.unpack`: "W1", or "W2.1" in a residual branch."""
    return [s.name for own in network.slots for s in own if s.key.startswith("W")]


def bias_names(network: Network) -> list[str]:
    """The names of the biases, likewise."""
    return [
        s.name
        for own in network.slots
        for s in own
        if s.key.startswith("b") and "beta" not in s.key
    ]


@dataclass(frozen=True, eq=False)
class LayerLook:
    """A hidden layer or the output on the training examples: `activations` and `pre_activations`
    (n, units), `weights` and the gradient of the loss by them, both (d_in, units).

    `saturated` is the share of outputs with a slope near 0, `dead` that of units that are at 0 with
    slope 0 on every example. `quality` is the whole network's: the share right, or R².
    """

    name: str
    activations: Array
    pre_activations: Array
    weights: Array
    weight_gradient: Array
    saturated: float
    dead: float
    quality: float

    @property
    def gradient_norm(self) -> float:
        """Euclidean norm of the gradient by the weights."""
        return norm(self.weight_gradient)


SATURATED = 0.01  # a slope below this in size hardly passes anything on


def look_at_layers(experiment: Experiment, moment: Moment) -> list[LayerLook]:
    """Every hidden layer and the output at a moment, on all training examples, dropout off."""
    network, task = experiment.network, experiment.task
    with np.errstate(over="ignore", invalid="ignore"):
        z, trace = network.forward(moment.theta, task.training.x, Pass(memory=moment.memory))
        reached = quality(experiment, z, task.training.y)
        dy = LOSSES[task.loss].gradient(z, task.training.y)
        gradient = network.backward(moment.theta, trace, dy)
        slopes = weights(network, gradient)
        own = weights(network, moment.theta)
        looks = []
        for k, end in enumerate([*hidden_ends(network), len(network.layers) - 1]):
            looks.append(_look(network, trace, end, k, own[k], slopes[k], reached))
    return looks


def dead_units(rule: Elementwise, z: Array) -> Array:
    """Which units (units,) an activation leaves at 0, with slope 0, on all of z (n, units)."""
    return np.asarray(((rule.f(z) == 0) & (rule.df(z) == 0)).all(axis=0))


def _look(
    network: Network, trace: Trace, end: int, k: int, own: Array, slope: Array, reached: float
) -> LayerLook:
    layer = network.layers[end]
    is_output = end == len(network.layers) - 1
    name = "Output" if is_output else f"Hidden {k + 1}"
    inner = layer.branch[-1] if isinstance(layer, Residual) else layer
    assert isinstance(inner, Activation)
    before = trace.caches[end][-1] if isinstance(layer, Residual) else trace.caches[end]
    before = np.asarray(before)
    saturated = float(np.mean(np.abs(inner.rule.df(before)) < SATURATED))
    dead = 0.0 if is_output else float(np.mean(dead_units(inner.rule, before)))
    return LayerLook(name, trace.outputs[end], before, own, slope, saturated, dead, reached)
