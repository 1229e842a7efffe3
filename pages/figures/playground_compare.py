"""Two configurations side by side: their losses by epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.playground.compare import Outcome
from engine.types import Array
from pages.figures.base import (
    Figure,
    Look,
    Spec,
    axis,
    layout,
    log_axis,
    typed,
)

WIDE = 50  # times the lowest loss, from which on the axis is logarithmic
CURVES = (
    ("test", "test_loss", ("solid", "dash"), 2.5),
    ("training", "training_loss", ("dot", "dashdot"), 1.8),
)
SIDES = (2, 6)  # colors of A and B among the lines: not those of the classes
Group = Sequence[Outcome]  # one configuration with each of its seeds


def losses_figure(a: Group, b: Group, look: Look) -> Figure:
    """Training and test loss of both by epoch: the mean over seeds, and for the test loss the
    range as a band where there are several."""
    groups = (("A", a), ("B", b))
    bands = [_band(group, look, k) for k, (_, group) in enumerate(groups) if len(group) > 1]
    traces = [
        _curve(f"{name}, {kind}", group, column, dashes[k], width, look, k)
        for kind, column, dashes, width in CURVES
        for k, (name, group) in enumerate(groups)
    ]
    seen = np.concatenate([outcome.curves["test_loss"] for outcome in (*a, *b)])
    return Figure(
        [*bands, *traces],
        layout(
            look,
            360,
            xaxis=axis(look, "epoch"),
            yaxis=loss_axis(seen, look),
            hovermode="x",
        ),
    )


def loss_axis(losses: Array, look: Look) -> Spec:
    """An axis for losses from 0, or a logarithmic one where they are far apart."""
    seen = losses[np.isfinite(losses) & (losses > 0)]
    if seen.size and seen.max() > WIDE * seen.min():
        return log_axis(look, "loss", seen)
    return axis(look, "loss", rangemode="tozero")


def together(group: Group, column: str) -> tuple[Array, Array]:
    """Epochs (marks,) and the column of each seed at them (seeds, marks), NaN after its end."""
    longest = max(group, key=lambda outcome: outcome.curves["epoch"][-1])
    epochs = longest.curves["epoch"]
    rows = [
        np.interp(epochs, outcome.curves["epoch"], outcome.curves[column], right=np.nan)
        for outcome in group
    ]
    return epochs, np.array(rows)


def _curve(
    name: str, group: Group, column: str, dash: str, width: float, look: Look, k: int
) -> Spec:
    epochs, rows = together(group, column)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(epochs),
        "y": typed(np.nanmean(rows, axis=0)),
        "line": {"color": look.lines[SIDES[k]], "dash": dash, "width": width},
        "hovertemplate": name + ": %{y:.3g}<extra></extra>",
    }


def _band(group: Group, look: Look, k: int) -> Spec:
    epochs, rows = together(group, "test_loss")
    low, high = np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed(np.concatenate([epochs, epochs[::-1]])),
        "y": typed(np.concatenate([high, low[::-1]])),
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": look.lines[SIDES[k]],
        "opacity": 0.25,
        "showlegend": False,
        "hoverinfo": "skip",
    }
