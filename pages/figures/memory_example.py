"""One sequence of a memory task as a picture."""

from __future__ import annotations

import numpy as np

from engine.sequence_tasks import Sequences, SequenceTask
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, number, typed


def target_words(task: SequenceTask, sequences: Sequences) -> str:
    """What the first sequence's right answer is: its letters, its sum; no words for a curve."""
    y = sequences.y[0]
    if task.has_classes:
        return " ".join(task.outputs[int(k)] for k in y)
    return number(float(y[0]), 3) if len(y) == 1 else ""


def sequence_figure(task: SequenceTask, sequences: Sequences, look: Look) -> Figure:
    """The first sequence, step by step, with a frame around the steps at which it is asked."""
    is_symbols = task.has_classes
    traces = [_symbols(task, sequences, look)] if is_symbols else _values(task, sequences, look)
    steps, first, last = sequences.x.shape[1], sequences.asked[0] + 1, sequences.asked[-1] + 1
    words = target_words(task, sequences)
    return Figure(
        traces,
        layout(
            look,
            270,
            margin={"l": 8, "r": 12, "t": 44, "b": 8},
            xaxis=axis(
                look,
                "step t of the sequence",
                range=[0.3, steps + 0.7],
                showgrid=not is_symbols,
                zeroline=False,
            ),
            yaxis=axis(look, "input", autorange="reversed", showgrid=False, type="category")
            if is_symbols
            else axis(look, "input", zeroline=False),
            shapes=[_frame(first - 0.5, last + 0.5, look)],
            annotations=[note(f"asked: {words}" if words else "asked", last + 0.5, look)],
            showlegend=not is_symbols,
            hovermode="closest",
        ),
    )


def _symbols(task: SequenceTask, sequences: Sequences, look: Look) -> Spec:
    """Letters strong, the others quiet; a row per symbol."""
    strength = np.where(np.isin(task.inputs, task.outputs), 1.0, 0.5)
    return {
        "type": "heatmap",
        "x": typed(np.arange(1, sequences.x.shape[1] + 1)),
        "y": list(task.inputs),
        "z": typed((sequences.x[0] * strength).T),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, look.background], [0.5, look.lines[7]], [1, look.lines[1]]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "step %{x}: %{y}<extra></extra>",
        "hoverongaps": False,
    }


def _values(task: SequenceTask, sequences: Sequences, look: Look) -> list[Spec]:
    value, flag = sequences.x[0].T
    t = np.arange(1, len(value) + 1)
    if len(sequences.asked) == 1:  # the adding problem
        picked = flag > 0
        numbers = dots("number", t, value, look, 7, "lines+markers", 5)
        return [numbers, dots("marked", t[picked], value[picked], look, 1, "markers", 13)]
    seen = flag > 0
    truth = dots("asked", t[~seen], sequences.y[0], look, 7, "lines", 5)
    return [dots("shown", t[seen], value[seen], look, 1, "lines+markers", 7), truth]


def dots(name: str, x: Array, y: Array, look: Look, k: int, mode: str, size: int) -> Spec:
    """Values over steps, with color k of the theme and markers of this size."""
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": typed(x),
        "y": typed(y),
        "line": {"color": look.lines[k], "width": 2, "dash": "dot" if k == 7 else "solid"},
        "marker": {"color": look.lines[k], "size": size, "symbol": MARKERS[k % 2]},
        "hovertemplate": f"{name}, step %{{x}}: %{{y:.3f}}<extra></extra>",
    }


def _frame(start: float, end: float, look: Look) -> Spec:
    return {
        "type": "rect",
        "x0": start,
        "x1": end,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.text, "width": 2},
    }


def note(text: str, x: float, look: Look) -> Spec:
    """Words above the picture that end at x."""
    return {
        "x": x,
        "y": 1.02,
        "xref": "x",
        "yref": "paper",
        "xanchor": "right",
        "yanchor": "bottom",
        "text": f"<b>{text}</b>",
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }
