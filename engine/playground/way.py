"""A point's way through the network: every value from the inputs to the loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import ACTIVATIONS
from engine.layers import Pass, Residual
from engine.losses import LOSSES
from engine.playground.build import Experiment, read_inputs, targets
from engine.playground.look import bias_names, hidden_ends, weights
from engine.playground.run import Moment, to_probabilities
from engine.types import Array


@dataclass(frozen=True, eq=False)
class LayerValues:
    """A hidden layer's values for one point, (units,) each: `sums` is W'a + b of what came in, `z`
    the same after batch norm, `f` the activation of z, `out` what is passed on, f plus what came in
    where the layer is residual."""

    name: str
    activation: str
    sums: Array
    z: Array
    f: Array
    out: Array
    is_residual: bool


@dataclass(frozen=True, eq=False)
class PointWay:
    """A row of the sample in evaluation mode: `point` (d,), network `inputs`, hidden `layers`, the
    output `z` (k,) and what it says, `told` (classes,) or (1,), beside the `target`: a class number
    or a value. `loss` is that of this point alone."""

    row: int
    is_training: bool
    point: Array
    inputs: Array
    layers: list[LayerValues]
    z: Array
    told: Array
    target: float
    loss: float


def way(experiment: Experiment, moment: Moment, row: int) -> PointWay:
    """The way of row 0, 1, ... of the sample. Raises IndexError for a row that there is not."""
    sample, network, settings = experiment.sample, experiment.network, experiment.settings
    point = sample.x[[row]]
    inputs = read_inputs(settings, sample, point)
    own = weights(network, moment.theta)
    named = network.unpack(moment.theta)
    biases = [named[name] for name in bias_names(network)]
    with np.errstate(over="ignore", invalid="ignore"):
        z, trace = network.forward(moment.theta, inputs, Pass(memory=moment.memory))
        layers, incoming = [], inputs
        for k, end in enumerate(hidden_ends(network)):
            is_residual = isinstance(network.layers[end], Residual)
            before = trace.caches[end][-1] if is_residual else trace.caches[end]
            rule, out = ACTIVATIONS[settings.activations[k]], trace.outputs[end]
            sums = incoming @ own[k] + biases[k]
            values = (sums[0], np.asarray(before)[0], rule.f(before)[0], out[0])
            layers.append(LayerValues(f"Hidden {k + 1}", rule.name, *values, is_residual))
            incoming = out
        loss = LOSSES[experiment.task.loss].value(z, targets(sample)[[row]])
        told = to_probabilities(experiment, z)[0]
    training = bool(sample.is_training[row])
    target = float(sample.y[row])
    return PointWay(row, training, point[0], inputs[0], layers, z[0], told, target, loss)
