"""The network of both passes as a graph: values in the circles, gradients under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.by_hand.house_sales import FEATURES
from engine.by_hand.staged import STAGES, Problem, Stages
from engine.types import Array
from pages.figures.backprop_edges import (
    edge_legend,
    edge_lines,
    edge_numbers,
    edge_targets,
    edge_values,
    line_to_loss,
    note,
)
from pages.figures.backprop_steps import Focus, label
from pages.figures.base import Figure, Look, Spec, layout, number, typed
from pages.figures.matrix_product import cell_text

SPREAD = 1.25  # between two circles of a column
LAST = 2.75  # where J stands


class Part(NamedTuple):
    """What a stage lights: a column of circles, and the gap of edges before or after it."""

    column: int
    edges: int | None = None


LIT = {
    "X": Part(0),
    "Z1": Part(1, 0),
    "A1": Part(1),
    "Z2": Part(2, 1),
    "A2": Part(2),
    "J": Part(3),
    "dA2": Part(2),
    "dZ2": Part(2),
    "dW2": Part(-1, 1),
    "db2": Part(2),
    "dA1": Part(1, 1),
    "dZ1": Part(1),
    "dW1": Part(-1, 0),
    "db1": Part(1),
}
SHOWN_IN = (  # the stages a column's circles show, and those under them, the latest reached
    (("X",), ()),
    (("Z1", "A1"), ("dA1", "dZ1", "db1")),
    (("Z2", "A2"), ("dA2", "dZ2", "db2")),
    (("J",), ()),
)


def graph_figure(problem: Problem, stages: Stages, active: str, focus: Focus, look: Look) -> Figure:
    """Inputs, hidden units, output and J for the example in focus, as far as the passes have come.

    Edges are weights, at dW1 and dW2 their gradients: width is size, dashes are negative. The
    numbers on edges are those of the entry in focus. A click on a circle or edge has the input
    and the hidden unit it belongs to as customdata, counted from 1, 0 for neither.
    """
    columns = _columns(problem.units)
    edges = edge_values(problem, stages, active)
    part = LIT[active]
    traces = [
        trace
        for gap, values in enumerate(edges)
        for trace in edge_lines(columns[gap], columns[gap + 1], values, gap == part.edges, look)
    ]
    return Figure(
        [
            *edge_legend(active, look),
            *traces,
            line_to_loss(columns, look),
            edge_targets(columns, edges, active),
            _circles(columns, stages, active, focus, look),
        ],
        layout(
            look,
            440,
            xaxis={"visible": False, "range": [-0.42, LAST + 0.35], "fixedrange": True},
            yaxis={"visible": False, "range": [-2.45, 2.45], "fixedrange": True},
            annotations=[
                *_captions(columns, problem, stages, active, focus, look),
                *edge_numbers(columns, edges, active, focus, look),
            ],
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _columns(units: int) -> list[Array]:
    """Centers (k, 2) of the circles of each column, top to bottom."""
    counts = (len(FEATURES), units, 1, 1)
    at = (0.0, 1.0, 2.0, LAST)
    return [
        np.column_stack([np.full(n, x), SPREAD * ((n - 1) / 2 - np.arange(n))])
        for n, x in zip(counts, at, strict=True)
    ]


def _latest(names: Sequence[str], active: str) -> str | None:
    """The last of these stages that has been reached."""
    reached = STAGES.index(active)
    return next((name for name in reversed(names) if STAGES.index(name) <= reached), None)


def _column_values(stage: str, stages: Stages, focus: Focus) -> Array:
    """A stage's numbers for the example in focus, one for each circle of its column."""
    value = stages[stage]
    return value[focus.example] if value.ndim == 2 else np.atleast_1d(value)


def _circles(
    columns: Sequence[Array], stages: Stages, active: str, focus: Focus, look: Look
) -> Spec:
    texts, lit = [], []
    for k, (values, _) in enumerate(SHOWN_IN):
        stage = _latest(values, active)
        count = len(columns[k])
        shown = _column_values(stage, stages, focus) if stage else [None] * count
        texts += ["" if value is None else cell_text(float(value)) for value in shown]
        lit += [LIT[active].column == k] * count
    x, y = np.concatenate(list(columns)).T
    followed = _followed(columns)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": typed(x),
        "y": typed(y),
        "text": texts,
        "textfont": {"color": look.text, "size": 12},
        "marker": {
            "size": 46,
            "color": [str(look.diverging[2][1]) if on else look.background for on in lit],
            "line": {
                "color": [look.lines[0] if on else look.text for on in lit],
                "width": [3.5 if on else 1.3 for on in lit],
            },
            "opacity": 1,
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": followed,
        "hovertemplate": [
            f"%{{text}}{'<br>click to follow' * any(place)}<extra></extra>" for place in followed
        ],
        "showlegend": False,
    }


def _followed(columns: Sequence[Array]) -> list[list[int]]:
    """Input and hidden unit of each circle, counted from 1; 0 where a circle is neither."""
    inputs, units, *rest = (range(1, len(column) + 1) for column in columns)
    return [[i, 0] for i in inputs] + [[0, u] for u in units] + [[0, 0] for _ in rest]


def _captions(
    columns: Sequence[Array],
    problem: Problem,
    stages: Stages,
    active: str,
    focus: Focus,
    look: Look,
) -> list[Spec]:
    """Names over the circles, gradients under them."""
    target = float(problem.y[focus.example, 0])
    above = [
        list(FEATURES),
        [f"unit {k + 1}" for k in range(problem.units)],
        [f"target {number(target, 3)}"],
        ["loss J"],
    ]
    notes = []
    for k, (values, gradients) in enumerate(SHOWN_IN):
        stage, gradient = _latest(values, active), _latest(gradients, active)
        for j, (x, y) in enumerate(columns[k]):
            name = above[k][j]
            if stage and k in (1, 2):
                name += (": " if k == 1 else "<br>") + label(stage)
            notes.append(note(x, y, name, 44 if "<br>" in name else 36, look))
            if gradient:
                value = float(_column_values(gradient, stages, focus)[j])
                notes.append(note(x, y, f"<b>{label(gradient)} {cell_text(value)}</b>", -36, look))
    return notes


def graph_alt(problem: Problem, stages: Stages, active: str, focus: Focus) -> str:
    """The circles' numbers as far as the passes have come."""
    parts = []
    for values, gradients in SHOWN_IN:
        for stage in filter(None, (_latest(values, active), _latest(gradients, active))):
            shown = ", ".join(number(float(v), 3) for v in _column_values(stage, stages, focus))
            parts.append(f"{label(stage)} is {shown}")
    return (
        f"Graph of the network with {len(FEATURES)} inputs, {problem.units} hidden units and one "
        f"output, for house {focus.example + 1}. {'; '.join(parts)}. Lit: {label(active)}."
    )
