"""The mistakes that come back: bars of how often each was recognized."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pages.figures.base import Figure, Look, axis, counted, layout, listed, typed
from pages.figures.mastery import FRAME, ROW, name_axis, names_above
from quiz_bank.misconceptions import MISCONCEPTIONS, Misconception
from quiz_bank.progress.statistics import Seen

MOST = 8  # that are drawn; the table has all
DEFINITION = (
    "A wrong answer is a known mistake when the question's own program, with that one rule broken, "
    "gives the same result. Each answer counts once."
)


def mistake(key: str) -> Misconception:
    """The misconception of a key; one that the bank no longer has keeps its key as its name."""
    return MISCONCEPTIONS.get(key) or Misconception(key, key.replace("_", " "), "")


def name_of(seen: Seen) -> str:
    """What the mistake is called, as a heading."""
    name = mistake(seen.key).name
    return f"{name[:1].upper()}{name[1:]}"


def misconceptions_figure(seen: Sequence[Seen], look: Look) -> Figure:
    """A bar for each of the most frequent, under its name."""
    drawn = seen[:MOST]
    times = np.array([one.times for one in drawn], dtype=float)
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": typed(times),
        "y": typed(np.arange(len(drawn))),
        "text": [f"{one.times}" for one in drawn],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": look.text},
        "marker": {"color": look.lines[1]},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return Figure(
        [bars],
        layout(
            look,
            FRAME - 40 + ROW * len(drawn),
            margin={"l": 8, "r": 12, "t": 16, "b": 8},
            bargap=0.6,
            xaxis=axis(
                look,
                "times made",
                range=[0, 1.1 * float(times.max())],
                tickformat=",d",
                nticks=6,
                fixedrange=True,
                **({"dtick": 1} if times.max() < 6 else {}),
            ),
            yaxis=name_axis(look, len(drawn)),
            annotations=names_above([_cut(name_of(one)) for one in drawn], look),
        ),
    )


def _cut(name: str) -> str:
    return name if len(name) <= 48 else f"{name[:47]}…"


def describe_misconceptions(seen: Sequence[Seen]) -> str:
    """How many kinds of mistakes there were, and the most frequent one."""
    times = [one.times for one in seen]
    most = [name_of(one) for one in seen if one.times == times[0]]
    total = f"**{counted(sum(times), 'known mistake')} of {counted(len(seen), 'kind')}**"
    if len(seen) > MOST:
        total += f", of which the picture has the {MOST} most frequent"
    if len(most) == 1:
        where = counted(seen[0].questions, "question")
        return f"{total}. Most often: **{most[0]}**, {times_made(times[0])} in {where}."
    if len(most) <= 3:
        told = listed([f"“{name}”" for name in most])
        return f"{total}. Most often: {told}, {times_made(times[0])} each."
    return f"{total}. {len(most)} kinds were made most often, {times_made(times[0])} each."


def times_made(n: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n:,} times")


def misconceptions_alt(seen: Sequence[Seen]) -> str:
    """What kind of picture it is, and its sentence."""
    words = describe_misconceptions(seen).replace("*", "")
    return f"Bars of the most frequent mistakes. {words}"


def misconceptions_table(seen: Sequence[Seen]) -> pd.DataFrame:
    """A row per kind of mistake, all of them."""
    return pd.DataFrame(
        [
            (
                mistake(one.key).name,
                one.times,
                one.questions,
                f"{datetime.fromtimestamp(one.last, UTC):%Y-%m-%d}",
                mistake(one.key).feedback,
            )
            for one in seen
        ],
        columns=["mistake", "times", "questions", "last (UTC)", "what to check"],
    )
