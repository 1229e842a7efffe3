"""Calibration: how sure the learner was before the grade, against how often right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.figures.base import Figure, Look, Spec, axis, counted, layout, ranges, typed
from pages.figures.forgetting import COUNTS_BELOW, counts_below
from quiz_bank.progress.statistics import Calibration, wilson

DEFINITION = (
    "Answers are gathered by the confidence given before the grade. On the diagonal, who says 75% "
    "is right 75% of the time; below it, one was too sure. The bars are the 95% range (Wilson "
    "1927), the numbers at the foot count the answers. The **Brier score** is the mean of "
    "(confidence - right)², with right 1 or 0: 0 is perfect, 0.25 is what always saying 50% gets."
)
LEAST = 10  # answers, from which on a picture says anything

_PERCENT = {"tickformat": ".0%", "range": [-0.04, 1.04], "fixedrange": True, "dtick": 0.25}


def calibration_figure(found: Calibration, look: Look) -> Figure:
    """A point per bin with its range, larger for more answers, and the diagonal."""
    return Figure(
        [
            _diagonal(look),
            _points(found, look),
            counts_below(found.confidence, found.counts, "answers", look),
        ],
        layout(
            look,
            460,
            xaxis=axis(look, "confidence before the grade", **_PERCENT),
            yaxis=axis(look, "share right", **(_PERCENT | COUNTS_BELOW)),
            hovermode="closest",
        ),
    )


def _diagonal(look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "perfectly calibrated",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": look.text, "width": 1.5, "dash": "dash"},
        "hoverinfo": "skip",
    }


def _points(found: Calibration, look: Look) -> Spec:
    share = found.right / found.counts
    low, high = wilson(found.right, found.counts)
    size = 9 + 15 * np.sqrt(found.counts / found.counts.max())
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "your answers, larger for more",
        "x": typed(found.confidence),
        "y": typed(share),
        "customdata": [int(n) for n in found.counts],
        "error_y": ranges(share, low, high, look),
        "marker": {
            "symbol": "circle",
            "size": typed(size),
            "color": look.lines[0],
            "opacity": 1,
            "line": {"color": look.background, "width": 1.5},
        },
        "hovertemplate": "sure %{x:.0%}, right %{y:.0%} of %{customdata} answers<extra></extra>",
    }


def describe_calibration(found: Calibration) -> str:
    """Mean confidence beside the share right, whether they differ by more than chance, and the
    Brier score."""
    n, sure, share = found.answers, found.sure, found.share_right
    low, high = wilson(np.array(found.right.sum()), np.array(n))
    points = round(100 * sure) - round(100 * share)  # the difference of the numbers told
    if low <= sure <= high or points == 0:
        verdict = "on the whole that fits"
    else:
        verdict = f"{abs(points)} points too {'sure' if points > 0 else 'unsure'}"
    return (
        f"Over {counted(n, 'answer')} you were **{sure:.0%}** sure and **{share:.0%}** right: "
        f"{verdict}. Brier score **{found.brier:.2f}**."
    )


def calibration_alt(found: Calibration) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_calibration(found).replace("*", "")
    return f"Share right against confidence, with the diagonal. {words}"


def calibration_table(found: Calibration) -> pd.DataFrame:
    """A row per bin that holds answers."""
    low, high = wilson(found.right, found.counts)
    return pd.DataFrame(
        {
            "mean confidence": found.confidence,
            "answers": found.counts,
            "right": found.right,
            "share right": found.right / found.counts,
            "95% from": low,
            "95% to": high,
        }
    )
