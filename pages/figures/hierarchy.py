"""What units of a trained network look for: weights as pictures, pictures that drive a unit, and
how well single units of each layer tell the classes apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.studies.features import LAYERS, ShapeModel
from engine.studies.shapes import SHAPES
from engine.types import Array
from pages.figures.base import DASHES, Figure, Look, axis, layout, line, number, typed
from pages.figures.tiles import tiles_figure

CLASSES = tuple(SHAPES)
TOP = 8


def weights_figure(model: ShapeModel, chosen: int | None, look: Look) -> Figure:
    """The weights of every unit of the first hidden layer, each as a picture."""
    weights = model.network.unpack(model.theta)["W1"].T
    words = [f"unit {k + 1}" for k in range(len(weights))]
    return tiles_figure(weights, words, look, signed=True, chosen=chosen)


def strongest(model: ShapeModel, layer: int, unit: int) -> Array:
    """Numbers (TOP,) of the fresh pictures that drive a unit most, the strongest first."""
    return np.argsort(-model.responses[layer][:, unit], kind="stable")[:TOP]


def strongest_figure(model: ShapeModel, layer: int, unit: int, look: Look) -> Figure:
    """Those pictures, with the class and the unit's response under each."""
    top = strongest(model, layer, unit)
    values = model.responses[layer][top, unit]
    words = [
        f"{CLASSES[model.test.y[k]]}<br>{number(float(v), 3)}"
        for k, v in zip(top, values, strict=True)
    ]
    return tiles_figure(model.test.x[top], words, look, signed=False)


def classes_figure(model: ShapeModel, layer: int, unit: int, look: Look) -> Figure:
    """The unit's mean response to each class of fresh pictures."""
    means = model.class_means[layer][:, unit]
    return Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "y": list(CLASSES),
                "x": typed(means),
                "text": [f"{v:.2f}".replace("-", "−") for v in means],
                "textposition": "auto",
                "cliponaxis": False,
                "marker": {"color": look.low_is_calm[1][1], "line": {"color": look.text}},
                "textfont": {"color": look.text},
                "hovertemplate": "%{y}: %{x:.3f}<extra></extra>",
            }
        ],
        layout(
            look,
            290,
            margin={"l": 8, "r": 12, "t": 30, "b": 8},
            xaxis=axis(look, "mean response"),
            yaxis=axis(look, "", autorange="reversed"),
        ),
    )


def by_layer(model: ShapeModel) -> dict[str, Array]:
    """eta squared of the units of each layer that respond at all, by the layer's name."""
    return {
        name: eta[np.ptp(values, axis=0) > 0]
        for name, eta, values in zip(LAYERS, model.selectivities, model.responses, strict=True)
    }


def layer_means(model: ShapeModel) -> dict[str, float]:
    """The mean of those; 0 for a layer without a unit that responds."""
    return {name: float(eta.mean()) if len(eta) else 0.0 for name, eta in by_layer(model).items()}


def selectivity_figure(model: ShapeModel, look: Look) -> Figure:
    """eta squared of every unit, layer by layer, and the layer's mean as a line."""
    found, means = by_layer(model), layer_means(model)
    names = [name.replace("hidden layer", "hidden") for name in LAYERS]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "one unit",
        "x": [name for name, eta in zip(names, found.values(), strict=True) for _ in eta],
        "y": typed(np.concatenate(list(found.values()))),
        "marker": {"color": look.lines[0], "size": 8, "symbol": "circle-open"},
        "hovertemplate": "%{y:.3f}<extra></extra>",
    }
    mean = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "mean of the layer",
        "x": names,
        "y": typed(np.array(list(means.values()))),
        "line": {"color": look.lines[1], "width": 2.5, "dash": DASHES[1]},
        "marker": {"symbol": "diamond", "size": 11, "color": look.lines[1]},
        "hovertemplate": "mean %{y:.3f}<extra></extra>",
    }
    return Figure(
        [dots, mean],
        layout(
            look,
            280,
            xaxis=axis(look, "", zeroline=False),
            yaxis=axis(look, "share between classes η²", range=[0, 1.03]),
        ),
    )


def error_figure(records: Sequence[tuple[int, float]], look: Look) -> Figure:
    """Test error against the number of training pictures, on a log axis."""
    sizes, errors = np.array(records, float).T
    trace = line("test error", sizes, 100 * errors, look, 0) | {
        "mode": "lines+markers",
        "marker": {"size": 9},
        "hovertemplate": "%{x:,} pictures: %{y:.1f}% wrong<extra></extra>",
    }
    return Figure(
        [trace],
        layout(
            look,
            280,
            margin={"l": 8, "r": 12, "t": 30, "b": 8},
            xaxis=axis(look, "training pictures", type="log", tickvals=list(map(int, sizes))),
            yaxis=axis(look, "test error (%)", rangemode="tozero"),
        ),
    )
