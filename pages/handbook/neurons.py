"""Errata of chapter 2 on neurons, layers and what learns in them."""

from __future__ import annotations

import math

import numpy as np

from engine.activations import sigmoid
from engine.data import standardize
from engine.layers import Dense
from engine.losses import LOSSES
from engine.network import affine_equivalent, mlp
from pages.handbook.model import Erratum


def _one_bias_per_unit() -> str:
    weights, biases = (math.prod(shape) for shape in Dense(3, 4).shapes().values())
    return f"A layer of 4 units on 3 inputs has {weights} weights but only {biases} biases."


def _bias_in_the_sum() -> str:
    weights, x, bias = np.array([[0.5], [-0.25]]), np.array([[2.0, 4.0]]), 0.7
    without, with_bias = (
        sigmoid(Dense(2, 1).forward({"W": weights, "b": np.array([b])}, x)[0]).item()
        for b in (0.0, bias)
    )
    return (
        rf"For $w = (0.5, -0.25)$ and $x = (2, 4)$ the sigmoid gives {without:.4g} without a bias "
        rf"and {with_bias:.4g} with $b = {bias}$."
    )


def _one_input_layer() -> str:
    network = mlp((2, 3, 1))
    theta = network.initialize(np.random.default_rng(0))
    _, trace = network.forward(theta, np.zeros((5, 2)))
    n, d = trace.inputs[0].shape
    return f"Five houses with two features enter as one array of {n} rows and {d} columns."


def _three_meanings_of_z() -> str:
    x = np.array([1.0, 2.0, 3.0])
    p = {"W": np.array([[1.0], [0.0], [-1.0]]), "b": np.array([0.5])}
    z = Dense(3, 1).forward(p, x[None])[0].item()
    first, _, last = standardize(x)[0]
    return (
        rf"For $x = (1, 2, 3)$, $w = (1, 0, -1)$, $b = 0.5$ the pre-activation is ${z:.4g}$; "
        rf"the z-scores of $x$ run from ${first:.4g}$ to ${last:.4g}$."
    )


def _every_layer_learns() -> str:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(4, 64)).T, rng.normal(size=(1, 64)).T
    hidden, output = rng.normal(size=(8, 4)).T / 2, rng.normal(size=(1, 8)).T * 0.35
    theta = np.concatenate([hidden.ravel(), np.zeros(8), output.ravel(), np.zeros(1)])
    network = mlp((4, 8, 1), hidden="tanh")
    prediction, trace = network.forward(theta, x)
    dy = LOSSES["half_squared_error"].gradient(prediction, y)
    norms = {
        name: np.linalg.norm(part)
        for name, part in network.unpack(network.backward(theta, trace, dy)).items()
    }
    return (
        f"In a 4-8-1 network at its start, the gradient of the hidden weights has norm "
        f"{norms['W1']:.4g}, that of the output weights {norms['W2']:.4g}."
    )


def _parameters_not_layers() -> str:
    per_layer = sum(math.prod(shape) for shape in Dense(10_000, 10_000).shapes().values())
    return f"A stack of 100 layers of 10,000 units already has {100 * per_layer:,} parameters."


def _linear_layers_collapse() -> str:
    rng = np.random.default_rng(0)
    network = mlp((3, 5, 4, 2), hidden="linear")
    theta, x = rng.normal(size=network.size), rng.normal(size=(20, 3))
    weights, bias = affine_equivalent(network, theta)
    difference = np.abs(network.forward(theta, x)[0] - (x @ weights + bias)).max()
    return f"Three linear layers and the one map differ by at most {difference:.1e} on 20 inputs."


def _use_is_not_gradient() -> str:
    used, rare = (LOSSES["half_squared_error"].gradient([w], [5.0]).item() for w in (5.0, 0.1))
    return (
        rf"With $x = 1$ and target 5, the weight 5, used on every example, has gradient "
        rf"${used:.4g}$; the weight 0.1 has ${rare:.4g}$, however rarely it is used."
    )


NEURON_ERRATA = (
    Erratum(
        "H03",
        "C",
        ("neuron", "network"),
        "Biases carry two indices, $b_{ij}$.",
        "A neuron has one bias, $b_j$; only its weights $w_{ij}$ carry the input's index too.",
        _one_bias_per_unit,
    ),
    Erratum(
        "H04",
        "B",
        ("neuron",),
        r"$\phi$ is called unconventional in one place and in another joins the signals, "
        "without a bias.",
        r"$y = f\left(\sum_i w_i x_i + b\right)$: the sum joins the signals, $f$ transforms it. "
        r"$\phi$ is a usual name for $f$.",
        _bias_in_the_sum,
    ),
    Erratum(
        "H05",
        "C",
        ("neuron", "activations"),
        "Activation functions make some inputs more important than others.",
        "The weights do that. The activation only bends the weighted sum.",
    ),
    Erratum(
        "H06",
        "B",
        ("network",),
        "Two features need two input layers.",
        "Two features need two input neurons, in one input layer.",
        _one_input_layer,
    ),
    Erratum(
        "H07",
        "B",
        ("neuron",),
        "$Z$ names the features, then the weighted sum, which is also called a Z-score.",
        r"Features are $x$, the weighted sum $z = w \cdot x + b$ is the pre-activation, and a "
        r"z-score is $(x - \text{mean})/\text{sd}$.",
        _three_meanings_of_z,
    ),
    Erratum(
        "H08",
        "B",
        ("network",),
        "Learning happens in the hidden layers.",
        "Every layer with parameters learns, the output layer included.",
        _every_layer_learns,
    ),
    Erratum(
        "H09",
        "C",
        ("network",),
        "The number of hidden layers can exceed billions.",
        "Parameters reach billions; layers are tens to hundreds.",
        _parameters_not_layers,
    ),
    Erratum(
        "H10",
        "C",
        ("network",),
        "Without non-linearity a deep network is a single-layer perceptron.",
        "It is one affine map, $xW + b$. A perceptron adds a step to it and so only classifies.",
        _linear_layers_collapse,
    ),
    Erratum(
        "H11",
        "C",
        ("neuron",),
        "Connections grow stronger or weaker with how often they are used.",
        "That is Hebb's rule for nerve cells. Here a weight changes by the gradient of a loss.",
        _use_is_not_gradient,
    ),
)
