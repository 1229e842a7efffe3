"""Which layers learn: the first step and a whole run, weight matrix by weight matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.studies.layer_learning import LayerChanges
from engine.types import Array
from pages.figures.base import (
    DASHES,
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
    number,
    typed,
)
from pages.figures.depth import decades_axis, doubles, whole_ticks

BEHIND, TOGETHER, AHEAD = "Less than a tenth as far", "About as far", "More than ten times as far"
CHANGE = "relative change of W"


def verdict(changes: Array) -> str:
    """How far the first weight matrix has come, compared with the last."""
    first, last = changes[[0, -1]]
    if first * 10 < last:
        return BEHIND
    return AHEAD if first > 10 * last else TOGETHER


def profile_figure(
    first: Array, records: Sequence[LayerChanges], look: Look, revealed: bool = True
) -> Figure:
    """Relative change of every weight matrix after one step and, once there, after the run."""
    x = np.arange(1, len(first) + 1)
    curves = {"after one step": first}
    if records:
        curves[f"after {counted(records[-1].epoch, 'epoch')}"] = records[-1].changes
    return Figure(
        [_curve(name, x, y, k, look) for k, (name, y) in enumerate(curves.items()) if revealed],
        layout(
            look,
            380,
            xaxis=axis(
                look,
                "weight matrix (1 is the first)",
                range=[0.5, len(first) + 0.5],
                **whole_ticks(len(first)),
            ),
            yaxis=decades_axis(look, CHANGE, *(curves.values() if revealed else [np.zeros(1)])),
            showlegend=True,
            hovermode="closest",
        ),
    )


def run_figure(records: Sequence[LayerChanges], look: Look) -> Figure:
    """Over the epochs: how far the first, middle and last weight matrix are, and the loss."""
    epochs = np.array([record.epoch for record in records])
    changes = np.array([record.changes for record in records])
    layers = changes.shape[1]
    places = {"first": 0, "middle": layers // 2, "last": layers - 1}
    loss = _curve("training loss", epochs, _losses(records), 3, look, mode="lines")
    return Figure(
        [
            *(
                _curve(f"W{at + 1}, {name}", epochs, changes[:, at], k, look, mode="lines")
                for k, (name, at) in enumerate(places.items())
            ),
            loss | {"yaxis": "y2"},
        ],
        layout(
            look,
            520,
            xaxis=axis(look, "epochs", anchor="y2", **whole_ticks(int(epochs[-1]))),
            yaxis=decades_axis(
                look, CHANGE, changes[:, [*places.values()]].ravel(), domain=[0.46, 1]
            ),
            yaxis2=axis(
                look, "loss (nats)", domain=[0, 0.36], rangemode="tozero", exponentformat="power"
            ),
            hovermode="closest",
        ),
    )


def _losses(records: Sequence[LayerChanges]) -> Array:
    return np.array([record.loss for record in records])


def _curve(name: str, x: Array, y: Array, k: int, look: Look, mode: str = "lines+markers") -> Spec:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": typed(x),
        "y": doubles(np.where(y > 0, y, np.nan)),
        "line": {"color": look.lines[k], "dash": DASHES[k], "width": 2.5},
        "marker": {"symbol": MARKERS[k], "size": 7},
        "hovertemplate": f"{name}, %{{x}}: %{{y:.3g}}<extra></extra>",
    }


def describe_first(first: Array) -> str:
    """The first step: how far the first and the last weight matrix move."""
    if not np.isfinite(first).all():
        return "One step **overflows**: no weight matrix can be compared with another."
    still = int((first == 0).sum())
    told = (
        f"One step moves the last weight matrix by **{number(first[-1], 2)}** of its size and the "
        f"first by **{number(first[0], 2)}**"
    )
    if still:
        return (
            f"{told}: {still} of {len(first)} do not move at all. The steps are 0, or smaller than "
            "float64 can add to the weights."
        )
    return f"{told}, first over last **{number(first[0] / first[-1], 2)}**."


def describe_run(records: Sequence[LayerChanges]) -> str:
    """The run: the loss it reached and how far the first and the last weight matrix came."""
    start, end = records[0], records[-1]
    if end.stopped.startswith("diverged"):
        finite = [record for record in records if np.isfinite(record.loss)]
        return (
            f"Training **{end.stopped}**. The last finite loss is "
            f"{number(finite[-1].loss, 3) if finite else 'none'}; a smaller learning rate or other "
            "starting weights keep it finite."
        )
    return (
        f"In {counted(end.epoch, 'epoch')} the loss goes from {number(start.loss, 3)} to "
        f"**{number(end.loss, 3)}** (guessing: {number(np.log(2), 3)}). The first weight matrix "
        f"has changed by **{number(end.changes[0], 2)}** of its size, the last by "
        f"**{number(end.changes[-1], 2)}**."
    )


def learning_table(first: Array, records: Sequence[LayerChanges]) -> pd.DataFrame:
    """A row per weight matrix: log₁₀ of its relative change after one step and, once there, at the
    end of the run."""
    with np.errstate(divide="ignore"):
        columns = {
            "weight matrix": np.arange(1, len(first) + 1),
            "log₁₀ of the change after one step": np.log10(first),
        }
        if records:
            columns["at the end of the run"] = np.log10(records[-1].changes)
    return pd.DataFrame(columns)


def profile_alt(first: Array, records: Sequence[LayerChanges]) -> str:
    """What the picture of the weight matrices shows."""
    words = describe_first(first) + (f" {describe_run(records)}" if records else "")
    return f"Relative change of each weight matrix on a log axis. {words.replace('*', '')}"


def run_alt(records: Sequence[LayerChanges]) -> str:
    """What the picture of the run shows."""
    words = describe_run(records).replace("*", "")
    return f"Relative change of three weight matrices, and the loss, over the epochs. {words}"
