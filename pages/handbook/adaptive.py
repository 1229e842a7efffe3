"""Errata of chapter 4 on RMSProp and Adam: what is averaged, and by what steps are divided."""

from __future__ import annotations

import numpy as np

from engine.gradcheck import numerical_gradient
from engine.landscapes import Quadratic
from engine.optimizers import Adam, Optimizer, RMSProp
from pages.handbook.model import Erratum

CURVATURE = 3.0
BOWL = Quadratic(CURVATURE, 0.0, CURVATURE)


def _first_step(optimizer: Optimizer, gradient: float) -> float:
    """The first step from 0 in units of the rate, counted down the gradient."""
    theta, _ = optimizer.step(0.0, gradient, optimizer.init(0.0))
    return -theta / optimizer.learning_rate


def _slope(x: float) -> float:
    return BOWL.df(x, 0.0)[0]


def _second_derivative(x: float) -> float:
    return numerical_gradient(lambda theta: _slope(theta.item()), [x]).item()


def _root_mean_square() -> str:
    g = np.array([0.0, 0.0, 0.0, 4.0])
    return (
        f"For the gradients 0, 0, 0, 4 the mean magnitude is {np.abs(g).mean():.4g} and the root "
        f"of the mean square {np.sqrt(np.mean(g**2)):.4g}."
    )


def _place_of_epsilon() -> str:
    inside, outside = (_first_step(RMSProp(epsilon_inside=where), 1e-5) for where in (True, False))
    return (
        rf"With $\epsilon = 10^{{-8}}$ and a first gradient of $10^{{-5}}$ the step is "
        rf"${inside:.4g}\,\eta$ inside the root and ${outside:.4g}\,\eta$ outside, "
        f"{outside / inside:.4g} times as long."
    )


def _square_is_no_hessian() -> str:
    parts = (
        rf"at $x = {x:g}$ the squared gradient is {_slope(x) ** 2:.4g} and the second derivative "
        f"{_second_derivative(x):.4g}"
        for x in (2.0, 0.1)
    )
    return rf"For $J = \tfrac{{3}}{{2}} x^2$, {'; '.join(parts)}."


def _uncorrected_first_step() -> str:
    steps = (
        rf"${_first_step(RMSProp(beta=beta), 1.0):.4g}\,\eta$ for $\beta = {beta:g}$"
        for beta in (0.9, 0.99, 0.999)
    )
    return f"The first step is {', '.join(steps)}."


def _moments(gradient: float, steps: int) -> tuple[float, float]:
    """Adam's corrected moments after a constant gradient."""
    optimizer, theta = Adam(), 0.0
    state = optimizer.init(theta)
    for _ in range(steps):
        theta, state = optimizer.step(theta, gradient, state)
    return optimizer.corrected(state)


def _moments_are_means() -> str:
    x = 2.0
    m_hat, v_hat = _moments(_slope(x), 2000)
    return (
        rf"Held at $x = {x:g}$ on $\tfrac{{3}}{{2}} x^2$, where $g = {_slope(x):.4g}$, the moments "
        rf"are $\hat m = {m_hat:.4g}$ and $\hat v = {v_hat:.4g}$; the second derivative is "
        f"{_second_derivative(x):.4g}."
    )


def _second_moment_of_a_constant() -> str:
    gradients = np.ones(500)
    _, v_hat = _moments(gradients[0], gradients.size)
    return (
        rf"For $g = 1$ at each of {gradients.size} steps the variance is {gradients.var():.4g} "
        rf"and $\hat v = {v_hat:.4g}$."
    )


def _correction_starts_at_one() -> str:
    adam = Adam()
    return (
        rf"With $\beta_1 = {adam.beta1:g}$ the correction divides by {1 - adam.beta1**0:.4g} at "
        rf"$t = 0$ and by {1 - adam.beta1**1:.4g} at $t = 1$; the default rate is "
        f"{adam.learning_rate:g}."
    )


def _what_adam_adds() -> str:
    adam, rmsprop = Adam(1.0, 0.0, 0.9, epsilon=0.0), RMSProp(1.0, 0.9, epsilon=0.0)
    gradients = np.random.default_rng(0).normal(size=50)
    state, other, gap = adam.init(0.0), rmsprop.init(0.0), 0.0
    for t, gradient in enumerate(gradients, 1):
        step, state = adam.step(0.0, gradient, state)
        reference, other = rmsprop.step(0.0, gradient, other)
        gap = max(gap, abs(step / (1 - 0.9**t) ** 0.5 - reference))
    return (
        rf"With $\beta_1 = 0$ and its correction undone, Adam's steps equal RMSProp's within "
        rf"{gap:.1e} $\eta$; corrected, Adam's first step is "
        rf"${_first_step(adam, 1.0):.4g}\,\eta$, RMSProp's ${_first_step(rmsprop, 1.0):.4g}\,\eta$."
    )


ADAPTIVE_ERRATA = (
    Erratum(
        "H58",
        "B",
        ("race",),
        "RMSProp divides by an average of magnitudes, later by the root of an average velocity.",
        "It divides by the root of the running average of squared gradients.",
        _root_mean_square,
    ),
    Erratum(
        "H59",
        "A",
        ("conventions",),
        r"The formula has $\eta / \sqrt{v + \epsilon}$, the listing "
        r"$\eta / (\sqrt{v} + \epsilon)$.",
        r"Choose one, and give $\epsilon$ its scale: inside the root $10^{-8}$ acts as $10^{-4}$.",
        _place_of_epsilon,
    ),
    Erratum(
        "H60",
        "A",
        ("race",),
        "The running average of squared gradients is the Hessian.",
        "It is an uncentered second moment of the gradient. The Hessian holds second derivatives.",
        _square_is_no_hessian,
    ),
    Erratum(
        "H61",
        "C",
        ("conventions",),
        r"$\beta$ of RMSProp is the momentum hyperparameter.",
        "It is the decay rate of the average of squared gradients. This RMSProp has no momentum.",
    ),
    Erratum(
        "H62",
        "B",
        ("conventions",),
        "RMSProp starts its average at zero without a word on bias.",
        r"Uncorrected, the first step is $\eta / \sqrt{1 - \beta}$ whatever the gradient's size.",
        _uncorrected_first_step,
    ),
    Erratum(
        "H63",
        "A",
        ("race",),
        "The two moments are the first and second order derivative of the loss.",
        "They are running means of $g$ and of $g^2$. No second derivative appears.",
        _moments_are_means,
    ),
    Erratum(
        "H64",
        "B",
        ("race",),
        "The second moment is the variance, later the uncentered variance; both moments set the "
        "learning rate.",
        r"$v$ estimates $E[g^2]$, the variance plus the squared mean. Only $v$ scales the rate; "
        "$m$ replaces the gradient.",
        _second_moment_of_a_constant,
    ),
    Erratum(
        "H65",
        "B",
        ("conventions",),
        r"$v$ is the second moment in Adam's formula and the first in its listing; the rate is "
        r"$\alpha$ here and $\eta$ elsewhere.",
        r"One naming: $m$ and $v$ for the first and second moment, $\eta$ for the rate.",
    ),
    Erratum(
        "H66",
        "C",
        ("conventions",),
        "Adam's default rate is 0.01, and the start of $t$ is not given.",
        "The paper and the libraries use 0.001, and $t$ starts at 1.",
        _correction_starts_at_one,
    ),
    Erratum(
        "H127",
        "C",
        ("race",),
        "A learning rate for each parameter is what sets Adam apart.",
        "RMSProp has that too. New in Adam are the first moment and the bias correction.",
        _what_adam_adds,
    ),
)
