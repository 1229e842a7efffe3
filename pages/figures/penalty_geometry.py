"""Where loss contours touch the ball of a penalty: a corner for L1, a smooth place for L2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.least_squares import LeastSquares
from engine.regularizers import ElasticNet
from engine.studies.sparse_regression import coefficient_paths
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, line, number
from pages.figures.fitting import faded

REACH = 3.2  # half the width of the window
TURN = np.linspace(0, 2 * np.pi, 181)
LEVELS = tuple(r**2 / 2 for r in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5))  # losses of the contours


@dataclass(frozen=True, eq=False)
class Touch:
    """The minimizer (2,) of the loss plus a penalty, seen as the touching point with its ball.

    `ratio` is 1 for L1 and 0 for L2; `trail` (k, 2) are the minimizers from no penalty to a
    strong one.
    """

    problem: LeastSquares
    strength: float
    ratio: float
    point: Array
    trail: Array

    @property
    def name(self) -> str:
        return "L1" if self.ratio == 1 else "L2"

    @property
    def zeros(self) -> int:
        """How many of the two weights are exactly 0."""
        return int(np.count_nonzero(self.point == 0))


def touch(problem: LeastSquares, strength: float, ratio: float) -> Touch:
    """Solves for the touching point at this strength, and for the trail that leads there."""
    strengths = np.concatenate([np.geomspace(1e-3, 10, 60), [strength]])
    solved = coefficient_paths(problem, strengths, ratio)
    return Touch(problem, strength, ratio, solved[-1], np.vstack([problem.minimum, solved[:-1]]))


def geometry_figure(state: Touch, look: Look) -> Figure:
    """The ball through the touching point, the loss contour there and others, and the trail."""
    problem, point = state.problem, state.point
    level = problem.value(point)
    contours = [contour(problem, value) for value in LEVELS]
    gap = np.full((1, 2), np.nan)
    quiet = np.concatenate([part for c in contours for part in (c, gap)])
    ball = ball_edge(state)
    index = 0 if state.ratio == 1 else 2
    shape = "|w₁| + |w₂| = t" if state.ratio == 1 else "w₁² + w₂² = t²"
    area = line(shape, ball[:, 0], ball[:, 1], look, index, fill="toself")
    area |= {"fillcolor": faded(look.lines[index], 0.18), "hoverinfo": "skip"}
    area["line"] |= {"dash": "solid"}
    gray, orange = look.lines[7], look.lines[1]
    return Figure(
        [
            _curve("loss contours", quiet, gray, 0.8, "solid", look, showlegend=False),
            area,
            _curve("", contour(problem, level), orange, 2.5, "dash", look, showlegend=False),
            _curve("as λ grows", state.trail, look.text, 2, "dot", look),
            _mark("loss minimum", problem.minimum, "x", look.text),
            _mark("touching point", point, "diamond", orange),
        ],
        layout(
            look,
            380,
            xaxis=axis(look, "weight w₁", range=[-REACH, REACH], dtick=1, constrain="domain"),
            yaxis=axis(
                look,
                "weight w₂",
                range=[-REACH, REACH],
                dtick=1,
                scaleanchor="x",
                constrain="domain",
                constraintoward="top",
            ),
            hovermode="closest",
        ),
    )


def contour(problem: LeastSquares, level: float) -> Array:
    """The ellipse (m, 2) on which the loss of two weights, 0 at its minimum, has this value."""
    values, vectors = np.linalg.eigh(problem.hessian)
    circle = np.column_stack([np.cos(TURN), np.sin(TURN)]) * np.sqrt(2 * max(level, 0.0))
    return np.asarray(problem.minimum + circle / np.sqrt(values) @ vectors.T)


def ball_edge(state: Touch) -> Array:
    """All weights (m, 2) with the penalty of the touching point."""
    if state.ratio == 1:
        t = float(np.abs(state.point).sum())
        return t * np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]], np.float64)
    t = float(np.hypot(*state.point))
    return t * np.column_stack([np.cos(TURN), np.sin(TURN)])


def _curve(
    name: str, points: Array, color: str, width: float, dash: str, look: Look, **more: bool
) -> Spec:
    trace = line(name, points[:, 0], points[:, 1], look, 0, hoverinfo="skip", **more)
    return trace | {"line": {"color": color, "width": width, "dash": dash}}


def _mark(name: str, point: Array, symbol: str, color: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [float(point[0])],
        "y": [float(point[1])],
        "marker": {"symbol": symbol, "size": 12, "color": color},
        "hovertemplate": "(%{x:.4g}, %{y:.4g})<extra>" + name + "</extra>",
    }


def describe_touch(state: Touch) -> str:
    """Where the minimum goes under this penalty, and what becomes exactly 0."""
    (a, b), (w1, w2) = (map(number, point) for point in (state.problem.minimum, state.point))
    what = {0: "no weight is 0", 1: "one weight is exactly 0", 2: "both weights are exactly 0"}
    return (
        f"**{state.name}** moves the minimum from ({a}, {b}) to (**{w1}**, **{w2}**): "
        f"{what[state.zeros]}."
    )


def geometry_alt(state: Touch) -> str:
    """What the picture shows."""
    shape = "a diamond" if state.ratio == 1 else "a circle"
    words = describe_touch(state).replace("*", "")
    return f"Elliptic contours of the loss touch {shape} around 0. {words}"


def geometry_table(states: tuple[Touch, ...]) -> pd.DataFrame:
    """A row per penalty: the touching point, the loss there and the penalty."""
    rows = [
        (
            state.name,
            *state.point,
            state.problem.value(state.point),
            ElasticNet(state.strength, state.ratio).value(state.point),
            state.zeros,
        )
        for state in states
    ]
    columns = ["penalty", "w₁", "w₂", "loss", "penalty's value", "exact zeros"]
    return pd.DataFrame(rows, columns=columns)
