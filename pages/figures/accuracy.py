"""Accuracy and time by week: the share of first answers that was right, and the minutes spent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.figures.base import Figure, Look, Spec, axis, counted, layout, ranges, typed
from quiz_bank.progress.statistics import wilson
from quiz_bank.progress.weekly import LONGEST, MOST_WEEKS, Weeks

DEFINITION = (
    "Weeks begin on Monday, 0:00 UTC; the last is this one. **Accuracy** is the share of first "
    "answers that were right: a second try at the same numbers does not count, the solution shown "
    "instead counts as wrong. The thin bars are the 95% range of that share (Wilson 1927). "
    f"**Time** counts each answer as at most {LONGEST / 60:.0f} minutes. The picture goes back "
    f"{MOST_WEEKS} weeks at most."
)
DENSE = 26  # weeks, from which on marks are smaller and labels have their year


def shares(weeks: Weeks) -> np.ndarray:
    """Share right of the first answers of each week, NaN in a week without any."""
    return weeks.right / np.where(weeks.first > 0, weeks.first, np.nan)


def accuracy_figure(weeks: Weeks, look: Look) -> Figure:
    """The share right above the minutes, a place for each week."""
    starts = [str(day) for day in weeks.starts]
    return Figure(
        [_share(weeks, starts, look), _minutes(weeks, starts, look)],
        layout(
            look,
            460,
            xaxis=axis(look, "week from", type="date", anchor="y2", **_ticks(starts)),
            yaxis=axis(
                look,
                "right at first",
                domain=[0.42, 1],
                range=[-0.03, 1.03],
                tickformat=".0%",
                fixedrange=True,
            ),
            yaxis2=axis(
                look,
                "minutes",
                domain=[0, 0.32],
                rangemode="tozero",
                tickformat=",",
                fixedrange=True,
                nticks=4,
            ),
            hovermode="closest",
        ),
    )


def _ticks(starts: list[str]) -> Spec:
    """Few labels, each on a Monday; half a week of room at either end."""
    step = max(1, -(-len(starts) // 6))
    room = np.timedelta64(84, "h")
    ends = np.array([starts[0], starts[-1]], dtype="datetime64[h]") + np.array([-room, room])
    return {
        "tickvals": starts[::-step][::-1],
        "tickformat": "%b %-d<br>%Y" if len(starts) > DENSE else "%b %-d",
        "tickangle": 0,
        "range": [str(end) for end in ends],
        "fixedrange": True,
    }


def _share(weeks: Weeks, starts: list[str], look: Look) -> Spec:
    share, is_dense = shares(weeks), len(starts) > DENSE
    low, high = wilson(weeks.right, weeks.first)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "share right, with its 95% range",
        "x": starts,
        "y": typed(share),
        "customdata": [int(n) for n in weeks.first],
        "error_y": ranges(share, low, high, look, thickness=1.2, width=0 if is_dense else 3),
        "line": {"color": look.lines[0], "width": 2.5},
        "marker": {"symbol": "circle", "size": 4 if is_dense else 8},
        "hovertemplate": "%{y:.0%} of %{customdata} first answers<extra>%{x|%b %-d}</extra>",
    }


def _minutes(weeks: Weeks, starts: list[str], look: Look) -> Spec:
    return {
        "type": "bar",
        "name": "minutes",
        "x": starts,
        "y": typed(weeks.minutes),
        "yaxis": "y2",
        "marker": {"color": look.lines[1]},
        "hovertemplate": "%{y:.0f} minutes<extra>%{x|%b %-d}</extra>",
    }


def describe_accuracy(weeks: Weeks) -> str:
    """The share right in the last four weeks beside the four before, and the time."""
    recent, before = slice(-4, None), slice(-8, -4)
    told = [_span("In the last 4 weeks", weeks, recent)]
    if int(weeks.first[before].sum()):
        told.append(_span("in the 4 before", weeks, before))
    minutes = float(weeks.minutes.sum())
    spent = counted(round(minutes), "minute") if minutes < 120 else f"{minutes / 60:,.0f} hours"
    active = int(np.count_nonzero(weeks.answers))
    return (
        f"{'; '.join(told)}. {counted(int(weeks.answers.sum()), 'answer')} in "
        f"{counted(active, 'week')} took {spent} in all."
    )


def _span(lead: str, weeks: Weeks, span: slice) -> str:
    right, first = int(weeks.right[span].sum()), int(weeks.first[span].sum())
    if not first:
        return f"{lead} there was no first answer"
    verb = "was" if first == 1 else "were"
    return f"{lead} **{right / first:.0%}** of {counted(first, 'first answer')} {verb} right"


def accuracy_alt(weeks: Weeks) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_accuracy(weeks).replace("*", "")
    return f"Share of first answers right by week, above bars of minutes. {words}"


def accuracy_table(weeks: Weeks) -> pd.DataFrame:
    """A row per week."""
    low, high = wilson(weeks.right, weeks.first)
    return pd.DataFrame(
        {
            "week from": [str(day) for day in weeks.starts],
            "answers": weeks.answers,
            "first answers": weeks.first,
            "right": weeks.right,
            "share right": shares(weeks),
            "95% from": low,
            "95% to": high,
            "minutes": weeks.minutes,
            "median seconds": weeks.seconds,
        }
    )
