"""Errata in pictures: how many per chapter and severity, and a wrong derivative as a curve."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, line, listed, number, typed
from pages.handbook.model import SEVERITIES, Curves

Counts = Mapping[str, Mapping[str, int]]  # by chapter, then by severity

PATTERNS = {"A": "", "B": "/", "C": "."}
KINDS = {
    "A": ("has a wrong formula or rule", "have a wrong formula or rule"),
    "B": ("misleads or contradicts itself", "mislead or contradict themselves"),
    "C": ("is wording or an omission", "are wording or omissions"),
}


def errata_figure(found: Counts, every: Counts, look: Look) -> Figure:
    """Bars by chapter, stacked by severity: the errata that were found, and the rest in gray."""
    chapters = list(every)
    rest = np.array([sum(every[c].values()) - sum(found[c].values()) for c in chapters])
    bars = [
        _bars(
            f"{severity}: {words}",
            chapters,
            np.array([found[c][severity] for c in chapters]),
            {
                "color": look.lines[k],
                "pattern": {
                    "shape": PATTERNS[severity],
                    "fillmode": "overlay",
                    "fgcolor": look.background,
                    "solidity": 0.25,
                },
            },
        )
        for k, (severity, words) in enumerate(SEVERITIES.items())
    ]
    if rest.any():
        bars.append(_bars("not in the selection", chapters, rest, {"color": look.grid}))
    legend = layout(look)["legend"] | {"traceorder": "normal"}
    return Figure(
        bars,
        layout(
            look,
            330,
            barmode="stack",
            legend=legend,
            bargap=0.3,
            xaxis=axis(look, "chapter", type="category", tickangle=0),
            yaxis=axis(look, "errata", rangemode="tozero"),
        ),
    )


def _bars(name: str, chapters: list[str], counts: Array, marker: dict[str, object]) -> dict:
    return {
        "type": "bar",
        "name": name,
        "x": chapters,
        "y": typed(counts),
        "marker": marker,
        "hovertemplate": "%{y} in %{x}<extra>" + name + "</extra>",
    }


def describe_errata(every: Counts, measured: int) -> str:
    """How many errata there are, of which kind, where most are, and how many have a number."""
    totals = {s: sum(counts[s] for counts in every.values()) for s in SEVERITIES}
    kinds = [f"**{n}** {KINDS[s][n != 1]}" for s, n in totals.items()]
    most = max(every, key=lambda chapter: sum(every[chapter].values()))
    where = f"Chapter {most}" if most.isdecimal() else f"“{most}”"
    return (
        f"The handbook and the post on LSTMs are wrong or unclear in **{sum(totals.values())}** "
        f"places: {listed(kinds)}. {where} has the most, {sum(every[most].values())}. For "
        f"**{measured}** of them the engine computes the number that decides."
    )


def describe_found(total: int, first: int, shown: int) -> str:
    """How many errata fit, and which of them are shown, the first one being number 0."""
    if total == shown:
        return f"**{total}** {'fits' if total == 1 else 'fit'}."
    return f"**{total}** fit, {first + 1} to {first + shown} are shown."


def errata_alt(found: Counts) -> str:
    """The bars in words."""
    parts = []
    for chapter, counts in found.items():
        if any(counts.values()):
            name = f"chapter {chapter}" if chapter.isdecimal() else chapter
            kinds = [f"{n} {severity}" for severity, n in counts.items() if n]
            parts.append(f"{name} has {listed(kinds)}")
    bars = "Stacked bars of errata by chapter and severity"
    return f"{bars}: {'; '.join(parts)}." if parts else f"{bars}, none in the selection."


def errata_table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """One row per erratum, with its texts as they are written."""
    columns = ["id", "chapter", "severity", "printed", "corrected", "number that decides"]
    return pd.DataFrame(rows, columns=columns)


def curves_figure(curves: Curves, look: Look) -> Figure:
    """A derivative as printed and as corrected, with central differences as markers."""
    printed = line("printed", curves.at, curves.printed, look, 1)
    corrected = line("corrected", curves.at, curves.corrected, look, 0)
    every = slice(None, None, max(1, len(curves.at) // 20))
    numeric = {
        "type": "scatter",
        "mode": "markers",
        "name": "numeric",
        "x": typed(curves.at[every]),
        "y": typed(curves.numeric[every]),
        "marker": {"color": look.text, "symbol": "circle-open", "size": 8, "line": {"width": 1.5}},
    }
    return Figure(
        [printed, corrected, numeric],
        layout(look, 280, xaxis=axis(look, curves.by), yaxis=axis(look, curves.of)),
    )


def describe_curves(curves: Curves) -> str:
    """How far each form is from the central differences, over the whole range."""
    printed, corrected = (
        number(float(np.abs(form - curves.numeric).max()), 2)
        for form in (curves.printed, curves.corrected)
    )
    return (
        f"Over {counted(len(curves.at), 'point')} the corrected form stays within **{corrected}** "
        f"of the central differences, the printed one is off by up to **{printed}**."
    )


def curves_alt(curves: Curves) -> str:
    """The three curves in words."""
    low, high = (number(float(at), 3) for at in (curves.at[0], curves.at[-1]))
    text = f"Three curves of the {curves.of} against the {curves.by}, from {low} to {high}."
    return f"{text} {describe_curves(curves).replace('*', '')}"
