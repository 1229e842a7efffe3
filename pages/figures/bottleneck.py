"""Both models' scores against sentence length, and how much of each word the last state keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.types import Array
from pages.figures.base import (
    DASHES,
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
)
from pages.figures.bottleneck_data import FEW, NAMES, Scores

TITLES = {"bleu": "BLEU", "right": "exactly right (%)", "tokens": "tokens right (%)"}
SIDE_BY_SIDE = 7  # numbers of sentences that a phone has room for in a row
ASIDE = (-0.1, 0.1)  # so that one model's interval does not cover the other's


def score_figure(
    groups: Sequence[tuple[int, int]],
    scores: Scores,
    measure: str,
    look: Look,
    *,
    revealed: bool = True,
) -> Figure:
    """A line per model over the sentence length with intervals, the number of sentences below;
    unrevealed, without the lines."""
    first, last = (groups[0][0], groups[-1][1]) if groups else (1, 2)
    drawn = range(len(NAMES)) if groups and revealed else ()
    nothing: Spec = {"type": "scatter", "x": [None], "y": [None], "showlegend": False}
    lines = [_line(k, groups, scores, look) for k in drawn] or [nothing]  # which keeps the axes
    return Figure(
        [*lines, _bars(groups, scores, look)],
        layout(
            look,
            460,
            xaxis=axis(
                look,
                "words in the German sentence",
                range=[first - 0.8, last + 0.8],
                anchor="y2",
                zeroline=False,
                **_ticks(first, last),
            ),
            yaxis=axis(
                look,
                TITLES[measure],
                range=[_floor(scores) if drawn else -4.0, 104],
                domain=[0.36, 1],
                zeroline=False,
            ),
            yaxis2=axis(
                look,
                "sentences",
                range=[0, 1.5 * max([1, *scores.sentences.tolist()])],
                domain=[0, 0.24],
                nticks=3,
            ),
            hovermode="closest",
            showlegend=bool(drawn),
        ),
    )


def _ticks(first: int, last: int) -> Spec:
    """Whole numbers of words, at most about ten of them."""
    return {"tick0": first, "dtick": 1 + (last - first) // 10}


def _floor(scores: Scores) -> float:
    """Ten below the lowest interval, as the lines fill the picture better than from 0."""
    lowest = float(scores.ends.min())
    return max(-4.0, 10 * np.floor(lowest / 10) - 4)


def _line(k: int, groups: Sequence[tuple[int, int]], scores: Scores, look: Look) -> Spec:
    name, values, (low, high) = tuple(NAMES.values())[k], scores.values[:, k], scores.ends[:, :, k]
    color = look.lines[k]
    said = zip(groups, low, high, scores.sentences, strict=True)
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": [middle(group) + ASIDE[k] for group in groups],
        "y": values.tolist(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "visible": bool(scores.sentences.min() >= FEW),
            "array": np.maximum(0, high - values).tolist(),
            "arrayminus": np.maximum(0, values - low).tolist(),
            "color": color,
            "thickness": 1.5,
            "width": 4,
        },
        "line": {"color": color, "dash": DASHES[(1, 0)[k]], "width": 2.5},
        "marker": {"symbol": MARKERS[k], "size": 9, "color": color},
        "text": [*[""] * (len(groups) - 1), f"{values[-1]:.1f}"],
        "textposition": ("bottom right", "top right")[k],
        "textfont": {"color": look.text, "size": 13},
        "cliponaxis": False,
        "hovertext": [
            f"{span(group)}, {counted(int(n), 'sentence')}"
            + (f"<br>{a:.1f} to {b:.1f}" if n >= FEW else "")
            for group, a, b, n in said
        ],
        "hovertemplate": f"{name}: %{{y:.1f}}<br>%{{hovertext}}<extra></extra>",
    }


def _bars(groups: Sequence[tuple[int, int]], scores: Scores, look: Look) -> Spec:
    return {
        "type": "bar",
        "x": [middle(group) for group in groups],
        "y": scores.sentences.tolist(),
        "width": [last - first + 0.7 for first, last in groups],
        "yaxis": "y2",
        "marker": {"color": look.grid, "line": {"color": look.text, "width": 1}},
        "text": [f"{n:,}" for n in scores.sentences],
        "textposition": "outside",
        "textangle": 0 if len(groups) <= SIDE_BY_SIDE else -90,
        "constraintext": "none",  # or it shrinks on a phone
        "textfont": {"color": look.text, "size": 11},
        "cliponaxis": False,
        "showlegend": False,
        "hovertext": [span(group) for group in groups],
        "hovertemplate": "%{hovertext}: %{y:,} sentences<extra></extra>",
    }


def middle(group: tuple[int, int]) -> float:
    """Where a group of lengths stands on the axis."""
    return (group[0] + group[1]) / 2


def span(group: tuple[int, int]) -> str:
    """A group of lengths in words: 7 words, 13-16 words."""
    first, last = group
    return counted(first, "word") if first == last else f"{first}–{last} words"


def kept_figure(words: Sequence[str], moved: Array, look: Look) -> Figure:
    """For each word of a sentence, how far the state that the decoder starts with moves when the
    word is left unsaid: moved (2, s), relative to its length, a line per model."""
    places = list(range(1, len(words) + 1))
    lines: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": places,
            "y": (100 * moved[k]).tolist(),
            "line": {"color": look.lines[k], "dash": DASHES[(1, 0)[k]], "width": 2.5},
            "marker": {"symbol": MARKERS[k], "size": 9, "color": look.lines[k]},
            "text": list(words),
            "hovertemplate": f"{name}, %{{text}}: %{{y:.0f}} %<extra></extra>",
        }
        for k, name in enumerate(NAMES.values())
    ]
    return Figure(
        lines,
        layout(
            look,
            340,
            xaxis=axis(
                look,
                "word of the German sentence",
                tickvals=places,
                ticktext=[word if len(word) < 13 else f"{word[:11]}…" for word in words],
                tickangle=-45 if len(words) > 4 else 0,
                range=[0.6, len(words) + 0.4],
                zeroline=False,
            ),
            yaxis=axis(look, "state moves by (%)", rangemode="tozero", nticks=6),
            hovermode="closest",
            showlegend=True,
        ),
    )
