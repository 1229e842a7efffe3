"""Dropout: the thinned graph, a mask per example, three scalings, the ensemble and its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from engine.network import Trace
from engine.studies.dropout_study import UNITS, SmallNet
from engine.types import Array
from pages.figures.base import Figure, Look, axis, cells, layout, listed, number, typed
from pages.figures.graph import graph_figure

FORM_NAMES = {"inverted": "Inverted", "classic": "Classic", "printed": "As printed"}
SHOWN = {"values": "Values", "gradients": "Gradients"}
LABELS = ("x₁", "x₂", "x₃", "output")
DROPPED_LAYER = 2  # the place of dropout among the layers of the small net


class Scaling(NamedTuple):
    """Mean of an activation of 1 after dropout in training, and its value in evaluation."""

    training: float
    evaluation: float


class Example(NamedTuple):
    """One example on its way through the small net: what each layer of the graph passes on, the
    derivative of the output by each, the units kept, the factor of each, and the output."""

    values: list[Array]
    gradients: list[Array]
    kept: Array
    factor: Array
    output: float


def example_of(net: SmallNet, theta: Array, trace: Trace, row: int) -> Example:
    """Example `row` of a pass of the small net."""
    output = trace.outputs[-1]
    dy = np.zeros_like(output)
    dy[row] = 1.0
    _, flow = net.network.backward_flow(theta, trace, dy)
    values = [trace.inputs[0], trace.outputs[DROPPED_LAYER], trace.outputs[4], output]
    gradients = [flow[0], flow[DROPPED_LAYER], flow[5], dy]
    factor = np.broadcast_to(trace.caches[DROPPED_LAYER], values[1].shape)[row]
    kept = factor > 0 if np.ndim(trace.caches[DROPPED_LAYER]) else np.ones(UNITS, bool)
    return Example(
        [v[row] for v in values], [g[row] for g in gradients], kept, factor, float(output[row, 0])
    )


def dropout_figure(net: SmallNet, theta: Array, example: Example, shown: str, look: Look) -> Figure:
    """The graph of the small net; what is dropped is crossed out and has no lines."""
    named = net.network.unpack(theta)
    values = example.values if shown == "values" else example.gradients
    whole = [np.ones(len(v), bool) for v in values]
    return graph_figure(
        values,
        [named["W1"], named["W2"], named["W3"]],
        LABELS,
        look,
        kept=[whole[0], example.kept, *whole[2:]],
    )


def masks_figure(kept: Array, row: int, look: Look) -> Figure:
    """Kept and dropped units (n, units) of a batch, a row per example; the shown one is framed."""
    units = kept.shape[1]
    heat = cells(kept, [["1" if k else "✕" for k in example] for example in kept], look, 1)
    frame = {
        "type": "rect",
        "x0": -0.5,
        "x1": units - 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": look.text, "width": 3},
    }
    return Figure(
        [heat],
        layout(
            look,
            320,
            xaxis=axis(look, "unit", type="category", showgrid=False),
            yaxis=axis(look, "example", type="category", autorange="reversed", showgrid=False),
            shapes=[frame],
        ),
    )


def scaling_figure(scalings: Mapping[str, Scaling], look: Look) -> Figure:
    """Bars of the mean activation in training and in evaluation, for each form of dropout."""
    bars = (("training (mean)", 0, ""), ("evaluation", 1, "/"))
    return Figure(
        [
            {
                "type": "bar",
                "name": name,
                "x": [FORM_NAMES[form] for form in scalings],
                "y": typed(np.array([scaling[k] for scaling in scalings.values()])),
                "text": [number(scaling[k], 2) for scaling in scalings.values()],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": look.lines[k], "pattern": {"shape": pattern}},
                "hovertemplate": "%{x}: %{y:.4f}<extra>" + name + "</extra>",
            }
            for k, (name, _, pattern) in enumerate(bars)
        ],
        layout(
            look,
            320,
            barmode="group",
            xaxis=axis(look, "form of dropout"),
            yaxis=axis(look, "activation / full activation", range=[0, 1.2]),
        ),
    )


def describe_example(net: SmallNet, example: Example, row: int, training: bool, shown: str) -> str:
    """Which units example `row` keeps, what its output is, and where its gradient is 0."""
    if not training:
        return (
            f"In evaluation every unit is kept and multiplied by "
            f"**{number(float(example.factor[0]), 3)}**; the output is "
            f"**{number(example.output)}**, the same at each pass."
        )
    kept = int(example.kept.sum())
    lead = f"Example {row + 1} keeps **{kept} of {UNITS}** units"
    if shown == "gradients":
        silent = [str(1 + j) for j in np.flatnonzero(~example.kept)]
        if not silent:
            return f"{lead}, so the derivative of the output reaches all of them."
        units = "unit" if len(silent) == 1 else "units"
        return (
            f"{lead}. The derivative of the output is exactly **0** at the dropped {units} "
            f"{listed(silent)}: no weight into or out of a dropped unit learns from this example."
        )
    if kept:
        lead += f", each multiplied by {number(float(example.factor.max()), 3)}"
    return (
        f"{lead}: one of {2**UNITS} thinned nets that share the same "
        f"{net.network.size} parameters. Its output is **{number(example.output)}**."
    )


def describe_masks(kept: Array) -> str:
    """How many different masks a batch has, and the share of units kept."""
    if kept.all():
        return f"No unit is dropped in any of the {len(kept)} examples."
    different = len(np.unique(kept, axis=0))
    return (
        f"The mask has a row per example and a column per unit: the {len(kept)} examples have "
        f"**{different}** different masks, and **{number(100 * float(kept.mean()), 3)}%** of the "
        "units are kept."
    )


def describe_scaling(scalings: Mapping[str, Scaling], p: float) -> str:
    """What every form gives in training and in evaluation, and by how much the printed one errs."""
    classic, printed = scalings["classic"], scalings["printed"]
    ratio = printed.evaluation / classic.evaluation
    words = (
        "the same only because p = 1 − p"
        if abs(ratio - 1) < 1e-9
        else f"which is {number(ratio, 3)} times what training showed"
    )
    return (
        f"Unscaled, a unit is on average **{number(classic.training, 2)}** of its full activation "
        f"in training. The classic form repeats that in evaluation by the factor 1 − p = "
        f"**{number(classic.evaluation, 2)}**; the inverted form divides by it in training and "
        f"leaves evaluation alone. The printed rule multiplies by p = "
        f"**{number(printed.evaluation, 2)}**, {words}."
    )


def dropout_alt(example: Example, shown: str) -> str:
    """What the graph shows."""
    marks = ["kept" if k else "crossed out" for k in example.kept]
    units = ", ".join(f"unit {1 + j} {mark}" for j, mark in enumerate(marks))
    what = "values" if shown == "values" else "derivatives of the output"
    return (
        f"Graph of a 3-6-4-1 network with the {what} in its circles. First hidden layer: {units}. "
        f"The output is {number(example.output)}."
    )


def masks_alt(kept: Array) -> str:
    """What the picture of the masks shows."""
    rows = "; ".join(
        f"example {1 + i} {''.join('1' if k else '0' for k in row)}" for i, row in enumerate(kept)
    )
    return f"Masks of a batch, 1 for a unit that is kept: {rows}."


def scaling_alt(scalings: Mapping[str, Scaling]) -> str:
    """What the bars of the scalings show."""
    parts = [
        f"{FORM_NAMES[form]} {number(s.training, 2)} in training and {number(s.evaluation, 2)} in "
        "evaluation"
        for form, s in scalings.items()
    ]
    return f"Bars of the mean activation over the full one: {'; '.join(parts)}."
