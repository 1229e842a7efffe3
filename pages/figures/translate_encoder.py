"""What the encoder keeps while it reads: units over words, and how far each word moves it."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, typed
from pages.figures.matrix_blocks import cell_text
from pages.figures.translate import Translation, source_names
from pages.figures.translate_attention import strong

STATES = {"hidden": "Hidden state h", "cell": "Cell state c"}
UNITS = 24  # of the encoder's units that are shown
ROW = 17  # pixels of a unit
ROOMY = 7  # words up to which cells have their numbers
WAYS = ("forward", "backward")
CHANGE = 120  # pixels of the panel under the units


def values(made: Translation, state: str) -> Array:
    """The states (s, d) of the encoder's top layer."""
    return np.asarray(getattr(made.states, state), float)


def halves(made: Translation) -> dict[str, slice]:
    """The units that read in each direction."""
    d = made.states.hidden.shape[1]
    if not made.translator.model.bidirectional:
        return {WAYS[0]: slice(0, d)}
    return {WAYS[0]: slice(0, d // 2), WAYS[1]: slice(d // 2, d)}


def chosen_units(made: Translation, state: str) -> dict[str, list[int]]:
    """The units of each direction whose values range furthest over the words, in the order of the
    word at which each is furthest from 0."""
    found, parts = values(made, state), halves(made)
    chosen = {}
    for way, part in parts.items():
        own = found[:, part]
        count = min(UNITS // len(parts), own.shape[1])
        first = np.argsort(-np.ptp(own, axis=0), kind="stable")[:count]
        peaks = np.abs(own[:, first]).argmax(axis=0)
        chosen[way] = [int(k) + part.start for k in first[np.argsort(peaks, kind="stable")]]
    return chosen


def changes(made: Translation, state: str) -> dict[str, Array]:
    """By how much (s,) each word moves the units of a direction: the Euclidean norm of the state
    after it minus the state before, which is 0 at the first word read."""
    found = values(made, state)
    moved = {}
    for way, part in halves(made).items():
        order = slice(None, None, 1 if way == WAYS[0] else -1)
        own = found[order, part]
        before = np.vstack([np.zeros((1, own.shape[1])), own[:-1]])
        moved[way] = np.linalg.norm(own - before, axis=1)[order]
    return moved


def encoder_figure(made: Translation, state: str, look: Look) -> Figure:
    """Above, units (rows) over the German words; under them, how far each word moved the state."""
    units = chosen_units(made, state)
    order = [k for part in units.values() for k in part]
    shown = values(made, state)[:, order].T
    s, moved = len(made.source), changes(made, state)
    height = ROW * len(order) + CHANGE + 130
    share = CHANGE / (ROW * len(order) + CHANGE)
    top = max(1.0, *(float(part.max()) for part in moved.values()))
    names = source_names(made)
    return Figure(
        [_heat(shown, order, names, state, look), *_moves(moved, names, look)],
        layout(
            look,
            height,
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
            xaxis=axis(
                look,
                "German words, in reading order",
                range=[-0.5, s - 0.5],
                tickvals=list(range(s)),
                ticktext=names,
                tickangle=0 if s <= ROOMY and not made.unknown else -90,
                showgrid=False,
                zeroline=False,
                fixedrange=True,
                anchor="y2",
            ),
            yaxis=axis(
                look,
                "unit",
                range=[len(order) - 0.5, -0.5],
                tickvals=list(range(len(order))),
                ticktext=_unit_names(units),
                tickfont={"size": 10},
                showgrid=False,
                zeroline=False,
                fixedrange=True,
                domain=[share + 0.04, 1],
            ),
            yaxis2=axis(
                look,
                "change",
                range=[0, top * 1.12],
                domain=[0, share - 0.04],
                nticks=4,
                zeroline=False,
                fixedrange=True,
            ),
            hovermode="closest",
            showlegend=True,
        ),
    )


def _unit_names(units: dict[str, list[int]]) -> list[str]:
    """The units, counted from 1, each with the direction in which it reads."""
    arrows = dict(zip(WAYS, "→←", strict=True))
    return [f"{k + 1} {arrows[way]}" for way, part in units.items() for k in part]


def _heat(shown: Array, order: list[int], names: list[str], state: str, look: Look) -> Spec:
    reach = max(1.0, float(np.abs(shown).max()))
    numbers = shown.shape[1] <= ROOMY
    return {
        "type": "heatmap",
        "z": typed(shown),
        "zmin": -reach,
        "zmax": reach,
        "colorscale": look.diverging if numbers else strong(look),
        "xgap": 1,
        "ygap": 1,
        "text": [[cell_text(float(v)) for v in row] for row in shown] if numbers else None,
        "texttemplate": "%{text}" if numbers else "",
        "textfont": {"color": look.text, "size": 10},
        "customdata": [
            [f"{name}, unit {k + 1}: {v:.3f}" for name, v in zip(names, row, strict=True)]
            for k, row in zip(order, shown, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "colorbar": {
            "thickness": 10,
            "outlinewidth": 0,
            "nticks": 5,
            "tickfont": {"color": look.text, "size": 11},
            "len": 0.7,
            "y": 1,
            "yanchor": "top",
        },
    }


def _moves(moved: dict[str, Array], names: list[str], look: Look) -> list[Spec]:
    """The norms of both directions, told apart by dash and marker too."""
    styles = {WAYS[0]: (0, "solid", "circle"), WAYS[1]: (1, "dash", "diamond")}
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"change, reading {way}",
            "x": list(range(len(names))),
            "y": typed(part),
            "yaxis": "y2",
            "line": {"color": look.lines[styles[way][0]], "dash": styles[way][1], "width": 2},
            "marker": {"symbol": styles[way][2], "size": 8},
            "text": names,
            "hovertemplate": f"%{{text}}, reading {way}: %{{y:.3f}}<extra></extra>",
        }
        for way, part in moved.items()
    ]
