"""Whom a norm averages with whom: the block of activations, and one example among others."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, axis, cells, counted, layout, line, number
from pages.figures.batchnorm import small

SHOWN_ROWS = 8


def block_figure(x_hat: Array, norm: str, look: Look) -> Figure:
    """The normalized block, a row per example and a column per feature; a frame is around what
    shared its statistics with the first entry."""
    shown = x_hat[:SHOWN_ROWS]
    rows, features = shown.shape
    across = norm == "layer"
    heat = cells(shown, [[number(v, 2) for v in row] for row in shown], look, 3)
    frame = {
        "type": "rect",
        "x0": -0.5,
        "x1": features - 0.5 if across else 0.5,
        "y0": -0.5,
        "y1": 0.5 if across else rows - 0.5,
        "line": {"color": look.text, "width": 3},
    }
    return Figure(
        [heat],
        layout(
            look,
            330,
            xaxis=axis(look, "feature, C columns", type="category", showgrid=False),
            yaxis=axis(
                look, "example, N rows", type="category", autorange="reversed", showgrid=False
            ),
            shapes=[frame],
        ),
    )


def company_figure(training: Array, evaluation: Array, look: Look) -> Figure:
    """Output of one and the same example in each of k batches, in training and in evaluation."""
    batches = np.arange(1, len(training) + 1)
    marks = (
        ("training", training, 0, "circle", "markers"),
        ("evaluation", evaluation, 1, "diamond-open", "lines+markers"),
    )
    return Figure(
        [
            line(name, batches, values, look, k)
            | {
                "mode": mode,
                "marker": {"symbol": symbol, "size": 9, "color": look.lines[k]},
                "hovertemplate": "batch %{x}: %{y:.3f}<extra>" + name + "</extra>",
            }
            for name, values, k, symbol, mode in marks
        ],
        layout(
            look,
            330,
            xaxis=axis(look, "batch that the example is put into"),
            yaxis=axis(look, "its output y", rangemode="normal"),
        ),
    )


def describe_block(x: Array, norm: str, training: bool) -> str:
    """What is averaged over what, with the numbers of the frame."""
    n, features = x.shape
    shown = f"The first {SHOWN_ROWS} of N = {n} rows" if n > SHOWN_ROWS else f"All N = {n} rows"
    if n == 1:
        shown = "The one row"
    if norm == "layer":
        return (
            f"{shown}, normalized. Row 1 used its own mean {number(x[0].mean(), 3)} and standard "
            f"deviation {number(x[0].std(), 3)} over its C = {features} features; no other example "
            "matters."
        )
    if not training:
        return (
            f"{shown}, normalized. In evaluation column 1 uses the running averages; the batch "
            "does not matter."
        )
    column = x[:, 0]
    return (
        f"{shown}, normalized. Column 1 used its mean {number(column.mean(), 3)} and standard "
        f"deviation {number(column.std(), 3)} over the {counted(n, 'row')}; every one of the "
        f"C = {features} columns has its own."
    )


def describe_company(training: Array, evaluation: Array, norm: str, n: int) -> str:
    """How far the output of one example depends on its batch."""
    spread, still = np.ptp(training), np.ptp(evaluation)
    lead = f"The same example in {len(training)} batches of {n}: "
    if norm == "layer":
        return (
            f"{lead}its output varies by **{small(float(spread))}** in training and "
            f"**{small(float(still))}** in evaluation, since layer norm never looks at the others."
        )
    if n == 1:
        return f"{lead}alone in a batch its output is always β in training."
    return (
        f"{lead}in training its output ranges over **{number(float(spread), 3)}**, standard "
        f"deviation {number(float(training.std()), 3)}. This noise regularizes a little, and "
        f"falls with N. In evaluation it ranges over **{small(float(still))}**."
    )


def block_alt(x: Array, norm: str, training: bool) -> str:
    """What the block shows."""
    frame = "the first row" if norm == "layer" else "the first column"
    return f"Table of activations with a frame around {frame}. {describe_block(x, norm, training)}"


def company_alt(training: Array, evaluation: Array, norm: str, n: int) -> str:
    """What the picture of one example in many batches shows."""
    words = describe_company(training, evaluation, norm, n).replace("*", "")
    return f"Output of one example against the batch that it is in. {words}"
