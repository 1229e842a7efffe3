"""Paths on a loss surface: contours, trails that play in the browser, and points to click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.descent import Path
from engine.optimizers import OPTIMIZERS
from engine.surfaces import Surface
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, line, typed

RESOLUTION = 90  # contour samples a side
CLICKS = (31, 21)  # points that a click can hit, across and up
FRAMES = 60
SECONDS = 4.0
TAIL = 20  # steps behind a playing head
MARKED = 201  # longer runs are drawn without a marker at each step

_ORDER = {name: k for k, name in enumerate(OPTIMIZERS)} | {
    "Mini-batch": 6,
    "Without clipping": 1,
    "With clipping": 0,
}


def style(name: str) -> int:
    """The number of a run's color and dash: an optimizer keeps its own in every figure."""
    return _ORDER.get(name, len(_ORDER))


def grid(surface: Surface, across: int, up: int) -> tuple[Array, Array, Array]:
    """Axes x (across,) and y (up,) of the surface's window and all its points (up, across, 2)."""
    x = np.linspace(*surface.x_range, across)
    y = np.linspace(*surface.y_range, up)
    return x, y, np.stack(np.meshgrid(x, y), axis=-1)


def contour(surface: Surface, look: Look) -> Spec:
    """The surface as filled contours of log(1 + gap): even steps from the floor to the rim."""
    x, y, points = grid(surface, RESOLUTION, RESOLUTION)
    gap = surface.value(points) - surface.minimum_value
    return {
        "type": "contour",
        "x": typed(x),
        "y": typed(y),
        "z": typed(np.log1p(gap / np.median(gap) * 20)),
        "ncontours": 14,
        "colorscale": look.low_is_calm,
        "line": {"color": look.grid, "width": 1},
        "showscale": False,
        "hoverinfo": "skip",
    }


def minima(surface: Surface, look: Look) -> Spec:
    x, y = surface.minima.T
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "minimum",
        "x": typed(x),
        "y": typed(y),
        "marker": {"symbol": "star", "size": 14, "color": look.text},
        "hovertemplate": "minimum (%{x:.3g}, %{y:.3g})<extra></extra>",
    }


def start_point(start: tuple[float, float], look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "start",
        "x": [start[0]],
        "y": [start[1]],
        "marker": {
            "symbol": "circle-open",
            "size": 13,
            "color": look.text,
            "line": {"width": 2},
        },
        "hovertemplate": "start (%{x:.3g}, %{y:.3g})<extra></extra>",
    }


def clickable(surface: Surface) -> Spec:
    """An invisible grid of points: what a click on the contours hits."""
    points = grid(surface, *CLICKS)[2].reshape(-1, 2)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(points[:, 0]),
        "y": typed(points[:, 1]),
        "marker": {"opacity": 0, "size": 16},
        "hoverinfo": "none",
        "showlegend": False,
    }


def thin(steps: int) -> Array:
    """Step numbers of at most FRAMES frames, first and last among them."""
    return np.unique(np.linspace(0, steps, min(steps + 1, FRAMES)).astype(int))


def _trail(name: str, points: Array, look: Look) -> Spec:
    """A whole run, every step of it, with markers while they can be told apart."""
    trace = line(name, points[:, 0], points[:, 1], look, style(name))
    return trace | {
        "mode": "lines+markers" if len(points) <= MARKED else "lines",
        "marker": {"symbol": MARKERS[style(name) % len(MARKERS)], "size": 5},
        "hovertemplate": name + " (%{x:.3g}, %{y:.3g})<extra></extra>",
    }


def _heads(names: list[str], points: Array, look: Look) -> Spec:
    """Where each run stands, as one trace of large markers; points (runs, 2)."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(points[:, 0]),
        "y": typed(points[:, 1]),
        "marker": {
            "symbol": [MARKERS[style(n) % len(MARKERS)] for n in names],
            "color": [look.lines[style(n) % len(look.lines)] for n in names],
            "size": 11,
            "line": {"color": look.background, "width": 1.5},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _player(steps: Array, look: Look) -> Spec:
    """Play button and scrubber. Redraw keeps the contours, which a plain update would erase."""
    frame = {"duration": 1000 * SECONDS / len(steps), "redraw": True}
    animate = {"frame": frame, "transition": {"duration": 0}, "fromcurrent": True}
    jump = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate"}
    button: Spec = {"bgcolor": look.background, "bordercolor": look.grid}
    return {
        "updatemenus": [
            button
            | {
                "type": "buttons",
                "direction": "right",
                "x": 0,
                "xanchor": "left",
                "y": -0.17,
                "yanchor": "top",
                "pad": {"t": 14},
                "showactive": False,
                "buttons": [
                    {"label": "Play", "method": "animate", "args": [None, animate]},
                    {"label": "Pause", "method": "animate", "args": [[None], jump]},
                ],
            }
        ],
        "sliders": [
            {
                "active": len(steps) - 1,
                "x": 0.42,
                "len": 0.58,
                "y": -0.17,
                "pad": {"t": 14},
                "currentvalue": {"prefix": "step ", "xanchor": "right"},
                "bgcolor": look.grid,
                "activebgcolor": look.lines[0],
                "ticklen": 0,
                "minorticklen": 0,
                "font": {"color": "rgba(0,0,0,0)", "size": 1},
                "steps": [
                    {"label": str(k), "method": "animate", "args": [[str(k)], jump]} for k in steps
                ],
            }
        ],
    }


def contour_figure(
    surface: Surface,
    paths: Mapping[str, Path],
    start: tuple[float, float],
    look: Look,
    *,
    playable: bool = True,
    names: tuple[str, str] = ("θ₁", "θ₂"),
    height: int = 520,
) -> Figure:
    """Contours with start, minima and the paths; playable ones run in the browser."""
    fixed = [contour(surface, look), clickable(surface), minima(surface, look)]
    points = {name: path.points for name, path in paths.items()}
    trails = [_trail(name, run, look) for name, run in points.items()]
    heads: list[Spec] = []
    frames: list[Spec] = []
    more: dict[str, Any] = {}
    if playable and paths:
        steps = thin(max(len(run) for run in points.values()) - 1)
        heads = [_tail(name, run[:0], look) for name, run in points.items()]
        heads.append(_heads(list(points), _standing(points, int(steps[-1])), look))
        frames = [_frame(int(step), int(steps[-1]), points, len(fixed)) for step in steps]
        more = _player(steps, look)
    return Figure(
        [*fixed, *trails, *heads, start_point(start, look)],
        layout(
            look,
            height,
            xaxis=axis(look, names[0], range=list(surface.x_range), zeroline=False),
            yaxis=axis(look, names[1], range=list(surface.y_range), zeroline=False),
            clickmode="event+select",
            hovermode="closest",
            **more,
        ),
        frames,
    )


def _tail(name: str, points: Array, look: Look) -> Spec:
    """The last few steps of a run while it plays, in full color over its faint trail."""
    return _trail(name, points, look) | {"showlegend": False, "hoverinfo": "skip"}


def _standing(points: Mapping[str, Array], step: int) -> Array:
    """Where each run stands at a step, (runs, 2)."""
    return np.array([run[step] for run in points.values()])


def _frame(step: int, last: int, points: Mapping[str, Array], first: int) -> Spec:
    """One picture of the film: faint trails, bright tails and heads; the last is the still."""
    still = step == last
    faint: list[Spec] = [{"opacity": 1.0 if still else 0.25} for _ in points]
    tails = [run[:0] if still else run[max(0, step - TAIL) : step + 1] for run in points.values()]
    moving = [*tails, _standing(points, step)]
    data = faint + [{"x": typed(xy[:, 0]), "y": typed(xy[:, 1])} for xy in moving]
    return {"name": str(step), "data": data, "traces": list(range(first, first + len(data)))}


def gap_figure(
    surface: Surface, paths: Mapping[str, Path], look: Look, height: int = 260
) -> Figure:
    """How far above the minimum each run is, per step, on a log axis."""
    traces = []
    for name, path in paths.items():
        gap = path.values - surface.minimum_value
        shown = np.where(gap > 0, gap, np.nan)
        trace = line(name, np.arange(len(gap)), shown, look, style(name), showlegend=False)
        traces.append(trace | {"hovertemplate": name + " step %{x}: %{y:.3g}<extra></extra>"})
    return Figure(
        traces,
        layout(
            look,
            height,
            margin={"l": 8, "r": 12, "t": 8, "b": 8},
            xaxis=axis(look, "step"),
            yaxis=axis(look, "loss above the minimum", type="log", exponentformat="power"),
            hovermode="x unified",
        ),
    )
