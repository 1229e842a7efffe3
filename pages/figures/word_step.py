"""The words of one step: their probabilities, and the gradient p - y beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.studies.word_step import WordStep, sgd_step
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, number, typed

TOP = 8  # words with a bar of their own
DECADES = 12  # of a log axis, at most


@dataclass(frozen=True, eq=False)
class Shown:
    """A step with the words of its vocabulary, and the rate of the step on its dense layer."""

    step: WordStep
    words: Sequence[str]
    rate: float

    @cached_property
    def after(self) -> WordStep:
        return sgd_step(self.step, self.rate)

    @cached_property
    def order(self) -> list[int]:
        """All words but the label from the most to the least probable, ties in their order."""
        ranks = np.argsort(-self.step.p, kind="stable").tolist()
        return [k for k in ranks if k != self.step.label]

    @property
    def runner_up(self) -> int:
        """The most probable word that is not the label."""
        return self.order[0]

    def top(self, count: int = TOP) -> list[int]:
        """The label and the most probable others, the most probable first."""
        chosen = [self.step.label, *self.order[: count - 1]]
        return sorted(chosen, key=lambda k: (-self.step.p[k], k))

    @property
    def rest(self) -> int:
        """How many words have no bar of their own."""
        return max(0, len(self.words) - TOP)

    def name(self, k: int) -> str:
        return spoken(self.words[k])

    @property
    def label(self) -> str:
        return self.name(self.step.label)


def spoken(word: str) -> str:
    """A word as pictures and sentences show it; <end> as (end), for it is no mark-up."""
    return f"({word[1:-1]})" if word.startswith("<") and word.endswith(">") else word


def chance(p: float, digits: int = 3) -> str:
    """A probability in so many digits, near 1 in as many as two of what is missing need."""
    missing = 1 - p
    if 1e-9 < missing < 0.01:
        digits = max(digits, 1 + int(np.ceil(-np.log10(missing))))
    return number(p, digits)


def bars(shown: Shown, values: Array) -> tuple[list[str], Array]:
    """The rows' names and values, the sum of all words without a bar of their own last."""
    own = shown.top()
    names = [shown.name(k) + (", label" if k == shown.step.label else "") for k in own]
    if not shown.rest:
        return names, values[own]
    return [*names, f"{shown.rest:,} others"], np.append(values[own], np.delete(values, own).sum())


def probability_figure(shown: Shown, log: bool, look: Look, *, revealed: bool = True) -> Figure:
    """Bars of p, the label's hatched; thin bars under them after one step of the dense layer."""
    names, p = bars(shown, shown.step.p)
    texts = [chance(float(v)) for v in p]
    traces = [_bars("p", p, texts, names, look, 0.55 if revealed else 0.8, log)]
    if revealed:
        traces.append(_after(bars(shown, shown.after.p)[1], look))
    low = max(_lowest(np.append(p, bars(shown, shown.after.p)[1])), -DECADES)
    ends = {"type": "log", "range": [low, 0.45 * -low]} if log else {"range": [0, 1.32]}
    ticks = _powers(low, 0.0) if log else {"tickvals": [0, 0.25, 0.5, 0.75, 1]}
    return _figure(traces, names, "probability p", ends | ticks, look)


def gradient_figure(shown: Shown, log: bool, look: Look) -> Figure:
    """Bars of p - y, the label's hatched; on a log axis their sizes, with the signs beside."""
    names, dz = bars(shown, shown.step.dz)
    reach = float(np.abs(dz).max()) or 1.0
    texts = [number(float(v), 3) for v in dz]
    traces = [_bars("p − y", dz, texts, names, look, 0.8, log)]
    if not log:
        ends: Spec = {"range": [-2.5 * reach, 1.9 * reach], "nticks": 5}
        return _figure(traces, names, "gradient p − y", ends, look)
    high = np.log10(reach)
    low = max(_lowest(np.abs(dz)), high - DECADES)
    room = 0.45 * (high - low)
    ends = {"type": "log", "range": [low, high + room]}
    return _figure(traces, names, "size of p − y", ends | _powers(low, high), look)


def _powers(low: float, high: float) -> Spec:
    """Powers of ten from 10^low to 10^high, about four of them."""
    step = max(1, int(np.ceil((high - low) / 4)))
    ticks = [10.0**k for k in range(int(np.floor(high)), int(np.floor(low)), -step)]
    return {"tickvals": ticks} if ticks else {"nticks": 4}


def _lowest(values: Array) -> float:
    """Where a log axis begins: a little under the smallest value above 0."""
    above = values[values > 0]
    return float(np.log10(above.min(initial=1.0))) - 0.5


def _bars(
    name: str,
    values: Array,
    texts: list[str],
    names: list[str],
    look: Look,
    width: float,
    log: bool,
) -> Spec:
    """A bar per row with its number beside it; the label's differs in color and pattern."""
    is_label = [text.endswith(", label") for text in names]
    drawn = np.abs(values) if log else values
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": typed(np.where(drawn > 0, drawn, np.nan) if log else drawn),
        "y": list(range(len(names))),
        "width": width,
        "offset": -0.4,
        "text": texts,
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "marker": {
            "color": [look.lines[0 if own else 7] for own in is_label],
            "pattern": {"shape": ["/" if own else "" for own in is_label]},
        },
        "customdata": names,
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        "showlegend": False,
    }


def _after(p: Array, look: Look) -> Spec:
    """Thin bars under those of p."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": "p after the step",
        "x": typed(np.where(p > 0, p, np.nan)),
        "y": list(range(len(p))),
        "width": 0.2,
        "offset": 0.2,
        "marker": {"color": look.lines[1]},
        "customdata": [chance(float(v)) for v in p],
        "hovertemplate": "after the step: %{customdata}<extra></extra>",
    }


def _figure(traces: list[Spec], names: list[str], title: str, ends: Spec, look: Look) -> Figure:
    rows = axis(
        look,
        "",
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    return Figure(
        traces,
        layout(
            look,
            108 + 30 * len(names),
            margin={"l": 8, "r": 12, "t": 40, "b": 8},
            barmode="overlay",
            showlegend=True,
            xaxis=axis(look, title, zeroline=True, exponentformat="power", **ends),
            yaxis=rows,
        ),
    )
