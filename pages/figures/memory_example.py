"""One sequence of a memory task as a picture, and what trained cells answer on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.activations import softmax
from engine.sequence_tasks import Sequences, SequenceTask
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, number, typed
from pages.figures.memory import PLACES, at_step

ORDINALS = ("1st", "2nd", "3rd")


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
            annotations=[_note(f"asked: {words}" if words else "asked", last + 0.5, look)],
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
        numbers = _dots("number", t, value, look, 7, "lines+markers", 5)
        return [numbers, _dots("marked", t[picked], value[picked], look, 1, "markers", 13)]
    seen = flag > 0
    truth = _dots("asked", t[~seen], sequences.y[0], look, 7, "lines", 5)
    return [_dots("shown", t[seen], value[seen], look, 1, "lines+markers", 7), truth]


def _dots(name: str, x: Array, y: Array, look: Look, k: int, mode: str, size: int) -> Spec:
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


def _note(text: str, x: float, look: Look) -> Spec:
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


def answers_figure(
    task: SequenceTask, sequences: Sequences, runs: Mapping, step: int, look: Look
) -> Figure:
    """What each cell answers on the first sequence after so many steps of training, beside the
    right answer: probabilities of the letters, or values."""
    answers = {
        cell: record.answers
        for cell, record in at_step(runs, step).items()
        if np.isfinite(record.answers).all()
    }
    if task.has_classes:
        return _probabilities(task, sequences.y[0], answers, look)
    if len(sequences.asked) == 1:
        return _sums(float(sequences.y[0, 0]), answers, look)
    return _curves(sequences, answers, look)


def _probabilities(
    task: SequenceTask, y: Array, answers: Mapping[str, Array], look: Look
) -> Figure:
    """Columns are cells, and for each the letters asked for; the right letter is framed."""
    several = len(y) > 1
    columns = [
        f"{cell}<br>{ORDINALS[k]}" if several else cell for cell in answers for k in range(len(y))
    ]
    right = np.tile(y, len(answers))
    shares = [softmax(values) for values in answers.values()]
    z = np.vstack(shares) if shares else np.empty((0, len(task.outputs)))
    heat: Spec = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(task.outputs),
        "z": typed(z.T),
        "zmin": 0,
        "zmax": 1,
        "colorscale": look.low_is_calm,
        "text": [[f"{100 * v:.0f}" for v in row] for row in z.T],
        "texttemplate": "%{text}",
        "textfont": {"color": look.text},
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hovertemplate": "%{y}: %{z:.1%}<extra></extra>",
    }
    frames = [
        {
            "type": "rect",
            "x0": j - 0.47,
            "x1": j + 0.47,
            "y0": k - 0.46,
            "y1": k + 0.46,
            "line": {"color": look.text, "width": 2.5},
        }
        for j, k in enumerate(right.tolist())
    ]
    return Figure(
        [heat] if columns else [],
        layout(
            look,
            250,
            margin={"l": 8, "r": 12, "t": 12, "b": 8},
            xaxis=axis(
                look, "", tickvals=list(range(len(columns))), ticktext=columns, showgrid=False
            ),
            yaxis=axis(look, "answer (%)", autorange="reversed", type="category", showgrid=False),
            shapes=frames,
        ),
    )


def _sums(target: float, answers: Mapping[str, Array], look: Look) -> Figure:
    """A row per cell with its answer; a line stands at the right sum."""
    rows = list(answers)
    values = [float(answer[0, 0]) for answer in answers.values()]
    dots: Spec = {
        "type": "scatter",
        "mode": "markers+text",
        "x": values,
        "y": rows,
        "text": [number(value, 3) for value in values],
        "textposition": "top center",
        "textfont": {"color": look.text},
        "marker": {
            "size": 12,
            "color": [look.lines[PLACES[cell][0]] for cell in rows],
            "symbol": [MARKERS[PLACES[cell][1]] for cell in rows],
        },
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.3f}<extra></extra>",
        "showlegend": False,
    }
    mark = {
        "type": "line",
        "x0": target,
        "x1": target,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.text, "width": 2, "dash": "dash"},
    }
    low, high = min([0.0, *values]), max([2.0, *values])
    room = 0.05 * (high - low)
    return Figure(
        [dots] if rows else [],
        layout(
            look,
            250,
            margin={"l": 8, "r": 12, "t": 40, "b": 8},
            xaxis=axis(look, "answer", range=[low - room, high + room], zeroline=False),
            yaxis=axis(look, "", type="category", range=[-0.5, max(len(rows), 1) - 0.2]),
            shapes=[mark],
            annotations=[
                _note(f"right: {number(target, 3)}", target, look) | {"xanchor": "center"}
            ],
        ),
    )


def _curves(sequences: Sequences, answers: Mapping[str, Array], look: Look) -> Figure:
    """The values asked for and each cell's answers, over the steps."""
    t = sequences.asked + 1
    truth = _dots("right", t, sequences.y[0], look, 7, "lines", 5)
    lines = [
        _dots(cell, t, values[:, 0], look, PLACES[cell][0], "lines+markers", 5)
        | {"marker": {"symbol": MARKERS[PLACES[cell][1]], "size": 6}}
        for cell, values in answers.items()
    ]
    return Figure(
        [truth, *lines],
        layout(
            look,
            300,
            xaxis=axis(look, "step t of the sequence", zeroline=False),
            yaxis=axis(look, "value"),
            hovermode="closest",
        ),
    )
