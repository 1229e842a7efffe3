"""Descent at a cliff: where each run goes, how long its steps are, and where it is lost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.descent import BOUND, Path
from engine.surfaces import Surface
from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, line, log_axis, number
from pages.figures.contour import style

Runs = Mapping[str, Path]
FREE, CLIPPED = "Without clipping", "With clipping"
DOWN, THROWN, LOST = "It goes down in short steps", "It is thrown far off", "It overflows"
LAST = 10  # losses at the end of a run, which may jump from step to step


def step_lengths(path: Path) -> Array:
    """The length of each update (steps,); NaN from the one that was lost on."""
    return np.asarray(np.hypot(*np.diff(path.points, axis=0).T))


def loss_figure(runs: Runs, look: Look) -> Figure:
    """The loss of both runs, step by step."""
    traces = [
        line(
            name,
            np.arange(len(path.values)),
            np.where(path.values > 0, path.values, np.nan),
            look,
            style(name),
            hovertemplate=name + " step %{x}: %{y:.3g}<extra></extra>",
        )
        for name, path in runs.items()
    ]
    return Figure(
        traces,
        layout(
            look,
            280,
            xaxis=axis(look, "step"),
            yaxis=log_axis(look, "loss", np.concatenate([path.values for path in runs.values()])),
            hovermode="closest",
        ),
    )


def outcome(path: Path) -> str:
    """What became of a run, in the words of the prediction's options."""
    if path.diverged_at is not None:
        return LOST
    (x0, x1), (y0, y1) = path.surface.x_range, path.surface.y_range
    x, y = path.points.T
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    thrown = not inside.all() or longest(path) > (x1 - x0) / 8
    return THROWN if thrown else DOWN


def longest(path: Path) -> float:
    """The longest update of a run; 0 for a run that was lost at once."""
    lengths = step_lengths(path)
    return float(np.nanmax(lengths)) if np.isfinite(lengths).any() else 0.0


def describe_cliff(runs: Runs) -> str:
    """Each run's longest step and end, or the step at which it was lost and in what."""
    return " ".join(f"**{name}**, {_fate(path)}." for name, path in runs.items())


def _fate(path: Path) -> str:
    if path.diverged_at is not None:
        what = {
            "gradient": "the gradient overflows",
            "value": "the loss overflows",
            "point": f"a parameter is beyond ±{BOUND:,.0f}",
        }[path.diverged_in or "point"]
        return f"the run is lost at **step {path.diverged_at}**: {what}"
    lengths = step_lengths(path)
    at = int(np.argmax(lengths >= (1 - 1e-9) * longest(path))) + 1
    return (
        f"the longest of {counted(len(lengths), 'step')} is number {at}, "
        f"**{number(longest(path), 3)}**, and the last {LAST} losses {_span(path.values[-LAST:])}"
    )


def _span(values: Array) -> str:
    """From the lowest to the highest, or the one that they all are, in three digits."""
    low, high = (number(float(value), 3) for value in (values.min(), values.max()))
    return f"are {low}" if low == high else f"lie between {low} and {high}"


def cliff_table(runs: Runs) -> pd.DataFrame:
    """A row per step and run until it is lost: the point, its loss and the update's length."""
    frames = [
        pd.DataFrame(
            {
                "step": np.arange(len(path.values)),
                "run": name,
                "θ₁": path.points[:, 0],
                "θ₂": path.points[:, 1],
                "loss": path.values,
                "length of the update": np.append(0.0, step_lengths(path)),
            }
        )[: path.diverged_at]
        for name, path in runs.items()
    ]
    return pd.concat(frames, ignore_index=True)


def cliff_alt(surface: Surface, runs: Runs) -> str:
    lead = f"Contours of a loss with a cliff, that of a {surface.label.lower()}."
    return f"{lead} {describe_cliff(runs).replace('*', '')}" if runs else lead


def loss_alt(runs: Runs) -> str:
    return f"Loss per step on a log axis. {describe_cliff(runs).replace('*', '')}"
