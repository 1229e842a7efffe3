"""The house-price network: the surface that it computes, its values and weights, its words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data import price_law
from engine.layers import Dense
from engine.studies.price_model import PriceModel, bend
from engine.types import Array
from pages.figures.base import Figure, Look, axis, layout, number, typed


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
