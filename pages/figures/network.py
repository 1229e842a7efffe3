"""A network as a graph, weights as width, color and dash, and the surface that it computes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.data import price_law
from engine.layers import Dense
from engine.price_model import PriceModel, bend
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, number, typed

WIDTHS = (0.6, 1.4, 2.6, 4.0, 6.0)  # line widths of the five classes of |weight|


def graph_figure(
    values: Sequence[Array], weights: Sequence[Array], labels: Sequence[str], look: Look
) -> Figure:
    """Layers left to right, one circle per unit with its value inside.

    values: one array (units,) per layer, inputs first; weights: one (n_in, n_out) per gap between
    layers; labels: names of the inputs and of the output, top to bottom.
    """
    places = [_places(k, len(layer)) for k, layer in enumerate(values)]
    tallest = max(len(layer) for layer in values)
    return Figure(
        [
            *_edges(places, weights, look),
            *_weights_on_hover(places, weights),
            _nodes(places, values, look),
        ],
        layout(
            look,
            max(300, 66 * tallest + 50),
            xaxis=_bare([-0.75, len(values) - 0.25]),
            yaxis=_bare([-tallest / 2 - 0.15, tallest / 2]),
            annotations=_names(places, labels, look),
            hovermode="closest",
            showlegend=True,
        ),
    )


def _places(layer: int, units: int) -> Array:
    """Centers (units, 2) of a layer's circles, top to bottom."""
    return np.column_stack([np.full(units, layer), (units - 1) / 2 - np.arange(units)])


def _bare(span: list[float]) -> Spec:
    return {"visible": False, "range": span, "fixedrange": True}


def _edges(places: Sequence[Array], weights: Sequence[Array], look: Look) -> list[Spec]:
    """One trace per sign and width class: negative weights are dashed as well as orange."""
    largest = max(float(np.abs(w).max()) for w in weights) or 1.0
    traces = []
    for positive in (True, False):
        for k, width in enumerate(WIDTHS):
            x, y = _segments(places, weights, positive, k, largest)
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "positive weight" if positive else "negative weight",
                    "x": typed(x),
                    "y": typed(y),
                    "line": {
                        "color": look.lines[0 if positive else 1],
                        "width": width,
                        "dash": "solid" if positive else "5px 3px",
                    },
                    "opacity": 0.75,
                    "hoverinfo": "skip",
                    "showlegend": k == len(WIDTHS) // 2,
                }
            )
    return traces


def _segments(
    places: Sequence[Array], weights: Sequence[Array], positive: bool, k: int, largest: float
) -> tuple[Array, Array]:
    """Lines of one sign and width class, NaN between them so that they do not join."""
    points = [np.empty((0, 2))]
    for (left, right), w in zip(pairwise(places), weights, strict=True):
        bucket = np.minimum(np.abs(w) / largest * len(WIDTHS), len(WIDTHS) - 1).astype(int)
        i, j = np.nonzero((bucket == k) & ((w >= 0) == positive))
        gap = np.full((len(i), 2), np.nan)
        points.append(np.stack([left[i], right[j], gap], axis=1).reshape(-1, 2))
    joined = np.concatenate(points)
    return joined[:, 0], joined[:, 1]


def _weights_on_hover(places: Sequence[Array], weights: Sequence[Array]) -> list[Spec]:
    middles, texts = [], []
    gaps = zip(pairwise(places), weights, strict=True)
    for layer, ((left, right), w) in enumerate(gaps, 1):
        for i, j in np.ndindex(*w.shape):
            middles.append(left[i] * 0.6 + right[j] * 0.4)
            texts.append(f"w({i + 1}, {j + 1}) of layer {layer} = {number(w[i, j])}")
    x, y = np.array(middles).T
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": typed(x),
            "y": typed(y),
            "marker": {"opacity": 0, "size": 12},
            "text": texts,
            "hovertemplate": "%{text}<extra></extra>",
            "showlegend": False,
        }
    ]


def _nodes(places: Sequence[Array], values: Sequence[Array], look: Look) -> Spec:
    flat = np.concatenate(list(values))
    x, y = np.concatenate(list(places)).T
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": typed(x),
        "y": typed(y),
        "text": [number(v, 3) if abs(v) < 1000 else f"{v:.0f}" for v in flat],
        "textfont": {"color": look.text, "size": 11},
        "marker": {
            "size": 42,
            "color": look.background,
            "line": {"color": look.text, "width": 1.5},
            "opacity": 1,
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _names(places: Sequence[Array], labels: Sequence[str], look: Look) -> list[Spec]:
    ends = [*places[0], *places[-1]]
    common = {
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
        "bgcolor": look.background,
    }
    return [
        common | {"x": x, "y": y, "yshift": -30, "text": label}
        for (x, y), label in zip(ends, labels, strict=True)
    ]


def price_figure(
    x: Array, y: Array, z: Array, house: tuple[float, float], look: Look, names: tuple[str, str]
) -> Figure:
    """Contours of the predicted price z (len(y), len(x)) over two features, with one house."""
    return Figure(
        [
            {
                "type": "contour",
                "x": typed(x),
                "y": typed(y),
                "z": typed(z),
                "colorscale": look.low_is_calm,
                "line": {"color": look.text, "width": 0.8},
                "contours": {"showlabels": True, "labelfont": {"color": look.text, "size": 11}},
                "ncontours": 12,
                "showscale": False,
                "hovertemplate": f"{names[0]} %{{x:.3g}}<br>{names[1]} %{{y:.3g}}"
                "<br>price %{z:.0f}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": "the house",
                "x": [house[0]],
                "y": [house[1]],
                "marker": {
                    "symbol": "diamond",
                    "size": 13,
                    "color": look.lines[1],
                    "line": {"color": look.background, "width": 2},
                },
                "hoverinfo": "skip",
                "showlegend": True,
            },
        ],
        layout(
            look,
            340,
            xaxis=axis(look, names[0], zeroline=False),
            yaxis=axis(look, names[1], zeroline=False),
        ),
    )


def layer_values(model: PriceModel, house: Array) -> list[Array]:
    """What each layer passes on for one house (4,): raw inputs, activations, price."""
    price, trace = model.forward(house[None])
    hidden = [trace.outputs[k][0] for k in range(1, len(trace.outputs) - 1, 2)]
    return [house, *hidden, price]


def layer_weights(model: PriceModel) -> list[Array]:
    """The weight matrix (n_in, n_out) of every dense layer."""
    named = model.network.unpack(model.theta)
    dense = [layer for layer in model.network.layers if isinstance(layer, Dense)]
    return [named[f"W{k}"] for k in range(1, len(dense) + 1)]


def forward_table(model: PriceModel, house: Array) -> pd.DataFrame:
    """Every value of the forward pass, a row per unit, with the sum that led to it."""
    price, trace = model.forward(house[None])
    rows = [("input, standardized", 1 + i, np.nan, v) for i, v in enumerate(trace.inputs[0][0])]
    for layer, k in enumerate(range(0, len(trace.outputs) - 2, 2), 1):
        pairs = zip(trace.outputs[k][0], trace.outputs[k + 1][0], strict=True)
        rows += [(f"hidden {layer}", 1 + i, z, a) for i, (z, a) in enumerate(pairs)]
    rows.append(("output, standardized", 1, trace.outputs[-2][0, 0], trace.outputs[-1][0, 0]))
    rows.append(("price, thousand dollars", 1, np.nan, price[0]))
    return pd.DataFrame(rows, columns=["layer", "unit", "sum z", "value"])


def describe_model(model: PriceModel, house: Array, surface: Array, linear: bool) -> str:
    """The price of the house against the law, and what shape the surface has."""
    price = float(model.forward(house[None])[0][0])
    law = float(price_law(house))
    lead = (
        f"The network says **{price:,.0f} thousand dollars**; the law behind the data says "
        f"{law:,.0f}. "
    )
    if linear:
        return lead + (
            "With every layer linear the whole network is one line: its surface bends by "
            f"**{number(bend(surface), 2)}** from a plane, whatever its depth."
        )
    return lead + (
        f"Its surface bends by up to **{bend(surface):.0f} thousand dollars** away from the "
        "plane that fits it best."
    )


def graph_alt(model: PriceModel, house: Array) -> str:
    sizes = "-".join(str(len(v)) for v in layer_values(model, house))
    price = float(model.forward(house[None])[0][0])
    return (
        f"Graph of a {sizes} network. Line width is the size of a weight; negative weights are "
        f"dashed. The output is {price:,.0f} thousand dollars."
    )


def price_alt(surface: Array, names: tuple[str, str]) -> str:
    return (
        f"Contours of the predicted price over {names[0]} and {names[1]}, from "
        f"{surface.min():,.0f} to {surface.max():,.0f} thousand dollars."
    )
