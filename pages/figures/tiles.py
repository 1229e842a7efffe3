"""Small pictures side by side, with words under each: weights, or what drives a unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.studies.shapes import SIDE
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, typed

COLUMNS = 4  # pictures side by side
PITCH = SIDE + 1  # from one picture to the next, a row of nothing between them
ROW = PITCH + 5  # the same downward, with room for words under a picture


def tiles_figure(
    pictures: Array, words: Sequence[str], look: Look, signed: bool, chosen: int | None = None
) -> Figure:
    """Pictures (m, 144) in rows of four with words under each; the chosen one has a frame.

    `signed` ones are weights, each on its own scale: negative, zero and positive. The others run
    from low to high together.
    """
    rows = -(-len(pictures) // COLUMNS)
    sheet = np.full((rows * ROW, COLUMNS * PITCH), np.nan)
    corners = [(k // COLUMNS * ROW, k % COLUMNS * PITCH) for k in range(len(pictures))]
    for (y, x), picture in zip(corners, pictures, strict=True):
        largest = (float(np.abs(picture).max()) or 1.0) if signed else 1.0
        sheet[y : y + SIDE, x : x + SIDE] = picture.reshape(SIDE, SIDE) / largest
    heat: Spec = {
        "type": "heatmap",
        "z": typed(sheet),
        "zmin": -1 if signed else float(pictures.min()),
        "zmax": 1 if signed else float(pictures.max()),
        "colorscale": _scale(look, signed),
        "showscale": False,
        "hoverinfo": "skip",
    }
    return Figure(
        [heat, _clickable(corners, words)],
        layout(
            look,
            40 + 136 * rows,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            xaxis=_bare([-1, COLUMNS * PITCH - 0.5]) | {"constrain": "domain"},
            yaxis=_bare([rows * ROW - 0.5, -1.2])
            | {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"},
            annotations=[
                _words(x, y, f"<b>{text}</b>" if k == chosen else text, look)
                for k, ((y, x), text) in enumerate(zip(corners, words, strict=True))
            ],
            shapes=[_frame(*corners[k], look, k == chosen) for k in range(len(corners))],
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _scale(look: Look, signed: bool) -> list[list[float | str]]:
    if signed:
        return [[0.0, look.lines[1]], [0.5, look.background], [1.0, look.lines[0]]]
    return [[0.0, look.background], [1.0, look.lines[0]]]


def _clickable(corners: Sequence[tuple[int, int]], words: Sequence[str]) -> Spec:
    """An invisible point on each picture that carries its number, so that it can be clicked."""
    faint = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x + SIDE / 2 for _, x in corners],
        "y": [y + SIDE / 2 for y, _ in corners],
        "customdata": [[k + 1] for k in range(len(corners))],
        "text": list(words),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"opacity": 0, "size": 60, "symbol": "square"},
        "selected": faint,
        "unselected": faint,
        "showlegend": False,
    }


def _words(x: int, y: int, text: str, look: Look) -> Spec:
    return {
        "x": x + SIDE / 2 - 0.5,
        "y": y + SIDE,
        "yanchor": "top",
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
    }


def _frame(y: int, x: int, look: Look, is_chosen: bool) -> Spec:
    return {
        "type": "rect",
        "x0": x - 0.5,
        "x1": x + SIDE - 0.5,
        "y0": y - 0.5,
        "y1": y + SIDE - 0.5,
        "line": {
            "color": look.text if is_chosen else look.grid,
            "width": 3.5 if is_chosen else 1,
        },
    }


def _bare(span: list[float]) -> Spec:
    return {"visible": False, "range": span, "fixedrange": True}
