"""A sentence becoming English: the words of both sides, and where each English one looks."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, typed
from pages.figures.translate import Translation, drawn, source_names
from pages.figures.translate_runners_up import share

ROW = 34  # pixels of a word's row
GERMAN, WEIGHT, START, STOP, ENGLISH, CHANCE = 3.5, 3.6, 4.75, 5.95, 6.15, 10.0
"""Where German words end, weights start, lines start and stop, English words start and end."""
LEAST = 0.02  # weights below this have no line
FORMER = 0.25  # of words written before, only weights from this on have one


def player_figure(made: Translation, t: int, look: Look) -> Figure:
    """German words at the left, the first t English ones at the right, and what the last of them
    looks at: lines as wide as the weights. Without attention all lines meet in the last state."""
    rows = max(len(made.source), len(made.words))
    weights = made.weights
    lit = np.zeros(len(made.source)) if weights is None else weights[t - 1]
    lines = _through(made, t, look) if weights is None else _looks(weights, t, look)
    notes = [_head(GERMAN, "right", "<b>German</b>", look)]
    notes += [_head(ENGLISH, "left", "<b>English</b>", look)]
    notes += [_vector_note(made, look)] if weights is None else []
    return Figure(
        [
            *lines,
            _german(made, lit, look),
            _weights(lit, look, hidden=weights is None),
            _under(GERMAN, -lit * 3.4, look.lines[0], look),
            _english(made, t, look),
            _chances(made, t, look),
            _under(ENGLISH, made.chances[:t] * (CHANCE - ENGLISH), look.lines[2], look),
        ],
        layout(
            look,
            ROW * rows + 60,
            margin={"l": 0, "r": 0, "t": 30, "b": 4},
            xaxis={"visible": False, "fixedrange": True, "range": [0, 10.05]},
            yaxis={"visible": False, "fixedrange": True, "range": [rows - 0.4, -0.95]},
            barmode="overlay",
            showlegend=False,
            hovermode="closest",
            annotations=notes,
        ),
    )


def _looks(weights: Array, t: int, look: Look) -> list[Spec]:
    """A line for each weight: those of word t wide and solid, those before thin and dotted."""
    former = [
        (START, i, STOP, k)
        for k in range(t - 1)
        for i in np.flatnonzero(weights[k] >= FORMER).tolist()
    ]
    now = np.flatnonzero(weights[t - 1] >= LEAST).tolist()
    wide = [
        _segments([(START, i, STOP, t - 1)], 1 + 8 * weights[t - 1, i], "solid", look.lines[0])
        | {"opacity": 0.35 + 0.65 * float(weights[t - 1, i])}
        for i in now
    ]
    return [_segments(former, 1.3, "dot", look.lines[7]), *wide]


def _through(made: Translation, t: int, look: Look) -> list[Spec]:
    """All words into one vector, from there to the first word, and from word to word."""
    middle = (len(made.source) - 1) / 2
    centre = (START + STOP) / 2
    inward = [(START - 0.9, i, centre, middle) for i in range(len(made.source))]
    onward = [(centre, middle, STOP, 0)]
    handed = [(STOP, k, STOP, k + 1) for k in range(t - 1)]
    return [
        _segments(inward, 1.5, "solid", look.lines[7]),
        _segments([*onward, *handed], 3, "solid", look.lines[0]),
    ]


def _segments(
    ends: list[tuple[float, float, float, float]], width: float, dash: str, color: str
) -> Spec:
    """Straight lines (x, y, x, y) as one trace."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for x0, y0, x1, y1 in ends:
        xs += [x0, x1, None]
        ys += [y0, y1, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"width": float(width), "dash": dash, "color": color},
        "hoverinfo": "skip",
    }


def _german(made: Translation, lit: Array, look: Look) -> Spec:
    names = source_names(made)
    best = int(lit.argmax()) if lit.any() else -1
    texts = [f"<b>{name}</b>" if k == best else name for k, name in enumerate(names)]
    return _texts([GERMAN] * len(names), texts, "left", look) | {
        "customdata": [drawn(word) for word in made.source],
        "hovertext": [f"{k}: {name}" for k, name in enumerate(names, 1)],
        "hoverinfo": "text",
    }


def _weights(lit: Array, look: Look, *, hidden: bool) -> Spec:
    texts = ["" if hidden or w < 0.005 else share(float(w)) for w in lit]
    return _texts([WEIGHT] * len(lit), texts, "right", look, 12)


def _english(made: Translation, t: int, look: Look) -> Spec:
    words = [drawn(word) for word in made.words[:t]]
    words[-1] = f"<b>{words[-1]}</b>"
    rest = ["·"] * (len(made.words) - t)
    return _texts([ENGLISH] * len(made.words), [*words, *rest], "right", look)


def _chances(made: Translation, t: int, look: Look) -> Spec:
    texts = [share(p) for p in made.chances[:t]]
    return _texts([CHANCE] * t, texts, "left", look, 12)


def _texts(xs: list[float], texts: list[str], side: str, look: Look, size: int = 14) -> Spec:
    """Words in rows, which lie to this side of their places."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": xs,
        "y": list(range(len(texts))),
        "text": texts,
        "textposition": f"middle {side}",
        "textfont": {"size": size, "color": look.text},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _under(start: float, lengths: Array, color: str, look: Look) -> Spec:
    """Bars under the words of each row, of these lengths."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": start,
        "x": typed(lengths),
        "y": [k + 0.38 for k in range(len(lengths))],
        "width": 0.12,
        "marker": {"color": color, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _head(x: float, side: str, text: str, look: Look) -> Spec:
    return {
        "x": x,
        "y": -0.8,
        "xanchor": side,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _vector_note(made: Translation, look: Look) -> Spec:
    size = sum(part[:, 0].size for part in made.memory.state)
    return {
        "x": (START + STOP) / 2,
        "y": (len(made.source) - 1) / 2,
        "text": f"<b>{size}<br>numbers</b>",
        "showarrow": False,
        "bgcolor": look.background,
        "bordercolor": look.text,
        "borderwidth": 2,
        "borderpad": 4,
        "font": {"color": look.text, "size": 12},
    }
