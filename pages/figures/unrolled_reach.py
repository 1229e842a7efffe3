"""Which output reacts to which input, and the weights that all steps share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.by_hand.rnn import Weights
from engine.by_hand.unrolled import Unrolled
from engine.types import Array
from pages.figures.base import (
    SUBSCRIPTS,
    Figure,
    Look,
    Spec,
    axis,
    cells,
    counted,
    layout,
    number,
    typed,
)
from pages.figures.matrix_product import cell_text

ROOMY = 6  # steps; with more, numbers do not fit the cells


def reach_figure(reactions: Array, lit: int, look: Look) -> Figure:
    """dy_t/dx_s (t, s) as cells, outputs downward, the row of the lit step (from 1) framed.

    Colors are shares of the largest. The future, s after t, has no cells; an exact 0 says so.
    """
    steps = len(reactions)
    past = np.tri(steps, dtype=bool)
    texts = [
        ["" if not past[t, s] else _cell(reactions[t, s], steps) for s in range(steps)]
        for t in range(steps)
    ]
    reach = float(np.abs(reactions).max()) or 1.0
    shares = np.where(past, reactions / reach, np.nan)  # float32 would lose a saturated network's
    heat = cells(shares, texts, look, 1.0)
    names = [str(1 + t) for t in range(steps)]
    heat |= {
        "hoverinfo": "text",
        "hovertext": [
            [_hover(t, s, reactions) if past[t, s] else "" for s in range(steps)]
            for t in range(steps)
        ],
        "hoverongaps": False,
    }
    ticks = {"showgrid": False, "zeroline": False, "fixedrange": True, "type": "category"}
    return Figure(
        [heat],
        layout(
            look,
            340,
            margin={"l": 8, "r": 8, "t": 8 if steps > 1 else 36, "b": 8},  # the camera's corner
            xaxis=axis(look, "input x<sub>s</sub>", **ticks, categoryarray=names),
            yaxis=axis(
                look, "output y<sub>t</sub>", **ticks, autorange="reversed", categoryarray=names
            ),
            shapes=[_row(lit, steps, look)],
        ),
    )


def _cell(value: float, steps: int) -> str:
    return _entry(value) if steps <= ROOMY or value == 0 else ""


def _entry(value: float) -> str:
    return "0" if value == 0 else cell_text(float(value))


def _hover(t: int, s: int, reactions: Array) -> str:
    return f"∂y<sub>{t + 1}</sub>/∂x<sub>{s + 1}</sub> = {number(float(reactions[t, s]))}"


def _row(lit: int, steps: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "x0": -0.5,
        "x1": lit - 0.5,
        "y0": lit - 1.5,
        "y1": lit - 0.5,
        "line": {"color": look.text, "width": 2.5},
    }


def reach_alt(reactions: Array) -> str:
    steps = len(reactions)
    first = ", ".join(number(float(v), 3) for v in reactions[:, 0])
    return (
        f"Derivative of each of {counted(steps, 'output')} by each input, a triangle of cells. By "
        f"x1 from the first output on: {first}."
    )


def weights_figure(p: Weights, look: Look) -> Figure:
    """W_xh, W_hh and b_h side by side, W_hy and b_y under them, each number in its cell."""
    h = len(p.W_hh)
    blocks = {
        "W<sub>xh</sub>": (p.W_xh, 0, 0),
        "W<sub>hh</sub>": (p.W_hh, 0, 2),
        "b<sub>h</sub>": (p.b_h[:, None], 0, h + 3),
        "W<sub>hy</sub>": (p.W_hy, h + 1, 2),
        "b<sub>y</sub>": (p.b_y[:, None], h + 1, h + 3),
    }
    sheet = np.full((h + 2, h + 4), np.nan)
    texts = np.full(sheet.shape, "", dtype=object)
    for values, top, left in blocks.values():
        here = np.s_[top : top + values.shape[0], left : left + values.shape[1]]
        sheet[here] = values
        texts[here] = np.vectorize(_entry, otypes=[object])(values)
    reach = float(np.nanmax(np.abs(sheet))) or 1.0
    heat = cells(np.zeros((1, 1)), texts.tolist(), look, reach)
    del heat["x"], heat["y"]
    heat |= {"z": typed(sheet), "hoverongaps": False, "textfont": {"color": look.text, "size": 12}}
    bare = {"visible": False, "fixedrange": True}
    return Figure(
        [heat],
        layout(
            look,
            44 * (h + 2) + 70,
            margin={"l": 4, "r": 4, "t": 36, "b": 4},
            xaxis=bare | {"range": [-0.6, h + 3.6]},
            yaxis=bare | {"range": [h + 1.6, -1.1]},
            annotations=[_block_name(name, *block, look) for name, block in blocks.items()],
        ),
    )


def _block_name(name: str, values: Array, top: int, left: int, look: Look) -> Spec:
    """Over the first row of a matrix; its shape too, where it is not a single number."""
    rows, columns = values.shape
    return {
        "x": left + (columns - 1) / 2,
        "y": top - 0.5,
        "yshift": 10,
        "text": f"{name} ({rows}, {columns})" if values.size > 1 else name,
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
    }


def weights_alt(p: Weights) -> str:
    """Every number of the matrices, row by row."""
    parts = {"W_xh": p.W_xh, "W_hh": p.W_hh, "b_h": p.b_h, "W_hy": p.W_hy, "b_y": p.b_y}
    texts = [
        f"{name} {', '.join(number(float(v), 3) for v in values.ravel())}"
        for name, values in parts.items()
    ]
    return f"The weights that every step shares, row by row: {'; '.join(texts)}."


def reached(reactions: Array) -> list[int]:
    """The outputs that react to the first input, counted from 1."""
    return [1 + int(t) for t in np.flatnonzero(reactions[:, 0])]


def which_outputs(reactions: Array) -> str:
    """The outputs that react to the first input, as an answer: y₁ alone, y₁ to y₅."""
    found, steps = reached(reactions), len(reactions)
    if found == [1]:
        return "y₁ alone"
    last = str(steps).translate(SUBSCRIPTS)
    return f"y₁ to y{last}" if found == list(range(1, steps + 1)) else f"y{last} alone"


def describe_step(net: Unrolled, lit: int) -> str:
    """The state and the output of the lit step."""
    t = str(lit).translate(SUBSCRIPTS)
    state = ", ".join(number(float(v), 3) for v in net.h[lit])
    state = f"({state})" if net.h.shape[1] > 1 else state
    return (
        f"At step {lit} the state h{t} is **{state}** and the output y{t} is "
        f"**{number(float(net.y[lit - 1, 0]), 3)}**."
    )


def describe_reach(right: Array, printed: Array, reset: bool) -> str:
    """How many outputs x₁ reaches as the network runs, and what the other way would give."""
    steps = len(right)
    last = f"∂y{str(steps).translate(SUBSCRIPTS)}/∂x₁"
    now = len(reached(printed if reset else right))
    kept, lost = (number(float(reactions[-1, 0]), 3) for reactions in (right, printed))
    reach = f"x₁ reaches **{now} of {counted(steps, 'output')}**"
    if steps == 1:
        return f"{reach}: with one step there is no state to lose, and {last} is **{kept}**."
    if reset:
        return (
            f"With the state set to 0 inside the loop {reach}: {last} is **{lost}**, where it is "
            f"{kept} with the state set once before the loop."
        )
    return (
        f"{reach}: {last} is **{kept}**. With the state set to 0 inside the loop, as printed, it "
        f"is {lost}{' too' if lost == kept else ''}."
    )


def unrolled_table(net: Unrolled, reactions: Array) -> pd.DataFrame:
    """A row per step: input, state, output, and how that reacts to x₁."""
    return pd.DataFrame(
        {
            "t": np.arange(1, len(net.x) + 1),
            "xₜ": net.x[:, 0],
            **{f"hₜ, unit {k + 1}": net.h[1:, k] for k in range(net.h.shape[1])},
            "yₜ": net.y[:, 0],
            "∂yₜ/∂x₁": reactions[:, 0],
        }
    )
