"""A point's way through the network of the playground: its graph, its table and its words."""

from __future__ import annotations

from html import escape
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.playground.build import Experiment
from engine.playground.data import Scale
from engine.playground.look import weights
from engine.playground.run import Moment
from engine.playground.way import PointWay
from pages.figures.base import Figure, Look, number
from pages.figures.graph import graph_figure
from pages.figures.playground_why import LONGEST, plain

MOST_UNITS = 8  # of a layer that the graph has room for
MOST_WEIGHTS = 100  # of a graph that moves: each costs some 15 microseconds


def can_draw(way: PointWay) -> bool:
    """Whether the graph has room for every layer."""
    return max(_sizes(way)) <= MOST_UNITS


def is_quick(way: PointWay) -> bool:
    """Whether the graph is drawn fast enough to move."""
    return sum(a * b for a, b in pairwise(_sizes(way))) <= MOST_WEIGHTS


def _sizes(way: PointWay) -> list[int]:
    return [len(way.inputs), *(len(layer.out) for layer in way.layers), len(way.z)]


def way_figure(way: PointWay, experiment: Experiment, moment: Moment, look: Look) -> Figure:
    """The graph with the point's value in every circle, and every weight on its line."""
    values = [way.inputs, *(layer.out for layer in way.layers), way.z]
    labels = [escape(name[:LONGEST], quote=False) for name in experiment.inputs]
    labels += _output_labels(way, experiment)
    return graph_figure(values, weights(experiment.network, moment.theta), labels, look)


def _output_labels(way: PointWay, experiment: Experiment) -> list[str]:
    names = experiment.sample.labels
    if not names:
        return ["output"]
    if len(way.z) == 1:
        return [f"z, p = {number(float(way.told[1]), 3)}"]
    told = zip(names, way.told, strict=True)
    return [f"{escape(name[:LONGEST], quote=False)}, p = {number(float(p), 3)}" for name, p in told]


def way_table(way: PointWay, experiment: Experiment) -> pd.DataFrame:
    """A row per input, unit and output: the weighted sum, z after batch norm where there is any,
    the activation and what is passed on where a residual connection adds to it."""
    rows = [
        {"layer": "input", "unit": name, "passed on": value}
        for name, value in zip(experiment.inputs, way.inputs, strict=True)
    ]
    for layer in way.layers:
        parts = zip(layer.sums, layer.z, layer.f, layer.out, strict=True)
        rows += [
            {
                "layer": f"{layer.name}, {layer.activation}",
                "unit": str(k),
                "weighted sum": total,
                "after batch norm": z,
                "activation": f,
                "passed on": out,
            }
            for k, (total, z, f, out) in enumerate(parts, 1)
        ]
    rows += _output_rows(way, experiment)
    columns = {
        "layer": True,
        "unit": True,
        "weighted sum": True,
        "after batch norm": experiment.settings.batch_norm and bool(way.layers),
        "activation": any(layer.is_residual for layer in way.layers),
        "passed on": True,
    }
    return pd.DataFrame(rows, columns=[name for name, shown in columns.items() if shown])


def _output_rows(way: PointWay, experiment: Experiment) -> list[dict[str, object]]:
    names = experiment.sample.labels
    if len(names) == 2:
        z = float(way.z[0])
        said = float(way.told[1])
        return [
            {"layer": "output, sigmoid", "unit": names[1], "weighted sum": z, "passed on": said}
        ]
    kind = "output, softmax" if names else "output"
    units = names or ("value",)
    return [
        {"layer": kind, "unit": name, "weighted sum": float(z), "passed on": float(p)}
        for name, z, p in zip(units, way.z, way.told, strict=True)
    ]


def describe_way(way: PointWay, experiment: Experiment) -> str:
    """Where the point lies, what the network says of it, and its loss."""
    sample = experiment.sample
    pairs = zip(sample.names, way.point, sample.scales, strict=True)
    place = ", ".join(
        f"{plain(name)} = {number(float(x * scale.sd + scale.mean))} {_unit(scale)}".rstrip()
        for name, x, scale in pairs
    )
    kind = "training" if way.is_training else "test"
    return f"Point {way.row + 1:,}, a {kind} example: {place}. {_verdict(way, experiment)}"


def _unit(scale: Scale) -> str:
    """The unit, without one that lists the possible values, as "0 or 1"."""
    return scale.unit if scale.unit[:1].isalpha() else ""


def _verdict(way: PointWay, experiment: Experiment) -> str:
    sample = experiment.sample
    loss = f"**{number(way.loss)}**"
    if not np.isfinite(way.z).all():
        return "The network's output is not finite."
    if not sample.labels:
        said, true = float(way.z[0]), way.target
        unit = sample.target
        words = f"The network says **{number(said)}**, the target is {number(true)}"
        if sample.is_table:
            said, true = (unit.sd * v + unit.mean for v in (said, true))
            words += f", which is {number(said)} and {number(true)} {unit.unit}".rstrip()
        return f"{words}. Its loss, half the squared difference, is {loss}."
    right = int(way.target)
    best, p = int(way.told.argmax()), float(way.told[right])
    end = "and so it is" if best == right else f"but it is {plain(sample.labels[right])}"
    return (
        f"The network says **{plain(sample.labels[best])}** with probability "
        f"{number(float(way.told[best]), 3)}, {end}. Its loss is −ln {number(p, 3)} = {loss}."
    )


def way_alt(way: PointWay, experiment: Experiment) -> str:
    """What the graph shows."""
    layers = [
        f"{layer.name}: {', '.join(number(float(v), 3) for v in layer.out)}" for layer in way.layers
    ]
    words = describe_way(way, experiment).replace("*", "").replace("\\", "")
    values = f" {'; '.join(layers)}." if layers else ""
    return f"The network's graph with the values of one point.{values} {words}"
