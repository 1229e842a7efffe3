"""Gates, candidate and states of one unit over all steps, a row of bars for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, typed
from pages.figures.gate_look import PARTS

ROWS = {"LSTM": ("f", "i", "o", "g", "c", "h"), "GRU": ("r", "z", "n", "h")}
STATES = {"LSTM": ("c", "h"), "GRU": ("h",)}
GATES = {"LSTM": ("f", "i", "o"), "GRU": ("r", "z")}
ROW, GAP = 54, 0.28  # pixels of a row, and the share of it that stays free


def steps_figure(
    kind: str,
    words: Sequence[str],
    values: Mapping[str, Array],
    t: int,
    look: Look,
    revealed: bool = True,
) -> Figure:
    """A row of bars per gate (0 to 1), candidate and state, with step t framed.

    words: what stands under each step. States from step t on are left out until `revealed`. A
    click on a bar gives its step, counted from 1, as customdata.
    """
    rows = ROWS[kind]
    steps = np.arange(1, len(words) + 1)
    traces, axes = [], {}
    for k, name in enumerate(rows):
        top = 1 - k / len(rows)
        shown = values[name]
        if name in STATES[kind] and not revealed:
            shown = np.where(steps < t, shown, np.nan)
        traces.append(_bars(name, steps, shown, k, look))
        reach = 1.0 if name in GATES[kind] else max(1.0, float(np.abs(values[name]).max()))
        axes[f"yaxis{k + 1 if k else ''}"] = _row_axis(
            [0 if name in GATES[kind] else -reach, reach],
            [top - (1 - GAP) / len(rows), top],
            look,
        )
    return Figure(
        traces,
        layout(
            look,
            ROW * len(rows) + 120,
            margin={"l": 52, "r": 8, "t": 36, "b": 56},
            xaxis={
                "range": [0.4, len(words) + 0.6],
                "tickvals": steps.tolist(),
                "ticktext": [f"{k}<br>{word}" for k, word in enumerate(words, 1)],
                "tickangle": 0,
                "tickfont": {"size": 12, "color": look.text},
                "anchor": "free",
                "position": 0,
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
                "fixedrange": True,
            },
            shapes=[_frame(t, look)],
            annotations=[_symbol(name, k, len(rows), look) for k, name in enumerate(rows)],
            bargap=0.25,
            clickmode="event+select",
            hovermode="closest",
            **axes,
        ),
    )


def _bars(name: str, steps: Array, values: Array, k: int, look: Look) -> Spec:
    part = PARTS[name]
    always = {"marker": {"opacity": 1}}
    return {
        "type": "bar",
        "name": f"{part.name} {part.symbol}",
        "x": steps.tolist(),
        "y": typed(values),
        "yaxis": f"y{k + 1 if k else ''}",
        "customdata": steps.tolist(),
        "marker": {
            "color": part.tint(look),
            "line": {"color": part.tint(look), "width": 1.5},
            "pattern": part.hatched(look) | {"fillmode": "replace"} if part.pattern else {},
        },
        "selected": always,
        "unselected": always,
        "hovertemplate": f"step %{{x}}, {part.symbol} = %{{y:.4g}}<extra></extra>",
    }


def _row_axis(span: Sequence[float], domain: Sequence[float], look: Look) -> Spec:
    return {
        "range": [span[0] * 1.1, span[1] * 1.1],
        "domain": list(domain),
        "tickvals": [0, span[1]] if span[0] == 0 else list(span),
        "tickfont": {"size": 11, "color": look.text},
        "tickformat": ".2~g",
        "gridcolor": look.grid,
        "zerolinecolor": look.grid,
        "automargin": True,
        "fixedrange": True,
    }


def _symbol(name: str, k: int, rows: int, look: Look) -> Spec:
    """The symbol of row k at its left, upright."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xshift": -30,
        "xanchor": "right",
        "y": 1 - (k + (1 - GAP) / 2) / rows,
        "yanchor": "middle",
        "text": f"<b>{PARTS[name].symbol}</b>",
        "showarrow": False,
        "font": {"color": look.text, "size": 14},
    }


def _frame(t: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": t - 0.48,
        "x1": t + 0.48,
        "y0": 0.0,
        "y1": 1.015,
        "line": {"color": look.text, "width": 2},
    }
