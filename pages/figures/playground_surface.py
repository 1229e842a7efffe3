"""What a network says over the plane, with its examples: large beside another, or as a tile."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import numpy as np

from engine.playground.compare import Outcome
from engine.playground.data import Sample
from engine.playground.look import plane
from engine.types import Array
from pages.figures.base import MARKERS, Figure, Look, Spec, axis, layout, number, typed
from pages.figures.playground_told import class_colors

PALE = 0.42  # of a class's color where its area lies
FINE, COARSE = 60, 32  # places a side, of a large picture and of a tile
TILE = 168  # pixels: two stand side by side on a phone
ON_TILE = 120  # points drawn on a tile at most


def surface_figure(outcome: Outcome, look: Look, shown: tuple[int, int] = (0, 1)) -> Figure:
    """The surface with its training and test points."""
    sample = outcome.experiment.sample
    unit = ", standardized" if sample.is_table else ""
    names = [escape(sample.names[k]) + unit for k in shown]
    reach = [-sample.reach, sample.reach]
    quiet = {"range": reach, "zeroline": False, "showgrid": False, "fixedrange": True}
    return Figure(
        [*_ground(outcome, look, shown, FINE), *_points(sample, look, shown)],
        layout(
            look,
            350,
            margin={"l": 4, "r": 4, "t": 52 if len(sample.labels) < 4 else 72, "b": 12},
            xaxis=axis(look, names[0], constrain="domain", **quiet),
            yaxis=axis(look, names[1], scaleanchor="x", constrain="domain", **quiet),
            hovermode="closest",
        ),
    )


def tile_figure(
    outcome: Outcome, look: Look, shown: tuple[int, int] = (0, 1), framed: bool = False
) -> Figure:
    """The surface in small, with some of the training points; framed where it is the best."""
    sample = outcome.experiment.sample
    reach = [-sample.reach, sample.reach]
    bare = {"range": reach, "visible": False, "fixedrange": True}
    frame = {
        "type": "rect",
        "xref": "paper",
        "yref": "paper",
        "x0": 0,
        "y0": 0,
        "x1": 1,
        "y1": 1,
        "line": {"color": look.text, "width": 4 if framed else 1},
    }
    margin = dict.fromkeys("lrtb", 3)
    return Figure(
        [*_ground(outcome, look, shown, COARSE), *_points(sample, look, shown, ON_TILE)],
        layout(look, TILE, margin=margin, xaxis=bare, yaxis=bare, shapes=[frame], showlegend=False),
    )


def _ground(outcome: Outcome, look: Look, shown: tuple[int, int], size: int) -> list[Spec]:
    experiment = outcome.experiment
    sample = experiment.sample
    said = plane(experiment, outcome.moment, size, shown)
    ends = np.linspace(-sample.reach, sample.reach, size)
    z, scale, low, high, told = _colored(said, sample, look)
    shared = {"x": typed(ends), "y": typed(ends), "z": typed(z), "showscale": False}
    heat = shared | {
        "type": "heatmap",
        "zsmooth": "fast" if len(sample.labels) < 3 else False,
        "colorscale": scale,
        "zmin": low,
        "zmax": high,
        "hovertemplate": f"%{{x:.2f}}, %{{y:.2f}}: {told}<extra></extra>",
    }
    edge = shared | {
        "type": "contour",
        "autocontour": False,
        "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
        "line": {"color": look.text, "width": 2 if size == FINE else 1.2},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    is_split = len(sample.labels) == 2 and z.min() < 0.5 < z.max()
    return [heat, edge] if is_split else [heat]


def _colored(
    said: Array, sample: Sample, look: Look
) -> tuple[Array, list[list[float | str]], float, float, str]:
    """What is drawn of the outputs (size, size, k): probability of class 1, the likeliest class, or
    the value; with colors, ends, and words for the number under the pointer."""
    if len(sample.labels) == 2:
        label = escape(sample.labels[1])
        return said[:, :, 1], look.diverging, 0.0, 1.0, f"p({label}) = %{{z:.3f}}"
    if sample.labels:
        steps = len(sample.labels)
        scale: list[list[float | str]] = [
            [(k + end) / steps, _pale(k, look)] for k in range(steps) for end in (0, 1)
        ]
        return said.argmax(axis=2).astype(float), scale, -0.5, steps - 0.5, "class %{z:.0f}"
    reach = value_reach(sample)
    return said[:, :, 0], look.diverging, -reach, reach, "%{z:.3g}"


def value_reach(sample: Sample) -> float:
    """The size of a value that has the full color."""
    return float(np.abs(sample.y).max()) or 1.0


def _pale(k: int, look: Look) -> str:
    """The class's color mixed with the background."""
    color, ground = (_channels(c) for c in (class_colors(look, k + 1)[k], look.background))
    mixed = np.rint(PALE * color + (1 - PALE) * ground).astype(int)
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(color: str) -> Array:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], float)


def _points(
    sample: Sample, look: Look, shown: tuple[int, int], at_most: int | None = None
) -> list[Spec]:
    """The training points; with `at_most` only so many, small, and no test points."""
    train = np.flatnonzero(sample.is_training)[:at_most]
    sets = [(train, "training", 6 if at_most is None else 4)]
    if at_most is None:
        sets.append((np.flatnonzero(~sample.is_training), "test", 6))
    return [
        _marks(kind, rows[kind.rows[rows]], size, sample, look, shown)
        for rows, name, size in sets
        for kind in _kinds(sample, look, name)
    ]


class Kind(NamedTuple):
    """Examples that look alike: what they are called, whether the legend has them, which rows they
    are, their marker, and their color; None where the value gives it."""

    name: str
    in_legend: bool
    rows: Array
    symbol: str
    color: str | None


def _kinds(sample: Sample, look: Look, name: str) -> list[Kind]:
    """Each class with a marker of its own, filled in training and open in the test; or all values,
    which need their color: disks and squares."""
    is_training = name == "training"
    if not sample.labels:
        return [
            Kind(name, True, np.ones(len(sample.y), bool), MARKERS[0 if is_training else 2], None)
        ]
    colors = class_colors(look, len(sample.labels))
    return [
        Kind(
            escape(label) + ("" if is_training else ", test"),
            is_training,
            sample.y == k,
            MARKERS[k] + ("" if is_training else "-open"),
            colors[k],
        )
        for k, label in enumerate(sample.labels)
    ]


def _marks(
    kind: Kind, rows: Array, size: float, sample: Sample, look: Look, shown: tuple[int, int]
) -> Spec:
    marker: Spec = {"symbol": kind.symbol, "size": size, "color": kind.color}
    if not kind.symbol.endswith("-open"):
        marker["line"] = {"color": look.background, "width": 0.8}
    if kind.color is None:
        reach = value_reach(sample)
        marker |= {"color": typed(sample.y[rows]), "colorscale": look.diverging}
        marker |= {"cmin": -reach, "cmax": reach, "line": {"color": look.text, "width": 1}}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": kind.name,
        "showlegend": kind.in_legend,
        "x": typed(sample.x[rows, shown[0]]),
        "y": typed(sample.x[rows, shown[1]]),
        "marker": marker,
        "hovertemplate": "%{x:.2f}, %{y:.2f}<extra>" + kind.name + "</extra>",
    }


def surface_alt(name: str, outcome: Outcome) -> str:
    """What kind of picture it is, and the numbers of the outcome."""
    sample, scores = outcome.experiment.sample, outcome.scores
    kind = f"{len(sample.labels)} classes" if sample.labels else "a number to predict"
    word = "accuracy" if sample.labels else "R²"
    return (
        f"{name}: the plane with {len(sample.x):,} examples of {kind} over what the network says; "
        f"test loss {number(scores.test_loss, 3)}, {word} {number(scores.test_quality, 3)}."
    )


def points_told(outcome: Outcome) -> str:
    """How the points of the two sets, and the colors, are to be read."""
    sample = outcome.experiment.sample
    sets = (int(sample.is_training.sum()), int((~sample.is_training).sum()))
    if sample.labels:
        return f"Filled points train ({sets[0]:,}), open ones test ({sets[1]:,})."
    reach = number(value_reach(sample), 2)
    return (
        f"Disks train ({sets[0]:,}), squares test ({sets[1]:,}); orange stands for −{reach}, blue "
        f"for {reach}, in the units that the network is trained on."
    )
