"""What is known by topic: bars of right, wrong and unanswered, and what FSRS expects today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pages.figures.base import Figure, Look, Spec, axis, counted, layout, listed, typed
from quiz_bank.progress.schedule import PASS
from quiz_bank.progress.statistics import Mastery

Rows = Mapping[str, Mastery]  # by the name that is shown, in order

ROW, FRAME = 46, 110  # pixels: of a row, and of the legend and the axis
HATCHED = {"fillmode": "overlay", "size": 7, "solidity": 0.25}
PERCENT = {"tickformat": ".0%", "range": [0, 1.015], "fixedrange": True}

DEFINITION = (
    f"A question is **known** when its latest answer was right: at least {PASS:.0%} of the points; "
    "the solution shown instead counts as wrong. **Expected today** adds up the probability of "
    "recall that FSRS, the rule that plans the reviews, gives each question; one never answered "
    "counts 0."
)


def mastery_figure(rows: Rows, look: Look) -> Figure:
    """A stacked bar per row, in shares of its questions, under its name; a diamond for today."""
    known = list(rows.values())
    places = np.arange(len(known))
    parts = {
        "latest answer right": ([m.right for m in known], look.lines[0], ""),
        "latest answer wrong": ([m.wrong for m in known], look.lines[1], "/"),
        "not answered yet": ([m.unseen for m in known], look.grid, ""),
    }
    totals = np.array([m.questions for m in known], dtype=float)
    bars = [
        _bar(name, np.array(counts) / totals, counts, places, color, pattern, look)
        for name, (counts, color, pattern) in parts.items()
    ]
    return Figure(
        [*bars, _diamonds(known, places, look)],
        layout(
            look,
            FRAME + ROW * len(known),
            barmode="stack",
            bargap=0.6,
            xaxis=axis(look, "share of the questions", **PERCENT),
            yaxis=name_axis(look, len(known)),
            annotations=names_above(list(rows), look),
            legend=layout(look)["legend"] | {"traceorder": "normal"},
            hovermode="closest",
        ),
    )


def _bar(
    name: str,
    shares: np.ndarray,
    counts: Sequence[int],
    places: np.ndarray,
    color: str,
    pattern: str,
    look: Look,
) -> Spec:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": typed(shares),
        "y": typed(places),
        "customdata": list(counts),
        "marker": {
            "color": color,
            "pattern": HATCHED | {"shape": pattern, "fgcolor": look.background},
        },
        "hovertemplate": f"%{{customdata}} questions, %{{x:.0%}}<extra>{name}</extra>",
    }


def _diamonds(known: Sequence[Mastery], places: np.ndarray, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "expected to be recalled today",
        "x": typed(np.array([m.recalled / m.questions or np.nan for m in known])),
        "y": typed(places),
        "marker": {
            "symbol": "diamond",
            "size": 12,
            "color": look.text,
            "line": {"color": look.background, "width": 2},
        },
        "cliponaxis": False,
        "hovertemplate": "%{x:.0%}<extra>expected today</extra>",
    }


def name_axis(look: Look, rows: int) -> Spec:
    """An axis of rows from the top, without labels: these stand above their bars."""
    return axis(
        look,
        "",
        range=[rows - 0.5, -0.72],
        showticklabels=False,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )


def names_above(names: Sequence[str], look: Look) -> list[Spec]:
    """The name of each row above its bar, where a phone has room for it too."""
    return [
        {
            "text": name,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": place - 0.22,
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"color": look.text, "size": 13},
        }
        for place, name in enumerate(names)
    ]


def _shares(m: Mastery) -> str:
    return f"{m.right} of {m.questions}"


def describe_mastery(rows: Rows, noun: str) -> str:
    """What is known of all, what is expected today, and the rows begun of which least is known;
    `noun` is what a row is."""
    known = list(rows.values())
    total, right = sum(m.questions for m in known), sum(m.right for m in known)
    seen = total - sum(m.unseen for m in known)
    recalled = sum(m.recalled for m in known)
    words = (
        f"**{right} of {counted(total, 'question')}** known, {seen} answered at least once; FSRS "
        f"expects **{recalled:.0f}** to be recalled today."
    )
    begun = {name: m for name, m in rows.items() if m.right + m.wrong}
    if not begun:
        return f"{words} No question of the bank has an answer yet."
    share = {name: m.right / m.questions for name, m in begun.items()}
    low = min(share.values())
    least = [name for name in begun if share[name] == low]
    if low == 1:
        return f"{words} All that was begun is known."
    if len(least) > 2:
        told = f"{counted(len(least), noun)} ({low:.0%} of each)"
    else:
        told = listed([f"{name} ({_shares(begun[name])})" for name in least])
    return f"{words} Of what was begun, least is known of {told}."


def mastery_alt(rows: Rows, noun: str) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_mastery(rows, noun).replace("*", "")
    return f"Stacked bars of questions right, wrong and not answered. {words}"


def mastery_table(rows: Rows, heading: str) -> pd.DataFrame:
    """A row per bar; `heading` names the first column."""
    return pd.DataFrame(
        [
            (name, m.questions, m.right, m.wrong, m.unseen, m.right / m.questions, m.recalled)
            for name, m in rows.items()
        ],
        columns=[
            heading,
            "questions",
            "right",
            "wrong",
            "not answered",
            "share known",
            "expected today",
        ],
    )
