"""Errata of chapter 6 on activations and on starting weights."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS
from engine.diagnostics import Signals, deep_network, draw_input, propagate
from engine.initializers import INITIALIZERS
from engine.printed.depth import printed_xavier_variance
from pages.handbook.model import Erratum


def _where_it_saturates() -> str:
    near, negative, positive = ACTIVATIONS["sigmoid"].df([-0.1, -10.0, 10.0])
    return (
        f"The slope of the sigmoid is {near:.4g} at $z = -0.1$, {negative:.2e} at $-10$ and "
        f"{positive:.2e} at 10."
    )


def _slopes_below_zero() -> str:
    relu, leaky, elu = (ACTIVATIONS[n].df(-1.0).item() for n in ("relu", "leaky_relu", "elu"))
    return f"At $z = -1$ ReLU has slope {relu:.3g}, leaky ReLU {leaky:.3g} and ELU {elu:.3g}."


def _signals(depth: int, width: int, n: int, activation: str, scheme: str) -> Signals:
    """A random plain network at its start, run forward and back on n random examples."""
    rng = np.random.default_rng(0)
    network = deep_network(depth, width, activation)
    x, dy = draw_input(rng, n, width)
    return propagate(network, network.initialize(rng, scheme), x, dy)


def _xavier_on_sigmoid() -> str:
    tanh, sigmoid = (
        _signals(10, 100, 26, kind, "xavier_normal").ratio for kind in ("tanh", "sigmoid")
    )
    return (
        "Through 10 layers of width 100 with Xavier weights the gradient's norm is multiplied by "
        f"{tanh:.4g} with tanh and by {sigmoid:.2e} with the sigmoid."
    )


def _variance_of_one() -> str:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 500))
    unit = (rng.normal(size=(256, 256)) @ x).var()
    xavier = (INITIALIZERS["xavier_normal"](rng, 256, 256) @ x).var()
    return (
        f"From {len(x)} inputs of variance 1 come pre-activations of variance {unit:.3g} with "
        f"weights of variance 1 and {xavier:.2f} with Xavier's."
    )


def _variance_without_root() -> str:
    rng = np.random.default_rng(0)
    uniform, normal = (
        np.stack([INITIALIZERS[name](rng, 100, 100) for _ in range(100)]).var()
        for name in ("xavier_uniform", "xavier_normal")
    )
    printed = printed_xavier_variance(100, 100)
    return (
        f"For 100 inputs and outputs a million Xavier weights have variance {uniform:.4g} "
        f"(uniform) and {normal:.4g} (normal), where the printed formula gives {printed:.4g}, a "
        f"factor of {100 * printed:.4g} in variance per layer."
    )


def _sd_or_variance() -> str:
    sd = np.sqrt(2 / (100 + 100))
    return (
        f"For 100 inputs and outputs the second entry, {sd:.4g}, gives weights of variance "
        f"{sd**2:.4g} as an sd and {sd:.4g} as a variance, {sd / sd**2:.4g} times as much."
    )


def _two_conditions() -> str:
    rng = np.random.default_rng(0)
    weights = INITIALIZERS["xavier_normal"](rng, 300, 100)
    forward = (rng.normal(size=(500, 300)) @ weights).var()
    backward = (rng.normal(size=(500, 100)) @ weights.T).var()
    return (
        f"For 300 inputs and 100 outputs Xavier multiplies the variance by {300 * 2 / 400:.4g} "
        f"forward (measured {forward:.3g}) and by {100 * 2 / 400:.4g} backward (measured "
        f"{backward:.3g})."
    )


def _mean_square_after_relus(scheme: str) -> float:
    """Mean square after 20 ReLU layers of width 200, from one of 1."""
    rng = np.random.default_rng(0)
    network = deep_network(20, 200, "relu")
    x, _ = draw_input(rng, 6, 200)
    return float((network.forward(network.initialize(rng, scheme), x)[0] ** 2).mean())


def _he_for_relu() -> str:
    he, xavier = (_mean_square_after_relus(scheme) for scheme in ("he_normal", "xavier_normal"))
    return (
        f"After 20 ReLU layers of width 200 a mean square of 1 is {he:.3g} with He weights and "
        f"{xavier:.2e} with Xavier's from the same draws, {xavier / he:.2e} or $2^{{-20}}$ of it."
    )


SIGNAL_ERRATA = (
    Erratum(
        "H90",
        "B",
        ("depth", "learning"),
        "An activation saturates at large positive or small negative inputs.",
        "At very positive and very negative ones, that is at large $|z|$. Near 0 its slope is at "
        "its largest.",
        _where_it_saturates,
    ),
    Erratum(
        "H91",
        "C",
        ("depth", "learning"),
        "ReLU, which does not saturate for positive inputs, mitigates vanishing gradients.",
        "True for $z > 0$. For $z < 0$ its slope is 0: units can die, and half of the paths are "
        "cut. He weights make up for the lost variance.",
        _slopes_below_zero,
    ),
    Erratum(
        "H92",
        "B",
        ("initializations",),
        "Xavier's weights suit sigmoid and tanh.",
        "They assume slope 1 at 0, as tanh has. The sigmoid has slope 1/4 and mean 1/2, so its "
        "gradients still shrink.",
        _xavier_on_sigmoid,
    ),
    Erratum(
        "H93",
        "A",
        ("initializations", "symmetry"),
        "The variance of the weights can also be 1, as in a Gaussian.",
        r"It is $2 / (n_{in} + n_{out})$ whatever the distribution. A Gaussian may have any "
        r"variance; 1 multiplies that of the signal by $n_{in}$.",
        _variance_of_one,
    ),
    Erratum(
        "H94",
        "A",
        ("initializations",),
        r"$\mathrm{Var}(W) = \frac{2}{\sqrt{n_{in} + n_{out}}}$, twice.",
        r"$\mathrm{Var}(W) = \frac{2}{n_{in} + n_{out}}$: a uniform law on $[-b, b]$ has variance "
        r"$b^2 / 3$.",
        _variance_without_root,
    ),
    Erratum(
        "H95",
        "B",
        ("initializations",),
        r"$W \sim \mathrm{Normal}(0, \sqrt{2 / (n_{in} + n_{out})})$, without saying what the "
        "second entry is.",
        r"It is the standard deviation; written as $N(0, \sigma^2)$ it would be "
        r"$2 / (n_{in} + n_{out})$.",
        _sd_or_variance,
    ),
    Erratum(
        "H96",
        "B",
        ("initializations",),
        "Xavier's weights keep the variance forward and backward.",
        r"That asks for $1 / n_{in}$ and for $1 / n_{out}$, which agree only if "
        r"$n_{in} = n_{out}$. Xavier averages $n_{in}$ and $n_{out}$.",
        _two_conditions,
    ),
    Erratum(
        "H97",
        "A",
        ("initializations", "depth"),
        "He initialization stands in the heading and nowhere else.",
        r"$\mathrm{Var}(W) = 2 / n_{in}$ for ReLU, with uniform bound $\sqrt{6 / n_{in}}$; for "
        r"leaky ReLU with slope $a$ it is $2 / ((1 + a^2)\,n_{in})$.",
        _he_for_relu,
    ),
)
