"""Errata of chapter 3 on the forward pass and the loss."""

from __future__ import annotations

import numpy as np

from engine.activations import sigmoid
from engine.layers import Dense
from engine.losses import LOSSES
from engine.network import mlp
from engine.printed.backward import printed_affine, printed_cross_entropy
from engine.types import Array
from pages.handbook.model import Erratum


def _input_and_prediction() -> str:
    rng = np.random.default_rng(0)
    network = mlp((3, 4, 1))
    prediction, trace = network.forward(network.initialize(rng), rng.normal(size=(5, 3)))
    return (
        f"For five houses $a^{{[0]}}$ has {trace.inputs[0].shape[1]} numbers per house, the "
        f"features, and $a^{{[2]}}$ has {prediction.shape[1]}, the prediction."
    )


def _dense(weights: Array, x: Array) -> Array:
    """W^T X by the engine's layer, whose examples are rows."""
    layer = Dense(*weights.shape)
    return layer.forward({"W": weights, "b": np.zeros(layer.d_out)}, x.T)[0].T


def _which_product() -> str:
    rows, columns = _dense(np.ones((3, 4)), np.ones((3, 5))).shape
    square, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.0]])
    printed, right = printed_affine(square, x).ravel(), _dense(square, x).ravel()
    return (
        rf"For $W$ of shape (3, 4) and 5 examples $W^\top X$ is ({rows}, {columns}) and $WX$ does "
        rf"not exist; with `W = [[1, 2], [3, 4]]` and $x = (1, 0)$ the prose gives "
        rf"({printed[0]:g}, {printed[1]:g}), the formula ({right[0]:g}, {right[1]:g})."
    )


def _price_is_no_probability() -> str:
    half, more, most = printed_cross_entropy([0.5, 0.9, 0.999], 350.0)
    guess = LOSSES["half_squared_error"].value([340.0], [350.0])
    return (
        f"For a price of 350 the printed loss is {half:.4g} at $A = 0.5$, ${more:.4g}$ at 0.9 and "
        f"${most:.4g}$ at 0.999, without a floor; half the squared error of a guess of 340 is "
        f"{guess:.4g}."
    )


def _sum_or_mean() -> str:
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=64), (rng.random(64) < 0.5) * 1.0
    total = (sigmoid(z) - y).sum()
    mean = LOSSES["binary_cross_entropy"].gradient(z, y).sum()
    return (
        f"Over 64 examples $db$ is {total:.4g} from the sum and {mean:.3g} from the mean, "
        f"{total / mean:.4g} times less, as if the learning rate had changed."
    )


def _mean_divides_the_gradient() -> str:
    z, y = np.array([0.85, -0.4, 1.2, 0.1]), np.array([1.0, 0.0, 0.0, 1.0])
    first = LOSSES["binary_cross_entropy"].gradient(z[:1], y[:1])[0]
    in_batch = LOSSES["binary_cross_entropy"].gradient(z, y)[0]
    return (
        f"For the first of 4 examples the gradient of its own loss is ${first:.4g}$, that of the "
        f"cost ${in_batch:.4g}$, a factor of {first / in_batch:.4g}."
    )


FORWARD_ERRATA = (
    Erratum(
        "H20",
        "B",
        ("backprop",),
        "The hidden layer is computed at time step 1.",
        "It is layer 1. Layers follow one another in depth within one pass; time steps belong to "
        "recurrent networks, chapter 8.",
    ),
    Erratum(
        "H21",
        "C",
        ("backprop",),
        r"The activation function is called delta in words but $\sigma$ in the formula, and the "
        "activation of layer 0 is the predicted value.",
        r"It is $\sigma$. $a^{[0]} = x$ is the input; the last activation, $a^{[L]}$, is the "
        "prediction.",
        _input_and_prediction,
    ),
    Erratum(
        "H22",
        "B",
        ("backprop",),
        "The bias is transposed for one unit but not for the layer, the input of layer 1 is "
        "$X^{[1]}$, and $i$ counts examples above and units below.",
        r"$Z^{[l]} = W^{[l]\top} A^{[l-1]} + b^{[l]}$ with $A^{[0]} = X$; the bias of a unit "
        "is a number, its own transpose; $(i)$ counts examples.",
    ),
    Erratum(
        "H23",
        "A",
        ("backprop",),
        r"The formula has $W^\top X$; the prose multiplies the weight matrix by the input, $WX$.",
        r"With $W$ of shape $(n_{in}, n_{out})$ it is $W^\top X + b$; with $(n_{out}, n_{in})$ it "
        "is $WX + b$. Choose one; the gradients are transposed with it.",
        _which_product,
    ),
    Erratum(
        "H24",
        "A",
        ("backprop",),
        r"The loss of the house price is $-(Y \log A + (1 - Y) \log(1 - A))$.",
        r"A price needs $J = \frac{1}{2m} \sum (A - Y)^2$ and a linear output. Cross-entropy needs "
        "$Y$ in $[0, 1]$ and a sigmoid.",
        _price_is_no_probability,
    ),
    Erratum(
        "H25",
        "A",
        ("backprop", "update"),
        "The total loss has neither a sum nor $1/m$, and the gradient of the bias is a sum over "
        "the examples.",
        r"$J = \frac{1}{m} \sum_i \ell^{(i)}$, so $dZ_2 = (A_2 - Y)/m$; or leave $dZ_2$ whole and "
        "put $1/m$ into $dW$ and $db$.",
        _sum_or_mean,
    ),
    Erratum(
        "H123",
        "C",
        ("backprop",),
        r"$l$, $\mathcal{L}$, $\mathcal{J}$ and $J$ stand for loss and cost, without a rule.",
        r"$\ell^{(i)}$ is the loss of one example and $J = \frac{1}{m} \sum_i \ell^{(i)}$ the "
        r"cost. Then $dJ/dA$ is $\frac{1}{m}\,d\ell/dA$.",
        _mean_divides_the_gradient,
    ),
)
