"""Errata of chapter 3 on the backward pass, from the loss to the output's pre-activation."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS, sigmoid
from engine.gradcheck import numerical_gradient
from engine.layers import Dense
from engine.losses import LOSSES
from engine.network import mlp
from engine.optimizers import GD
from engine.printed.backward import (
    printed_output_gradient,
    printed_sigmoid,
    printed_sigmoid_inverse,
    printed_slope,
    printed_slope_factored,
)
from engine.types import Array
from pages.handbook.model import Curves, Erratum

Z, Y = np.array([0.85]), np.array([1.0])


def _gradient_then_step() -> str:
    rng = np.random.default_rng(0)
    network, optimizer, loss = mlp((3, 4, 1), hidden="tanh"), GD(0.1), LOSSES["half_squared_error"]
    theta = network.initialize(rng)
    before = theta.copy()
    prediction, trace = network.forward(theta, rng.normal(size=(8, 3)))
    dy = loss.gradient(prediction, rng.normal(size=(8, 1)))
    gradient = network.backward(theta, trace, dy)
    stepped, _ = optimizer.step(theta, gradient, optimizer.init(theta))
    return (
        f"Of {theta.size} parameters the backward pass changes {np.sum(theta != before)}, the "
        f"step after it {np.sum(stepped != before)}."
    )


def _z_is_not_enough() -> str:
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(3, 2)).T, rng.normal(size=(3, 1))
    other = x + np.cross(weights[:, 0], [1.0, 0.0, 0.0])  # at right angles to the weights
    layer, p = Dense(3, 1), {"W": weights, "b": np.zeros(1)}
    z = [layer.forward(p, rows)[0] for rows in (x, other)]
    dw = [layer.backward(p, rows, np.ones((2, 1)))[1]["W"] for rows in (x, other)]
    return (
        f"Two inputs whose $Z_1$ differ by at most {np.abs(z[0] - z[1]).max():.1e} have $dW_1$ "
        f"that differ by {np.abs(dw[0] - dw[1]).max():.4g}."
    )


def _loss(z: Array) -> float:
    """The cross-entropy, summed over entries, of the label 1."""
    return LOSSES["binary_cross_entropy"].value(z, np.ones_like(z)) * z.size


def _chain_of_two() -> str:
    a = sigmoid(Z)
    outer = (-Y / a + (1 - Y) / (1 - a)).item()
    inner = ACTIVATIONS["sigmoid"].df(Z).item()
    return (
        rf"At $Z = 0.85$, $Y = 1$ we have $dJ/dA = {outer:.4g}$ but $dA/dZ = {inner:.4g}$; their "
        rf"product is ${outer * inner:.4g}$, and central differences of $J$ give "
        rf"${numerical_gradient(_loss, Z).item():.4g}$."
    )


def _chain_curves() -> Curves:
    z = np.linspace(-3, 3, 61)
    a, inner = sigmoid(z), ACTIVATIONS["sigmoid"].df(z)
    printed, right = inner * inner, -1 / a * inner  # dJ/dA taken for dA/dZ, and as it is
    return Curves(
        "pre-activation Z at Y = 1",
        "gradient of the loss, dJ/dZ",
        z,
        printed,
        right,
        numerical_gradient(_loss, z),
    )


def _reciprocal() -> str:
    slope = numerical_gradient(_loss, Z).item()
    return rf"At $Z = 0.85$, $Y = 1$ we have $dJ/dZ = {slope:.4g}$ but $dZ/dJ = {1 / slope:.4g}$."


def _reciprocal_curves() -> Curves:
    z = np.linspace(-3, 2, 51)
    right = sigmoid(z) - 1
    return Curves(
        "pre-activation Z at Y = 1",
        "gradient of the loss, dJ/dZ",
        z,
        1 / right,
        right,
        numerical_gradient(_loss, z),
    )


def _printed_sigmoids() -> str:
    parts = (
        rf"at $Z = {z}$ they give ${printed_sigmoid(z):.4g}$ and ${printed_sigmoid_inverse(z):.4g}$"
        rf", the sigmoid {sigmoid(float(z)):.4g}"
        for z in (-2, 1, 3)
    )
    return f"The two printed forms disagree: {'; '.join(parts)}."


def _printed_slopes() -> str:
    return (
        rf"At $Z = 1$ the first printed line gives ${printed_slope(1.0):.4g}$, the next "
        rf"{printed_slope_factored(1.0):.4g}, and the slope of the sigmoid is "
        rf"{ACTIVATIONS['sigmoid'].df(1.0):.4g}."
    )


def _slope_curves() -> Curves:
    z = np.linspace(0.8, 4, 65)  # the printed line has a pole at 0
    return Curves(
        "pre-activation Z",
        "slope of the sigmoid, dA/dZ",
        z,
        printed_slope(z),
        ACTIVATIONS["sigmoid"].df(z),
        numerical_gradient(lambda v: float(sigmoid(v).sum()), z),
    )


def _saturated_output() -> str:
    z, y = np.array([40.0]), np.array([0.0])
    product = printed_output_gradient(z, y).item()
    outcome = "not a number" if np.isnan(product) else f"${product:.4g}$"
    right = LOSSES["binary_cross_entropy"].gradient(z, y).item()
    return (
        rf"At $Z = {z[0]:g}$, $Y = 0$ the product is infinity times "
        rf"{(sigmoid(z) * (1 - sigmoid(z))).item():g}, {outcome}, while $A - Y$ is {right:.4g}."
    )


BACKWARD_ERRATA = (
    Erratum(
        "H27",
        "C",
        ("update",),
        "Backpropagation together with gradient descent makes up the backward pass; then "
        "backpropagation only computes gradients.",
        "The backward pass computes gradients. The step of the optimizer, which uses them, comes "
        "after it.",
        _gradient_then_step,
    ),
    Erratum(
        "H28",
        "C",
        ("backprop",),
        "The $Z$ are what is to be cached of the forward pass.",
        r"Also keep each $A^{[l-1]}$, or compute it again as $g(Z^{[l-1]})$; layer 1 needs $X$ "
        r"itself, as $dW_1 = \frac{1}{m} X\,dZ_1^\top$.",
        _z_is_not_enough,
    ),
    Erratum(
        "H29",
        "A",
        ("gradcheck",),
        r"$\frac{dJ}{dA_2} = \frac{dA_2}{dZ_2}$.",
        r"$\frac{dJ}{dZ_2} = \frac{dJ}{dA_2} \cdot \frac{dA_2}{dZ_2}$: the two factors have "
        "nothing to do with each other.",
        _chain_of_two,
        _chain_curves,
    ),
    Erratum(
        "H30",
        "A",
        ("gradcheck",),
        r"The gradient at $Z$ is written $\frac{dZ}{dJ}$, and set equal to $\frac{dJ}{dZ}$.",
        r"$\frac{dJ}{dZ_2} = \frac{dJ}{dA_2}\,\sigma'(Z_2)$. A derivative equals its reciprocal "
        r"only at $\pm 1$.",
        _reciprocal,
        _reciprocal_curves,
    ),
    Erratum(
        "H31",
        "A",
        ("gradcheck",),
        r"$\sigma(Z) = \frac{1}{1 - e^{Z}} = (1 - e^{-Z})^{-1}$.",
        r"$\sigma(Z) = \frac{1}{1 + e^{-Z}}$. The printed forms are wrong, differ from each other "
        "and are undefined at 0.",
        _printed_sigmoids,
    ),
    Erratum(
        "H32",
        "A",
        ("gradcheck",),
        r"The derivation of $\sigma'$ starts from that function and changes sign on its way; only "
        "its last line, $A(1 - A)$, is right.",
        r"$\sigma' = -(1 + e^{-Z})^{-2} \cdot (-e^{-Z}) = \frac{e^{-Z}}{(1 + e^{-Z})^2} = "
        r"\sigma(1 - \sigma)$.",
        _printed_slopes,
        _slope_curves,
    ),
    Erratum(
        "H33",
        "A",
        ("backprop", "gradcheck"),
        r"The gradient at the output is left as the product $dA_2 \cdot A_2 (1 - A_2)$.",
        "It simplifies to $dZ_2 = A_2 - Y$ for a sigmoid with cross-entropy, and likewise for "
        "softmax with cross-entropy and a linear output with half the squared error.",
        _saturated_output,
    ),
)
