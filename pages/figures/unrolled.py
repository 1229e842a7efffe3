"""A recurrent network drawn once for every time step, one of the steps lit."""

from __future__ import annotations

import numpy as np

from engine.by_hand.unrolled import Unrolled
from pages.figures.base import SUBSCRIPTS, Figure, Look, Spec, counted, layout, number
from pages.figures.matrix_product import cell_text
from pages.figures.unrolled_edges import BIG, Places, places, weight_lines

UNIT = 40  # pixels from one hidden unit to the next
FEWEST = 3.5  # columns that the picture has room for, even if there are fewer


def unrolled_figure(net: Unrolled, lit: int, look: Look) -> Figure:
    """Inputs below, states in the middle, outputs on top; step `lit` (from 1) is marked.

    A click on a node gives its step as customdata. With the reset the lines between states end in
    a cross.
    """
    p = places(net, lit)
    reach = p.side + 1.0
    width = float(p.widths.sum())
    spare = max(0.0, FEWEST - width) / 2
    return Figure(
        [*weight_lines(net, p, look), *_nodes(net, p, look)],
        layout(
            look,
            int(UNIT * 2 * reach) + 34,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            xaxis={"visible": False, "fixedrange": True, "range": [-spare, width + spare]},
            yaxis={"visible": False, "fixedrange": True, "range": [-reach, reach]},
            shapes=[_band(p, reach, look), *(_frame(p, t, look) for t in range(len(p.at)))],
            annotations=_names(p, look),
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _nodes(net: Unrolled, p: Places, look: Look) -> list[Spec]:
    """Circles of inputs and outputs and the squares of the units, colored by their values."""
    nodes = [(t, *node) for t in range(len(p.at)) for node in _column(net, p, t)]
    steps, heights, values, _ = (list(part) for part in zip(*nodes, strict=True))
    sizes = [p.sizes[t] for t in steps]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [float(p.at[t]) for t in steps],
            "y": heights,
            "text": [
                _written(v) if size == BIG else "" for v, size in zip(values, sizes, strict=True)
            ],
            "textfont": {"color": look.text, "size": 12},
            "marker": {
                "size": sizes,
                "symbol": ["circle" if abs(height) == p.side else "square" for height in heights],
                "color": _tints(values),
                "colorscale": look.diverging,
                "cmin": -1,
                "cmax": 1,
                "line": {
                    "color": look.text,
                    "width": [2.5 if t == p.lit else 1.2 for t in steps],
                },
                "opacity": 1,
            },
            "selected": {"marker": {"opacity": 1}},
            "unselected": {"marker": {"opacity": 1}},
            "customdata": [[t] for t in steps],
            "hovertext": [
                f"{letter}<sub>{t}</sub> = {number(value)}" for t, _, value, letter in nodes
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "showlegend": False,
        }
    ]


def _column(net: Unrolled, p: Places, t: int) -> list[tuple[float, float, str]]:
    """Height, value and letter of each node of step t; h_0 has no input and no output."""
    state = [(float(row), float(h), "h") for row, h in zip(p.rows, net.h[t], strict=True)]
    if t == 0:
        return state
    x, y = float(net.x[t - 1, 0]), float(net.y[t - 1, 0])
    return [*state, (-p.side, x, "x"), (p.side, y, "y")]


def _tints(values: list[float]) -> list[float]:
    """Values in -1 to 1, on a scale of their own where they go beyond."""
    largest = max(1.0, float(np.abs(values).max()))
    return [value / largest for value in values]


def _written(value: float) -> str:
    if value == 0 or 100 <= abs(value) < 1000:  # no room for decimals
        return f"{value:.0f}".replace("-", "−")
    return cell_text(value)


def _band(p: Places, reach: float, look: Look) -> Spec:
    x, half = float(p.at[p.lit]), float(p.widths[p.lit]) / 2
    return {
        "type": "rect",
        "layer": "below",
        "x0": x - half,
        "x1": x + half,
        "y0": -reach,
        "y1": reach,
        "fillcolor": look.grid,
        "opacity": 0.45,
        "line": {"width": 0},
    }


def _frame(p: Places, t: int, look: Look) -> Spec:
    """Around the units of one state, which are one vector."""
    half = p.sizes[t] / 2 + 3
    x, (top, *_), bottom = float(p.at[t]), p.rows, p.rows[-1]
    return {
        "type": "rect",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": x,
        "yanchor": 0,
        "x0": -half,
        "x1": half,
        "y0": float(bottom) * UNIT - half,
        "y1": float(top) * UNIT + half,
        "line": {"color": look.text, "width": 2.5 if t == p.lit else 1},
    }


def _names(p: Places, look: Look) -> list[Spec]:
    """Names under inputs, over outputs and at the top left of states that have room for one."""
    notes = []
    for t, (x, size) in enumerate(zip(p.at, p.sizes, strict=True)):
        shift = size / 2 + 11
        name = str(t).translate(SUBSCRIPTS)
        if t:
            notes.append(_note(x, -p.side, f"x{name}", 0, -shift, t == p.lit, look))
            notes.append(_note(x, p.side, f"y{name}", 0, shift, t == p.lit, look))
        if size == BIG or t == 0:
            notes.append(
                _note(x, p.rows[0], f"h{name}", -size / 2 + 2, shift + 4, t == p.lit, look)
            )
    return notes


def _note(x: float, y: float, text: str, right: float, up: float, bold: bool, look: Look) -> Spec:
    return {
        "x": float(x),
        "y": float(y),
        "xshift": right,
        "yshift": up,
        "text": f"<b>{text}</b>" if bold else text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def unrolled_alt(net: Unrolled, lit: int) -> str:
    """The numbers of the lit step, and how its state comes about."""
    start = "a state set to 0 again" if net.reset else f"the state h{lit - 1}"
    state = ", ".join(number(float(v), 3) for v in net.h[lit])
    return (
        f"A recurrent network of {counted(net.h.shape[1], 'hidden unit')} unrolled over "
        f"{counted(len(net.x), 'step')}, "
        f"inputs below and outputs on top. Lit: step {lit}, where the input "
        f"{number(float(net.x[lit - 1, 0]), 3)} and {start} make the state {state} and the output "
        f"{number(float(net.y[lit - 1, 0]), 3)}."
    )
