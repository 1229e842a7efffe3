"""Memory tasks: how far back each cell still remembers, and its training step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from engine.sequence_tasks import SequenceTask
from engine.studies.memory import MemoryRecord
from engine.types import Array
from pages.figures.base import DASHES, MARKERS, Figure, Look, Spec, axis, layout, typed
from pages.figures.depth import decades_axis, doubles

PLACES = {"RNN": (0, 0), "LSTM": (1, 1), "GRU": (2, 3), "ReLU RNN": (3, 2)}
"""Each cell's place among the colors, and among dashes and markers."""
DRAWN_REACH = 1e-30  # a gradient below this is as good as none; keeps one tiny value from the axis

Runs = Mapping[str, Sequence[MemoryRecord]]  # records of the runs at one length, by cell


def by_length(records: Iterable[MemoryRecord]) -> dict[int, dict[str, list[MemoryRecord]]]:
    """The records by length and cell, in the order in which they came."""
    runs: dict[int, dict[str, list[MemoryRecord]]] = {}
    for record in records:
        cells = runs.setdefault(record.run.length, {})
        cells.setdefault(record.run.cell, []).append(record)
    return runs


def at_step(runs: Runs, step: int) -> dict[str, MemoryRecord]:
    """Where each cell stood after so many steps; one that had ended by then, at its end."""
    return {
        cell: [record for record in records if record.step <= step][-1]
        for cell, records in runs.items()
    }


def accuracy_figure(
    runs: Mapping[int, Runs], lengths: Sequence[int], task: SequenceTask, look: Look
) -> Figure:
    """Share of right answers over the length, a line per cell; runs still going on are hollow."""
    cells = dict.fromkeys(cell for at in runs.values() for cell in at)
    lines = [_accuracy(cell, runs, look) for cell in cells]
    return Figure(
        [*lines, _chance(lengths, task, look)],
        layout(
            look,
            360,
            xaxis=axis(
                look,
                "length T",
                range=[0, 1.06 * lengths[-1]],
                tickvals=list(lengths),
                zeroline=False,
            ),
            yaxis=axis(look, "right answers (%)", range=[-4, 106], dtick=25, zeroline=False),
            hovermode="closest",
            showlegend=True,
        ),
    )


def _accuracy(cell: str, runs: Mapping[int, Runs], look: Look) -> Spec:
    ends = {length: at[cell][-1] for length, at in runs.items() if cell in at}
    color, shape = PLACES[cell]
    return _line(cell, look) | {
        "x": list(ends),
        "y": doubles(np.array([100 * record.score for record in ends.values()])),
        "mode": "lines+markers",
        "marker": {
            "symbol": [MARKERS[shape] + ("" if r.stopped else "-open") for r in ends.values()],
            "size": 9,
            "color": look.lines[color],
            "line": {"width": 2, "color": look.lines[color]},
        },
        "hovertemplate": f"{cell}, T = %{{x}}: %{{y:.0f}} %<extra></extra>",
    }


def _chance(lengths: Sequence[int], task: SequenceTask, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "without looking",
        "x": [0, 1.06 * lengths[-1]],
        "y": [100 * task.chance] * 2,
        "line": {"color": look.text, "width": 1.5, "dash": "dot"},
        "hovertemplate": "without looking: %{y:.1f} %<extra></extra>",
    }


def training_figure(runs: Runs, task: SequenceTask, step: int, look: Look) -> Figure:
    """Over the training steps at one length: right answers, loss, and the gradient that reaches
    the first step; a line stands at `step`."""
    panels = {"y": _scores(runs), "y2": _losses(runs), "y3": _reaches(runs)}
    traces = [
        _line(cell, look)
        | {
            "x": [record.step for record in runs[cell]],
            "y": doubles(values),
            "yaxis": side,
            "showlegend": side == "y",
            "hovertemplate": f"{cell}, step %{{x}}: %{{y:.3g}}<extra></extra>",
        }
        for side, by_cell in panels.items()
        for cell, values in by_cell.items()
    ]
    last = max(records[-1].step for records in runs.values())
    unit = "nats" if task.has_classes else "squared error"
    losses = np.concatenate([*_losses(runs).values()])
    return Figure(
        traces,
        layout(
            look,
            560,
            xaxis=axis(
                look, "training step", range=[0, max(last, 1) * 1.02], anchor="y3", zeroline=False
            ),
            yaxis=axis(look, "right (%)", range=[-4, 106], dtick=25, domain=[0.72, 1]),
            yaxis2=_loss_axis(look, f"loss ({unit})", losses) | {"domain": [0.37, 0.65]},
            yaxis3=decades_axis(
                look, "‖∂loss/∂x₁‖", *_reaches(runs).values(), domain=[0, 0.3], zeroline=False
            ),
            shapes=[_mark(step, look)],
            hovermode="closest",
            showlegend=True,
        ),
    )


def _scores(runs: Runs) -> dict[str, Array]:
    return {cell: np.array([100 * r.score for r in records]) for cell, records in runs.items()}


def _losses(runs: Runs) -> dict[str, Array]:
    return {cell: np.array([r.loss for r in records]) for cell, records in runs.items()}


def _reaches(runs: Runs) -> dict[str, Array]:
    return {cell: _drawable([r.reach[0] for r in records]) for cell, records in runs.items()}


def _drawable(values: Sequence[float] | Array) -> Array:
    """What a log axis can show, NaN for the rest."""
    drawn = np.asarray(values, float)
    return np.where(drawn >= DRAWN_REACH, drawn, np.nan)


def _loss_axis(look: Look, title: str, losses: Array) -> Spec:
    """From 0; over powers of ten for a loss that grew beyond all bounds."""
    finite = losses[np.isfinite(losses)]
    if finite.size and finite.max() > 1e3:
        return decades_axis(look, title, _drawable(losses))
    return axis(look, title, rangemode="tozero")


def _mark(step: int, look: Look) -> Spec:
    return {
        "type": "line",
        "x0": step,
        "x1": step,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.text, "width": 1.5, "dash": "dot"},
    }


def reach_figure(runs: Runs, step: int, look: Look) -> Figure:
    """At one training step: the norm of the loss's gradient by each input of the sequence."""
    reaches = {cell: _drawable(record.reach) for cell, record in at_step(runs, step).items()}
    steps = len(next(iter(reaches.values())))
    return Figure(
        [
            _line(cell, look)
            | {
                "x": typed(np.arange(1, steps + 1)),
                "y": doubles(values),
                "hovertemplate": f"{cell}, input %{{x}}: %{{y:.3g}}<extra></extra>",
            }
            for cell, values in reaches.items()
        ],
        layout(
            look,
            300,
            xaxis=axis(look, "step t of the sequence", range=[0, steps + 1], zeroline=False),
            yaxis=decades_axis(look, "‖∂loss/∂x<sub>t</sub>‖", *reaches.values()),
            hovermode="closest",
            showlegend=True,
        ),
    )


def _line(cell: str, look: Look) -> Spec:
    color, shape = PLACES[cell]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": cell,
        "line": {"color": look.lines[color], "dash": DASHES[shape], "width": 2.5},
    }
