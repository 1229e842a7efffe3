"""The lines of the graph of both passes: weights or their gradients, by width and dash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.by_hand.house_sales import FEATURES
from engine.by_hand.staged import Problem, Stages
from engine.types import Array
from pages.figures.backprop_steps import Focus, label
from pages.figures.base import Look, Spec, number, typed
from pages.figures.matrix_product import cell_text

WIDTHS = (1.0, 2.5, 4.5)  # line widths of the three classes of size
NOTED_AT = 3 / 8  # of the way from left to right, where no two lines meet


def edge_values(problem: Problem, stages: Stages, active: str) -> list[Array]:
    """W1 (3, 4) and W2 (4, 1), or the gradient of the one that is lit at dW1 or dW2."""
    return [stages[active] if active == f"dW{k}" else problem.parameters[f"W{k}"] for k in (1, 2)]


def edge_lines(left: Array, right: Array, values: Array, lit: bool, look: Look) -> list[Spec]:
    """One trace per sign and width class of the lines between two columns of centers (k, 2)."""
    largest = float(np.abs(values).max()) or 1.0
    bucket = np.minimum(np.abs(values) / largest * len(WIDTHS), len(WIDTHS) - 1).astype(int)
    traces = []
    for positive in (True, False):
        for k, width in enumerate(WIDTHS):
            i, j = np.nonzero((bucket == k) & ((values >= 0) == positive))
            gap = np.full((len(i), 2), np.nan)
            xy = np.stack([left[i], right[j], gap], axis=1).reshape(-1, 2)
            stroke = _stroke(positive, width, look)
            traces.append(_lines(xy, stroke) | {"opacity": 1.0 if lit else 0.45})
    return traces


def line_to_loss(columns: Sequence[Array], look: Look) -> Spec:
    """The line from the prediction to the loss, which has no weight."""
    xy = np.concatenate([columns[2], columns[3]])
    return _lines(xy, {"color": look.lines[7], "width": 1, "dash": "dot"})


def _lines(xy: Array, stroke: Spec) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed(xy[:, 0]),
        "y": typed(xy[:, 1]),
        "line": stroke,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _stroke(positive: bool, width: float, look: Look) -> Spec:
    color, dash = (look.lines[0], "solid") if positive else (look.lines[1], "5px 3px")
    return {"color": color, "width": width, "dash": dash}


def edge_legend(active: str, look: Look) -> list[Spec]:
    """What color and dash mean, whichever lines there are."""
    what = "gradient" if active in ("dW1", "dW2") else "weight"
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{'positive' if positive else 'negative'} {what}",
            "x": [None],
            "y": [None],
            "line": _stroke(positive, WIDTHS[1], look),
            "hoverinfo": "skip",
        }
        for positive in (True, False)
    ]


def edge_targets(columns: Sequence[Array], edges: Sequence[Array], active: str) -> Spec:
    """A point on each line to hover or click; customdata is its input and unit from 1, 0 for none.

    Hovering shows the number of the line.
    """
    at, texts, followed = [], [], []
    for gap, values in enumerate(edges):
        name = label(f"dW{gap + 1}" if active == f"dW{gap + 1}" else f"W{gap + 1}")
        for i, j in np.ndindex(*values.shape):
            at.append(_point(columns, gap, i, j))
            texts.append(f"{name} from {i + 1} to {j + 1} = {number(values[i, j])}")
            followed.append([i + 1, j + 1] if gap == 0 else [0, i + 1])
    x, y = np.array(at).T
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(x),
        "y": typed(y),
        "marker": {"opacity": 0, "size": 16},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": texts,
        "customdata": followed,
        "hovertemplate": "%{text}<br>click to follow<extra></extra>",
        "showlegend": False,
    }


def edge_numbers(
    columns: Sequence[Array], edges: Sequence[Array], active: str, focus: Focus, look: Look
) -> list[Spec]:
    """The weights, or gradients of weights, that make the entry in focus, on their edges."""
    i, u = focus.feature, focus.unit
    every = {
        "Z1": [(0, k, u) for k in range(len(FEATURES))],
        "Z2": [(1, k, 0) for k in range(len(edges[1]))],
        "dW2": [(1, u, 0)],
        "dA1": [(1, u, 0)],
        "dW1": [(0, i, u)],
    }
    frame = {"bordercolor": look.lines[7], "borderpad": 2}
    return [
        note(*_point(columns, gap, a, b), cell_text(float(edges[gap][a, b])), 0, look) | frame
        for gap, a, b in every.get(active, [])
    ]


def _point(columns: Sequence[Array], gap: int, i: int, j: int) -> Array:
    """Where the number of a line stands."""
    return np.asarray(columns[gap][i] * (1 - NOTED_AT) + columns[gap + 1][j] * NOTED_AT)


def note(x: float, y: float, text: str, shift: int, look: Look) -> Spec:
    """Text in the graph, `shift` pixels above the point."""
    return {
        "x": float(x),
        "y": float(y),
        "yshift": shift,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
        "bgcolor": look.background,
    }
