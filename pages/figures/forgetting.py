"""Forgetting: recall at reviews beside FSRS's prediction, and what is left without any review."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, ranges, typed
from quiz_bank.progress.forgetting import Recall
from quiz_bank.progress.statistics import wilson

DEFINITION = (
    "A question counts as recalled when it was rated better than Again. **Measured** is the share "
    "recalled by the whole days since the review before, with its 95% range (Wilson 1927); "
    "**predicted** is the mean of what FSRS had expected of these same reviews. The numbers at the "
    "foot count the reviews."
)
NEAR = 0.01  # shares that differ by less are the same to a learner
NARROW = 0.03  # a range narrower than that is told to tenths of a percent
LEAST = 10  # reviews, from which on a picture says anything

_PERCENT = {"tickformat": ".0%", "range": [-0.03, 1.03], "fixedrange": True}
BELOW = -0.08  # where the counts stand
COUNTS_BELOW = {"range": [-0.13, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
_DAYS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def recall_figure(recall: Recall, look: Look) -> Figure:
    """Measured points with their range over the predicted line, against days on a log axis."""
    return Figure(
        [
            line("predicted by FSRS", recall.days, recall.predicted, look, 1, mode="lines+markers")
            | {
                "marker": {"symbol": "diamond-open", "size": 9},
                "hovertemplate": "%{y:.0%}<extra>predicted</extra>",
            },
            _measured(recall, look),
            counts_below(recall.days, recall.counts, "reviews", look),
        ],
        layout(
            look,
            400,
            xaxis=axis(
                look,
                "days since the review before",
                type="log",
                tickvals=list(_DAYS),
                range=_log_range(recall.days),
                fixedrange=True,
            ),
            yaxis=axis(look, "share recalled", **(_PERCENT | COUNTS_BELOW)),
            hovermode="closest",
        ),
    )


def counts_below(x: Array, counts: Array, noun: str, look: Look) -> Spec:
    """A row of counts under what is drawn, each below its point; thousands are rounded."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": f"number of {noun}",
        "x": typed(x),
        "y": typed(np.full(len(counts), BELOW)),
        "text": [f"{n}" if n < 1000 else f"{n / 1000:.2g}k" for n in counts],
        "textfont": {"color": look.text, "size": 12},
        "cliponaxis": False,
        "showlegend": False,
        "hovertemplate": f"%{{text}} {noun}<extra></extra>",
    }


def _log_range(days: Array) -> list[float]:
    low, high = np.log10([days.min(), days.max()])
    room = max(0.08, 0.06 * (high - low))
    return [float(low - room), float(high + room)]


def _measured(recall: Recall, look: Look) -> Spec:
    share = recall.recalled / recall.counts
    low, high = wilson(recall.recalled, recall.counts)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "measured, with its 95% range",
        "x": typed(recall.days),
        "y": typed(share),
        "customdata": [int(n) for n in recall.counts],
        "error_y": ranges(share, low, high, look),
        "marker": {"symbol": "circle", "size": 10, "color": look.lines[0]},
        "hovertemplate": "%{y:.0%} of %{customdata} reviews<extra>measured</extra>",
    }


def describe_recall(recall: Recall) -> str:
    """Measured against predicted over all these reviews, and what is left out."""
    n, recalled = recall.reviews, int(recall.recalled.sum())
    predicted = float(recall.predicted @ recall.counts) / n
    low, high = map(float, wilson(np.array(recalled), np.array(n)))
    digits = 1 if high - low < NARROW else 0
    if abs(predicted - recalled / n) < NEAR:
        verdict = "less than a point apart"
    elif low <= predicted <= high:
        verdict = "the two agree within the range of chance"
    elif predicted > high:
        verdict = "you forget faster than it expects"
    else:
        verdict = "you remember more than it expects"
    left_out = ""
    if recall.same_day:
        left_out = f" {counted(recall.same_day, 'review')} on the same day left out."
    return (
        f"**{recalled / n:.{digits}%}** of {counted(n, 'review')} recalled (95% range "
        f"{low:.{digits}%} to {high:.{digits}%}); FSRS predicted **{predicted:.{digits}%}**: "
        f"{verdict}.{left_out}"
    )


def recall_alt(recall: Recall) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_recall(recall).replace("*", "")
    return f"Share recalled against days since the review before, on a log axis. {words}"


def _days(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def recall_table(recall: Recall) -> pd.DataFrame:
    """A row per bin of days."""
    low, high = wilson(recall.recalled, recall.counts)
    spans = zip(recall.first, recall.last, strict=True)
    return pd.DataFrame(
        {
            "days since the review before": [_days(first, last) for first, last in spans],
            "mean days": recall.days,
            "reviews": recall.counts,
            "recalled": recall.recalled,
            "share recalled": recall.recalled / recall.counts,
            "95% from": low,
            "95% to": high,
            "predicted": recall.predicted,
        }
    )


def ahead_figure(days: Sequence[int], recall: Array, look: Look) -> Figure:
    """The mean recall of all questions answered against days from now."""
    curve = line("mean of all questions answered", np.array(days, dtype=float), recall, look, 0)
    return Figure(
        [curve | {"hovertemplate": "day %{x}: %{y:.1%}<extra></extra>"}],
        layout(
            look,
            320,
            margin={"l": 8, "r": 12, "t": 12, "b": 8},
            xaxis=axis(look, "days from today, without a review", fixedrange=True, dtick=15),
            yaxis=axis(look, "expected recall", **_PERCENT),
            hovermode="closest",
        ),
    )


def describe_ahead(days: Sequence[int], recall: Array, answered: int) -> str:
    """Expected recall today, after a month and at the end."""
    month = list(days).index(30)
    return (
        f"Of {counted(answered, 'question')} answered so far, FSRS expects **{recall[0]:.0%}** to "
        f"be recalled today; without any review **{recall[month]:.0%}** in 30 days and "
        f"**{recall[-1]:.0%}** in {days[-1]}."
    )


def ahead_alt(days: Sequence[int], recall: Array, answered: int) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_ahead(days, recall, answered).replace("*", "")
    return f"A falling curve of expected recall over the coming days. {words}"


def ahead_table(days: Sequence[int], recall: Array) -> pd.DataFrame:
    """A row per day of the curve."""
    return pd.DataFrame({"days from today": list(days), "expected recall": recall})
