"""What trained cells answer on one sequence of a memory task, beside the right answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.activations import softmax
from engine.sequence_tasks import Sequences, SequenceTask
from engine.types import Array
from pages.figures.base import DASHES, MARKERS, Figure, Look, Spec, axis, layout, number, typed
from pages.figures.memory import PLACES, Runs, at_step
from pages.figures.memory_example import dots, note


def answers_figure(
    task: SequenceTask, sequences: Sequences, runs: Runs, step: int, look: Look
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
    columns = [name for cell in answers for name in _columns(cell, len(y))]
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
            275 if len(y) == 1 else 310,
            margin={"l": 8, "r": 12, "t": 36, "b": 8},
            xaxis=axis(
                look,
                "letter asked for, cell" if len(y) > 1 else "",
                tickvals=list(range(len(columns))),
                ticktext=columns,
                tickangle=0,
                showgrid=False,
            ),
            yaxis=axis(look, "answer (%)", autorange="reversed", type="category", showgrid=False),
            shapes=frames,
        ),
    )


def _columns(cell: str, letters: int) -> list[str]:
    """Names of a cell's columns: its own, and the number of the letter where there are several."""
    if letters == 1:
        return [cell]
    middle = letters // 2
    return [f"{k + 1}<br>{cell if k == middle else ''}" for k in range(letters)]


def _sums(target: float, answers: Mapping[str, Array], look: Look) -> Figure:
    """A row per cell with its answer beside its name; a line stands at the right sum."""
    rows = list(answers)
    values = [float(answer[0, 0]) for answer in answers.values()]
    names = [f"{cell}<br>{number(value, 3)}" for cell, value in zip(rows, values, strict=True)]
    dots: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": rows,
        "marker": {
            "size": 12,
            "color": [look.lines[PLACES[cell][0]] for cell in rows],
            "symbol": [MARKERS[PLACES[cell][1]] for cell in rows],
        },
        "cliponaxis": False,
        "hovertemplate": "%{x:.3f}<extra></extra>",
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
        "layer": "below",
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
            yaxis=axis(
                look,
                "",
                type="category",
                range=[max(len(rows), 1) - 0.5, -0.5],
                tickvals=rows,
                ticktext=names,
            ),
            shapes=[mark],
            annotations=[note(f"right: {number(target, 3)}", target, look) | {"xanchor": "center"}],
        ),
    )


def _dashed(cell: str, look: Look) -> Spec:
    color, shape = PLACES[cell]
    return {"line": {"color": look.lines[color], "dash": DASHES[shape], "width": 2}}


def _curves(sequences: Sequences, answers: Mapping[str, Array], look: Look) -> Figure:
    """The values asked for and each cell's answers, over the steps."""
    t = sequences.asked + 1
    truth = dots("right", t, sequences.y[0], look, 7, "lines", 5)
    lines = [
        dots(cell, t, values[:, 0], look, PLACES[cell][0], "lines+markers", 5)
        | {"marker": {"symbol": MARKERS[PLACES[cell][1]], "size": 7}}
        | _dashed(cell, look)
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
