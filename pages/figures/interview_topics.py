"""An interview by topic: what share of the points was reached, and where the time went."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pages.figures.base import Figure, Look, Spec, axis, counted, layout, listed
from quiz_bank.interview.report import OfTopic
from quiz_bank.interview.words import clock, points

ROW = 44  # px for each topic
WRAP = 26  # characters of a title in one line
MOST_NAMED = 3  # of topics that did equally well; more are counted


def score_figure(topics: Sequence[OfTopic], look: Look) -> Figure:
    """A bar of points in percent for each topic, with the points in words."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": _names(topics),
        "x": [100 * (t.total.score or 0.0) for t in topics],
        "text": [points_text(t) for t in topics],
        "textposition": "outside",
        "marker": {"color": look.lines[0]},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    spec = _layout(topics, look, "points reached, in percent", range=[0, 100])
    return Figure([bars], spec | {"margin": spec["margin"] | {"r": 72}})


def time_figure(topics: Sequence[OfTopic], look: Look) -> Figure:
    """Two bars for each topic: the minutes used, and the minutes expected."""
    used = _minutes("used", topics, [t.total.seconds for t in topics], look, 0, "")
    expected = _minutes("expected", topics, [t.total.expected for t in topics], look, 1, "/")
    spec = _layout(topics, look, "minutes", rangemode="tozero")
    return Figure([used, expected], spec | {"barmode": "group", "height": spec["height"] + 30})


def _minutes(
    name: str, topics: Sequence[OfTopic], seconds: Sequence[float], look: Look, k: int, shape: str
) -> Spec:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": _names(topics),
        "x": [s / 60 for s in seconds],
        "marker": {"color": look.lines[k], "pattern": {"shape": shape}},
        "hovertemplate": f"{name}: %{{x:.1f}} minutes<extra></extra>",
    }


def _layout(topics: Sequence[OfTopic], look: Look, title: str, **more: object) -> Spec:
    return layout(
        look,
        90 + ROW * len(topics),
        xaxis=axis(look, title, **more),
        yaxis={"automargin": True, "autorange": "reversed", "linecolor": look.grid},
        bargap=0.35,
    )


def _names(topics: Sequence[OfTopic]) -> list[str]:
    return [wrapped(topic.title) for topic in topics]


def wrapped(title: str) -> str:
    """The title in lines that leave room for the bars on a phone."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= WRAP or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "<br>".join(lines)


def points_text(topic: OfTopic) -> str:
    """The points of a topic in words."""
    total = topic.total
    return f"{points(total.points)} of {total.counted}" if total.counted else "not graded"


def score_alt(topics: Sequence[OfTopic]) -> str:
    """What the picture of the points shows."""
    return (
        f"Bars of the points by topic. {'; '.join(f'{t.title}: {points_text(t)}' for t in topics)}."
    )


def time_alt(topics: Sequence[OfTopic]) -> str:
    """What the picture of the time shows."""
    said = (
        f"{t.title}: {clock(t.total.seconds)} used, {clock(t.total.expected)} expected"
        for t in topics
    )
    return f"Pairs of bars by topic, in minutes. {'; '.join(said)}."


def describe_scores(topics: Sequence[OfTopic]) -> str:
    """Which topics went best and which worst."""
    scores = {t.title: t.total.score for t in topics if t.total.score is not None}
    if not scores:
        return "No answer is graded yet."
    low, high = min(scores.values()), max(scores.values())
    if low == high:
        return f"Every topic reached **{100 * high:.0f} %**."
    best = _few([name for name, score in scores.items() if score == high])
    worst = _few([name for name, score in scores.items() if score == low])
    return f"Best: {best} (**{100 * high:.0f} %**). Weakest: {worst} (**{100 * low:.0f} %**)."


def _few(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= MOST_NAMED else counted(len(names), "topic")


def describe_time(topics: Sequence[OfTopic]) -> str:
    """How the time used stands to the time expected, and where it ran over most."""
    used, expected = (
        sum(t.total.seconds for t in topics),
        sum(t.total.expected for t in topics),
    )
    said = f"**{clock(used)}** minutes used where {clock(expected)} were expected."
    most = max(topics, key=lambda t: t.total.seconds - t.total.expected, default=None)
    over = most.total.seconds - most.total.expected if most else 0.0
    if most and over >= 1:
        said += f" {most.title} took {clock(over)} longer than expected."
    return said


def topics_table(topics: Sequence[OfTopic]) -> pd.DataFrame:
    """The numbers of both pictures, rounded to what can be read off."""
    return pd.DataFrame(
        {
            "topic": [t.title for t in topics],
            "questions": [t.total.asked for t in topics],
            "answered": [t.total.answered for t in topics],
            "points": [round(t.total.points, 2) for t in topics],
            "of": [t.total.counted for t in topics],
            "seconds used": [round(t.total.seconds, 1) for t in topics],
            "seconds expected": [float(t.total.expected) for t in topics],
        }
    )
