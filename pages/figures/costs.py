"""What recurrent layers cost beside self-attention: bars of parameters, lines over the length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.by_hand.rnn import BLOCKS
from engine.studies.sequence_costs import (
    FLOAT32,
    Stack,
    attention_kept_values,
    attention_products,
    kept_values,
    leading_products,
    parameter_parts,
    step_products,
    waiting_steps,
)
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, line, log_axis

LENGTHS = 2.0 ** np.arange(14)  # 1 to 8,192 steps
CELLS = tuple(BLOCKS)
PATTERNS = {"input": "", "recurrent": "/", "bias": ".", "peephole": "x"}


@dataclass(frozen=True)
class Plan:
    """Layers, a sequence, how many of them at once, and what is counted."""

    stack: Stack
    steps: int
    batch: int = 1
    peepholes: bool = False
    biases: int = 1

    def parts(self, cell: str) -> dict[str, int]:
        """Parameters of a cell by kind."""
        return parameter_parts(cell, self.stack, peepholes=self.peepholes, biases=self.biases)

    def parameters(self, cell: str) -> int:
        """All parameters of a cell."""
        return sum(self.parts(cell).values())


@dataclass(frozen=True)
class View:
    """Lines over the length of the sequence, by name, and what they count."""

    lines: Mapping[str, Array]
    title: str


def work(plan: Plan) -> View:
    """Multiplications of a batch of sequences, every one counted."""
    stack, n = plan.stack, plan.batch
    lines = {
        cell: n * LENGTHS * step_products(cell, stack, peepholes=plan.peepholes) for cell in CELLS
    }
    return View(
        lines | {"Attention": n * attention_products(stack, LENGTHS)},
        "multiplications, forward pass",
    )


def leading(plan: Plan) -> View:
    """The terms of table 1 in Vaswani et al. 2017."""
    recurrent, attention = leading_products(plan.stack, LENGTHS)
    return View(
        {"Recurrent, T H²": plan.batch * recurrent, "Attention, T² H": plan.batch * attention},
        "multiplications, leading term",
    )


def waiting(plan: Plan) -> View:
    """Steps that wait for one another, recurrent and attention."""
    chain, at_once = waiting_steps(plan.stack, LENGTHS)
    return View({"Recurrent": chain, "Attention": at_once}, "steps, one after the other")


def memory(plan: Plan) -> View:
    """Bytes that a batch of sequences keeps for the backward pass."""
    size = plan.batch * FLOAT32
    lines = {cell: size * kept_values(cell, plan.stack, LENGTHS) for cell in CELLS}
    return View(
        lines | {"Attention": size * attention_kept_values(plan.stack, LENGTHS)},
        "bytes kept for the backward pass",
    )


VIEWS = {"work": work, "leading": leading, "waiting": waiting, "memory": memory}


def at_length(view: View, steps: int) -> dict[str, float]:
    """What each line of the view is at one of LENGTHS."""
    at = int(np.flatnonzero(steps == LENGTHS)[0])
    return {name: float(values[at]) for name, values in view.lines.items()}


def lines_figure(view: View, steps: int, look: Look) -> Figure:
    """The lines of a view on log axes, the chosen length marked."""
    traces = [
        line(name, LENGTHS, values, look, k, mode="lines+markers")
        | {
            "marker": {"symbol": MARKERS[k], "size": 7},
            "hovertemplate": f"T = %{{x:,}}: %{{y:,.4s}}<extra>{name}</extra>",
        }
        for k, (name, values) in enumerate(view.lines.items())
    ]
    every = np.concatenate(list(view.lines.values()))
    return Figure(
        traces,
        layout(
            look,
            420,
            xaxis=log_axis(look, "length of the sequence T", LENGTHS, tickformat=",d"),
            yaxis=log_axis(look, view.title, every, range=_with_room_below(every)),
            shapes=[_mark(steps, look)],
            annotations=[_mark_name(steps, look)],
            hovermode="closest",
        ),
    )


def _with_room_below(values: Array) -> list[float]:
    """A log range for the values, with room for the name of the mark."""
    low, high = np.log10([values.min(), values.max()])
    return [float(low - 0.12 * (high - low)), float(high + 0.05 * (high - low))]


def _mark(steps: int, look: Look) -> Spec:
    return {
        "type": "line",
        "x0": steps,
        "x1": steps,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": look.text, "width": 1.5, "dash": "dot"},
    }


def _mark_name(steps: int, look: Look) -> Spec:
    is_left = steps < LENGTHS[len(LENGTHS) // 2]
    return {
        "x": float(np.log10(steps)),
        "xref": "x",
        "y": 0.01,
        "yref": "paper",
        "xanchor": "left" if is_left else "right",
        "yanchor": "bottom",
        "text": f"T = {steps:,}",
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
        "bgcolor": look.background,
    }


def parameters_figure(plan: Plan, look: Look, cells: Sequence[str] = CELLS) -> Figure:
    """A bar for each of the cells, stacked by kind of parameter, its total beside it."""
    parts = {cell: plan.parts(cell) for cell in cells}
    totals = [sum(parts[cell].values()) for cell in cells]
    kinds = [kind for kind in PATTERNS if any(parts[cell][kind] for cell in cells)]
    return Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "name": kind,
                "y": list(cells),
                "x": [parts[cell][kind] for cell in cells],
                "marker": {"color": look.lines[k], "pattern": {"shape": PATTERNS[kind]}},
                "hovertemplate": f"%{{x:,}} {kind}<extra>%{{y}}</extra>",
            }
            for k, kind in enumerate(kinds)
        ],
        layout(
            look,
            320,
            barmode="stack",
            legend=layout(look)["legend"] | {"traceorder": "normal"},
            bargap=0.35,
            xaxis=axis(look, "parameters", range=[0, 1.4 * max(totals)], nticks=5),
            yaxis=axis(look, "", categoryorder="array", categoryarray=list(cells[::-1])),
            annotations=[
                _total(cell, total, look) for cell, total in zip(cells, totals, strict=True)
            ],
        ),
    )


def _total(cell: str, total: int, look: Look) -> Spec:
    return {
        "x": total,
        "y": cell,
        "xanchor": "left",
        "xshift": 6,
        "text": f"<b>{total:,}</b>",
        "showarrow": False,
        "font": {"color": look.text, "size": 14},
    }
