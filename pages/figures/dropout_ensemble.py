"""Dropout as an ensemble: the outputs of all thinned nets, and what it costs in bias."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.studies.dropout_study import UNITS, Ensemble, Tradeoff, all_masks
from pages.figures.base import Figure, Look, Spec, axis, layout, line, number, typed


def ensemble_figure(ensemble: Ensemble, look: Look) -> Figure:
    """How the outputs of all thinned nets are spread, their mean, and the net in evaluation."""
    low, high = min(*ensemble.outputs, ensemble.evaluated), max(*ensemble.outputs, 1e-9)
    high = max(high, ensemble.evaluated, low + 1e-3)
    edges = np.linspace(low, high, 25)
    mass, _ = np.histogram(ensemble.outputs, edges, weights=ensemble.probabilities)
    top = float(mass.max()) * 1.08
    bars: Spec = {
        "type": "bar",
        "name": "thinned nets",
        "x": typed((edges[1:] + edges[:-1]) / 2),
        "y": typed(mass),
        "width": float(edges[1] - edges[0]),
        "marker": {"color": look.lines[7], "line": {"color": look.background, "width": 1}},
        "hovertemplate": "output about %{x:.3g}: probability %{y:.3g}<extra></extra>",
    }
    marks = [
        line(name, np.array([at, at]), np.array([0, top]), look, k, hoverinfo="skip")
        for k, (name, at) in enumerate(
            {"their mean": ensemble.mean, "whole net, scaled": ensemble.evaluated}.items()
        )
    ]
    return Figure(
        [bars, *marks],
        layout(
            look,
            320,
            bargap=0,
            xaxis=axis(look, "output"),
            yaxis=axis(look, "probability", range=[0, top]),
        ),
    )


def tradeoff_figure(
    rates: Sequence[float], study: Sequence[Tradeoff], p: float, look: Look
) -> Figure:
    """Squared bias, variance and their sum against the rate of dropout; a line marks p."""
    bias, variance = np.array(study).T
    curves = {"bias²": bias, "variance": variance, "sum": bias + variance}
    symbols = ("circle", "diamond", "square")
    traces = [
        line(name, np.asarray(rates), y, look, k)
        | {"mode": "lines+markers", "marker": {"symbol": symbols[k], "size": 8}}
        | {"hovertemplate": name + " at p = %{x:.1f}: %{y:.3g}<extra></extra>"}
        for k, (name, y) in enumerate(curves.items())
    ]
    here = {
        "type": "line",
        "x0": p,
        "x1": p,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": look.text, "width": 1, "dash": "dot"},
    }
    return Figure(
        traces,
        layout(
            look,
            320,
            xaxis=axis(look, "drop rate p", dtick=0.2),
            yaxis=axis(look, "squared error", rangemode="tozero"),
            shapes=[here],
            hovermode="x",
        ),
    )


def describe_ensemble(ensemble: Ensemble) -> str:
    """The exact mean over all masks against the one scaled pass."""
    gap = ensemble.evaluated - ensemble.mean
    lead = (
        f"The exact mean of all {len(ensemble.outputs)} thinned nets is "
        f"**{number(ensemble.mean)}**, the one scaled net says **{number(ensemble.evaluated)}**"
    )
    if abs(gap) <= 1e-9 * max(1.0, abs(ensemble.mean)):
        return f"{lead}: equal, as for every linear net or when nothing is dropped."
    return f"{lead}: an approximation that is off by **{number(abs(gap), 3)}** on this example."


def describe_tradeoff(rates: Sequence[float], study: Sequence[Tradeoff], p: float) -> str:
    """Bias and variance without dropout, at p, and where their sum is lowest."""
    none, here = study[0], study[int(np.argmin(np.abs(np.asarray(rates) - p)))]
    best = min(range(len(rates)), key=lambda k: sum(study[k]))
    at_p = (
        f"; at p = {p:g} they are **{number(here.bias_squared, 2)}** and "
        f"**{number(here.variance, 2)}**"
    )
    return (
        f"Without dropout bias² is **{number(none.bias_squared, 2)}** and variance "
        f"**{number(none.variance, 3)}**{at_p if p else ''}. Bias rises and "
        f"variance falls all the way; their sum is lowest at p = {rates[best]:g}."
    )


def ensemble_table(ensemble: Ensemble) -> pd.DataFrame:
    """Every thinned net: its mask, units kept, probability and output."""
    masks = all_masks(UNITS).astype(int)
    return pd.DataFrame(
        {
            "mask": ["".join(map(str, mask)) for mask in masks],
            "units kept": masks.sum(axis=1),
            "probability": ensemble.probabilities,
            "output": ensemble.outputs,
        }
    )


def ensemble_alt(ensemble: Ensemble) -> str:
    """What the histogram of the thinned nets shows."""
    return (
        f"Histogram of the outputs of {len(ensemble.outputs)} thinned nets from "
        f"{number(ensemble.outputs.min(), 3)} to {number(ensemble.outputs.max(), 3)}. "
        f"{describe_ensemble(ensemble).replace('*', '')}"
    )


def tradeoff_alt(rates: Sequence[float], study: Sequence[Tradeoff], p: float) -> str:
    """What the picture of bias and variance shows."""
    words = describe_tradeoff(rates, study, p).replace("*", "")
    return f"Curves of squared bias, variance and their sum over the drop rate. {words}"
