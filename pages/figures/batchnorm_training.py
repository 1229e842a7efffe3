"""Batch norm over a training run: running averages, and the rates at which a net learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.layers import Statistics
from engine.studies.batchnorm_study import MEAN, RATES, SD, STEPS
from engine.types import Array
from pages.figures.base import (
    SUPERSCRIPTS,
    Figure,
    Look,
    axis,
    counted,
    layout,
    line,
    listed,
    number,
)


def running_figure(history: Sequence[Statistics], look: Look) -> Figure:
    """Running mean and variance of feature 1 after each batch, and those of the population."""
    steps = np.arange(len(history))
    mean = np.array([kept.mean[0] for kept in history])
    variance = np.array([kept.variance[0] for kept in history])
    ends = steps[[0, -1]]
    levels = (("population mean", MEAN, 2), ("population variance", SD**2, 3))
    return Figure(
        [
            line("running mean", steps, mean, look, 0),
            line("running variance", steps, variance, look, 1),
            *(
                line(name, ends, np.array([level, level]), look, k, hoverinfo="skip")
                for name, level, k in levels
            ),
        ],
        layout(
            look,
            330,
            xaxis=axis(look, "training batches seen"),
            yaxis=axis(look, "statistic of feature 1", rangemode="tozero"),
            hovermode="x",
        ),
    )


def rates_figure(losses: Mapping[str, Array], look: Look) -> Figure:
    """Loss after a fixed number of steps against the learning rate, log axes, a line per net."""
    symbols = ("circle", "diamond")
    traces = [
        line(name, np.array(RATES), values, look, k)
        | {
            "mode": "lines+markers",
            "marker": {"symbol": symbols[k], "size": 9},
            "hovertemplate": name + " at η = %{x:.2g}: %{y:.3g}<extra></extra>",
        }
        for k, (name, values) in enumerate(losses.items())
    ]
    return Figure(
        traces,
        layout(
            look,
            330,
            xaxis=axis(look, "learning rate η", type="log", dtick=1, exponentformat="power"),
            yaxis=axis(
                look, f"loss after {STEPS} steps", type="log", dtick=1, exponentformat="power"
            ),
        ),
    )


def describe_running(history: Sequence[Statistics], momentum: float, n: int) -> str:
    """Where the running averages stand, and how much of their start is left."""
    seen, last = len(history) - 1, history[-1]
    left = (1 - momentum) ** seen
    text = (
        f"After {counted(seen, 'batch').replace('batchs', 'batches')} of {n} the running mean is "
        f"**{number(last.mean[0], 3)}** (population {MEAN:g}) and the running variance "
        f"**{number(last.variance[0], 3)}** (population {SD**2:g}); (1 − {momentum:g})"
        f"{str(seen).translate(SUPERSCRIPTS)} = {number(left, 2)} of their start is left."
    )
    if n == 1:
        return f"{text} Batches of one have no variance, so that of the start stays."
    return text


def describe_rates(losses: Mapping[str, Array]) -> str:
    """The best rate of each net and the loss there."""
    parts = []
    for name, values in losses.items():
        finite = np.where(np.isfinite(values), values, np.inf)
        best = int(np.argmin(finite))
        parts.append(
            f"**{name}** gets to {number(float(finite[best]), 2)} at η = {number(RATES[best], 2)}"
        )
    below = {
        name: [number(rate, 2) for rate, v in zip(RATES, values, strict=True) if v < 0.1]
        for name, values in losses.items()
    }
    reach = "; ".join(f"{name} {_below(rates)}" for name, rates in below.items())
    return f"{listed(parts)}. A loss below 0.1: {reach}."


def _below(rates: Sequence[str]) -> str:
    return f"with η = {listed(rates)}" if rates else "with none of these rates"


def running_alt(history: Sequence[Statistics], momentum: float, n: int) -> str:
    """What the picture of the running averages shows."""
    return (
        "Running mean and variance against batches seen. "
        f"{describe_running(history, momentum, n).replace('*', '')}"
    )


def rates_alt(losses: Mapping[str, Array]) -> str:
    """What the picture of the learning rates shows."""
    return f"Loss against learning rate. {describe_rates(losses).replace('*', '')}"
