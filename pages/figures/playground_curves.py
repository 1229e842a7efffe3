"""A run of the playground as curves: loss and accuracy or R², training and test, by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np

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
    log_axis,
    typed,
)
from pages.figures.playground_history import SETS, Curves

DRAWN = 256  # points of a line at most: the table has all, and pictures stay light while it plays
LARGEST = float(np.finfo(np.float32).max)  # what a picture can hold
MARGIN = {"l": 74, "r": 12, "t": 40, "b": 52}  # fixed: to measure texts takes longer than to draw
VEIL = 0.65  # how far what comes after the moment shown fades


def curves_figure(curves: Curves, look: Look) -> Figure:
    """Losses above accuracies or R², a line at the moment shown, and faint what came after it."""
    losses, qualities = _now(curves)
    traces = [_line(curves, name, "loss", look) for name in SETS]
    traces += [_line(curves, name, curves.quality, look) for name in SETS]
    traces += [_best(curves, look), _dots(curves, losses, "y", look)]
    traces.append(_dots(curves, qualities, "y2", look))
    right = max(curves.end, 1.0)
    return Figure(
        traces,
        layout(
            look,
            460,
            margin=MARGIN,
            xaxis=axis(
                look,
                f"epoch ({counted(curves.size, 'step')} each)",
                range=[-0.01 * right, 1.02 * right],
                anchor="y2",
                automargin=False,
                unifiedhovertitle={"text": "epoch %{x:,}"},
                spikethickness=1,
                spikedash="solid",
                spikecolor=look.text,
            ),
            yaxis=_loss_axis(curves, look),
            yaxis2=_quality_axis(curves, look),
            hovermode="x unified",
            hoversubplots="axis",  # one box with the values of both pictures
            shapes=_moment(curves, look),
            uirevision="curves",  # a line switched off in the legend stays off while it plays
        ),
    )


def _line(curves: Curves, name: str, score_name: str, look: Look) -> Spec:
    """One score of one set, thinned evenly."""
    k, is_loss = SETS.index(name), score_name == "loss"
    values = (curves.losses if is_loss else curves.qualities)[name]
    stride = -(-len(values) // DRAWN)
    apart = float(curves.epochs[1] - curves.epochs[0]) if len(curves.epochs) > 1 else 1.0
    told = f"{name} {score_name}: %{{y:{'.1%' if score_name == 'accuracy' else '.4g'}}}"
    more: dict[str, Any] = {}
    if is_loss and k == 0:  # the first row of the box names the step for all
        more["customdata"] = typed(curves.epochs[::stride] * curves.size)
        told = f"step %{{customdata:,}}<br>{told}"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": name,
        "showlegend": is_loss,
        "x0": 0,
        "dx": apart * stride,
        "y": typed(values[::stride]),
        "yaxis": "y" if is_loss else "y2",
        "line": {"color": look.lines[k], "dash": DASHES[k], "width": 2.5},
        "hovertemplate": f"{told}<extra></extra>",
        **more,
    }


def _best(curves: Curves, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "lowest test loss",
        "x": [curves.best_epoch],
        "y": typed(np.array([curves.best])),
        "marker": {
            "symbol": "star",
            "size": 14,
            "color": look.lines[1],
            "line": {"color": look.background, "width": 1},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _dots(curves: Curves, values: Array, where: str, look: Look) -> Spec:
    """Scores (2,) of the moment shown."""
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [curves.at] * 2,
        "y": typed(values),
        "yaxis": where,
        "marker": {"symbol": list(MARKERS[:2]), "size": 8, "color": list(look.lines[:2])},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _now(curves: Curves) -> tuple[Array, Array]:
    now = curves.now
    losses = np.array([now.training_loss, now.test_loss])
    return losses, np.array([now.training_quality, now.test_quality])


def _moment(curves: Curves, look: Look) -> list[Spec]:
    """A line at the moment shown, and a veil over what comes after it."""
    upright = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    here = {"type": "line", "x0": curves.at, "x1": curves.at}
    shapes = [upright | here | {"line": {"color": look.text, "width": 1.5, "dash": "dot"}}]
    if curves.is_rewound:
        veil = {"type": "rect", "x0": curves.at, "x1": 1.02 * max(curves.end, 1.0)}
        fill = {"fillcolor": look.background, "opacity": VEIL, "line": {"width": 0}}
        shapes.insert(0, upright | veil | fill | {"layer": "above"})
    return shapes


def _all_losses(curves: Curves) -> Array:
    """Every loss that a picture can hold and that is above 0."""
    values = np.concatenate([*curves.losses.values(), _now(curves)[0], [curves.best]])
    return values[(values > 0) & (values < LARGEST)]


def is_logarithmic(curves: Curves) -> bool:
    """Whether the losses span more than a decade."""
    values = _all_losses(curves)
    return bool(values.size and values.max() > 10 * values.min())


def _loss_axis(curves: Curves, look: Look) -> Spec:
    where: dict[str, Any] = {"domain": [0.42, 1], "fixedrange": True, "automargin": False}
    if not is_logarithmic(curves):
        return axis(look, "loss", rangemode="tozero", **where)
    values = _all_losses(curves)
    made = log_axis(look, "loss (log axis)", values, **where)
    if values.max() < 300 * values.min():  # powers of ten alone would be too few labels
        made |= {"dtick": "D2", "tickformat": "~g"}
    return made


def _quality_axis(curves: Curves, look: Look) -> Spec:
    where: dict[str, Any] = {
        "domain": [0, 0.32],
        "fixedrange": True,
        "nticks": 5,
        "automargin": False,
    }
    if curves.quality == "accuracy":
        return axis(look, "accuracy", range=[-0.03, 1.03], tickformat=".0%", **where)
    values = np.concatenate([*curves.qualities.values(), _now(curves)[1]])
    finite = values[np.isfinite(values)]
    low = float(np.clip(finite.min(), -1, 0)) if finite.size else 0.0
    return axis(look, "R²", range=[low - 0.05, 1.05], **where)
