"""Errata of chapter 4 on momentum: one name for several rules, and what it does to noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.optimizers import Momentum
from engine.types import Array
from pages.handbook.model import Erratum


def _bowl_path(form: str, rates: Sequence[float]) -> Array:
    """Theta from 1 on theta^2 / 2, after each step with its own rate."""
    theta, state, path = 1.0, (0.0,), []
    for rate in rates:
        theta, state = Momentum(rate, 0.9, form).step(theta, theta, state)
        path.append(theta)
    return np.array(path)


def _formula_against_listing() -> str:
    formula, listing = (_bowl_path(form, [0.01] * 40) for form in ("accumulate", "average"))
    rescaled = np.abs(formula - _bowl_path("average", [0.1] * 40)).max()
    cut = [0.05] * 20 + [0.005] * 20
    parted = np.abs(_bowl_path("accumulate", cut) - _bowl_path("pytorch", cut)).max()
    return (
        rf"With $\beta = 0.9$ and $\eta = 0.01$ the first step is {1 - formula[0]:.4g} by the "
        rf"formula and {1 - listing[0]:.4g} by the listing; with $\eta/(1 - \beta)$ the two agree "
        f"to {rescaled:.1e}; when the rate is cut at step 20, PyTorch's form and the formula part "
        f"by {parted:.4g}."
    )


def _terminal_speed(beta: float) -> float:
    optimizer, theta, state = Momentum(1.0, beta), 0.0, (0.0,)
    for _ in range(round(30 / (1 - beta))):
        theta, state = optimizer.step(theta, 1.0, state)
    return state[0]


def _memory() -> str:
    speeds = (
        rf"${_terminal_speed(gamma):.4g}\,\eta g$ for $\gamma = {gamma:g}$"
        for gamma in (0.5, 0.9, 0.99)
    )
    return f"Under a constant gradient the step grows to {', '.join(speeds)}."


def _variance_and_lag() -> str:
    rng = np.random.default_rng(0)
    optimizer, beta = Momentum(form="average"), 0.9
    noise, ramp = optimizer.init(np.zeros(4000)), optimizer.init(0.0)
    averages = []
    for t in range(200):
        _, noise = optimizer.step(0.0, rng.normal(size=4000), noise)
        _, ramp = optimizer.step(0.0, float(t), ramp)
        averages.append(noise[0])
    return (
        rf"With $\beta = {beta:g}$ noise of variance 1 leaves {np.var(averages[100:]):.3g} "
        rf"(theory $(1 - \beta)/(1 + \beta) = {(1 - beta) / (1 + beta):.3g}$), and on a gradient "
        f"that grows by 1 a step the average lags by {t - ramp[0]:.4g}."
    )


MOMENTUM_ERRATA = (
    Erratum(
        "H53",
        "A",
        ("conventions",),
        r"The formula is $v = \gamma v + \eta g$, $\theta \mathrel{-}= v$; the listing is "
        r"$v = \beta v + (1 - \beta) g$, $\theta \mathrel{-}= \eta v$.",
        r"These are two conventions. At a constant rate the listing with $\eta/(1 - \beta)$ equals "
        r"the formula. PyTorch has a third: $v = \mu v + g$, $\theta \mathrel{-}= \eta v$.",
        _formula_against_listing,
    ),
    Erratum(
        "H54",
        "C",
        ("race", "map"),
        r"$\gamma$ is typically between 0.5 and 0.9.",
        r"0.9 is the usual default; 0.99 and schedules are in use. The memory is about "
        r"$1/(1 - \gamma)$ steps.",
        _memory,
    ),
    Erratum(
        "H55",
        "C",
        ("race",),
        "The reason is given for a difference that was never stated.",
        "The difference is that SGD with momentum oscillates less than SGD and moves faster.",
    ),
    Erratum(
        "H126",
        "B",
        ("race", "batches"),
        "Momentum estimates the derivative more accurately.",
        "The average form has less variance but lags behind a gradient that changes; the "
        "accumulated form is no average at all.",
        _variance_and_lag,
    ),
)
