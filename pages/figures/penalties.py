"""L1, L2 and elastic net: coefficient paths, and the histogram of what two solvers leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from engine.studies.sparse_regression import Run
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, number

DIGITS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
STRENGTHS = np.array([float(f"{d}e{k}") for k in range(-3, 1) for d in DIGITS] + [10.0])
SINGLED_OUT = 5  # weights with a line of their own in the legend, where no truth names them
BINS = {  # labels and upper ends of |w|
    "exactly<br>0": 0.0,
    "below<br>10⁻⁴": 1e-4,
    "10⁻⁴ to<br>10⁻³": 1e-3,
    "10⁻³ to<br>10⁻²": 1e-2,
    "10⁻² to<br>0.1": 0.1,
    "0.1<br>to 1": 1.0,
    "above<br>1": np.inf,
}


def zeros(w: Array) -> int:
    """How many weights are exactly 0."""
    return int(np.count_nonzero(w == 0))


def paths_figure(
    strengths: Array,
    paths: Array,
    strength: float,
    names: Sequence[str],
    truth: Array | None,
    look: Look,
) -> Figure:
    """Weights (k, d) over strengths (k,) on a log axis, with the chosen strength marked.

    Weights that matter have a line of their own: those that are not 0 in the `truth` (d,), or the
    largest ones. The others share one look and one entry in the legend.
    """
    leading = leading_weights(paths, truth)
    others = [j for j in range(paths.shape[1]) if j not in leading]
    others_name = "truly 0" if truth is not None else "the others"
    traces = [
        _path(others_name, names[j], strengths, paths[:, j], look, 7, showlegend=j == others[0])
        for j in others
    ]
    traces += [
        _path(names[j], names[j], strengths, paths[:, j], look, k) for k, j in enumerate(leading)
    ]
    if truth is not None:
        traces.append(_true_values(strengths, truth[leading], look))
    low, high = float(min(paths.min(), 0)), float(max(paths.max(), 0))
    pad = 0.08 * (high - low) or 1.0
    here = line(
        f"λ = {strength:g}", np.full(2, strength), np.array([low - pad, high + pad]), look, 0
    )
    here["line"] = {"color": look.text, "width": 1.5, "dash": "dot"}
    return Figure(
        [*traces, here | {"hoverinfo": "skip"}],
        layout(
            look,
            430,
            xaxis=axis(
                look, "strength λ of the penalty", type="log", dtick=1, exponentformat="power"
            ),
            yaxis=axis(look, "weight", range=[low - pad, high + pad]),
            hovermode="closest",
        ),
    )


def leading_weights(paths: Array, truth: Array | None) -> list[int]:
    """Columns with a line of their own, in the order of the features."""
    if truth is not None:
        return [int(j) for j in np.flatnonzero(truth)]
    largest = np.argsort(-np.abs(paths[0]), kind="stable")[:SINGLED_OUT]
    return sorted(int(j) for j in largest)


def _path(
    label: str, name: str, strengths: Array, w: Array, look: Look, k: int, **more: object
) -> Spec:
    trace = line(label, strengths, w, look, k, legendgroup=label, **more)
    if k == 7:
        trace["line"] |= {"width": 1.5}
    return trace | {"hovertemplate": f"λ = %{{x:.3g}}: %{{y:.4g}}<extra>{name}</extra>"}


def _true_values(strengths: Array, values: Array, look: Look) -> Spec:
    """The weights of the law, as marks at the left end."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "true weight",
        "x": [float(strengths[0])] * len(values),
        "y": values.tolist(),
        "marker": {"symbol": "triangle-right", "size": 12, "color": look.text},
        "cliponaxis": False,
        "hovertemplate": "true weight %{y:.3g}<extra></extra>",
    }


def describe_paths(counts: Mapping[str, int], strength: float, d: int) -> str:
    """How many of the d weights each penalty makes exactly zero at this strength."""
    parts = [f"**{count} of {d}** with {name}" for name, count in counts.items()]
    return (
        f"Weights that are exactly 0 at λ = {number(strength)}: {', '.join(parts)}. "
        "A proximal step of L2 divides each weight and so never reaches 0; one of L1 takes off a "
        "constant amount, and a weight smaller than that is gone."
    )


def paths_alt(name: str, strengths: Array, paths: Array, strength: float) -> str:
    """What the picture of the paths shows."""
    first, last = np.abs(paths[0]).max(), np.abs(paths[-1]).max()
    nearest = paths[int(np.argmin(np.abs(np.log(strengths / strength))))]
    return (
        f"Lines of {paths.shape[1]} weights over λ with {name}: the largest size falls from "
        f"{number(first, 3)} at λ = {number(strengths[0])} to {number(last, 3)} at "
        f"λ = {number(strengths[-1])}; near λ = {number(strength)}, {zeros(nearest)} are exactly 0."
    )


def paths_table(strengths: Array, paths: Array, names: Sequence[str]) -> pd.DataFrame:
    """A row per strength: the number of exact zeros and every weight."""
    table = pd.DataFrame(paths, columns=list(names))
    table.insert(0, "exact zeros", [zeros(row) for row in paths])
    table.insert(0, "λ", strengths)
    return table


def bin_counts(w: Array) -> list[int]:
    """How many weights fall into each of BINS; an upper end belongs to its bin."""
    place = np.searchsorted(list(BINS.values()), np.abs(w), side="left")
    return [int(n) for n in np.bincount(place, minlength=len(BINS))]


def histogram_figure(runs: Mapping[str, Run], look: Look) -> Figure:
    """Sizes of the weights that each solver ends with; a diverged one has no bars."""
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": list(BINS),
            "y": (counts := bin_counts(run.w) if run.diverged_at is None else [0] * len(BINS)),
            "text": [str(n) if n else "" for n in counts],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": look.lines[k], "pattern": {"shape": "/" if k else ""}},
            "hovertemplate": "%{x}: %{y}<extra>" + name + "</extra>",
        }
        for k, (name, run) in enumerate(runs.items())
    ]
    d = len(next(iter(runs.values())).w)
    return Figure(
        traces,
        layout(
            look,
            400,
            barmode="group",
            xaxis=axis(look, "size |w| of a weight", tickangle=0, tickfont={"size": 11}),
            yaxis=axis(look, "number of weights", range=[0, 1.12 * d], dtick=max(1, d // 6)),
        ),
    )


def describe_runs(runs: Mapping[str, Run], minimizer: Array, steps: int) -> str:
    """Exact zeros of each solver after its steps, and how far the nonzero leftovers are from 0."""
    parts = []
    for name, run in runs.items():
        if run.diverged_at is not None:
            parts.append(
                f"With **{name}** steps the weights diverge: they leave ±10⁶ at step "
                f"{run.diverged_at:,}. A smaller η helps."
            )
            continue
        told = (
            f"After {counted(steps, f'**{name}** step')} **{zeros(run.w)} of {len(run.w)}** "
            "weights are exactly 0"
        )
        left = np.abs(run.w[minimizer == 0])
        if left.size and left.max() > 0:
            told += f"; where the minimum has 0 they are up to {number(left.max())}"
        parts.append(f"{told}.")
    return f"{' '.join(parts)} The minimum itself has {zeros(minimizer)}."


def runs_alt(runs: Mapping[str, Run], minimizer: Array, steps: int) -> str:
    """What the histogram shows."""
    return f"Bars of weight sizes. {describe_runs(runs, minimizer, steps)}".replace("*", "")


def runs_table(runs: Mapping[str, Run], minimizer: Array, names: Sequence[str]) -> pd.DataFrame:
    """A row per weight: both solvers and the minimizer."""
    columns = {f"{name}, last sound step": run.w for name, run in runs.items()}
    return pd.DataFrame({"weight": list(names), **columns, "minimum": minimizer})
