"""A gate's gradient in two notations: pairs of points, with the slope between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.by_hand.lstm_example import GATES
from engine.by_hand.notations import Notations
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, number, typed

SYMBOLS = {"f": "Γf", "u": "Γu", "c": "C̃", "o": "Γo"}
NAMES = {"f": "forget", "u": "update", "c": "candidate", "o": "output"}
TEX = {"f": r"\Gamma_f", "u": r"\Gamma_u", "c": r"\tilde C", "o": r"\Gamma_o"}
NOTATIONS = {"u": "by the pre-activation", "value": "by the value"}
LOOKS = {"f": "f", "u": "i", "c": "g", "o": "o"}  # in PARTS
SHOWN = "oucf"  # gates in the order in which the post derives them
VALUE_FIRST = "By the value, everywhere"
U_FIRST = "By the pre-activation, everywhere"
DEPENDS = "It depends on the gate"

Place = tuple[int, int]  # step from 0, row in GATES


def larger(pairs: Notations) -> str:
    """Which of both gradients is the larger in size: an answer to predict."""
    above = np.abs(pairs.by_value) - np.abs(pairs.by_u)
    if (above >= 0).all():
        return VALUE_FIRST
    return U_FIRST if (above <= 0).all() else DEPENDS


def places(steps: int) -> list[Place]:
    """Every gate at every step in the order of the backward pass, the last step first."""
    return [(t, GATES.index(gate)) for t in range(steps - 1, -1, -1) for gate in SHOWN]


def place_name(place: Place) -> str:
    """Γo, step 2."""
    return f"{SYMBOLS[GATES[place[1]]]}, step {place[0] + 1}"


def slope_text(place: Place) -> str:
    """The slope in symbols: Γo(1 − Γo), or 1 − C̃² for the candidate."""
    symbol = SYMBOLS[GATES[place[1]]]
    return f"1 − {symbol}²" if GATES[place[1]] == "c" else f"{symbol}(1 − {symbol})"


def pairs_figure(
    pairs: Notations, notation: str, focus: Place, look: Look, *, revealed: bool = True
) -> Figure:
    """A row per gate and step: both gradients, the slope between them, the central differences.

    The chosen notation is filled and the focused row in bold. Unrevealed, only those by the value.
    """
    rows = places(len(pairs.u))
    y = np.arange(len(rows), dtype=float)
    value, u = _column(pairs.by_value, rows), _column(pairs.by_u, rows)
    data = [_dots("by the value", value, y, 0, look, notation == "value" or not revealed)]
    if revealed:
        data = [
            _links(value, u, y, look),
            *data,
            _dots("by the pre-activation", u, y, 1, look, notation == "u"),
            _rings(pairs, notation, rows, y, look),
        ]
    reach = 1.12 * float(np.abs(np.r_[value, u]).max()) or 1.0
    return Figure(
        data,
        layout(
            look,
            430,
            xaxis=axis(look, "gradient of the error", range=[-reach, reach], domain=[0, 0.86]),
            yaxis=axis(
                look,
                "",
                range=[len(rows) - 0.5, -0.5],
                tickmode="array",
                tickvals=y.tolist(),
                ticktext=[_bold(place_name(p), p == focus) for p in rows],
                showgrid=False,
            ),
            annotations=_slopes(pairs, rows, focus, look) if revealed else [],
            shapes=[_band(rows.index(focus), look)],
            hovermode="closest",
            showlegend=True,
        ),
    )


def _column(values: Array, rows: list[Place]) -> Array:
    return np.array([values[place] for place in rows])


def _bold(text: str, bold: bool) -> str:
    return f"<b>{text}</b>" if bold else text


def _dots(name: str, x: Array, y: Array, k: int, look: Look, filled: bool) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": typed(x),
        "y": typed(y),
        "marker": {
            "symbol": ("circle", "diamond")[k] + ("" if filled else "-open"),
            "size": 13 if filled else 10,
            "color": look.lines[k],
            "line": {"color": look.background if filled else look.lines[k], "width": 2},
        },
        "hovertemplate": f"{name}: %{{x:.4g}}<extra></extra>",
    }


def _links(value: Array, u: Array, y: Array, look: Look) -> Spec:
    gap = np.full(len(y), np.nan)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed(np.column_stack([value, u, gap]).ravel()),
        "y": typed(np.column_stack([y, y, gap]).ravel()),
        "line": {"color": look.lines[7], "width": 1.5, "dash": "dot"},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _rings(pairs: Notations, notation: str, rows: list[Place], y: Array, look: Look) -> Spec:
    numeric = pairs.numeric_by_u if notation == "u" else pairs.numeric_by_value
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "central difference",
        "x": typed(_column(numeric, rows)),
        "y": typed(y),
        "marker": {"symbol": "circle-open", "size": 22, "color": look.text, "line": {"width": 1.5}},
        "hovertemplate": "central difference: %{x:.4g}<extra></extra>",
    }


def _slopes(pairs: Notations, rows: list[Place], focus: Place, look: Look) -> list[Spec]:
    """A column of slopes with its heading above the picture."""
    texts = [_bold(f"× {number(float(pairs.slopes[p]), 3)}", p == focus) for p in rows]
    heading = _factor("slope", 1, look) | {"yref": "paper", "yanchor": "bottom"}
    return [heading, *(_factor(text, k, look) for k, text in enumerate(texts))]


def _factor(text: str, y: float, look: Look) -> Spec:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": y,
        "yref": "y",
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _band(row: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "fillcolor": look.grid,
        "opacity": 0.35,
        "line": {"width": 0},
    }


def describe_pairs(pairs: Notations, notation: str, focus: Place) -> str:
    """Both gradients of the focused gate, the slope between, and the difference of the chosen."""
    value, u, slope = (float(a[focus]) for a in (pairs.by_value, pairs.by_u, pairs.slopes))
    symbol, step = SYMBOLS[GATES[focus[1]]], focus[0] + 1
    exact, numeric = (u, pairs.numeric_by_u) if notation == "u" else (value, pairs.numeric_by_value)
    error = abs(exact - float(numeric[focus]))
    off = f"{number(error, 1)} off" if error else "the same"
    lead = (
        f"By its pre-activation, as the post writes d{symbol}, the gradient at step {step} is "
        f"**{number(u)}**: the one by the value of {symbol}, {number(value)}, times the slope "
        f"{slope_text(focus)} = **{number(slope)}**."
        if notation == "u"
        else f"By the value of {symbol} the gradient at step {step} is **{number(value)}**. What "
        f"the post writes d{symbol} is {number(u)}: that times the slope {slope_text(focus)} = "
        f"**{number(slope)}**."
    )
    low, high = (number(float(f(pairs.slopes)), 3) for f in (np.min, np.max))
    return (
        f"{lead} The central difference {NOTATIONS[notation]} is {number(float(numeric[focus]))}, "
        f"{off}. Over all {pairs.slopes.size} places the slopes run from {low} to {high}."
    )


def pairs_alt(pairs: Notations, notation: str, focus: Place, *, revealed: bool = True) -> str:
    """The pairs in words."""
    rows = places(len(pairs.u))
    if not revealed:
        told = "; ".join(f"{place_name(p)} {number(float(pairs.by_value[p]))}" for p in rows)
        return f"A row per gate and step with the gradient of the error by the value: {told}."
    told = "; ".join(
        f"{place_name(p)} {number(float(pairs.by_value[p]))} and {number(float(pairs.by_u[p]))}"
        for p in rows
    )
    return (
        f"A row per gate and step, gradient by the value and by the pre-activation: {told}. "
        f"{describe_pairs(pairs, notation, focus).replace('*', '')}"
    )


def pairs_table(pairs: Notations) -> pd.DataFrame:
    """A row per gate and step: both gradients, their central differences and the slope between."""
    rows = places(len(pairs.u))
    return pd.DataFrame(
        {
            "step": [t + 1 for t, _ in rows],
            "of": [SYMBOLS[GATES[gate]] for _, gate in rows],
            "pre-activation u": _column(pairs.u, rows),
            "value": _column(pairs.values, rows),
            "slope": _column(pairs.slopes, rows),
            "gradient by value": _column(pairs.by_value, rows),
            "central difference by value": _column(pairs.numeric_by_value, rows),
            "gradient by u": _column(pairs.by_u, rows),
            "central difference by u": _column(pairs.numeric_by_u, rows),
        }
    )
