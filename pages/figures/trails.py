"""The computation graph of two LSTM steps: a value and its gradient in each box, a trail lit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from engine.by_hand.lstm_trails import Node
from pages.figures.base import Figure, Look, Spec, layout, number, typed
from pages.figures.trails_boxes import all_boxes, box_targets, box_texts
from pages.figures.trails_places import (
    STEP_2,
    Box,
    Point,
    a_before,
    all_links,
    input_lines,
    node_box,
    pill_place,
    route,
    weight_box,
)
from pages.figures.trails_symbols import short
from pages.figures.trails_walk import GATE_NAMES, Walk
from pages.figures.trails_words import reached

ROW = 62  # pixels
TOP, BOTTOM = -1.02, STEP_2 + 3.75


def trails_figure(walk: Walk, look: Look, revealed: bool = True) -> Figure:
    """Step 1 above step 2, links as lines; where revealed, gradients, the trail and the links
    among the gates' values, C, a and E too.

    A click gives as customdata [gate, step, 0] of weights, else ["", k, length]: the place of a
    box on the trail, -1 where it is not, and the trail's length.
    """
    lit = [*reached(walk)] if revealed else []
    return Figure(
        [
            _lines([route(*link) for link in _links(revealed)] + input_lines(), _faint(look)),
            *(_trail_lines(walk, look) if revealed else []),
            _boxes(all_boxes(), look),
            *(_lit_boxes(walk, lit, look) if revealed else []),
            box_texts(walk, look, revealed),
            box_targets(walk, revealed),
        ],
        layout(
            look,
            round(ROW * (BOTTOM - TOP)) + 44,
            margin={"l": 4, "r": 4, "t": 40, "b": 4},
            xaxis={"visible": False, "range": [-0.46, 4.55], "fixedrange": True},
            yaxis={"visible": False, "range": [BOTTOM, TOP], "fixedrange": True},
            shapes=[_panel(step, look) for step in (1, 2)],
            annotations=[
                *(_title(step, revealed, look) for step in (1, 2)),
                *(_pills(walk, look) if revealed else []),
            ],
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _links(revealed: bool) -> list[tuple[Node, Node]]:
    """All links, or only those that do not tell what the output is made of."""
    return [(of, by) for of, by in all_links() if revealed or of.name[0] in "Gu"]


def _faint(look: Look) -> Spec:
    return {"line": {"color": look.lines[7], "width": 1}, "opacity": 0.7}


def _lines(paths: Sequence[Sequence[Point]], stroke: Spec) -> Spec:
    """Paths as one trace, with gaps between them."""
    joined = [point for path in paths for point in (*path, (np.nan, np.nan))]
    x, y = np.array(joined).T
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed(x),
        "y": typed(y),
        "hoverinfo": "skip",
        "showlegend": False,
        **stroke,
    }


def _trail_lines(walk: Walk, look: Look) -> list[Spec]:
    """The links that have been followed, and those ahead as a thinner line."""
    paths = [route(link.of, link.by) for link in walk.trail.links]
    color, dash = walk.look.tint(look), walk.look.dash
    name = f"{GATE_NAMES[walk.gate]}: product {number(walk.running)}"
    done, ahead = paths[: walk.done], paths[walk.done :]
    line = {"color": color, "dash": dash}
    return [
        _lines(done or [[(np.nan, np.nan)]], {"line": {**line, "width": 4}, "name": name})
        | {"showlegend": True},
        _arrows(done, color),
        *(
            [_lines(ahead, {"line": {**line, "width": 1.6}, "name": "still ahead"})]
            if ahead
            else []
        ),
    ]


def _arrows(paths: Sequence[Sequence[Point]], color: str) -> Spec:
    """A head where each path ends."""
    ends = np.array([path[-1] for path in paths]).reshape(-1, 2)
    before = np.array([path[-2] for path in paths]).reshape(-1, 2)
    x, y = np.stack([before, ends], axis=1).reshape(-1, 2).T
    marker = {"symbol": "arrow", "angleref": "previous", "color": color, "opacity": 1}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(x),
        "y": typed(y),
        "marker": marker | {"size": [0, 13] * len(paths), "line": {"width": 0}},
        "unselected": {"marker": {"opacity": 1}},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _boxes(boxes: Sequence[Box], look: Look, **style: Any) -> Spec:
    line = {"color": look.text, "width": 1}
    fill = {"fill": "toself", "fillcolor": look.background}
    return _lines([box.corners for box in boxes], {"line": line, **fill, **style})


def _lit_boxes(walk: Walk, lit: Sequence[Node], look: Look) -> list[Spec]:
    """The boxes on the followed part, the last of them filled."""
    boxes = [node_box(node) for node in lit]
    if any(pair[0].name[0] == "u" for pair in pairwise(lit)):
        boxes.insert(0, a_before(2))
    last = weight_box(walk.gate, walk.end) if walk.at_weights else boxes.pop()
    line = {"color": walk.look.tint(look), "width": 3}
    return [
        *([_boxes(boxes, look, line=line)] if boxes else []),
        _boxes([last], look, line=line, fillcolor=_pale(walk.look.tint(look), look)),
    ]


def _pale(color: str, look: Look) -> str:
    """About a quarter of the color on the background, for a fill that text stands on."""
    parts = [
        round(0.28 * int(color[k : k + 2], 16) + 0.72 * int(look.background[k : k + 2], 16))
        for k in (1, 3, 5)
    ]
    return f"rgb({', '.join(map(str, parts))})"


def _pills(walk: Walk, look: Look) -> list[Spec]:
    """The derivative of each followed link beside its line."""
    links = walk.trail.links[: walk.done]
    places = [pill_place(link.of, link.by) for link in links]
    return [
        {
            "x": x,
            "y": y,
            "text": f"×{short(link.derivative)}",
            "showarrow": False,
            "borderpad": 1,
            "bordercolor": walk.look.tint(look),
            "bgcolor": look.background,
            "font": {"color": look.text, "size": 12},
        }
        for (x, y), link in zip(places, links, strict=True)
    ]


def _panel(step: int, look: Look) -> Spec:
    top = TOP + (step - 1) * STEP_2
    return {
        "type": "rect",
        "layer": "below",
        "x0": -0.45,
        "x1": 4.45,
        "y0": top,
        "y1": top + 4.7,
        "fillcolor": look.grid,
        "opacity": 0.25,
        "line": {"width": 0},
    }


def _title(step: int, revealed: bool, look: Look) -> Spec:
    told = {1: "value, and after ∂ its gradient", 2: "∂ at a<sub>1</sub> from here alone"}
    how = f": {told[step]}" if revealed else ""
    return {
        "x": -0.4 if step == 1 else 0.08,  # beside the wire
        "y": TOP + (step - 1) * STEP_2 + 0.02,
        "xanchor": "left",
        "yanchor": "top",
        "text": f"<b>Step {step}</b>{how}",
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
    }
