"""Hidden units that start alike: their weights over the steps, and the loss that they reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.studies.symmetry import ALIKE, SymmetryRun, distinct_units, spread
from engine.types import Array
from pages.figures.base import SUBSCRIPTS, Figure, Look, Spec, axis, counted, layout, number, typed
from pages.figures.depth import doubles

COLUMNS = 121  # of the heat map: at most as many steps are drawn
ONE, SOME, ALL = "All are copies", "Some are copies", "All are different"


def verdict(run: SymmetryRun) -> str:
    """How alike the hidden units are at the end."""
    units = run.incoming.shape[2]
    return {1: ONE, units: ALL}.get(distinct_units(_last(run)), SOME)


def _last(run: SymmetryRun) -> Array:
    """The last incoming weights that are finite."""
    finite = np.isfinite(run.incoming).all(axis=(1, 2))
    return np.asarray(run.incoming[np.flatnonzero(finite)[-1]])


def symmetry_figure(
    run: SymmetryRun, random: SymmetryRun, look: Look, revealed: bool = True
) -> Figure:
    """Heat map of the incoming weights of every unit over the steps; the losses under it, one of
    them where both runs start alike. Empty axes of the weights until it is `revealed`."""
    steps, d_in, units = run.incoming.shape
    shown = np.unique(np.linspace(0, steps - 1, min(steps, COLUMNS)).astype(int))
    rows = _rows(_last(run), revealed)
    weights = run.incoming[shown].transpose(2, 1, 0).reshape(units * d_in, len(shown))
    weights = np.where(np.isfinite(weights), np.clip(weights, -1e30, 1e30), np.nan)
    largest = float(np.nanmax(np.abs(weights))) or 1.0
    heat: Spec = {
        "type": "heatmap",
        "x": typed(shown),
        "y": rows,
        "z": typed(weights),
        "zmin": -largest,
        "zmax": largest,
        "colorscale": _signed(look),
        "showscale": False,
        "ygap": 1,
        "hovertemplate": "step %{x}: %{z:.4g}<extra></extra>",
        "yaxis": "y",
    }
    losses = {"loss, this start": run.losses}
    if not _start_alike(run, random):
        losses["loss, random start"] = random.losses
    return Figure(
        [heat, *(_loss(name, y, k, look) for k, (name, y) in enumerate(losses.items()))]
        if revealed
        else [],
        layout(
            look,
            (330 if revealed else 120) + 24 * units * d_in,
            xaxis=axis(look, "steps", anchor="y2" if revealed else "y", range=[0, steps - 1]),
            yaxis=axis(
                look,
                "weight → where it ends" if revealed else "weight",
                domain=[0.42 if revealed else 0, 1],
                showgrid=False,
                type="category",
                categoryarray=rows,
                range=[units * d_in - 0.5, -0.5],
            ),
            yaxis2=axis(look, "loss (nats)", domain=[0, 0.34], rangemode="tozero"),
            hovermode="closest",
        ),
    )


def _rows(weights: Array, revealed: bool) -> list[str]:
    """The name of every incoming weight, input then unit, and where it ends once `revealed`."""
    d_in, units = weights.shape
    return [
        f"w{i + 1}{j + 1}".translate(SUBSCRIPTS)
        + (f" → {number(weights[i, j], 3)}" if revealed else "")
        for j in range(units)
        for i in range(d_in)
    ]


def _start_alike(run: SymmetryRun, random: SymmetryRun) -> bool:
    """Whether the run is itself the one from random weights."""
    return np.array_equal(run.start, random.start)


def _signed(look: Look) -> list[list[float | str]]:
    """Negative, zero and positive, strong enough to be told apart without numbers on them."""
    return [[0.0, look.lines[1]], [0.5, look.grid], [1.0, look.lines[0]]]


def _loss(name: str, losses: Array, k: int, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(np.arange(len(losses))),
        "y": doubles(losses),
        "yaxis": "y2",
        "line": {"color": look.lines[k], "dash": ("solid", "dash")[k], "width": 2.5},
        "hovertemplate": f"{name}, step %{{x}}: %{{y:.4g}}<extra></extra>",
    }


def describe_symmetry(run: SymmetryRun, random: SymmetryRun) -> str:
    """How many units differ at the end, how far apart they are, and the loss they reach."""
    steps, _, units = run.incoming.shape
    apart = float(spread(_last(run)[None])[0])
    different = distinct_units(_last(run))
    rounding = " (rounding)" if 0 < apart <= ALIKE else ""
    told = (
        f"After {counted(steps - 1, 'step')} the {units} hidden units come to "
        f"**{counted(different, 'distinct unit')}**; the largest distance between two is "
        f"**{number(apart, 3)}**{rounding}."
    )
    if np.isfinite(run.losses[-1]):
        told += f" The loss ends at **{number(run.losses[-1], 3)}** nats"
    else:
        at = int(np.argmax(~np.isfinite(run.losses)))
        told += (
            f" The run overflows at step {at}; the loss before was {number(run.losses[at - 1], 3)}"
        )
    return f"{told}{_beside(run, random)} {_why(run)}".strip()


def _beside(run: SymmetryRun, random: SymmetryRun) -> str:
    """The end of the sentence: where the run from random weights ends, if that is another one."""
    if _start_alike(run, random):
        return "."
    if np.isfinite(random.losses[-1]):
        return f", from random weights at **{number(random.losses[-1], 3)}**."
    return ", and from random weights it overflows."


def _why(run: SymmetryRun) -> str:
    """What the gradient of the first step says."""
    if not run.gradient.any():
        return "At the start **no weight has a gradient**, nor has a bias: nothing moves."
    if distinct_units(run.network.unpack(run.gradient)["W1"]) == 1 == distinct_units(_last(run)):
        return "Every unit gets the same gradient in every step, so the copies stay copies."
    return ""


def symmetry_table(run: SymmetryRun, random: SymmetryRun) -> pd.DataFrame:
    """A row per step: distinct units, largest distance, the loss and that of a random start."""
    return pd.DataFrame(
        {
            "step": np.arange(len(run.losses)),
            "distinct units": [distinct_units(weights) for weights in run.incoming],
            "largest distance": spread(run.incoming),
            "loss": run.losses,
            "loss, random start": random.losses,
        }
    )


def symmetry_alt(run: SymmetryRun, random: SymmetryRun) -> str:
    """What the picture shows."""
    words = describe_symmetry(run, random).replace("*", "")
    return f"Heat map of the incoming weights of every hidden unit over the steps. {words}"
