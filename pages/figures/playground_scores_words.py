"""What the network of a run gets right, in words: accuracy with its range, or the mean error."""

from __future__ import annotations

from html import unescape

import numpy as np

from pages.figures.base import counted, number
from pages.figures.playground_fitted import DRAWN, Fitted
from pages.figures.playground_scores import Confusion
from quiz_bank.grading.text import echo
from quiz_bank.progress.statistics import wilson


def describe_scores(judged: Confusion | Fitted) -> str:
    """What was judged in a sentence or two, as Markdown."""
    return _confused(judged) if isinstance(judged, Confusion) else _missed(judged)


def _confused(confusion: Confusion) -> str:
    n, right = confusion.total, confusion.right
    low, high = map(float, wilson(np.array(right), np.array(n)))
    sure = f" (95% range {low:.1%} to {high:.1%}, Wilson)" if confusion.of == "test" else ""
    most = int(confusion.counts.sum(axis=1).max())
    return (
        f"**{right:,} of {n:,}** {confusion.of} examples are right: accuracy "
        f"**{right / n:.1%}**{sure}. Always saying the most frequent class would give "
        f"{most / n:.1%}. {_worst(confusion)}"
    )


def _worst(confusion: Confusion) -> str:
    wrong = confusion.counts * (1 - np.eye(len(confusion.counts), dtype=int))
    if not wrong.any():
        return "None is wrong."
    i, j = divmod(int(wrong.argmax()), len(wrong))
    taken, said = (echo(confusion.labels[k]) for k in (i, j))
    times = counted(int(wrong[i, j]), "time")
    return f"The most frequent mistake: {taken} taken for {said}, {times}."


def _missed(fitted: Fitted) -> str:
    n, unit = len(fitted.true), f" {echo(fitted.unit)}" if fitted.unit else ""
    mean = float(np.mean(np.abs(fitted.true - fitted.center)))
    lead = f"Over {counted(n, f'{fitted.of} example')}"
    if not np.isfinite(fitted.mean_error):
        return f"{lead} the predictions are no longer finite numbers."
    r2 = fitted.r_squared
    share = f"; **R² = {number(r2, 3)}**" if np.isfinite(r2) else ""
    more = f" The picture has {DRAWN} of the examples." if n > DRAWN else ""
    return (
        f"{lead} a prediction misses by **{number(fitted.mean_error, 3)}{unit}** on average"
        f"{share}. Always saying the training mean, {number(fitted.center, 3)}, would miss by "
        f"{number(mean, 3)}.{more}"
    )


def scores_alt(judged: Confusion | Fitted) -> str:
    """What the picture shows."""
    kind = (
        "Table of true classes against those that the network says."
        if isinstance(judged, Confusion)
        else "Predicted against true values, with the diagonal."
    )
    return f"{kind} {unescape(describe_scores(judged).replace('*', ''))}"
