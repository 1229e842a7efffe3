"""The small pictures that a question offers to choose from: same axes, same colors, no titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.types import Array
from pages.figures.base import (
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
    line,
    number,
    typed,
)
from quiz_bank.model import Curve, Picture
from quiz_bank.pictures import Frame, Span, curves, frame

HEIGHT = 200
PLANE_HEIGHT = 280
LEGEND_HEIGHT = 24
PAD = 0.05  # of an axis, kept free beyond the data at both ends
TURN = 0.04  # of an axis; smaller ups and downs are not told
MOST_TURNS = 6
MOST_VALUES = 12
LEVELS = 6


def option_figures(pictures: Sequence[Picture], look: Look) -> list[Figure]:
    """A compact figure of each picture, all with the same ends of the axes."""
    shared = frame(pictures)
    return [Figure(_traces(p, shared, look), _layout(p, shared, look)) for p in pictures]


def _layout(picture: Picture, shared: Frame, look: Look) -> Spec:
    named = sum(1 for _ in curves(picture)) > 1
    plain = layout(look, (PLANE_HEIGHT if picture.contours else HEIGHT) + LEGEND_HEIGHT * named)
    return plain | {
        "margin": {"l": 4, "r": 8, "t": LEGEND_HEIGHT + 6 if named else 6, "b": 4},
        "font": {**plain["font"], "size": 12},
        "xaxis": _axis(look, picture.x_title, shared.x, picture.log_x),
        "yaxis": _axis(look, picture.y_title, shared.y, picture.log_y) | _same_scale(shared),
        "showlegend": named,
        "bargap": 0.1,
    }


def _same_scale(shared: Frame) -> Spec:
    """One unit is as long up as across, where a plane is as high as wide: circles stay round."""
    square = shared.values and np.isclose(np.ptp(shared.x), np.ptp(shared.y))
    return {"scaleanchor": "x", "constrain": "domain"} if square else {}


def _axis(look: Look, title: str, span: Span, log: bool) -> Spec:
    low, high = span
    pad = PAD * (high - low or 1.0)
    more = {"type": "log", "exponentformat": "power"} if log else {"constrain": "domain"}
    return axis(look, title, range=[low - pad, high + pad], nticks=5, **more)


def _traces(picture: Picture, shared: Frame, look: Look) -> list[Spec]:
    traces = [_contours(picture, shared.values, look)] if picture.contours else []
    k = 0
    for name, (x, y) in picture.lines.items():
        traces.append(line(name, x, y, look, k))
        k += 1
    for name, (x, y) in picture.points.items():
        marker = {"symbol": MARKERS[k % len(MARKERS)], "size": 8, "color": _color(look, k)}
        scatter = {"type": "scatter", "mode": "markers", "name": name, "marker": marker}
        traces.append(scatter | {"x": typed(x), "y": typed(y)})
        k += 1
    for name, (x, y) in picture.bars.items():
        bars = {"type": "bar", "name": name, "marker": {"color": _color(look, k)}}
        traces.append(bars | {"x": typed(x), "y": typed(y)})
        k += 1
    return traces


def _color(look: Look, k: int) -> str:
    return look.lines[k % len(look.lines)]


def _contours(picture: Picture, ends: Span | None, look: Look) -> Spec:
    x, y, values = picture.contours or (np.zeros(1), np.zeros(1), np.zeros((1, 1)))
    low, high = ends or (0.0, 1.0)
    step = _round_step((high - low or 1.0) / LEVELS)
    return {
        "type": "contour",
        "x": typed(x),
        "y": typed(y),
        "z": typed(values),
        "zmin": low,
        "zmax": high,
        "colorscale": look.diverging,
        "showscale": False,
        "contours": {
            "start": float(np.ceil(low / step) * step),
            "end": high,
            "size": step,
            "showlabels": True,
            "labelfont": {"size": 10, "color": look.text},
            "labelformat": ".2g",
        },
        "line": {"color": look.text, "width": 0.8},
        "hovertemplate": "%{z:.3g}<extra></extra>",
    }


def _round_step(step: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten, so that labels are short."""
    rounds = np.outer(10.0 ** np.arange(-6, 7), (1, 2, 5)).ravel()
    return float(rounds[np.abs(np.log(rounds / step)).argmin()])


def picture_alts(pictures: Sequence[Picture], letters: Sequence[str]) -> list[str]:
    """What each picture shows, from its data alone: ends, turning points, values."""
    shared = frame(pictures)
    return [
        f"Picture {letter}. {_capital(picture.y_title)} against {picture.x_title}. "
        + " ".join(_sentences(picture, shared))
        for picture, letter in zip(pictures, letters, strict=False)
    ]


def _sentences(picture: Picture, shared: Frame) -> Iterator[str]:
    for name, curve in picture.lines.items():
        rises = np.all(np.diff(curve[0]) > 0)
        told = _course(curve, picture, shared) if rises else _way(curve)
        yield f"The line “{name}” {told}."
    for name, curve in picture.points.items():
        yield f"The points “{name}” lie at {_places(curve)}."
    for name, curve in picture.bars.items():
        if len(curve[0]) <= MOST_VALUES:
            yield f"The bars “{name}” have the heights {', '.join(map(_short, curve[1]))}."
        else:
            yield f"The row of bars “{name}” {_course(curve, picture, shared)}."
    if picture.contours:
        yield _plane(picture.contours[2])


def _course(curve: Curve, picture: Picture, shared: Frame) -> str:
    """Where a function starts, turns and ends, in words."""
    x, y = (values[~np.isnan(curve[1])] for values in curve)
    low, high = shared.y
    turns = _turns(np.log10(y) if picture.log_y else y, TURN * (high - low or 1.0))
    told = [f"starts at {_short(y[0])}"]
    if len(turns) == 1 and (half := turns[0] // 2):  # how it bends on its way
        told.append(f"passes {_short(y[half])} at {_short(x[half])}")
    for before, at in zip([0, *turns], turns, strict=False):
        way = "rises" if y[at] > y[before] else "falls"
        told.append(f"{way} to {_short(y[at])} at {_short(x[at])}")
    if len(turns) > MOST_TURNS:
        more = f"turns {counted(len(turns) - MOST_TURNS, 'more time')}"
        told = [*told[:MOST_TURNS], more, f"ends at {_short(y[-1])}"]
    elif turns and turns[-1] < len(y) - 1:
        told.append("stays near that")
    if not turns:
        told = [f"starts at {_short(y[0])}", "hardly moves", f"ends at {_short(y[-1])}"]
    left = " and leaves the picture there" if x[-1] < curve[0][-1] else ""
    return ", ".join(told) + left


def _turns(y: Array, least: float) -> list[int]:
    """Where a function turns by more than `least`, and where it comes to its last height."""
    turns, extreme, direction, base = [], 0, 0, 0
    for k in range(1, len(y)):
        if direction == 0:
            if abs(y[k] - y[base]) > least:
                direction, extreme = int(np.sign(y[k] - y[base])), k
        elif direction * (y[k] - y[extreme]) > 0:
            extreme = k
        elif abs(y[k] - y[extreme]) > least:
            turns.append(extreme)
            direction, extreme = -direction, k
    return [*turns, extreme] if direction else []


def _way(curve: Curve) -> str:
    """Where a path starts, passes and ends."""
    at = np.linspace(0, len(curve[0]) - 1, 5).round().astype(int)
    return "runs through " + _places((curve[0][at], curve[1][at]))


def _places(curve: Curve) -> str:
    x, y = curve
    told = [f"({_short(a)}, {_short(b)})" for a, b in zip(x, y, strict=True)]
    if len(told) > MOST_VALUES:
        told = [*told[: MOST_VALUES // 2], "…", *told[-MOST_VALUES // 2 :]]
    return ", ".join(told)


def _plane(values: Array) -> str:
    """Nine values of the plane, as a reader would scan it."""
    rows = zip(("top", "middle", "bottom"), _thirds(values)[::-1], strict=True)
    told = "; ".join(f"{name} row {', '.join(map(_short, row))}" for name, row in rows)
    ends = f"from {_short(values.min())} to {_short(values.max())}"
    return f"The contours run {ends}. Left to right, {told}."


def _thirds(values: Array) -> Array:
    """The first, middle and last of every axis, (3, 3)."""
    rows, columns = (np.array([0, n // 2, n - 1]) for n in values.shape)
    return values[np.ix_(rows, columns)]


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]


def _short(value: float) -> str:
    return number(float(value), 3)
