"""Clipping seen: one gradient before and after, and the gradients of a whole training run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.clipping import CLIPPINGS, angle, norm
from engine.studies.noisy_training import ClippedRun
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, number, typed

LABELS = {
    "norm": "Global norm",
    "layer": "Per layer",
    "value": "By value",
    "none": "No clipping",
    "always": "Always rescale (as printed)",
}
LAYERS = (slice(0, 2), slice(2, 3))  # the three entries: two of layer 1, one of layer 2
ENTRIES = ("g₁ (layer 1)", "g₂ (layer 1)", "g₃ (layer 2)")
BINS = 40


@dataclass(frozen=True, eq=False)
class Clipped:
    """A gradient (3,) before and after a rule with its limit."""

    before: Array
    rule: str
    limit: float

    @property
    def after(self) -> Array:
        return CLIPPINGS[self.rule](self.before, self.limit, LAYERS)

    @property
    def degrees(self) -> float:
        return angle(self.before, self.after)


def arrows_figure(clipped: Clipped, look: Look) -> Figure:
    """Both arrows in the plane that holds them: the gradient lies along the first axis, so the
    angle between them is the true one; the circle is the limit on the norm."""
    reach = 1.15 * max(norm(clipped.before), norm(clipped.after), clipped.limit, 1e-9)
    left = max(0.1 * reach, 1.1 * clipped.limit)  # all of the circle is in sight
    turn = np.linspace(0, 2 * np.pi, 90)
    circle = {
        "type": "scatter",
        "mode": "lines",
        "name": "norm c",
        "x": typed(clipped.limit * np.cos(turn)),
        "y": typed(clipped.limit * np.sin(turn)),
        "line": {"color": look.text, "width": 1.2, "dash": "dot"},
        "hoverinfo": "skip",
    }
    traces = [
        circle,
        _arrow("before", np.array([norm(clipped.before), 0.0]), look, 0, "solid", 4),
        _arrow("after", _in_plane(clipped), look, 1, "dash", 2.5),
    ]
    return Figure(
        traces,
        layout(
            look,
            340,
            xaxis=axis(look, "along the gradient", range=[-left, reach]),
            yaxis=axis(look, "across it", scaleanchor="x", zeroline=False),
            hovermode="closest",
        ),
    )


def _in_plane(clipped: Clipped) -> Array:
    """The clipped gradient as (along, across) the one before."""
    length = norm(clipped.after)
    if length == 0 or norm(clipped.before) == 0:
        return np.zeros(2)
    turned = np.radians(clipped.degrees)
    return length * np.array([np.cos(turned), np.sin(turned)])


def _arrow(name: str, tip: Array, look: Look, color: int, dash: str, width: float) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [0.0, float(tip[0])],
        "y": [0.0, float(tip[1])],
        "line": {"color": look.lines[color], "width": width, "dash": dash},
        "marker": {
            "symbol": ["circle", "arrow"],
            "angleref": "previous",
            "size": [1, 15],
            "color": look.lines[color],
        },
        "hovertemplate": name + ": (%{x:.3g}, %{y:.3g})<extra></extra>",
    }


def entries_figure(clipped: Clipped, look: Look) -> Figure:
    """Each entry of the gradient before and after, with the limit on a single entry."""
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": list(ENTRIES),
            "y": typed(values),
            "marker": {"color": look.lines[k], "pattern": {"shape": ("", "/")[k]}},
            "text": [number(v, 3) for v in values],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertemplate": name + " %{x}: %{y:.4g}<extra></extra>",
        }
        for k, (name, values) in enumerate(
            {"before": clipped.before, "after": clipped.after}.items()
        )
    ]
    reach = 1.3 * max(float(np.abs([clipped.before, clipped.after]).max()), 1e-9)
    return Figure(
        bars,
        layout(
            look,
            280,
            barmode="group",
            xaxis=axis(look, "entry"),
            yaxis=axis(look, "value", range=[-reach, reach]),
        ),
    )


def describe_clipped(clipped: Clipped) -> str:
    """The length before and after, and the angle between the two."""
    before, after = norm(clipped.before), norm(clipped.after)
    if before == 0:
        return "A gradient of 0 has no direction and stays 0 under every rule."
    lengths = f"Length **{number(before, 3)}** before and **{number(after, 3)}** after"
    turned = clipped.degrees
    if turned < 0.005:
        kept = "the direction is the same"
        if after > before:
            kept += f", but the step is {number(after / before, 3)} times as long as it should be"
        return f"{lengths}; {kept}."
    return f"{lengths}; the direction turns by **{turned:.1f}°**."


def clipped_table(clipped: Clipped) -> pd.DataFrame:
    """Every rule on this gradient: entries, length and angle."""
    rows = []
    for rule, label in LABELS.items():
        one = Clipped(clipped.before, rule, clipped.limit)
        rows.append([label, *one.after, norm(one.after), round(one.degrees, 6)])
    return pd.DataFrame(rows, columns=["rule", "g₁", "g₂", "g₃", "length", "angle (°)"])


def arrows_alt(clipped: Clipped) -> str:
    return (
        f"Two arrows from one point, the gradient before and after {LABELS[clipped.rule]}. "
        f"{describe_clipped(clipped).replace('*', '')}"
    )


def entries_alt(clipped: Clipped) -> str:
    pairs = zip(ENTRIES, clipped.before, clipped.after, strict=True)
    said = "; ".join(f"{name} from {number(b, 3)} to {number(a, 3)}" for name, b, a in pairs)
    return f"Bars of the three entries before and after clipping: {said}."


def norms_figure(run: ClippedRun, limit: float, look: Look) -> Figure:
    """How often each length of gradient came up in training, on a log axis, with the limit."""
    lengths = run.norms[run.norms > 0]
    edges = _edges(lengths, limit)
    counts, _ = np.histogram(lengths, edges)
    middles = (edges[:-1] + edges[1:]) / 2
    above = middles > limit
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": typed(middles[chosen]),
            "y": typed(counts[chosen]),
            "width": typed(np.diff(edges)[chosen]),
            "marker": {"color": look.lines[k], "pattern": {"shape": ("", "/")[k]}},
            "hovertemplate": "length %{x:.3g}: %{y} steps<extra></extra>",
        }
        for k, (name, chosen) in enumerate({"up to c": ~above, "above c": above}.items())
    ]
    return Figure(
        bars,
        layout(
            look,
            360,
            barmode="overlay",
            bargap=0.02,
            xaxis=axis(look, "length of the gradient before clipping", type="log"),
            yaxis=axis(look, "steps"),
            shapes=[
                {
                    "type": "line",
                    "x0": limit,
                    "x1": limit,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": look.text, "dash": "dot", "width": 1.5},
                }
            ],
        ),
    )


def _edges(lengths: Array, limit: float) -> Array:
    """Edges (m,) of about BINS bins of one width on the log axis, one of which is the limit, so
    that no bin lies on both sides of it."""
    logs = np.log10(lengths) - np.log10(limit) if lengths.size else np.zeros(1)
    width = max(float(np.ptp(logs)) / BINS, 1e-3)
    first, last = np.floor(logs.min() / width), np.floor(logs.max() / width) + 1
    return np.asarray(limit * 10 ** (width * np.arange(first, last + 1)))


def describe_run(run: ClippedRun, free: ClippedRun, rule: str) -> str:
    """What clipping did to the error, beside the same run without it."""
    without = f"Without clipping the error on fresh houses is **{_error(free)}**"
    if rule == "none":
        return f"{without}; choose a rule to compare."
    return (
        f"{without}; with {LABELS[rule].lower()} it is **{_error(run)}**, and "
        f"{run.share:.1%} of the gradients were longer than c."
    )


def _error(run: ClippedRun) -> str:
    if "diverged" in run.stopped:
        return f"not finite ({run.stopped})"
    return f"{number(run.error, 3)} thousand dollars"


def norms_table(run: ClippedRun) -> pd.DataFrame:
    """A row per step of the run."""
    return pd.DataFrame(
        {"step": np.arange(1, run.norms.size + 1), "length of the gradient": run.norms}
    )


def norms_alt(run: ClippedRun, limit: float) -> str:
    if not run.norms.size:
        return "An empty histogram: the run overflowed at its first step."
    return (
        f"Histogram of the lengths of {run.norms.size} gradients, from "
        f"{number(run.norms.min(), 2)} to {number(run.norms.max(), 2)}, median "
        f"{number(float(np.median(run.norms)), 2)}; {run.share:.1%} are "
        f"above c = {number(limit, 3)}."
    )
