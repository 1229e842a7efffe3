"""Starting weights times activations: the gradient's fate as a table, and one cell explained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.activations import ACTIVATIONS
from engine.diagnostics import Signals
from engine.schemes import SCHEMES
from engine.studies.initialization_table import LANDMARKS
from engine.studies.signal_propagation import Expected
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, number, typed
from pages.figures.depth import decades_axis, doubles, layer_axis, root_mean_squares
from pages.figures.depth_words import BORDER

DECADES = 20.0  # colors tell apart from 10^-20 to 10^20
Table = Mapping[str, Array]  # activation -> ratio first over last by scheme, in SCHEMES' order


def decades(ratios: Array) -> Array:
    """log10 of the ratios; -inf where the gradient is exactly 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(ratios))


def table_figure(
    table: Table, chosen: tuple[str, str], look: Look, revealed: bool = True
) -> Figure:
    """Heat map of log10 of the gradient first over last, its number in every cell; empty cells
    until it is `revealed`."""
    values = np.column_stack([decades(ratios) for ratios in table.values()])
    columns = [column_name(name) for name in table]
    rows = [scheme.name for scheme in SCHEMES.values()]
    cells: Spec = {
        "type": "heatmap",
        "x": columns,
        "y": rows,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
    }
    empty = {"z": typed(np.zeros(values.shape)), "colorscale": [[0, look.grid], [1, look.grid]]}
    told = {
        "z": typed(np.clip(values, -DECADES, DECADES)),
        "zmin": -DECADES,
        "zmax": DECADES,
        "colorscale": look.diverging,
        "text": [[cell_text(v) for v in row] for row in values],
        "texttemplate": "%{text}",
        "textfont": {"color": look.text, "size": 14},
    }
    column, row = list(table).index(chosen[0]), list(SCHEMES).index(chosen[1])
    return Figure(
        [cells | (told if revealed else empty), _clickable(columns, rows)],
        layout(
            look,
            470,
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
            xaxis=axis(
                look,
                "",
                side="top",
                tickangle=0,
                categoryarray=columns,
                range=[-0.5, len(columns) - 0.5],
                showgrid=False,
                fixedrange=True,
            ),
            yaxis=axis(
                look,
                "",
                categoryarray=rows,
                range=[len(rows) - 0.5, -0.5],
                showgrid=False,
                fixedrange=True,
            ),
            shapes=[_outline(column, row, look)] if revealed else [],
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def column_name(activation: str) -> str:
    """The heading of an activation's column, which a click on the column reports."""
    return ACTIVATIONS[activation].name.replace(" ", "<br>")


def cell_text(value: float) -> str:
    """A logarithm with one decimal, for a cell: −18.9, 0.0 or −∞."""
    if np.isneginf(value):
        return "−∞"
    if not np.isfinite(value):
        return "overflow"
    return f"{value + 0.0:.1f}".replace("-0.0", "0.0").replace("-", "−")


def _clickable(columns: list[str], rows: list[str]) -> Spec:
    """An invisible point in every cell: what a click hits."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": columns * len(rows),
        "y": [row for row in rows for _ in columns],
        "marker": {"opacity": 0, "size": 30},
        "hoverinfo": "none",
        "showlegend": False,
    }


def _outline(column: int, row: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "x0": column - 0.48,
        "x1": column + 0.48,
        "y0": row - 0.48,
        "y1": row + 0.48,
        "line": {"width": 3, "color": look.text},
    }


def cell_figure(signals: Signals, expected: Expected, look: Look) -> Figure:
    """The chosen cell by layer: gradient and activations, measured and as theory expects them."""
    layers = np.arange(len(signals.activations))
    last = signals.gradient_norms[-1]
    curves = {
        "gradient, measured": (signals.gradient_norms / last, 1, "lines+markers"),
        "gradient, expected": (expected.gradient_norms, 1, "lines"),
        "activations, measured": (root_mean_squares(signals), 0, "lines+markers"),
        "activations, expected": (np.sqrt(expected.mean_squares), 0, "lines"),
    }
    return Figure(
        [_curve(name, layers, *curve, look) for name, curve in curves.items()],
        layout(
            look,
            380,
            xaxis=layer_axis(look, len(layers) - 1),
            yaxis=decades_axis(
                look, "size (last gradient = 1)", *(size for size, *_ in curves.values())
            ),
            legend=layout(look)["legend"] | {"traceorder": "normal"},
            hovermode="closest",
        ),
    )


def _curve(name: str, x: Array, y: Array, k: int, mode: str, look: Look) -> Spec:
    marked = mode == "lines+markers"
    dash, width = ("solid", 2) if marked else ("dot", 3)
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": typed(x),
        "y": doubles(np.where(y > 0, y, np.nan)),
        "line": {"color": look.lines[k], "dash": dash, "width": width},
        "marker": {"symbol": MARKERS[k], "size": 6},
        "hovertemplate": f"layer %{{x}}, {name}: %{{y:.3g}}<extra></extra>",
    }


def describe_cell(
    chosen: tuple[str, str], depth: int, width: int, signals: Signals, expected: Expected
) -> str:
    """The chosen cell: first over last, what theory expects, and the gain behind it."""
    activation, scheme = ACTIVATIONS[chosen[0]].name, SCHEMES[chosen[1]]
    return (
        f"**{activation}**, **{scheme.name}**, depth {depth}, width {width}: the gradient first "
        f"over last is **{number(signals.ratio, 3)}**; theory expects "
        f"**{number(expected.gradient_norms[0], 3)}**. With n Var(W) = "
        f"{number(scheme.gain(width), 3)} the last layer multiplies the gradient's mean square by "
        f"{number(expected.factors[-1], 3)}, in theory."
    )


def describe_table(table: Table) -> str:
    """How many combinations keep the gradient within a factor of 100, and the extremes."""
    ratios = {
        (activation, scheme): float(value)
        for activation, values in table.items()
        for scheme, value in zip(SCHEMES, values, strict=True)
    }
    kept = sum(1 / BORDER <= value <= BORDER for value in ratios.values())
    moving = {key: value for key, value in ratios.items() if value > 0}
    low, high = min(moving, key=moving.__getitem__), max(moving, key=moving.__getitem__)
    return (
        f"Each cell is log₁₀ of the gradient's norm at the input over that at the last output; 0 "
        f"keeps it, and a click shows its layers. **{kept} of {len(ratios)}** combinations keep it "
        "within a factor of 100. Zero weights pass none on. Otherwise it goes from "
        f"**{number(moving[low], 2)}** ({_name(low)}) to **{number(moving[high], 2)}** "
        f"({_name(high)})."
    )


def _name(key: tuple[str, str]) -> str:
    return f"{ACTIVATIONS[key[0]].name}, {SCHEMES[key[1]].name}"


def table_rows(table: Table, expected: Mapping[str, Array], width: int) -> pd.DataFrame:
    """A row per cell: activation, starting weights, variance, and log₁₀ of the gradient first over
    last, measured and expected."""
    return pd.DataFrame(
        [
            (ACTIVATIONS[activation].name, scheme.name, scheme.variance(width, width), log, theory)
            for activation, ratios in table.items()
            for scheme, log, theory in zip(
                SCHEMES.values(), decades(ratios), decades(expected[activation]), strict=True
            )
        ],
        columns=["activation", "weights", "Var(W)", "log₁₀ measured", "log₁₀ expected"],
    )


def landmark_table(ratios: Mapping[str, float]) -> pd.DataFrame:
    """The reference networks, with their depth, width and gradient first over last."""
    return pd.DataFrame(
        [(mark.name, mark.depth, mark.width, number(ratios[mark.name], 3)) for mark in LANDMARKS],
        columns=["network", "depth", "width", "first over last"],
    )


def table_alt(table: Table) -> str:
    """What the heat map shows."""
    return f"Table of starting weights and activations. {describe_table(table).replace('*', '')}"


def cell_alt(
    chosen: tuple[str, str], depth: int, width: int, signals: Signals, expected: Expected
) -> str:
    """What the picture of the chosen cell shows."""
    words = describe_cell(chosen, depth, width, signals, expected).replace("*", "")
    return f"Size of gradient and activations by layer, measured and expected. {words}"
