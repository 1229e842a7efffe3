"""A translation model's training: losses over the epochs, and BLEU after each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.types import Array
from pages.figures.base import DASHES, MARKERS, Figure, Look, Spec, axis, layout, log_axis, typed

BINS = 200  # points of the training curve at most
EMPTY = 6.5  # nats a word on an axis without lines: about what a blind guess costs
STEEP = 20.0  # a loss above so many times the one of guessing is drawn over powers of ten

TRAINING, HELD_OUT, BLEU = "training loss", "held-out loss", "held-out BLEU"


def batches_a_point(steps: int) -> int:
    """How many batches each point of the training curve is the mean of."""
    return max(1, math.ceil(steps / BINS))


def curve(losses: Array, steps: int, per_epoch: int) -> tuple[Array, Array]:
    """Means (k,) of the losses of equally many batches in a row, and the epochs done after each."""
    width = batches_a_point(steps)
    count = len(losses) // width
    means = losses[: count * width].reshape(count, width).mean(axis=1)
    return np.arange(1, count + 1) * width / per_epoch, means


def training_figure(
    losses: Array,
    steps: int,
    per_epoch: int,
    held_out: Sequence[float],
    scores: Sequence[float],
    words: int,
    shown: int,
    look: Look,
) -> Figure:
    """Above the losses over epochs: of each batch, smoothed, and held out, with that of a guess
    among all `words`; below BLEU. A line stands at the epoch `shown`, if it is one."""
    epochs = max(1, round(steps / per_epoch))
    x, means = curve(losses, steps, per_epoch)
    ends = np.arange(1, len(held_out) + 1)
    guess = math.log(words)
    width = batches_a_point(steps)
    name = f"{TRAINING}, mean of {width} batches" if width > 1 else f"{TRAINING} of a batch"
    values = np.concatenate([means, np.asarray(held_out, float), [guess]])
    return Figure(
        [
            _line(name, x, means, 0, look),
            _line(HELD_OUT, ends, np.asarray(held_out, float), 1, look, marks=True),
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"a blind guess, ln {words:,}",
                "x": [0, epochs],
                "y": [guess, guess],
                "line": {"color": look.text, "width": 1.5, "dash": "dot"},
                "hovertemplate": f"a blind guess: {guess:.3g}<extra></extra>",
            },
            _line(BLEU, ends, np.asarray(scores, float), 2, look, marks=True) | {"yaxis": "y2"},
        ],
        _layout(epochs, values, guess, shown, look),
    )


def empty_figure(epochs: int, look: Look) -> Figure:
    """The axes of a run that has not begun."""
    spec = _layout(epochs, np.zeros(1), 1.0, 0, look)
    spec["yaxis"]["range"] = [0, EMPTY]
    spec["showlegend"] = False
    return Figure(
        [{"type": "scatter", "x": [], "y": [], "yaxis": side} for side in ("y", "y2")], spec
    )


def _layout(epochs: int, values: Array, guess: float, shown: int, look: Look) -> Spec:
    above = {"domain": [0.46, 1.0]}
    title = "loss (nats a word)"
    if values.max() > STEEP * guess:
        losses = log_axis(look, title, values, **above)
    else:
        losses = axis(look, title, rangemode="tozero", **above)
    mark = {
        "type": "line",
        "x0": shown,
        "x1": shown,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.text, "width": 1.5, "dash": "dot"},
    }
    return layout(
        look,
        460,
        xaxis=axis(look, "epoch", range=[0, 1.02 * epochs], anchor="y2", zeroline=False),
        yaxis=losses,
        yaxis2=axis(look, "BLEU", range=[-4, 104], dtick=25, domain=[0, 0.38], zeroline=False),
        shapes=[mark] if shown else [],
        hovermode="closest",
        showlegend=True,
    )


def _line(name: str, x: Array, y: Array, place: int, look: Look, marks: bool = False) -> Spec:
    color = look.lines[place]
    return {
        "type": "scatter",
        "mode": "lines+markers" if marks else "lines",
        "name": name,
        "x": typed(x),
        "y": typed(y),
        "line": {"color": color, "dash": DASHES[place], "width": 2.5},
        "marker": {"symbol": MARKERS[place], "size": 8, "color": color},
        "hovertemplate": f"{name}, epoch %{{x:.3g}}: %{{y:.3g}}<extra></extra>",
    }
