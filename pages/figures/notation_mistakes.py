"""What a mistake in the backward pass spoils: weights off the diagonal, and the post's table."""

from __future__ import annotations

import numpy as np

from engine.by_hand.lstm_example import GATES
from engine.by_hand.lstm_labels import TERMS
from pages.figures.base import (
    Figure,
    Look,
    Spec,
    axis,
    cells,
    counted,
    layout,
    line,
    listed,
    number,
    typed,
)
from pages.figures.gate_look import PARTS
from pages.figures.notation import LOOKS, NAMES
from pages.figures.notation_check import PARAMETERS, ROWS, Check

FAR = 3.0  # a point beyond this many times the largest difference is drawn at the edge


def scatter_figure(check: Check, look: Look) -> Figure:
    """A point per weight and bias: gradient with the mistake against the central difference.

    Open points are spoiled by the mistake; what lies far outside is drawn at the edge.
    """
    edge, most = window(check)
    ends = np.array([-edge, edge])
    diagonal = line("equal", ends, ends, look, 7, hoverinfo="skip")
    return Figure(
        [diagonal, *(_points(check, gate, most, look) for gate in GATES)],
        layout(
            look,
            440,
            xaxis=axis(look, "central difference", range=[-edge, edge]),
            yaxis=axis(look, "gradient with the mistake", range=[-most * 1.06, most * 1.06]),
            hovermode="closest",
        ),
    )


def window(check: Check) -> tuple[float, float]:
    """Half the width and height of the picture; the height holds at most FAR widths."""
    reach = float(np.abs(check.numeric).max()) or 1.0
    most = min(float(np.abs(check.wrong.flat).max()), FAR * reach)
    return 1.15 * reach, 1.15 * max(reach, most)


def _points(check: Check, gate: str, most: float, look: Look) -> Spec:
    row = GATES.index(gate)
    here = [*range(3 * row, 3 * row + 3), 12 + row]
    off, part = check.off[here], PARTS[LOOKS[gate]]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": NAMES[gate],
        "x": typed(check.numeric[here]),
        "y": typed(np.clip(check.wrong.flat[here], -most, most)),
        "text": [
            f"{PARAMETERS[k]}: {number(float(check.wrong.flat[k]))}, "
            f"difference {number(float(check.numeric[k]))}"
            for k in here
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": [part.marker + ("-open" if wrong else "") for wrong in off],
            "size": [15 if wrong else 11 for wrong in off],
            "color": part.tint(look),
            "line": {
                "color": [part.tint(look) if wrong else look.background for wrong in off],
                "width": [2.5 if wrong else 1 for wrong in off],
            },
        },
    }


def labels_figure(check: Check, look: Look) -> Figure:
    """The post's table: a row per derivative, a column per step, the last step first.

    Each cell has its label and value; a word, bold type and a color mark what the mistake spoils.
    """
    steps = len(check.right.steps)
    names = [[f"{t}.{term}" for t in range(steps, 0, -1)] for term in TERMS]
    triples = [[check.labels[name] for name in row] for row in names]
    moved = np.array([[wrong - right for wrong, right, _ in row] for row in triples])
    texts = [
        [
            f"{name} wrong<br><b>{number(check.labels[name][0])}</b>"
            if name in check.off_labels
            else f"{name}<br>{number(check.labels[name][0])}"
            for name in row
        ]
        for row in names
    ]
    reach = float(np.abs(moved).max()) or 1.0
    return Figure(
        [
            cells(moved, texts, look, reach)
            | {"x": [f"step {t}" for t in range(steps, 0, -1)], "y": list(ROWS)}
        ],
        layout(
            look,
            430,
            margin={"l": 8, "r": 12, "t": 44, "b": 8},
            xaxis={"side": "top", "showgrid": False, "ticks": ""},
            yaxis={"autorange": "reversed", "showgrid": False, "ticks": "", "automargin": True},
        ),
    )


def describe_check(check: Check) -> str:
    """The number that exposes the mistake, and how many labels and parameters it spoils."""
    if check.exposed is None:
        lead = (
            "This mistake changes nothing with these numbers"
            if check.mistake.rule
            else "With the right rules every point lies on the diagonal"
        )
        worst = number(float(np.abs(check.right.flat - check.numeric).max()), 2)
        return f"{lead}. Gradients and central differences are apart by at most **{worst}**."
    name, wrong, right, numeric = check.exposed
    blame = (
        ""
        if check.confirmed
        else " With numbers this large the step of the differences is too coarse, and even the "
        "right gradients miss them."
    )
    beyond = int((np.abs(check.wrong.flat) > window(check)[1]).sum())
    edge = (
        f" The edge of the picture holds {counted(beyond, 'point')} from beyond it."
        if beyond
        else ""
    )
    return (
        f"With the mistake {name} is **{number(wrong)}**, right is **{number(right)}**, and the "
        f"central difference is {number(numeric)}. It spoils **{len(check.off_labels)} of "
        f"{len(check.labels)}** labels and **{int(check.off.sum())} of {check.off.size}** weights "
        f"and biases{_whose(check)} (open points).{blame}{edge}"
    )


def _whose(check: Check) -> str:
    """Whose weights and biases are spoiled, where it is not those of all gates."""
    rows = check.off[:12].reshape(4, 3).any(axis=1) | check.off[12:]
    spoiled = [NAMES[gate] for gate, row in zip(GATES, rows, strict=True) if row]
    return f", those for {listed(spoiled)}" if 0 < len(spoiled) < len(GATES) else ""


def describe_labels(check: Check) -> str:
    """Where the mistake begins, what it reaches from there, and what it leaves alone."""
    off = check.off_labels
    if not off:
        return (
            "All labels are right: the mistake is made later, where the weights are collected."
            if check.off.any()
            else "All labels are right."
        )
    kept = [name for name in check.labels if name not in off]
    alone = f" Untouched: {', '.join(kept)}." if kept else " No label is left untouched."
    return f"It begins at **{off[0]}** and ends at {off[-1]}.{alone}"


def scatter_alt(check: Check) -> str:
    return (
        f"A point for each of {check.off.size} weights and biases, gradient with the mistake "
        f"against central difference. {describe_check(check).replace('*', '')}"
    )


def labels_alt(check: Check) -> str:
    return (
        "A table of the derivatives of both steps by the labels of the post, those that the "
        f"mistake spoils marked. {describe_labels(check).replace('*', '')}"
    )
