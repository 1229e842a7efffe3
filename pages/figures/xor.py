"""Three models of the same points: where each says label 1, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.studies.xor import Classifier, Points
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, number, typed

LINE, PRODUCT, NETWORK = "Logistic regression", "With the product x₁x₂", "Network"
WINDOW = (-0.6, 1.6)
PIXELS = 45
HELP = 0.05  # a feature that raises the accuracy by less is the wrong one
LABELS = (("label 0", "circle", 1), ("label 1", "diamond", 0))  # name, marker, number of the color

Models = Mapping[str, Classifier]


@dataclass(frozen=True)
class Frame:
    """What of the plane is drawn: titles and ranges of both axes, and ticks where they are few."""

    titles: tuple[str, str]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    ticks: tuple[float, ...] = ()


UNIT = Frame(("x₁", "x₂"), (WINDOW, WINDOW), (0, 1))


def frame_around(points: Points, names: Sequence[str] = ()) -> Frame:
    """A frame with room around all points; `names` are those of the coordinates, where known."""
    ends = ((float(column.min()), float(column.max())) for column in points.x.T)
    first, second = ((low - 0.15 * (high - low), high + 0.15 * (high - low)) for low, high in ends)
    titles = [f"{x}: {name}" for x, name in zip(UNIT.titles, names, strict=False)]
    return Frame((titles[0], titles[1]) if titles else UNIT.titles, (first, second))


def grid(frame: Frame = UNIT) -> tuple[tuple[Array, Array], Array]:
    """Values (PIXELS,) of both axes, and the points (PIXELS * PIXELS, 2) of the frame, by rows."""
    values = (np.linspace(*frame.ranges[0], PIXELS), np.linspace(*frame.ranges[1], PIXELS))
    x, y = np.meshgrid(*values)
    return values, np.column_stack([x.ravel(), y.ravel()])


def panel_figure(
    points: Points, model: Classifier | None, look: Look, frame: Frame = UNIT
) -> Figure:
    """The points, over the probability of label 1 and its boundary at one half once revealed."""
    traces = [] if model is None else _heat(points, model, look, frame)
    for label, (name, marker, color) in enumerate(LABELS):
        x = points.x[points.y == label]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": typed(x[:, 0]),
                "y": typed(x[:, 1]),
                "marker": {
                    "symbol": marker,
                    "size": 14 if len(points.y) <= 8 else 7,
                    "color": look.lines[color],
                    "line": {"color": look.background, "width": 1.5},
                },
                "hovertemplate": "x₁ %{x:.3g}, x₂ %{y:.3g}<extra>" + name + "</extra>",
            }
        )
    plain = {"zeroline": False, "showgrid": False}
    if frame.ticks:
        plain["tickvals"] = list(frame.ticks)
    x_axis, y_axis = (
        axis(look, title, range=list(ends), **plain)
        for title, ends in zip(frame.titles, frame.ranges, strict=True)
    )
    note = {
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "text": "p = ½ everywhere",
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }
    return Figure(
        traces,
        layout(
            look,
            290,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            annotations=[note] if model is not None and model.is_undecided(points) else [],
            xaxis=x_axis,
            yaxis=y_axis,
            hovermode="closest",
        ),
    )


def _heat(points: Points, model: Classifier, look: Look, frame: Frame) -> list[Spec]:
    (x, y), places = grid(frame)
    p = model.probability(places).reshape(PIXELS, PIXELS)
    shared = {"x": typed(x), "y": typed(y), "z": typed(p), "showscale": False}
    heat = shared | {
        "type": "heatmap",
        "zsmooth": "fast",
        "colorscale": look.diverging,
        "zmin": 0,
        "zmax": 1,
        "hovertemplate": "x₁ %{x:.3g}, x₂ %{y:.3g}<br>p(label 1) %{z:.3f}<extra></extra>",
    }
    if model.is_undecided(points):
        return [heat]
    boundary = shared | {
        "type": "contour",
        "autocontour": False,
        "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
        "line": {"color": look.text, "width": 2.5},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [heat, boundary]


def panel_title(name: str, model: Classifier, points: Points | None) -> str:
    """The model's name and parameters, and its accuracy once revealed."""
    size = counted(model.network.size, "parameter")
    if points is None:
        return f"**{name}**  \n{size}"
    return f"**{name}**  \n{size}, accuracy **{model.accuracy(points):.2f}**"


def describe_xor(points: Points, models: Models, units: int) -> str:
    """How far each of the three gets, and why."""
    first, product, network = (models[name] for name in (LINE, PRODUCT, NETWORK))
    lines = f"{_line(points, first)} {_product(points, product, first)}"
    return f"{lines} {_network(points, network, units)}"


def _line(points: Points, model: Classifier) -> str:
    reached = f"**{model.accuracy(points):.2f}**"
    if model.is_undecided(points):
        return (
            f"The straight line stays at {reached}: it gives every point one half, which counts as "
            "label 0."
        )
    return f"The straight line reaches {reached}."


def _product(points: Points, model: Classifier, plain: Classifier) -> str:
    accuracy = model.accuracy(points)
    words = f"One feature made by hand, x₁x₂, takes logistic regression to **{accuracy:.2f}**"
    words += f", with {counted(model.network.size, 'parameter')}"
    if accuracy - plain.accuracy(points) > HELP:
        return f"{words}."
    fits = plain.accuracy(points) >= 1 - HELP
    return f"{words}: it is {'not needed' if fits else 'the wrong feature'} here."


def _network(points: Points, model: Classifier, units: int) -> str:
    accuracy = model.accuracy(points)
    if units == 0:
        return f"Without hidden units the network is the same line: **{accuracy:.2f}**."
    lead = f"The network with {counted(units, 'hidden unit')} reaches **{accuracy:.2f}**"
    if accuracy == 1:
        return f"{lead} with {model.network.size} parameters, and makes its features itself."
    loss = number(float(model.losses[-1]), 2)
    return f"{lead}; its loss stops at {loss} nats after {len(model.losses) - 1} steps."


def xor_table(points: Points, models: Models) -> pd.DataFrame:
    """A row per point: its features, its label and the probability that each model gives."""
    features = models[PRODUCT].features(points.x).T
    columns = dict(zip(("x₁", "x₂", "x₁x₂"), features, strict=True))
    columns["label"] = points.y.astype(int)
    return pd.DataFrame(columns | {name: m.probability(points.x) for name, m in models.items()})


def panel_alt(name: str, points: Points, model: Classifier | None, frame: Frame = UNIT) -> str:
    """What one of the three pictures shows."""
    if model is None:
        return (
            f"The plane with {len(points.y)} points of two labels; {name} is still to be guessed."
        )
    p = model.probability(grid(frame)[1])
    return (
        f"{name}: the plane with {len(points.y)} points of two labels, over the probability of "
        f"label 1, from {number(float(p.min()), 2)} to {number(float(p.max()), 2)}; accuracy "
        f"{model.accuracy(points):.2f}."
    )


def seeds_figure(accuracies: Sequence[float], chosen: int, look: Look) -> Figure:
    """Accuracy of the network by the seed of its weights, the chosen one marked."""
    seeds = np.arange(len(accuracies))
    trace = line("each seed", seeds, np.array(accuracies), look, 0)
    marks = trace | {"mode": "markers", "marker": {"size": 10, "color": look.lines[0]}}
    shown = [marks]
    if chosen < len(accuracies):
        ring = {"symbol": "diamond-open", "size": 18, "line": {"width": 2.5}}
        shown.append(
            marks
            | {
                "name": "the seed above",
                "x": [chosen],
                "y": [accuracies[chosen]],
                "marker": ring | {"color": look.lines[1]},
            }
        )
    return Figure(
        shown,
        layout(
            look,
            250,
            xaxis=axis(look, "seed of the weights", range=[-0.7, 20.7], zeroline=False),
            yaxis=axis(look, "accuracy", range=[0.2, 1.06], zeroline=False),
            showlegend=True,
        ),
    )


def describe_seeds(accuracies: Sequence[float]) -> str:
    """How many starts get everything right, and how far the worst one got."""
    solved = sum(a == 1 for a in accuracies)
    words = f"**{solved} of {counted(len(accuracies), 'start')}** put every point on its side"
    if solved == len(accuracies):
        return f"{words}."
    return (
        f"{words}; the worst reaches **{min(accuracies):.2f}**. The same network can succeed or "
        "get stuck by nothing but its first weights."
        if solved
        else f"{words}; the best reaches **{max(accuracies):.2f}**."
    )


def seeds_alt(accuracies: Sequence[float]) -> str:
    """What the picture of the seeds shows."""
    return f"Accuracy for each seed. {describe_seeds(accuracies).replace('*', '')}"
