"""Activation functions and their derivatives with a point to move, and what to see there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.activations import ACTIVATIONS, Elementwise
from engine.gradcheck import numerical_gradient
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, line, number, typed

SATURATED = 0.01  # a unit whose slope is below this hardly learns
REACH = 6.0
SAMPLES = 481
WIDE = np.linspace(-40.0, 40.0, 16_001)

Chosen = Mapping[str, Elementwise]


def style(name: str) -> int:
    """The number of an activation's color and dash, the same in every figure."""
    return list(ACTIVATIONS).index(name)


def axis_points() -> Array:
    """The z at which the curves are drawn, (SAMPLES,)."""
    return np.linspace(-REACH, REACH, SAMPLES)


def saturated_spans(rule: Elementwise) -> list[tuple[float, float]]:
    """Intervals of z within reach where |f'| < SATURATED."""
    z = axis_points()
    flat = np.abs(rule.df(z)) < SATURATED
    edges = np.flatnonzero(np.diff(np.r_[False, flat, False].astype(int)))
    return [(float(z[a]), float(z[b - 1])) for a, b in edges.reshape(-1, 2) if b - a > 1]


def activation_figure(
    chosen: Chosen, focus: str, z0: float, look: Look, *, derivatives: bool = True
) -> Figure:
    """f above and f' below on one z axis; tangent and saturation band of the function in focus."""
    z = axis_points()
    data = [line(r.name, z, r.f(z), look, style(n), legendgroup=n) for n, r in chosen.items()]
    shapes: list[Spec] = []
    if focus in chosen:
        rule = chosen[focus]
        data.append(_point(z0, float(rule.f(z0)), look, "f"))
        if derivatives:
            data.append(_tangent(rule, z0, look))
            data.append(_point(z0, float(rule.df(z0)), look, "f′") | {"yaxis": "y2"})
            spans = saturated_spans(rule)
            shapes = [_band(*span, look, k == 0) for k, span in enumerate(spans)]
    if derivatives:
        for name, rule in chosen.items():
            slope = line(rule.name, z, rule.df(z), look, style(name), legendgroup=name)
            data.append(slope | {"yaxis": "y2", "showlegend": False})
    return Figure(
        data,
        layout(
            look,
            560,
            xaxis=axis(look, "z, the weighted sum", range=[-REACH, REACH], anchor="y2"),
            yaxis=axis(look, "f(z)", domain=[0.46, 1], range=_room(chosen, focus, z0)),
            yaxis2=axis(look, "f′(z)", domain=[0, 0.38], range=[-0.25, _steepest(chosen) + 0.2]),
            shapes=shapes,
            hovermode="closest",
        ),
    )


def _room(chosen: Chosen, focus: str, z0: float) -> list[float]:
    """Range of f: near zero, where the functions differ, and wherever the point is."""
    y0 = float(chosen[focus].f(z0)) if focus in chosen else 0.0
    return [min(-2.2, y0 - 0.5), max(4.2, y0 + 0.5)]


def _steepest(chosen: Chosen) -> float:
    return max([1.0, *(float(rule.df(axis_points()).max()) for rule in chosen.values())])


def _point(x: float, y: float, look: Look, what: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {
            "size": 12,
            "color": look.text,
            "line": {"color": look.background, "width": 2},
        },
        "hovertemplate": f"{what}(%{{x:.3g}}) = %{{y:.4g}}<extra></extra>",
        "showlegend": False,
    }


def _tangent(rule: Elementwise, z0: float, look: Look) -> Spec:
    ends = np.array([z0 - 1.5, z0 + 1.5])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "tangent",
        "x": typed(ends),
        "y": typed(rule.f(z0) + rule.df(z0) * (ends - z0)),
        "line": {"color": look.text, "width": 1.5},
        "hoverinfo": "skip",
    }


def _band(left: float, right: float, look: Look, showlegend: bool) -> Spec:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": left,
        "x1": right,
        "y0": 0,
        "y1": 1,
        "fillcolor": look.grid,
        "opacity": 0.45,
        "line": {"width": 0},
        "layer": "below",
        "name": f"saturated: |f′| < {SATURATED:g}",
        "showlegend": showlegend,
    }


def point_table(chosen: Chosen, z0: float) -> pd.DataFrame:
    """f, f' and its central difference at the point, a row per function; none at a kink."""
    rows = []
    for rule in chosen.values():
        slope, numeric = float(rule.df(z0)), np.nan  # a kink has no derivative to compare with
        if z0 not in rule.kinks:
            numeric = float(numerical_gradient(lambda z, f=rule.f: float(f(z)), np.array(z0)))
        name = f"{rule.name}, at its kink" if z0 in rule.kinks else rule.name
        rows.append((name, float(rule.f(z0)), slope, numeric, abs(slope - numeric)))
    return pd.DataFrame(
        rows, columns=["activation", "f(z)", "f′(z)", "central difference", "error"]
    )


def curve_table(chosen: Chosen) -> pd.DataFrame:
    """The curves as drawn: z, and f and f' of each function."""
    z = axis_points()
    columns = {"z": z}
    for rule in chosen.values():
        columns |= {rule.name: rule.f(z), f"{rule.name}′": rule.df(z)}
    return pd.DataFrame(columns)


def largest_slope(rule: Elementwise) -> float:
    """The steepest that the function gets anywhere, found on a fine grid over |z| <= 40."""
    return float(rule.df(WIDE).max())


def describe_point(rule: Elementwise, z0: float) -> str:
    """What the point shows: the slope there, against the largest one, and what ten layers do."""
    slope = float(rule.df(z0))
    lead = f"At z = {number(z0, 3)} the slope of **{rule.name}** is **{number(slope, 4)}**"
    if z0 in rule.kinks:
        return f"{lead} by convention: at a kink the derivative does not exist."
    if abs(slope) < SATURATED:
        return (
            f"{lead}: saturated. Ten such layers scale a gradient by {number(slope**10, 2)}, "
            "so the weights before them stand still."
        )
    return (
        f"{lead}; the steepest it gets is {number(largest_slope(rule))}. "
        f"Ten layers at this point scale a gradient by **{number(slope**10, 2)}**."
    )


def activations_alt(chosen: Chosen, focus: str, z0: float, *, derivatives: bool = True) -> str:
    if not chosen:
        return "Empty axes: no function is chosen."
    names = ", ".join(rule.name for rule in chosen.values())
    curves = f"Curves of {names} over z from −{REACH:g} to {REACH:g}."
    if focus not in chosen:
        return curves
    point = f"Point at z = {number(z0, 3)} on {chosen[focus].name}."
    if not derivatives:
        return f"{curves} {point}"
    spans = saturated_spans(chosen[focus])
    bands = " and ".join(f"{number(a, 3)} to {number(b, 3)}" for a, b in spans) or "nowhere"
    return f"{curves} Their slopes below. {point} Saturated: {bands}."
