"""Update rules. Each is elementwise, so one rule drives a float, a point or a flat theta alike.

Every rule is a frozen dataclass with `init(theta) -> state` and
`step(theta, gradient, state) -> (theta, state)`; the state is a plain tuple whose entries
`state_names` names. Nothing is changed in place. Theta and gradient are arrays of one shape or
plain Python floats, which are far faster for a single coordinate. A hyperparameter is a float or an
array that broadcasts against theta, so a grid of runs is one run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from engine.types import Array

Hyper = float | Array
MomentsState = tuple[int, Array, Array]


class Optimizer(Protocol):
    """What every update rule offers; `Any` stands for a float or an array, alike for all three."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    state_names: ClassVar[tuple[str, ...]]

    @property
    def learning_rate(self) -> Hyper: ...

    def init(self, theta: Any) -> Any: ...

    def step(self, theta: Any, gradient: Any, state: Any) -> tuple[Any, Any]: ...


@dataclass(frozen=True)
class GD:
    """Gradient descent: theta -= eta g (Cauchy 1847). No state."""

    learning_rate: Hyper = 0.01
    state_names: ClassVar[tuple[str, ...]] = ()

    def init(self, theta: Array) -> tuple[()]:
        return ()

    def step(self, theta: Array, gradient: Array, state: tuple[()]) -> tuple[Array, tuple[()]]:
        return theta - self.learning_rate * gradient, ()


@dataclass(frozen=True)
class SGD(GD):
    """Stochastic gradient descent (Robbins & Monro 1951): the update is that of GD.

    What is stochastic is the gradient, and that is the caller's: pass the one of a mini-batch.
    """


MOMENTUM_FORMS: dict[str, Callable[[Hyper, Hyper], tuple[Hyper, Hyper]]] = {
    "accumulate": lambda learning_rate, beta: (learning_rate, 1.0),
    "average": lambda learning_rate, beta: (1 - beta, learning_rate),
    "pytorch": lambda learning_rate, beta: (1.0, learning_rate),
}
"""For each form (a, b) of v = beta v + a g, theta -= b v."""


@dataclass(frozen=True)
class Momentum:
    """Heavy-ball momentum (Polyak 1964) in its three conventions. State is (v,).

    accumulate: v = beta v + eta g,          theta -= v
    average:    v = beta v + (1 - beta) g,   theta -= eta v
    pytorch:    v = beta v + g,              theta -= eta v

    At a constant rate the first and the last take the same path, and the average takes it with
    the rate eta / (1 - beta). Raises ValueError for any other form.
    """

    learning_rate: Hyper = 0.01
    beta: Hyper = 0.9
    form: str = "accumulate"
    state_names: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        if self.form not in MOMENTUM_FORMS:
            choices = ", ".join(MOMENTUM_FORMS)
            raise ValueError(f"unknown form of momentum {self.form!r}; choose one of {choices}")

    def init(self, theta: Array) -> tuple[Array]:
        return (0.0 * theta,)

    def step(
        self, theta: Array, gradient: Array, state: tuple[Array]
    ) -> tuple[Array, tuple[Array]]:
        (v,) = state
        gain, rate = MOMENTUM_FORMS[self.form](self.learning_rate, self.beta)
        v = self.beta * v + gain * gradient
        return theta - rate * v, (v,)


@dataclass(frozen=True)
class Nesterov:
    """Nesterov momentum as PyTorch writes it (Sutskever et al. 2013, section 2). State is (v,).

    v = beta v + g, theta -= eta (g + beta v): theta is the point looked ahead to.
    """

    learning_rate: Hyper = 0.01
    beta: Hyper = 0.9
    state_names: ClassVar[tuple[str, ...]] = ("v",)

    def init(self, theta: Array) -> tuple[Array]:
        return (0.0 * theta,)

    def step(
        self, theta: Array, gradient: Array, state: tuple[Array]
    ) -> tuple[Array, tuple[Array]]:
        (v,) = state
        v = self.beta * v + gradient
        return theta - self.learning_rate * (gradient + self.beta * v), (v,)


@dataclass(frozen=True)
class AdaGrad:
    """Rates from the sum of squared gradients (Duchi et al. 2011). State is (s,), the sum.

    Epsilon is added outside the square root.
    """

    learning_rate: Hyper = 0.01
    epsilon: Hyper = 1e-10
    state_names: ClassVar[tuple[str, ...]] = ("s",)

    def init(self, theta: Array) -> tuple[Array]:
        return (0.0 * theta,)

    def step(
        self, theta: Array, gradient: Array, state: tuple[Array]
    ) -> tuple[Array, tuple[Array]]:
        (s,) = state
        s = s + gradient**2
        return theta - self.learning_rate * gradient / (s**0.5 + self.epsilon), (s,)


@dataclass(frozen=True)
class RMSProp:
    """Rates from a running mean of squared gradients (Tieleman & Hinton 2012, lecture 6.5).

    State is (s,), the running mean. It starts at zero and is not corrected, so the first step is
    eta / sqrt(1 - beta). Epsilon is added outside the square root, or inside on request.
    """

    learning_rate: Hyper = 1e-3
    beta: Hyper = 0.9
    epsilon: Hyper = 1e-8
    epsilon_inside: bool = False
    state_names: ClassVar[tuple[str, ...]] = ("s",)

    def init(self, theta: Array) -> tuple[Array]:
        return (0.0 * theta,)

    def step(
        self, theta: Array, gradient: Array, state: tuple[Array]
    ) -> tuple[Array, tuple[Array]]:
        (s,) = state
        s = self.beta * s + (1 - self.beta) * gradient**2
        root = (s + self.epsilon) ** 0.5 if self.epsilon_inside else s**0.5 + self.epsilon
        return theta - self.learning_rate * gradient / root, (s,)


@dataclass(frozen=True)
class Adam:
    """Adaptive moments with bias correction (Kingma & Ba 2015, algorithm 1).

    State is (t, m, v): step count and running moments, m and v shaped like theta.
    Epsilon is added outside the square root.
    """

    learning_rate: Hyper = 1e-3
    beta1: Hyper = 0.9
    beta2: Hyper = 0.999
    epsilon: Hyper = 1e-8
    state_names: ClassVar[tuple[str, ...]] = ("t", "m", "v")

    def init(self, theta: Array) -> MomentsState:
        return 0, 0.0 * theta, 0.0 * theta

    def corrected(self, state: MomentsState) -> tuple[Array, Array]:
        """The bias-corrected moments (m_hat, v_hat) of a state; zero before the first step."""
        t, m, v = state
        t = t or 1
        return m / (1 - self.beta1**t), v / (1 - self.beta2**t)

    def step(
        self, theta: Array, gradient: Array, state: MomentsState
    ) -> tuple[Array, MomentsState]:
        t, m, v = state
        m = self.beta1 * m + (1 - self.beta1) * gradient
        v = self.beta2 * v + (1 - self.beta2) * gradient**2
        state = t + 1, m, v
        m_hat, v_hat = self.corrected(state)
        return theta - self.learning_rate * m_hat / (v_hat**0.5 + self.epsilon), state


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay (Loshchilov & Hutter 2019, algorithm 2). State as in Adam.

    Decoupled, theta shrinks by eta lambda theta beside the step. Coupled (`decoupled=False`),
    lambda theta joins the gradient and is scaled by the moments: Adam with L2 regularization.
    """

    weight_decay: Hyper = 0.01
    decoupled: bool = True

    def step(
        self, theta: Array, gradient: Array, state: MomentsState
    ) -> tuple[Array, MomentsState]:
        decay = self.weight_decay * theta
        if self.decoupled:
            return super().step(theta - self.learning_rate * decay, gradient, state)
        return super().step(theta, gradient + decay, state)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "GD": GD,
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
    "AdamW": AdamW,
}


def describe_state(optimizer: Optimizer, state: tuple[Any, ...]) -> dict[str, Any]:
    """Every quantity of a state by name: its entries and, for Adam's moments, m_hat and v_hat."""
    named = dict(zip(optimizer.state_names, state, strict=True))
    if isinstance(optimizer, Adam):
        named["m_hat"], named["v_hat"] = optimizer.corrected((named["t"], named["m"], named["v"]))
    return named
