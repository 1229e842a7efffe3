"""How large the gradient by each earlier state is, for several cells on one log axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import Array
from pages.figures.base import DASHES, MARKERS, Figure, Look, Spec, axis, layout, typed
from pages.figures.depth import decades_axis, doubles

LOWEST, HIGHEST = 1e-45, 1e39  # what float32 can hold; beyond, the axis ends
NORM_TITLE = "norm of ∂h<sub>T</sub>/∂h<sub>t</sub>, for C of ∂C<sub>T</sub>/∂C<sub>t</sub>"
STEP_TITLE = "time step t (T is the last)"


@dataclass(frozen=True)
class Line:
    """A line's name, what it is the norm of, and its places among colors, dashes and markers."""

    name: str
    of: str
    color: int
    shape: int


GATES = {"half": 0.5, "near": 0.99}  # forget gates that stand still
LINES = {
    "RNN": Line("RNN", "∂h_T/∂h_t", 0, 0),
    "LSTM": Line("LSTM (h)", "∂h_T/∂h_t", 1, 1),
    "cells": Line("LSTM (C)", "∂C_T/∂C_t", 4, 2),
    "GRU": Line("GRU", "∂h_T/∂h_t", 2, 3),
    "half": Line(f"every forget gate {GATES['half']}", f"{GATES['half']}^(T−t)", 7, 6),
    "near": Line(f"every forget gate {GATES['near']}", f"{GATES['near']}^(T−t)", 7, 7),
    "alone": Line("forget gates alone", "f^(T−t)", 3, 0),
}
"""All lines of the lab; the last one belongs to the LSTM that explodes."""
CONSTANT = (*GATES, "alone")  # products of gates, no norms of Jacobians


@dataclass(frozen=True, eq=False)
class Norms:
    """Norms (T + 1,) by keys of LINES: as they are, and as clipping at `limit` leaves them."""

    free: Mapping[str, Array]
    shown: Mapping[str, Array]
    limit: float | None = None

    @property
    def steps(self) -> int:
        return len(next(iter(self.free.values()))) - 1


def flow_figure(norms: Norms, names: Sequence[str], look: Look) -> Figure:
    """The named lines over t; what clipping took away is dotted behind, and what is 0, infinite or
    beyond the axis is marked at its edge."""
    drawn = [norms.shown[name] for name in names]
    low, high = _span(drawn + [norms.free[name] for name in names])
    cut = [name for name in names if (norms.free[name] != norms.shown[name]).any()]
    inside = [np.where((v >= low) & (v <= high), v, np.nan) for v in drawn] or [np.empty(0)]
    return Figure(
        [
            *(_before(name, norms.free[name], name == cut[0], look) for name in cut),
            *(_line(name, norms.shown[name], look) for name in names),
            *(mark for name in names for mark in _marks(name, norms.shown[name], low, high, look)),
        ],
        layout(
            look,
            460,
            xaxis=axis(look, STEP_TITLE, range=[-0.5, norms.steps + 0.5]),
            yaxis=decades_axis(look, NORM_TITLE, *inside, np.array([low, high]))
            | {"range": [np.log10(low) - 0.3, np.log10(high) + 0.3]},
            shapes=[] if norms.limit is None else [_limit(norms.limit, look)],
            hovermode="closest",
        ),
    )


def _span(drawn: Sequence[Array]) -> tuple[float, float]:
    """The ends of the axis: whole powers of ten around the lines, within float32."""
    values = np.concatenate([np.ones(1), *drawn])
    values = values[np.isfinite(values) & (values > 0)].clip(LOWEST, HIGHEST)
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return 10.0 ** min(low, -1), 10.0 ** max(high, 0)


def _line(name: str, norms: Array, look: Look) -> Spec:
    line = LINES[name]
    is_product = name in CONSTANT
    return {
        "type": "scatter",
        "mode": "lines" if is_product else "lines+markers",
        "name": line.name,
        "x": typed(np.arange(len(norms))),
        "y": doubles(np.where(norms > 0, norms, np.nan)),
        "line": {
            "color": look.lines[line.color],
            "dash": DASHES[line.shape],
            "width": 1.8 if is_product else 2.5,
        },
        "marker": {"symbol": MARKERS[line.shape], "size": 8, "maxdisplayed": 12},
        "hovertemplate": f"{line.name}, t = %{{x}}: %{{y:.3g}}<extra></extra>",
    }


def _before(name: str, norms: Array, is_first: bool, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "without clipping",
        "legendgroup": "without",
        "legendrank": 2000,  # last
        "showlegend": is_first,
        "x": typed(np.arange(len(norms))),
        "y": doubles(np.where(norms > 0, norms, np.nan)),
        "line": {"color": look.lines[LINES[name].color], "dash": "dot", "width": 1.5},
        "hovertemplate": f"{LINES[name].name} without clipping, t = %{{x}}: %{{y:.3g}}"
        "<extra></extra>",
    }


def _marks(name: str, norms: Array, low: float, high: float, look: Look) -> list[Spec]:
    """Arrows at the edge of the axis where the line lies beyond it."""
    beyond = {"triangle-down-open": (norms < low, low), "triangle-up-open": (norms > high, high)}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{LINES[name].name}, beyond the axis",
            "showlegend": False,
            "x": typed(np.flatnonzero(is_there)),
            "y": doubles(np.full(int(is_there.sum()), edge)),
            "marker": {
                "symbol": symbol,
                "size": 8,
                "maxdisplayed": 12,
                "color": look.lines[LINES[name].color],
            },
            "text": ["exactly 0" if v == 0 else f"{v:.2g}" for v in norms[is_there]],
            "hovertemplate": f"{LINES[name].name}, t = %{{x}}: %{{text}}<extra></extra>",
        }
        for symbol, (is_there, edge) in beyond.items()
        if is_there.any()
    ]


def _limit(limit: float, look: Look) -> Spec:
    line = {"color": look.text, "width": 1, "dash": "dash"}
    ends = {"x0": 0, "x1": 1, "y0": limit, "y1": limit}
    return {"type": "line", "xref": "paper", "yref": "y", "line": line} | ends


def units_figure(units: Array, look: Look) -> Figure:
    """log10 of how much h_T changes with each unit of h_t, units (T + 1, hidden); a hole is 0."""
    with np.errstate(divide="ignore"):
        logs = np.log10(units)
    shown = np.where(np.isfinite(logs), logs, np.nan)
    heat: Spec = {
        "type": "heatmap",
        "x": typed(np.arange(len(units))),
        "y": typed(np.arange(1, units.shape[1] + 1)),
        "z": typed(shown.T),
        "colorscale": [[0, look.background], [1, look.lines[0]]],
        "colorbar": {
            "title": {"text": "log₁₀ of the norm", "side": "top"},
            "orientation": "h",
            "y": -0.2,
            "yanchor": "top",
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hoverongaps": False,
        "hovertemplate": "t = %{x}, unit %{y}: 10^%{z:.2f}<extra></extra>",
    }
    few = {"dtick": 1} if units.shape[1] <= 10 else {}
    return Figure(
        [heat],
        layout(
            look,
            460,
            plot_bgcolor=look.grid,
            xaxis=axis(look, STEP_TITLE, range=[-0.5, len(units) - 0.5], showgrid=False),
            yaxis=axis(
                look,
                "unit",
                range=[0.5, units.shape[1] + 0.5],
                showgrid=False,
                zeroline=False,
                **few,
            ),
        ),
    )
