"""After the update of the LSTM by hand: the next forward pass, and epoch after epoch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from engine.by_hand.lstm import Step, forward, slopes, updated
from pages.figures.base import Figure, Look, axis, counted, layout, line, listed, number
from pages.figures.lstm_weights_update import Update
from pages.figures.marks import point

STUCK = 1e-6  # a smaller share of the loss, or slope of a gate, counts for nothing
LEAST = 0.01  # powers of ten to either side of a loss that hardly changes


def next_pass(update: Update) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The forward pass before the update and after it."""
    with np.errstate(over="ignore", invalid="ignore"):
        after = forward(updated(update.example, update.dW, update.db))
    return forward(update.example), after


def outputs_figure(update: Update, look: Look) -> Figure:
    """The output of each step before and after the update, and the label, on a line each."""
    passes = next_pass(update)
    steps = [f"step {t + 1}" for t in range(len(update.example.y))]
    marks = (
        ("a before", [s.cell.a for s in passes[0]], "circle-open", look.lines[1], 15),
        ("a after", [s.cell.a for s in passes[1]], "diamond", look.lines[0], 10),
        ("label y", update.example.y.tolist(), "line-ns-open", look.text, 26),
    )
    return Figure(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": [v if np.isfinite(v) else None for v in values],
                "y": steps,
                "marker": {"symbol": symbol, "color": color, "size": size, "line": {"width": 3}},
                "hovertemplate": name + ": %{x:.6g}<extra></extra>",
            }
            for name, values, symbol, color, size in marks
        ],
        layout(
            look,
            240,
            xaxis=axis(look, "output a", nticks=6),
            yaxis=axis(look, "", autorange="reversed"),
            hovermode="closest",
        ),
    )


def describe_next(update: Update) -> str:
    """How the outputs and the total error move."""
    before, after = next_pass(update)
    moves = [
        f"**a_{t}** goes from {number(old.cell.a, 6)} to **{number(new.cell.a, 6)}** (label "
        f"{number(old.y, 6)})"
        for t, (old, new) in enumerate(zip(before, after, strict=True), 1)
    ]
    return f"In the next forward pass {listed(moves)}.".replace("_1", "₁").replace("_2", "₂")


def next_alt(update: Update) -> str:
    return f"Outputs of both steps beside their labels. {describe_next(update).replace('*', '')}"


def next_table(update: Update) -> pd.DataFrame:
    """Every value of the forward pass before and after the update, step by step."""
    rows = []
    for t, (old, new) in enumerate(zip(*next_pass(update), strict=True), 1):
        pairs = zip(_values(old).items(), _values(new).values(), strict=True)
        rows += [(f"{name}, step {t}", was, now, now - was) for (name, was), now in pairs]
    return pd.DataFrame(rows, columns=["value", "before", "after", "change"])


def _values(step: Step) -> dict[str, float]:
    c = step.cell
    return {
        "Γf": c.gate_f,
        "Γu": c.gate_u,
        "C̃": c.candidate,
        "Γo": c.gate_o,
        "C": c.c,
        "a": c.a,
        "E": step.error,
    }


def epochs_figure(update: Update, look: Look) -> Figure:
    """The loss after each epoch, logarithmic, and the epochs that were taken."""
    losses = update.many.losses
    epochs = np.arange(len(losses))
    shown = np.where(losses > 0, losses, np.nan)
    return Figure(
        [
            line(
                "total error", epochs, shown, look, 0, hovertemplate="%{x}: %{y:.6g}<extra></extra>"
            ),
            point(
                "epochs taken",
                float(update.last),
                float(shown[update.last]),
                "circle",
                look.lines[1],
                look,
            ),
        ],
        layout(
            look,
            300,
            xaxis=axis(look, "epoch", range=[-3, len(losses) + 1]),
            yaxis=axis(look, "total error E", type="log", **_ticks(shown)),
            hovermode="closest",
        ),
    )


def _ticks(losses: np.ndarray) -> dict[str, object]:
    """A tick per power of ten where there are several, else a few plain numbers; a range of its
    own for a loss that hardly changes."""
    seen = losses[np.isfinite(losses)]
    low, high = np.log10([seen.min(), seen.max()]).tolist() if seen.size else (0.0, 0.0)
    decades = high - low
    if decades < LEAST:
        return {"nticks": 5, "tickformat": ".3~g", "range": [low - LEAST, high + LEAST]}
    if decades < 1.5:
        return {"nticks": 5, "tickformat": ".3~g"}
    return {"exponentformat": "power", "dtick": max(1, int(decades // 6))}


def courses_figure(update: Update, look: Look) -> Figure:
    """The outputs over the epochs, and the labels that they should reach."""
    epochs = np.arange(len(update.many.losses))
    traces = []
    for t, label in enumerate(update.example.y.tolist()):
        sub = "₁₂"[t]
        traces.append(line(f"a{sub}", epochs, update.many.outputs[:, t], look, t))
        level = np.array([label, label])
        traces.append(
            line(f"label y{sub}", epochs[[0, -1]], level, look, t)
            | {"line": {"color": look.lines[t], "dash": "dot", "width": 1.5}}
        )
    return Figure(
        traces,
        layout(
            look,
            300,
            xaxis=axis(look, "epoch", range=[-3, len(epochs) + 1]),
            yaxis=axis(look, "output a", nticks=6),
            hovermode="closest",
        ),
    )


def describe_epochs(update: Update) -> str:
    """Where the epochs end, whether the loss ever rose, and whether the cell is stuck."""
    many, last = update.many, update.last
    now = float(many.losses[last])
    lead = f"After {counted(last, 'epoch')} the loss is **{number(now, 6)}**"
    if many.diverged_at is not None and update.taken >= many.diverged_at:
        return f"{lead}; in epoch **{many.diverged_at}** {many.tensor} is too large for a float."
    rises = int((np.diff(many.losses[: last + 1]) > 0).sum())
    text = f"{lead}, with a₂ at {number(float(many.outputs[last, 1]), 6)}; "
    text += f"it rose in {counted(rises, 'epoch')} on the way." if rises else "it never rose."
    norm = float(many.lengths[last])
    text += f" The gradient's norm is {number(norm, 3)}"
    if abs(update.rate) * norm**2 < STUCK * now:
        reason = "the cell is saturated, and " if _is_saturated(update) else ""
        return f"{text}: {reason}the next update changes the loss by less than a millionth of it."
    return f"{text}."


def _is_saturated(update: Update) -> bool:
    """Whether after the last epoch every step has a gate, candidate or tanh without a slope."""
    theta = update.many.parameters[update.last]
    cells = [s.cell for s in forward(replace(update.example, W=theta[:, :-1], b=theta[:, -1]))]
    return all(min(*slopes(c).tolist(), 1 - c.tanh_c**2) < STUCK for c in cells)


def epochs_alt(update: Update) -> str:
    return f"Total error after each epoch on a log axis. {describe_epochs(update)}".replace("*", "")


def courses_alt(update: Update) -> str:
    ends = " and ".join(
        f"a{'₁₂'[t]} from {number(float(a[0]))} to {number(float(a[-1]))}, label {number(y)}"
        for t, (a, y) in enumerate(
            zip(update.many.outputs[: update.last + 1].T, update.example.y.tolist(), strict=True)
        )
    )
    return f"Outputs over {counted(update.last, 'epoch')}: {ends}."
