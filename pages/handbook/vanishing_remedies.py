"""Errata of chapter 6 on batch norm and residual connections as remedies."""

from __future__ import annotations

import numpy as np

from engine.data import standardize
from engine.diagnostics import deep_network, draw_input, propagate
from engine.gradcheck import numerical_gradient
from engine.layers import Activation, Dense, Residual
from engine.printed.depth import printed_residual_gradient
from engine.studies.signal_propagation import batch_norm_factor
from engine.types import Array
from pages.handbook.model import Curves, Erratum

BRANCH = (Dense(1, 1), Activation("tanh"))  # F(x) = tanh(x / 2)
VIEWS = {"W.1": np.array([[0.5]]), "b.1": np.zeros(1)}


def _standardized_input() -> str:
    rng = np.random.default_rng(0)
    network = deep_network(20, 50, "sigmoid")
    x, dy = draw_input(rng, 100, 50)
    theta = network.initialize(rng, "xavier_normal")
    ratio = propagate(network, theta, standardize(x)[0], dy).ratio
    return (
        "Through 20 sigmoid layers behind a standardized input the gradient's norm is multiplied "
        f"by {ratio:.2e}."
    )


def _growth(batch_norm: bool) -> float:
    """Gradient at the first layer over that at the last, 50 ReLU layers with He weights."""
    rng = np.random.default_rng(0)
    network = deep_network(50, 64, "relu", batch_norm)
    x, dy = draw_input(rng, 64, 64)
    return propagate(network, network.initialize(rng, "he_normal"), x, dy).ratio


def _batch_norm_explodes() -> str:
    normed, plain = _growth(batch_norm=True), _growth(batch_norm=False)
    return (
        f"From the last to the first of 50 ReLU layers the gradient's norm is multiplied by "
        f"{normed:,.0f} with batch norm, {normed**0.02:.4g} per layer (in theory "
        f"{np.sqrt(batch_norm_factor()):.4g}), and by {plain:.4g} without it."
    )


def _residual(x: Array) -> tuple[Array, Array, Array]:
    """E = (x + F(x) - 1)^2 / 2 at each x (n, 1): its gradient, the printed one, and E itself."""
    block = Residual(BRANCH)
    y, caches = block.forward(VIEWS, x)
    dy = y - 1
    dx, _ = block.backward(VIEWS, caches, dy)
    through_branch, _ = block.backward(VIEWS, caches, np.ones_like(dy))
    return dx, printed_residual_gradient(dy, through_branch - 1), 0.5 * (y - 1) ** 2


def _numeric_residual(x: Array) -> Array:
    return numerical_gradient(lambda v: float(_residual(v)[2].sum()), x)


def _identity_lost() -> str:
    x = np.array([[0.8]])
    right, printed, _ = _residual(x)
    return (
        rf"For $F(x) = \tanh(x / 2)$ and $E = \frac{{1}}{{2}}(y - 1)^2$ at $x = 0.8$ the printed "
        f"line gives {printed.item():.4g}, the right one {right.item():.6g} and central "
        f"differences {_numeric_residual(x).item():.6g}; over 50 blocks with $F' = 0.1$ the factor "
        f"is {0.1**50:.0e} as printed and {1.1**50:.4g} in truth."
    )


def _residual_curves() -> Curves:
    x = np.linspace(-2, 4, 61)[:, None]
    right, printed, _ = _residual(x)
    return Curves(
        "input x",
        "gradient of the error, dE/dx",
        x[:, 0],
        printed[:, 0],
        right[:, 0],
        _numeric_residual(x)[:, 0],
    )


def _product_of_factors() -> str:
    return (
        rf"Over 50 blocks the factor $\prod (1 + F')$ is {1.3**50:.4g} for $F' = 0.3$ and "
        rf"{(1 - 0.9) ** 50:.0e} for $F' = -0.9$."
    )


def _paths_through_time() -> str:
    x, weight, steps = 0.5, 0.2, 30
    rules = (
        lambda h: weight * h + x,  # plain
        lambda h: x + (weight * h + x),  # the step's input added to its output
        lambda h: h + weight * h,  # a link from the step before
    )
    plain, with_input, over_time = (
        numerical_gradient(lambda h, rule=rule: rule(h).item(), [0.3]).item() ** steps
        for rule in rules
    )
    return (
        rf"In a linear recurrence with weight {weight} over {steps} steps $dh_T / dh_0$ is "
        rf"{plain:.0e} plain, {with_input:.0e} with the input of each step added to its output, "
        rf"and {over_time:.4g} with a link over time."
    )


def _forget_gates() -> str:
    return (
        rf"Over 50 steps a forget gate of 0.5 leaves {0.5**50:.0e} of a gradient, a gate of 0.99 "
        rf"leaves {0.99**50:.3g}."
    )


REMEDY_ERRATA = (
    Erratum(
        "H98",
        "B",
        ("depth", "learning"),
        "Batch norm on the input layer keeps gradients from shrinking.",
        "Standardizing the input is preparation of the data. To matter in the hidden layers batch "
        "norm must act there.",
        _standardized_input,
    ),
    Erratum(
        "H99",
        "A",
        ("depth",),
        "With batch norm gradients will neither vanish nor explode.",
        "It fixes the scale of activations. In deep plain networks at their start gradients "
        r"explode, by $\pi/(\pi - 1)$ per ReLU layer in squared norm (Yang et al. 2019); skip "
        "connections cure it.",
        _batch_norm_explodes,
    ),
    Erratum(
        "H100",
        "A",
        ("depth", "learning"),
        r"For $y = x + F(x)$ the last line is $\frac{\partial E}{\partial x} = "
        r"\frac{\partial E}{\partial y} \cdot F'(x)$.",
        r"$\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}\,(1 + F'(x))$, as the "
        "line before and the prose have it: the 1 is the shortcut.",
        _identity_lost,
        _residual_curves,
    ),
    Erratum(
        "H101",
        "B",
        ("learning",),
        "A shortcut makes sure that the earliest layers are trained.",
        r"It helps. The factor is $\prod (1 + F')$, which can still explode, or vanish for $F'$ "
        "near $-1$.",
        _product_of_factors,
    ),
    Erratum(
        "H102",
        "B",
        ("depth",),
        "In a recurrent network the residual link goes over several steps; then it adds a step's "
        "input to its output.",
        "Those are two designs, $h_t = F + h_{t-k}$ and $y_t = x_t + F$. The second needs equal "
        "sizes and does nothing for the path through time.",
        _paths_through_time,
    ),
    Erratum(
        "H103",
        "C",
        ("depth",),
        "The figure of the residual connection is captioned as gradient clipping.",
        "It shows a residual connection; the caption belongs to chapter 7.",
    ),
    Erratum(
        "H104",
        "B",
        ("learning",),
        "LSTMs suffer from vanishing gradients (chapter 6); LSTMs solve vanishing and exploding "
        "gradients (chapter 8).",
        "Along the cell state the factor is the forget gate, which tames vanishing while it is "
        "near 1. Exploding is not prevented, so clipping stays in use.",
        _forget_gates,
    ),
)
