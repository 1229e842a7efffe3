"""A calendar of the reviews to come: weeks down, weekdays across, a count in each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, typed

Counts = Mapping[date, int]  # reviews by day, from today to a Sunday, without gaps

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def coming_figure(counts: Counts, cap: int, look: Look) -> Figure:
    """Each day's number of reviews; a day with more than the cap is framed, today is underlined."""
    monday, grid = _calendar(counts)
    weeks = [short(monday + timedelta(weeks=k)) for k in range(len(grid))]
    return Figure(
        [
            {
                "type": "heatmap",
                "x": list(WEEKDAYS),
                "y": weeks,
                "z": typed(grid),
                "zmin": 0,
                "zmax": max(cap, 1),
                "colorscale": [[0.0, look.background], [1.0, look.diverging[2][1]]],
                "text": _texts(counts, monday, len(grid)),
                "texttemplate": "%{text}",
                "textfont": {"color": look.text, "size": 13},
                "customdata": _dates(monday, len(grid)),
                "hovertemplate": "%{customdata}: %{z} due<extra></extra>",
                "hoverongaps": False,
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        layout(
            look,
            70 + 30 * len(grid),
            margin={"l": 8, "r": 8, "t": 44, "b": 8},
            xaxis=axis(look, "", side="top", showgrid=False, zeroline=False, fixedrange=True),
            yaxis=axis(look, "", autorange="reversed", showgrid=False, fixedrange=True),
            shapes=[_frame(day, monday, look) for day, count in counts.items() if count > cap],
        ),
    )


def _calendar(counts: Counts) -> tuple[date, Array]:
    """The Monday of the first week, and the counts (weeks, 7) with NaN before today."""
    today = min(counts)
    monday = today - timedelta(days=today.weekday())
    grid = np.full(today.weekday() + len(counts), np.nan)
    grid[today.weekday() :] = [counts[day] for day in sorted(counts)]
    return monday, grid.reshape(-1, 7)


def _texts(counts: Counts, monday: date, weeks: int) -> list[list[str]]:
    """The counts as they are written: none as a dot, today underlined."""
    today = min(counts)

    def text(day: date) -> str:
        if day not in counts:
            return ""
        written = f"{counts[day]}" if counts[day] else "·"
        return f"<u><b>{written}</b></u>" if day == today else written

    return [[text(monday + timedelta(days=7 * k + d)) for d in range(7)] for k in range(weeks)]


def _dates(monday: date, weeks: int) -> list[list[str]]:
    return [[long(monday + timedelta(days=7 * k + d)) for d in range(7)] for k in range(weeks)]


def _frame(day: date, monday: date, look: Look) -> Spec:
    row, column = divmod((day - monday).days, 7)
    return {
        "type": "rect",
        "x0": column - 0.47,
        "x1": column + 0.47,
        "y0": row - 0.44,
        "y1": row + 0.44,
        "line": {"color": look.text, "width": 2},
    }


def short(day: date) -> str:
    """A day such as 24 Nov."""
    return f"{day.day} {day:%b}"


def long(day: date) -> str:
    """A day such as Tue 24 Nov."""
    return f"{WEEKDAYS[day.weekday()]} {short(day)}"


def describe_coming(counts: Counts, cap: int) -> str:
    """How many reviews are due by the end of today, within a week and in all, the fullest day where
    that is another, and the days that hold more than the cap."""
    days = sorted(counts)
    total, week = sum(counts.values()), sum(counts[day] for day in days[:7])
    if not total:
        return f"No review is due until {long(days[-1])}."
    fullest = max(days, key=lambda day: (counts[day], -day.toordinal()))
    words = (
        f"**{counts[days[0]]}** by midnight, **{week}** within seven days, **{total}** until "
        f"{long(days[-1])}, each question counted at its next review."
    )
    if fullest != days[0]:
        words += f" The fullest day is {long(fullest)} with **{counts[fullest]}**."
    over = [day for day in days if counts[day] > cap]
    if not over:
        return words
    framed = "The framed day holds" if len(over) == 1 else f"The {len(over)} framed days each hold"
    return f"{words} {framed} more than your {cap}: what is over moves on to the days after."


def coming_alt(counts: Counts, cap: int) -> str:
    """What the calendar shows."""
    _, grid = _calendar(counts)
    told = describe_coming(counts, cap).replace("*", "")
    return (
        f"Calendar of {counted(len(grid), 'week')} with the number of reviews on each day. {told}"
    )


def coming_table(counts: Counts, cap: int) -> pd.DataFrame:
    """A row for each day: date, weekday, reviews due, and whether that is more than the cap."""
    days = sorted(counts)
    return pd.DataFrame(
        {
            "date": [day.isoformat() for day in days],
            "weekday": [WEEKDAYS[day.weekday()] for day in days],
            "reviews due": [counts[day] for day in days],
            f"more than {cap}": ["yes" if counts[day] > cap else "no" for day in days],
        }
    )
