"""The residual connection as a diagram: the input splits, goes through F and past it, and adds."""

from __future__ import annotations

from pages.figures.base import FONT, Figure, Look, Spec, layout, number
from pages.figures.marks import arrow

BOXES = {"x": (0.0, 0.0), "F": (1.5, 0.0), "+": (3.0, 0.0), "y": (4.5, 0.0)}
SKIP = 0.75  # height of the line that goes past F


def residual_figure(x: float, branch: float, slope: float, dy: float, look: Look) -> Figure:
    """y = x + F(x): values forward on the lines, gradients back under them."""
    at, passed, total, steep, up = _shown(x, branch, slope, dy)
    return Figure(
        [_boxes(look)],
        layout(
            look,
            230,
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            xaxis={"visible": False, "range": [-0.5, 5.0], "fixedrange": True},
            yaxis={"visible": False, "range": [-0.95, 1.15], "fixedrange": True},
            showlegend=False,
            annotations=[
                arrow((0.25, 0), (1.2, 0), True, look),
                arrow((1.8, 0), (2.75, 0), True, look),
                arrow((3.25, 0), (4.25, 0), True, look),
                arrow((3.0, SKIP), (3.0, 0.25), True, look),
                _words(1.5, SKIP + 0.16, f"identity: {at}", look),
                _words(2.28, 0.17, passed, look),
                _words(4.5, 0.42, total, look),
                _words(0.0, -0.42, at, look),
                _words(1.5, -0.45, f"slope F′ = {steep}", look),
                _words(4.95, -0.42, f"dE/dy = {up}", look) | {"xanchor": "right"},
                _words(1.5, -0.8, f"back: dE/dx = {up} · (1 + {steep})", look),
            ],
            shapes=[
                _segment((0.6, 0), (0.6, SKIP), look),
                _segment((0.6, SKIP), (3.0, SKIP), look),
            ],
        ),
    )


def _shown(x: float, branch: float, slope: float, dy: float) -> list[str]:
    """The numbers x, F(x), y, F'(x) and dE/dy as the diagram writes them."""
    return [number(value, 3) for value in (x, branch, x + branch, slope, dy)]


def _boxes(look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [place[0] for place in BOXES.values()],
        "y": [place[1] for place in BOXES.values()],
        "text": list(BOXES),
        "textfont": {"size": 15, "color": look.text},
        "marker": {
            "symbol": ["circle", "square", "circle", "circle"],
            "size": 40,
            "color": look.background,
            "line": {"width": 2, "color": look.lines[0]},
        },
        "hoverinfo": "skip",
    }


def _segment(start: tuple[float, float], end: tuple[float, float], look: Look) -> Spec:
    return {
        "type": "line",
        "x0": start[0],
        "y0": start[1],
        "x1": end[0],
        "y1": end[1],
        "line": {"width": 2, "color": look.text},
    }


def _words(x: float, y: float, text: str, look: Look) -> Spec:
    font = {"size": 13, "color": look.text, "family": FONT}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font}


def residual_alt(x: float, branch: float, slope: float, dy: float) -> str:
    """What the diagram says."""
    at, passed, total, steep, up = _shown(x, branch, slope, dy)
    return (
        f"Diagram: x = {at} goes through F to {passed} and past it unchanged; the "
        f"sum is y = {total}. Back, dE/dy = {up} comes to x by both ways: "
        f"times 1 and times F′ = {steep}."
    )
