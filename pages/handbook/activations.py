"""Errata of chapter 2 on activation functions, softmax among them."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS, sigmoid, softmax, softmax_jacobian
from engine.initializers import INITIALIZERS
from engine.layers import Dense
from engine.types import Array
from pages.handbook.model import Erratum

RELU, TANH = ACTIVATIONS["relu"], ACTIVATIONS["tanh"]


def _jacobian_norm(rng: np.random.Generator, hidden: str) -> float:
    """Largest singular value of the input-output Jacobian of 10 random layers of width 16."""
    h: Array = rng.normal(size=16)
    jacobian = np.eye(16)
    for _ in range(10):
        if hidden == "softmax":
            weights = INITIALIZERS["xavier_normal"](rng, 16, 16)
            h = softmax(h @ weights)
            slope = softmax_jacobian(h)
        else:
            weights = INITIALIZERS["he_normal"](rng, 16, 16)
            z = h @ weights
            h, slope = RELU.f(z), np.diag(RELU.df(z))
        jacobian = jacobian @ weights @ slope
    return float(np.linalg.norm(jacobian, 2))


def _softmax_blocks_gradients() -> str:
    rng = np.random.default_rng(0)
    relu, soft = (
        np.median([_jacobian_norm(rng, hidden) for _ in range(20)])
        for hidden in ("relu", "softmax")
    )
    return (
        f"Through 10 hidden layers of width 16 the Jacobian's largest singular value is "
        f"{relu:.2g} with ReLU and {soft:.1e} with softmax (medians of 20 networks)."
    )


def _vanishing_and_exploding() -> str:
    slope = ACTIVATIONS["sigmoid"].df(0.0).item()
    return (
        f"Over 20 layers a factor of {slope:.2g}, the most that a sigmoid allows, leaves "
        f"{slope**20:.1e}; a factor of 1.5 gives {1.5**20:,.0f}."
    )


def _linear_output() -> str:
    target, best = 250.0, sigmoid(1e4).item()
    linear = ACTIVATIONS["linear"].f(target).item()
    return (
        f"For a price of {target:.0f} thousand the best sigmoid output is off by "
        f"{target - best:.0f} thousand, a linear output by {abs(target - linear):.0f}."
    )


def _small_or_negative_logit() -> str:
    small, negative = sigmoid([1e-3, -10.0])
    return rf"The sigmoid gives $\sigma(0.001) = {small:.5f}$ but $\sigma(-10) = {negative:.7f}$."


def _leaky_slope() -> str:
    below, above = ACTIVATIONS["leaky_relu"].df([-3.0, 3.0])
    return rf"The slope is {below:.2g} at $z = -3$ and {above:.2g} at $z = 3$."


def _slopes_at_zero() -> str:
    z = np.linspace(-4, 4, 81)
    difference = np.abs(TANH.f(z) - (2 * sigmoid(2 * z) - 1)).max()
    slopes = (ACTIVATIONS[name].df(0.0).item() for name in ("sigmoid", "tanh"))
    return (
        "At 0 the sigmoid has slope {:.2g} and tanh {:.2g}; ".format(*slopes)
        + rf"$\tanh z$ and $2\sigma(2z) - 1$ differ by at most {difference:.1e}."
    )


def _dead_unit() -> str:
    x = np.random.default_rng(0).uniform(size=(500, 3))
    z, _ = Dense(3, 1).forward({"W": np.ones((3, 1)), "b": np.array([-5.0])}, x)
    return (
        f"With weights 1 and bias $-5$ on inputs in $(0, 1)$, {np.mean(x > 0):.0%} of the inputs "
        f"are positive, yet the unit has a non-zero slope for {np.mean(RELU.df(z)):.0%} of 500 "
        "examples: it is dead."
    )


def _sums_to_one() -> str:
    z = np.array([2.0, 1.0, -1.0])
    return (
        f"For logits $(2, 1, -1)$ three sigmoids sum to {sigmoid(z).sum():.4g}, "
        f"softmax sums to {softmax(z).sum():.4g}."
    )


def _dense_and_sparse() -> str:
    z = np.random.default_rng(0).normal(size=100_000)
    return (
        f"Of 100,000 standard normal pre-activations the sigmoid leaves "
        f"{np.mean(sigmoid(z) > 0):.1%} above 0 and ReLU {np.mean(RELU.f(z) > 0):.1%}."
    )


ACTIVATION_ERRATA = (
    Erratum(
        "H12",
        "A",
        ("activations", "softmax"),
        "The default for hidden layers is ReLU or softmax.",
        "The default is ReLU or a relative (leaky ReLU, GELU, SiLU). Softmax belongs to the "
        "output of a multi-class network or inside attention.",
        _softmax_blocks_gradients,
    ),
    Erratum(
        "H13",
        "A",
        ("activations",),
        "The vanishing gradient problem means gradients that are too small or too large.",
        "Too small is vanishing; too large is exploding.",
        _vanishing_and_exploding,
    ),
    Erratum(
        "H14",
        "B",
        ("activations", "network"),
        "A linear activation is useless 99% of the time.",
        "It is the output of every regression, the house-price network included, and of "
        "logits and projections.",
        _linear_output,
    ),
    Erratum(
        "H15",
        "B",
        ("activations",),
        "A very small logit gives an output close to 0.",
        "A very negative logit does. A small one, close to 0, gives one half.",
        _small_or_negative_logit,
    ),
    Erratum(
        "H16",
        "C",
        ("activations",),
        "Leaky ReLU learns at a lower rate, 0.01.",
        "0.01 is the slope for $z < 0$. The learning rate is another quantity, left as it is.",
        _leaky_slope,
    ),
    Erratum(
        "H17",
        "C",
        ("activations",),
        "Four activation functions are announced, five follow, and none with its derivative.",
        r"Linear $1$; sigmoid $\sigma(1 - \sigma)$; ReLU $1$ for $z > 0$, else $0$; leaky ReLU "
        r"$1$ or $0.01$; tanh $1 - \tanh^2 z$.",
        _slopes_at_zero,
    ),
    Erratum(
        "H18",
        "C",
        ("activations",),
        "ReLU is a restricted linear unit that does not activate negative input neurons.",
        "The rectified linear unit zeroes negative pre-activations. Its slope at 0 is a "
        "convention, and a unit that is negative for all data is dead.",
        _dead_unit,
    ),
    Erratum(
        "H19",
        "B",
        ("softmax",),
        "Softmax is named but not defined; the sigmoid is offered for classification at large.",
        r"Sigmoid for two classes or independent labels, softmax "
        r"$p_i = e^{z_i} / \sum_j e^{z_j}$ for exclusive classes.",
        _sums_to_one,
    ),
    Erratum(
        "H125",
        "C",
        ("activations",),
        "The sigmoid is intensive and activates almost all neurons.",
        "Sigmoid outputs are never 0 and need an exponential; ReLU outputs are 0 for about half "
        "of centered pre-activations.",
        _dense_and_sparse,
    ),
)
