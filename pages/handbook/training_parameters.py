"""Errata of chapter 3 on the gradients of weights and biases, and on the update."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.gradcheck import check_gradient, numerical_gradient
from engine.layers import Dense
from engine.losses import LOSSES
from engine.network import mlp
from engine.optimizers import GD
from engine.printed.backward import printed_bias_gradient
from engine.types import Array
from pages.handbook.model import Erratum

LOSS = LOSSES["binary_cross_entropy"]
NETWORK = mlp((3, 4, 1), hidden="tanh")


def _missing_weight_gradient() -> str:
    rng = np.random.default_rng(0)
    a1, y = rng.normal(size=(4, 7)).T, ((rng.random((1, 7)) < 0.5) * 1.0).T
    layer, p = Dense(4, 1), {"W": rng.normal(size=(4, 1)), "b": np.array([0.1])}

    def loss(weights: Array) -> float:
        return LOSS.value(layer.forward(p | {"W": weights}, a1)[0], y)

    dz = LOSS.gradient(layer.forward(p, a1)[0], y)
    _, gradients = layer.backward(p, a1, dz)
    check = check_gradient(loss, gradients["W"], p["W"])
    return (
        f"The printed block ends with $db$, {gradients['b'].size} number, here "
        f"${gradients['b'].item():.4g}$; $dW_2$ has {gradients['W'].size}, of norm "
        f"{np.linalg.norm(gradients['W']):.4g}, and central differences agree to {check.error:.1e}."
    )


def _slope_or_reciprocal() -> str:
    slope = numerical_gradient(lambda b: float((b - 2) ** 2 / 2), np.array(0.0)).item()
    return (
        rf"For $J = (b - 2)^2 / 2$ at $b = 0$ the slope $dJ/db$ is ${slope:.4g}$ and $db/dJ$ is "
        f"${1 / slope:.4g}$."
    )


def _bias_keeps_its_shape() -> str:
    x, dz = np.ones((5, 4)), np.ones((5, 1))
    layer, bias = Dense(4, 1), np.zeros(1)
    _, gradients = layer.backward({"W": np.ones((4, 1)), "b": bias}, x, dz / len(x))
    printed = bias[:, None] - 0.1 * printed_bias_gradient(dz.T)
    right = bias - 0.1 * gradients["b"]
    return (
        f"With 5 examples the printed update turns one bias into {printed.size} numbers; the mean "
        f"over the examples leaves {right.size}, here ${right.item():.4g}$."
    )


def _start() -> tuple[Array, Array, Array]:
    """Inputs (6, 3), labels (6, 1) and a theta of the 3-4-1 network."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(3, 6)).T, ((rng.random((1, 6)) < 0.5) * 1.0).T
    shapes = ((3, 4), (4, 1), (4, 1), (1, 1))
    return x, y, np.concatenate([rng.normal(size=shape).ravel() for shape in shapes])


def _loss(theta: Array, x: Array, y: Array) -> float:
    return LOSS.value(NETWORK.forward(theta, x)[0], y)


def _stepped(theta: Array, gradient: Array, names: Collection[str]) -> Array:
    """theta after a step of rate 1 that leaves all but the named parameters alone."""
    mask = np.zeros(NETWORK.size)
    for name, part in NETWORK.unpack(mask).items():
        part[...] = name in names
    return GD(1.0).step(theta, gradient * mask, ())[0]


def _first_layer_left_out() -> str:
    x, y, theta = _start()
    logits, trace = NETWORK.forward(theta, x)
    gradient = NETWORK.backward(theta, trace, LOSS.gradient(logits, y))
    check = check_gradient(lambda point: _loss(point, x, y), gradient, theta)
    last, both = (
        _loss(_stepped(theta, gradient, names), x, y)
        for names in (("W2", "b2"), ("W1", "b1", "W2", "b2"))
    )
    return (
        f"Backpropagation through the 3-4-1 network agrees with central differences to "
        f"{check.error:.1e} in all {NETWORK.size} parameters; a step of rate 1 takes the loss from "
        f"{_loss(theta, x, y):.4g} to {last:.4g} in layer 2 alone, to {both:.4g} in both layers."
    )


def _slope_in_the_bias() -> str:
    layer = Dense(1, 1)

    def slope(a: float) -> float:
        def z(bias: Array) -> float:
            return layer.forward({"W": np.array([[0.7]]), "b": bias}, np.array([[a]]))[0].item()

        return numerical_gradient(z, np.array([0.3])).item()

    return (
        f"Central differences of $Z = 0.7 A + b$ in $b$ give {slope(2.0):.4g} at $A = 2$ and "
        f"{slope(-5.0):.4g} at $A = -5$."
    )


PARAMETER_ERRATA = (
    Erratum(
        "H34",
        "A",
        ("gradcheck", "backprop"),
        "The block that is introduced as the gradient of the weights derives $db_2$; $dW_2$ is "
        "nowhere.",
        r"$dW_2 = \frac{1}{m} A_1\,dZ_2^\top$ for $Z = W^\top A + b$, and "
        r"$\frac{1}{m}\,dZ_2\,A_1^\top$ for $Z = WA + b$.",
        _missing_weight_gradient,
    ),
    Erratum(
        "H35",
        "A",
        ("gradcheck",),
        r"$\frac{db}{dZ}$ and $\frac{db}{dJ}$ stand on the left for the gradient of the bias.",
        r"$\frac{dJ}{db_2} = \frac{dJ}{dZ_2} \cdot \frac{dZ_2}{db_2}$.",
        _slope_or_reciprocal,
    ),
    Erratum(
        "H36",
        "A",
        ("update",),
        "$db_2 = dZ_2$ in the formula, a sum over the examples in the prose.",
        r"$db_2 = \frac{1}{m} \sum_i dZ_2^{(i)}$: the gradient of a bias has the shape of the "
        "bias, not one column per example.",
        _bias_keeps_its_shape,
    ),
    Erratum(
        "H37",
        "C",
        ("backprop",),
        "The last bias belongs to the hidden layer, layer 2.",
        "Layer 2 is the output layer. The only hidden layer is layer 1.",
    ),
    Erratum(
        "H38",
        "A",
        ("backprop", "gradcheck", "update"),
        "The gradients of layer 1 are promised but not derived, and only $W_2$ and $b_2$ are "
        "updated.",
        r"$dA_1 = W_2\,dZ_2$, $dZ_1 = dA_1 \odot g'(Z_1)$, $dW_1 = \frac{1}{m} X\,dZ_1^\top$, and "
        "$db_1$ is the mean of $dZ_1$ over the examples.",
        _first_layer_left_out,
    ),
    Erratum(
        "H39",
        "C",
        ("update",),
        r"$\eta$ is the learning parameter.",
        r"$\eta$ is the learning rate, a hyperparameter: no gradient changes it.",
    ),
    Erratum(
        "H124",
        "C",
        ("gradcheck",),
        r"$db_2 = dZ_2 \cdot 1 + 0$, the zero outside the product and put down to a constant rule.",
        r"$\frac{dZ_2}{db_2} = 0 + 1$: the zero is the slope of $W^\top A$ in $b$, inside the "
        r"factor. Then $db_2 = dZ_2 \cdot 1$.",
        _slope_in_the_bias,
    ),
)
