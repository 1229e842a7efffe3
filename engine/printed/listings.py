"""The handbook's printed listings as they behave, mistakes included, to set beside the right rules.

Each name says which printed mistake it reproduces. Nothing here trains anything. The printed
momentum listing and RMSProp formula are sound rules in another convention, so they live in
`engine.optimizers` as `Momentum(form="average")` and `RMSProp(epsilon_inside=True)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from engine.optimizers import Adam, Hyper, Optimizer
from engine.printed.depth import printed_xavier_variance
from engine.types import Array

PrintedState = tuple[int, Array, Array, Array]


@dataclass(frozen=True)
class PrintedAdamW:
    """AdamW as listed: it decays by a frozen copy of the initial weights (erratum H69).

    theta -= eta (m_hat / (sqrt(v_hat) + epsilon) + lambda theta_0), a constant pull that does not
    stop at zero. State is (t, m, v, initial), initial being theta_0. Defaults as listed.
    """

    learning_rate: Hyper = 0.01
    beta1: Hyper = 0.9
    beta2: Hyper = 0.999
    epsilon: Hyper = 1e-8
    weight_decay: Hyper = 0.01
    state_names: ClassVar[tuple[str, ...]] = ("t", "m", "v", "initial")

    @property
    def adam(self) -> Adam:
        """The rule without the decay."""
        return Adam(self.learning_rate, self.beta1, self.beta2, self.epsilon)

    def init(self, theta: Array) -> PrintedState:
        return (*self.adam.init(theta), 1.0 * theta)

    def step(
        self, theta: Array, gradient: Array, state: PrintedState
    ) -> tuple[Array, PrintedState]:
        t, m, v, initial = state
        theta, moments = self.adam.step(theta, gradient, (t, m, v))
        return theta - self.learning_rate * self.weight_decay * initial, (*moments, initial)


def decay_path(optimizer: Optimizer, theta: float, steps: int) -> Array:
    """One weight under `steps` updates with zero gradient, (steps + 1,), the start first.

    Only weight decay moves it: `AdamW` toward zero by a factor, `PrintedAdamW` through zero (H69).
    """
    path, state = [theta], optimizer.init(theta)
    for _ in range(steps):
        theta, state = optimizer.step(theta, 0.0, state)
        path.append(theta)
    return np.array(path)


def printed_bias_step(
    optimizer: PrintedAdamW, bias: ArrayLike, gradient: ArrayLike, weights: ArrayLike
) -> Array:
    """The bias after its first update as listed, which decays it by the layer's weights (H70).

    Shapes as in the handbook: bias and gradient (n, 1), weights (n, m). For m = 1 it is silently
    wrong; otherwise the update in place raises ValueError, as the listing does.
    """
    adam, start = optimizer.adam, np.asarray(bias, float)
    stepped, _ = adam.step(start, np.asarray(gradient, float), adam.init(start))
    stepped -= optimizer.learning_rate * optimizer.weight_decay * np.asarray(weights, float)
    return stepped


def printed_decay_weights(parameters: Mapping[str, Array]) -> dict[str, Array]:
    """What the AdamW initializer stores for the decay: copies of the weights W1, W2, ... (H68).

    Its printed docstring promises zeros under the names of the gradients, biases included.
    """
    return {name: value.copy() for name, value in parameters.items() if name.startswith("W")}


def printed_gd_step(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """Gradient descent as listed: it changes the caller's array and returns that array (H45).

    Raises NumPy's UFuncTypeError, a TypeError, for a theta of integers.
    """
    theta -= learning_rate * gradient
    return theta


def printed_layer_count(parameters: Mapping[str, Any]) -> int:
    """The number of layers as listed: half the number of parameter arrays (H57).

    Right only where every layer has exactly one weight matrix and one bias.
    """
    return len(parameters) // 2


def printed_xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal weights (n_in, n_out) with the variance printed for Xavier's, the root left in (H94).

    That is sqrt(n_in + n_out) times the right variance.
    """
    sd = np.sqrt(printed_xavier_variance(n_in, n_out))
    return rng.normal(0, sd, (n_in, n_out))
