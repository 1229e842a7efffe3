"""Where attention looks, all words at once; and the one state that a model without it has."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, typed
from pages.figures.translate import Translation, drawn, source_names

ROW = 30  # pixels of a cell's height
ROOMY = 8  # German words, up to which their names lie flat
WIDE = 12  # German words, from which on numbers are smaller, to fit a phone
COLUMNS = 16  # of a state drawn as a block of cells


def attention_figure(made: Translation, t: int, look: Look) -> Figure:
    """Weights in percent (English down, German across); the row of word t is framed."""
    weights = made.weights
    assert weights is not None
    rows, columns = weights.shape
    heat = {
        "type": "heatmap",
        "z": typed(weights),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0.0, look.background], [1.0, look.diverging[2][1]]],
        "text": [[percent(w) for w in row] for row in weights],
        "texttemplate": "%{text}",
        "textfont": {"color": look.text, "size": 12 if columns <= WIDE else 10},
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "customdata": [
            [f"{drawn(to)} ← {drawn(of)}: {w:.4f}" for of, w in zip(made.source, row, strict=True)]
            for to, row in zip(made.words, weights, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    ticks = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return Figure(
        [heat],
        layout(
            look,
            ROW * rows + 140,
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
            xaxis=axis(
                look,
                "German, weight in %",
                **ticks,
                tickvals=list(range(columns)),
                ticktext=source_names(made),
                tickangle=0 if columns <= ROOMY and not made.unknown else -90,
                range=[-0.5, columns - 0.5],
            ),
            yaxis=axis(
                look,
                "English",
                **ticks,
                tickvals=list(range(rows)),
                ticktext=[drawn(word) for word in made.words],
                range=[rows - 0.5, -0.5],
            ),
            shapes=[_row(t, columns, look)],
        ),
    )


def percent(weight: float) -> str:
    """A weight in whole percent; nothing for what rounds to 0."""
    return f"{100 * weight:.0f}" if weight >= 0.005 else ""


def _bar(look: Look) -> Spec:
    return {
        "thickness": 10,
        "outlinewidth": 0,
        "nticks": 5,
        "tickfont": {"color": look.text, "size": 11},
    }


def _row(t: int, columns: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "x0": -0.5,
        "x1": columns - 0.5,
        "y0": t - 1.5,
        "y1": t - 0.5,
        "line": {"color": look.text, "width": 2.5},
    }


def vector_figure(made: Translation, look: Look) -> Figure:
    """All numbers of the encoder's last state, h above c, as blocks of cells."""
    blocks = [block(part[-1, 0].astype(float)) for part in made.memory.state]
    height = len(blocks[0])
    sheet = np.full((2 * height + 1, COLUMNS), np.nan)
    sheet[:height], sheet[height + 1 :] = blocks
    reach = max(1.0, float(np.nanmax(np.abs(sheet))))
    return Figure(
        [
            {
                "type": "heatmap",
                "z": typed(sheet),
                "zmin": -reach,
                "zmax": reach,
                "colorscale": strong(look),
                "xgap": 1,
                "ygap": 1,
                "hoverongaps": False,
                "hovertemplate": "%{z:.3f}<extra></extra>",
                "colorbar": _bar(look),
            }
        ],
        layout(
            look,
            18 * len(sheet) + 60,
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
            xaxis={"visible": False, "fixedrange": True},
            yaxis={
                "range": [len(sheet) - 0.5, -0.5],
                "tickvals": [(height - 1) / 2, height + 1 + (height - 1) / 2],
                "ticktext": ["hidden h", "cell c"],
                "tickfont": {"color": look.text},
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "automargin": True,
            },
        ),
    )


def block(values: Array) -> Array:
    """Values (d,) in rows of COLUMNS, the last one filled up with nothing."""
    rows = -(-len(values) // COLUMNS)
    filled = np.full(rows * COLUMNS, np.nan)
    filled[: len(values)] = values
    return filled.reshape(rows, COLUMNS)


def strong(look: Look) -> list[list[float | str]]:
    """Negative, zero and positive in full colors, for cells without numbers."""
    return [[0.0, look.lines[1]], [0.5, look.background], [1.0, look.lines[0]]]
