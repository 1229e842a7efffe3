"""The stages of both passes as boxes in a row there and a row back, one of them lit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from engine.by_hand.staged import FORWARD, STAGES, Stages
from engine.by_hand.weight_conventions import Convention
from pages.figures.backprop_steps import (
    ONE_NUMBER,
    label,
    shape_text,
)
from pages.figures.base import Figure, Look, Spec, layout
from pages.figures.marks import arrow

HALF_WIDTH, HALF_HEIGHT = 0.42, 0.33
CENTERS: Mapping[str, tuple[float, float]] = {
    **{stage: (float(k), 2.0) for k, stage in enumerate(FORWARD)},
    **{f"d{stage}": (float(FORWARD.index(stage)), 1.0) for stage in ("A2", "Z2", "A1", "Z1")},
    "dW1": (0.55, 0.0),
    "db1": (1.45, 0.0),
    "dW2": (2.55, 0.0),
    "db2": (3.45, 0.0),
}
ARROWS = (
    *pairwise(FORWARD),
    ("J", "dA2"),
    ("dA2", "dZ2"),
    ("dZ2", "dA1"),
    ("dA1", "dZ1"),
    ("dZ2", "dW2"),
    ("dZ2", "db2"),
    ("dZ1", "dW1"),
    ("dZ1", "db1"),
)


def strip_figure(stages: Stages, convention: Convention, active: str, look: Look) -> Figure:
    """Forward boxes above, gradients below; a box holds a symbol and, once reached, its shape.

    A click on a box gives its number in STAGES as the index of the selected point.
    """
    reached = STAGES.index(active)
    return Figure(
        [_boxes_to_click(look)],
        layout(
            look,
            230,
            margin={"l": 4, "r": 30, "t": 4, "b": 4},
            xaxis={"visible": False, "range": [-0.5, 5.5], "fixedrange": True},
            yaxis={"visible": False, "range": [-0.42, 2.42], "fixedrange": True},
            shapes=[_box(stage, k, reached, look) for k, stage in enumerate(STAGES)],
            annotations=[
                *(_arrow(start, end, reached, look) for start, end in ARROWS),
                *(
                    _text(stage, k, reached, shape_text(stage, stages[stage], convention), look)
                    for k, stage in enumerate(STAGES)
                ),
                _note(0.0, 1.0, "← back", look),
            ],
            clickmode="event+select",
            hovermode="closest",
            showlegend=False,
        ),
    )


def _box(stage: str, k: int, reached: int, look: Look) -> Spec:
    x, y = CENTERS[stage]
    now = k == reached
    return {
        "type": "rect",
        "layer": "below",
        "x0": x - HALF_WIDTH,
        "x1": x + HALF_WIDTH,
        "y0": y - HALF_HEIGHT,
        "y1": y + HALF_HEIGHT,
        "fillcolor": _lit(look) if now else "rgba(0,0,0,0)",
        "line": {
            "color": look.lines[0] if now else look.text if k < reached else look.lines[7],
            "width": 3 if now else 1.2,
            "dash": "solid" if k <= reached else "dot",
        },
    }


def _lit(look: Look) -> str:
    """A pale fill that text stands on in both themes."""
    ends = look.diverging
    return str(ends[2][1])


def _text(stage: str, k: int, reached: int, shape: str, look: Look) -> Spec:
    x, y = CENTERS[stage]
    name = f"<b>{label(stage)}</b>" if k == reached else label(stage)
    below = "" if k > reached else f"<br><span style='font-size:11px'>{_short(shape)}</span>"
    return {
        "x": x,
        "y": y,
        "text": name + below,
        "showarrow": False,
        "font": {"color": look.text, "size": 14},
    }


def _short(shape: str) -> str:
    """(4, 3) as 4 × 3, which fits a phone."""
    if shape == ONE_NUMBER:
        return "scalar"
    return shape.strip("()").replace(", ", " × ")


def _note(x: float, y: float, text: str, look: Look) -> Spec:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
    }


def _arrow(start: str, end: str, reached: int, look: Look) -> Spec:
    """From box edge to box edge, faint until it has been gone."""
    (x0, y0), (x1, y1) = CENTERS[start], CENTERS[end]
    if y0 == y1:
        side = HALF_WIDTH if x1 > x0 else -HALF_WIDTH
        x0, x1 = x0 + side, x1 - side
    else:
        y0, y1 = y0 - HALF_HEIGHT, y1 + HALF_HEIGHT
        if start == "J":
            y0, y1, x1 = y0, CENTERS[end][1] + 0.1, x1 + HALF_WIDTH
    gone = STAGES.index(end) <= reached
    return arrow((x0, y0), (x1, y1), gone, look)


def _boxes_to_click(look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [CENTERS[stage][0] for stage in STAGES],
        "y": [CENTERS[stage][1] for stage in STAGES],
        "text": [f"go to {label(stage)}" for stage in STAGES],
        "marker": {"size": 40, "symbol": "square", "opacity": 0, "color": look.text},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def strip_alt(stages: Stages, convention: Convention, active: str) -> str:
    """The chain up to the active stage, with shapes."""
    done = STAGES[: STAGES.index(active) + 1]
    parts = [f"{label(s)} {shape_text(s, stages[s], convention)}" for s in done]
    return (
        f"Chain of {len(STAGES)} boxes, forward and back. Reached so far: {', '.join(parts)}. "
        f"Now lit: {label(active)}."
    )
