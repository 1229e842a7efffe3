"""The nested fields: one inside the other, and as a tree from wide to narrow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, counted, layout, typed
from pages.handbook.rings import RINGS

SLUGS = tuple(RINGS)
STEP, SIDE, GAP = 0.19, 0.07, 0.02  # between one box and the next: top, sides and bottom
ROUND = 0.05  # radius of a corner
Bounds = tuple[float, float, float, float]


def bounds(k: int) -> Bounds:
    """Left, right, bottom and top of the k-th box, from the outermost."""
    return SIDE * k - 1, 1 - SIDE * k, GAP * k, 1 - STEP * k


def inside(points: Array) -> Array:
    """The number of the innermost box around each of the points (n, 2); -1 outside of all."""
    found = np.full(len(points), -1)
    x, y = points.T
    for k in range(len(SLUGS)):
        left, right, bottom, top = bounds(k)
        found[(left <= x) & (x <= right) & (bottom <= y) & (y <= top)] = k
    return found


def _rounded(k: int) -> str:
    """The outline of the k-th box as an SVG path with round corners."""
    left, right, bottom, top = bounds(k)
    r = ROUND
    return (
        f"M {left + r},{bottom} L {right - r},{bottom} Q {right},{bottom} {right},{bottom + r} "
        f"L {right},{top - r} Q {right},{top} {right - r},{top} "
        f"L {left + r},{top} Q {left},{top} {left},{top - r} "
        f"L {left},{bottom + r} Q {left},{bottom} {left + r},{bottom} Z"
    )


def nested_figure(chosen: str, learned: Mapping[str, int] | None, look: Look) -> Figure:
    """Boxes, each in the next wider one; a click on one selects a point that carries its slug.

    `learned` numbers of the system of each field stand in it, unless they are still a secret.
    """
    shapes, labels = [], []
    for k, (slug, ring) in enumerate(RINGS.items()):
        _, _, bottom, top = bounds(k)
        is_chosen = slug == chosen
        shapes.append(
            {
                "type": "path",
                "path": _rounded(k),
                "layer": "below",
                "fillcolor": look.diverging[2][1] if is_chosen else look.background,
                "line": {"color": look.text, "width": 4 if is_chosen else 1.2},
            }
        )
        name = f"<b>▸ {ring.name} ◂</b>" if is_chosen else ring.name
        note = "" if learned is None else f"<br>{counted(learned[slug], 'learned number')}"
        middle = top - STEP / 2 if k + 1 < len(RINGS) else (top + bottom) / 2
        labels.append(_label(0, middle, name + note, look))
    return Figure(
        [_clickable()],
        layout(
            look,
            450,
            margin={"l": 4, "r": 4, "t": 28, "b": 4},  # above: the camera
            xaxis=_bare([-1.02, 1.02]),
            yaxis=_bare([-0.02, 1.02]),
            shapes=shapes,
            annotations=labels,
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _clickable() -> Spec:
    """Invisible points all over the boxes, since a shape cannot be clicked."""
    x, y = np.meshgrid(np.linspace(-1, 1, 31), np.linspace(0, 1, 31))
    points = np.column_stack([x.ravel(), y.ravel()])
    ring = inside(points)
    points, ring = points[ring >= 0], ring[ring >= 0]
    faint = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(points[:, 0]),
        "y": typed(points[:, 1]),
        "customdata": [[SLUGS[k]] for k in ring],
        "text": [RINGS[SLUGS[k]].name for k in ring],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"opacity": 0, "size": 16},
        "selected": faint,
        "unselected": faint,
        "showlegend": False,
    }


def _bare(span: list[float]) -> Spec:
    return {"visible": False, "range": span, "fixedrange": True}


def _label(x: float, y: float, text: str, look: Look, **more: object) -> Spec:
    font = {"color": look.text, "size": 13}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, **more}


def tree_figure(chosen: str, look: Look) -> Figure:
    """From the widest field down to the narrowest; beside each, what the next leaves out."""
    names = [ring.name for ring in RINGS.values()]
    lines: list[list[float | None]] = [[], []]
    labels = []
    for k, (slug, ring) in enumerate(RINGS.items()):
        is_chosen = slug == chosen
        text = f"<b>▸ {_wrapped(ring.name)}</b>" if is_chosen else _wrapped(ring.name)
        labels.append(_label(0, -k, text, look) | _box(look, 3 if is_chosen else 1))
        if k + 1 < len(names):
            labels.append(_label(1, -k - 1, _wrapped(ring.beside), look))
            lines[0] += [0, 0, None, 0, 1, 1, None]
            lines[1] += [-k, -k - 1, None, -k - 0.5, -k - 0.5, -k - 0.68, None]
    return Figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": lines[0],
                "y": lines[1],
                "line": {"color": look.text, "width": 1.2},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        ],
        layout(
            look,
            400,
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            xaxis=_bare([-0.55, 1.55]),
            yaxis=_bare([-len(names) + 0.55, 0.45]),
            annotations=labels,
        ),
    )


def _box(look: Look, width: float) -> Spec:
    return {
        "bgcolor": look.background,
        "bordercolor": look.text,
        "borderwidth": width,
        "borderpad": 5,
    }


def _wrapped(text: str, widest: int = 20) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= widest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def nested_alt(chosen: str, learned: Mapping[str, int] | None) -> str:
    """What the nested picture shows."""
    notes = [
        ring.name + ("" if learned is None else f" ({counted(learned[slug], 'learned number')})")
        for slug, ring in RINGS.items()
    ]
    return (
        f"Five boxes, each inside the one before: {', '.join(notes)}. Chosen: {RINGS[chosen].name}."
    )


def tree_alt(chosen: str) -> str:
    """What the tree shows."""
    parts = [f"{r.name} (beside it {r.beside.lower()})" for r in list(RINGS.values())[:-1]]
    last = list(RINGS.values())[-1].name
    return (
        f"A tree from wide to narrow: {'; '.join(parts)}; at the end {last}. "
        f"Chosen: {RINGS[chosen].name}."
    )
