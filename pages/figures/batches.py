"""Batch sizes compared: the same data, three amounts of noise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.descent import Path
from engine.least_squares import LeastSquares
from engine.surfaces import Surface
from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, line, number
from pages.figures.contour import style


@dataclass(frozen=True, eq=False)
class Run:
    """The path of one batch size, and the passes over the data (updates + 1,) made on it."""

    path: Path
    passes: Array

    @property
    def settled(self) -> float:
        """Mean loss above the minimum over the last tenth, which steadies the noise."""
        if self.path.diverged_at is not None:
            return np.inf
        tail = self.path.values[-max(1, len(self.path.values) // 10) :]
        return float(tail.mean() - self.path.surface.minimum_value)


Runs = Mapping[str, Run]


def epochs_figure(runs: Runs, look: Look) -> Figure:
    """Loss above the minimum against passes over the data, on a log axis."""
    traces = []
    for name, run in runs.items():
        gap = run.path.values - run.path.surface.minimum_value
        shown = np.where(gap > 0, gap, np.nan)
        trace = line(name, run.passes, shown, look, style(name), showlegend=False)
        traces.append(trace | {"hovertemplate": name + ": %{y:.3g}<extra></extra>"})
    return Figure(
        traces,
        layout(
            look,
            280,
            margin={"l": 8, "r": 12, "t": 8, "b": 8},
            xaxis=axis(look, "epochs: passes over the data"),
            yaxis=axis(look, "loss above the minimum", type="log", exponentformat="power", dtick=1),
            hovermode="closest",
        ),
    )


def closest(runs: Runs) -> str:
    """The run that settles lowest."""
    return min(runs, key=lambda name: runs[name].settled)


def describe_batches(runs: Runs) -> str:
    """Updates made and where each run settles after the same number of passes."""
    parts = [f"**{name}** {_outcome(run)}" for name, run in runs.items()]
    passes = round(next(iter(runs.values())).passes[-1])
    return f"In {counted(passes, 'epoch')} {'; '.join(parts)}."


def _outcome(run: Run) -> str:
    if run.path.diverged_at is not None:
        return f"diverges at update {run.path.diverged_at}"
    updates = counted(len(run.path.values) - 1, "update")
    return f"makes {updates} and ends about {number(run.settled, 2)} above the minimum"


def describe_noise(problem: LeastSquares, sizes: Iterable[int]) -> str:
    """Variance of a gradient at the minimum per batch size: it goes as 1 / B."""
    at = problem.minimum
    parts = [f"{number(problem.noise_variance(at, size), 3)} for B = {size}" for size in sizes]
    return (
        f"Variance of one gradient at the minimum, houses drawn with replacement: "
        f"{', '.join(parts)}. It falls as 1/B; a full pass has none."
    )


def batches_table(runs: Runs) -> pd.DataFrame:
    """One row per update: passes made, run, both parameters and the full loss."""
    frames = [
        pd.DataFrame(
            {
                "epochs": run.passes,
                "run": name,
                "θ₁": run.path.points[:, 0],
                "θ₂": run.path.points[:, 1],
                "loss": run.path.values,
            }
        )
        for name, run in runs.items()
    ]
    return pd.concat(frames, ignore_index=True)


def batches_alt(surface: Surface, runs: Runs) -> str:
    """What the contour picture shows."""
    lowest = f"({number(surface.minimum[0], 3)}, {number(surface.minimum[1], 3)})"
    contours = f"Contours of the loss over two weights, minimum at {lowest}."
    return f"{contours} {describe_batches(runs).replace('*', '')}" if runs else contours


def epochs_alt(runs: Runs) -> str:
    """What the loss picture shows."""
    return f"Loss above the minimum on a log axis. {describe_batches(runs).replace('*', '')}"
