"""The road of eight steps: two lanes of four, the chosen step marked, each of them clickable."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, counted, layout
from pages.figures.road_stops import ASKED, NAMES, STOPS

LANE = 4  # steps in each lane
TURN = 0.66  # how far the road swings out where it turns, past the name of the step there


def road_figure(at: int, look: Look, *, revealed: bool = True) -> Figure:
    """The road with the step `at`, from 0, marked and the way there drawn through. Unrevealed, what
    comes after the backward pass has no name."""
    way = road()
    gone = way[: _index(at, way) + 1]
    return Figure(
        [
            _strip(way, look.grid, 16, "solid"),
            _strip(gone, look.lines[0], 5, "solid"),
            _strip(way[_index(at, way) :], look.text, 1.5, "dot"),
            _stations(at, look, revealed),
        ],
        layout(
            look,
            310,
            margin={"l": 0, "r": 0, "t": 24, "b": 0},
            xaxis=_bare([-0.52, LANE - 0.2]),
            yaxis=_bare([-0.62, 1.4]),
            annotations=[_name(k, k == at, look, revealed) for k in range(len(STOPS))],
            clickmode="event+select",
            hovermode="closest",
            showlegend=False,
        ),
    )


def place(k: int) -> tuple[float, float]:
    """Where a step stands: four from left to right, and under them four back."""
    return (float(k), 1.0) if k < LANE else (float(2 * LANE - 1 - k), 0.0)


def road() -> Array:
    """The middle of the road (n, 2) from the first step to the last."""
    bend = np.linspace(np.pi / 2, -np.pi / 2, 25)
    out = np.abs(np.cos(bend)) ** 0.4  # straighter than a half circle
    turn = np.column_stack([LANE - 1 + TURN * out, 0.5 + 0.5 * np.sin(bend)])
    there = np.array([place(k) for k in range(LANE)])
    back = np.array([place(k) for k in range(LANE, 2 * LANE)])
    return np.vstack([there, turn[1:-1], back])


def _index(k: int, way: Array) -> int:
    """Where on the way a step is."""
    return int(np.abs(way - place(k)).sum(axis=1).argmin())


def _strip(way: Array, color: str, width: float, dash: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": way[:, 0].tolist(),
        "y": way[:, 1].tolist(),
        "line": {"color": color, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _stations(at: int, look: Look, revealed: bool) -> Spec:
    places = [place(k) for k in range(len(STOPS))]
    same = {"marker": {"opacity": 1}}
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": [f"<b>{k + 1}</b>" if k == at else f"{k + 1}" for k in range(len(STOPS))],
        "textfont": {
            "size": [17 if k == at else 14 for k in range(len(STOPS))],
            "color": [look.background if k == at else look.text for k in range(len(STOPS))],
        },
        "customdata": [[k + 1] for k in range(len(STOPS))],
        "hovertext": [_hover(k, revealed) for k in range(len(STOPS))],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": [46 if k == at else 34 for k in range(len(STOPS))],
            "color": [look.lines[0] if k == at else look.background for k in range(len(STOPS))],
            "line": {
                "color": [look.lines[0] if k <= at else look.text for k in range(len(STOPS))],
                "width": [3 if k <= at else 1.5 for k in range(len(STOPS))],
            },
            "opacity": 1,
        },
        "selected": same,
        "unselected": same,
    }


def shown_name(k: int, revealed: bool) -> str:
    """A step's name, or a question mark for one that is still to be guessed."""
    return NAMES[k] if revealed or k <= ASKED else "?"


def _hover(k: int, revealed: bool) -> str:
    return STOPS[k].question if revealed or k <= ASKED else "?"


def _name(k: int, is_chosen: bool, look: Look, revealed: bool) -> Spec:
    x, y = place(k)
    name = shown_name(k, revealed)
    labs = counted(len(STOPS[k].labs), "lab")
    return {
        "x": x,
        "y": y - 0.2,
        "yanchor": "top",
        "text": f"<b>{name}</b><br>{labs}" if is_chosen else f"{name}<br>{labs}",
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
    }


def _bare(span: list[float]) -> Spec:
    return {"visible": False, "range": span, "fixedrange": True}


def road_alt(at: int, *, revealed: bool = True) -> str:
    """What the picture of the road shows."""
    names = ", ".join(f"{k + 1} {shown_name(k, revealed)}" for k in range(len(STOPS)))
    return f"A road with eight numbered stops: {names}. Stop {at + 1} is marked."
