"""Batch norm: a batch before, normalized and after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from engine.studies.batchnorm_study import skewness
from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, number, typed

NORMS = {"batch": "Batch norm", "layer": "Layer norm"}
STAGES = ("before: x", "normalized: x̂", "after: y = γx̂ + β")
PATTERNS = ("", "/", ".")


class Column(NamedTuple):
    """The first feature of a batch on its way through a norm: x, x_hat and y, each (n,)."""

    x: Array
    x_hat: Array
    y: Array


def stages_figure(column: Column, revealed: bool, look: Look) -> Figure:
    """Three histograms above each other on one axis; only the first before the reveal."""
    low, high = (f(np.concatenate(column)) for f in (np.min, np.max))
    pad = max(0.05 * (high - low), 0.5)
    edges = np.linspace(low - pad, high + pad, 46)
    rows = len(STAGES) if revealed else 1
    traces, axes = [], {}
    for k, (name, values) in enumerate(zip(STAGES[:rows], column, strict=False)):
        counts, _ = np.histogram(values, edges)
        suffix = str(k + 1) if k else ""
        axes[f"yaxis{suffix}"] = axis(
            look,
            "examples",
            domain=[max(0.0, 1 - (k + 0.84) / (rows - 0.16)), 1 - k / (rows - 0.16)],
            anchor="x",
            rangemode="tozero",
            dtick=-(-int(counts.max()) // 3),
        )
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": typed((edges[1:] + edges[:-1]) / 2),
                "y": typed(counts),
                "yaxis": f"y{suffix}",
                "width": float(edges[1] - edges[0]),
                "marker": {"color": look.lines[k], "pattern": {"shape": PATTERNS[k]}},
                "hovertemplate": "about %{x:.2g}: %{y}<extra>" + name + "</extra>",
            }
        )
    return Figure(
        traces,
        layout(
            look,
            90 + 130 * rows,
            bargap=0,
            showlegend=True,
            xaxis=axis(
                look,
                "activation of feature 1",
                range=[float(edges[0]), float(edges[-1])],
                anchor="y3" if revealed else "y",
                zeroline=True,
                zerolinecolor=look.text,
            ),
            **axes,
        ),
    )


def describe_stages(column: Column, norm: str, training: bool) -> str:
    """Mean, standard deviation and skewness of feature 1 before and after."""
    x, x_hat, y = column
    who = "over the batch" if training or norm == "layer" else "by the running averages"
    what = "each example over its own features" if norm == "layer" else f"feature 1 {who}"
    lead = (
        f"{NORMS[norm]} normalizes {what}. Feature 1 had mean {number(x.mean(), 3)} and standard "
        f"deviation {number(x.std(), 3)}; now x̂ has **{small(x_hat.mean())}** and "
        f"**{small(x_hat.std())}**, and y has **{small(y.mean())}** and **{small(y.std())}**."
    )
    before, after = skewness(x), skewness(x_hat)
    if np.isnan(before) or np.isnan(after):
        return f"{lead} One value has no shape to keep."
    same = abs(before - after) <= 1e-6 * max(1.0, abs(before))
    end = (
        "the same: the shape stays, and normalizing makes nothing normal"
        if same
        else "since each example was moved by its own statistics"
    )
    return f"{lead} Its skewness was **{number(before, 3)}** and is **{number(after, 3)}**, {end}."


def small(value: float) -> str:
    """The number in three digits; what is 0 but for rounding is 0."""
    return number(value if abs(value) > 1e-12 else 0.0, 3)


def describe_lone(first: float, second: float, outputs: tuple[float, float], beta: float) -> str:
    """What a batch of one does, tried with two inputs."""
    return (
        f"A batch of one has no spread: x − μ = 0, so x̂ = 0 and the output is β = "
        f"{number(beta, 3)} whatever comes in. The input {number(first, 3)} gives "
        f"**{small(outputs[0])}**, the input {number(second, 3)} gives **{small(outputs[1])}**."
    )


def batchnorm_table(column: Column) -> pd.DataFrame:
    """Feature 1 of every example before, normalized and after."""
    return pd.DataFrame(
        {
            "example": np.arange(1, len(column.x) + 1),
            "x": column.x,
            "x̂": column.x_hat,
            "y": column.y,
        }
    )


def stages_alt(column: Column, norm: str, training: bool, revealed: bool) -> str:
    """What the histograms show."""
    if not revealed:
        return (
            f"Histogram of feature 1 of {counted(len(column.x), 'example')}, mean "
            f"{number(column.x.mean(), 3)}, skewness {number(skewness(column.x), 3)}."
        )
    words = describe_stages(column, norm, training).replace("*", "")
    return f"Histograms of feature 1 before, normalized and after. {words}"
