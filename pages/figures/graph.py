"""A network as a graph: values in circles, weights as width, color and dash of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, number, typed

WIDTHS = (0.6, 1.4, 2.6, 4.0, 6.0)  # line widths of the five classes of |weight|


def graph_figure(
    values: Sequence[Array],
    weights: Sequence[Array],
    labels: Sequence[str],
    look: Look,
    kept: Sequence[Array] | None = None,
) -> Figure:
    """Layers left to right, one circle per unit with its value inside.

    values: one array (units,) per layer, inputs first; weights: one (n_in, n_out) per gap between
    layers; labels: names of the inputs and of the output, top to bottom; kept: for every layer
    which units are (units,), all by default. A unit that is not is crossed out and has no lines.
    """
    places = [_places(k, len(layer)) for k, layer in enumerate(values)]
    if kept is not None:
        pairs = zip(weights, pairwise(kept), strict=True)
        weights = [np.where(np.outer(left, right), w, np.nan) for w, (left, right) in pairs]
    tallest = max(len(layer) for layer in values)
    return Figure(
        [
            *_edges(places, weights, look),
            *_weights_on_hover(places, weights),
            _nodes(places, values, look, kept),
            *([] if kept is None else _crosses(places, values, kept, look)),
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
    largest = max(float(np.abs(np.nan_to_num(w)).max()) for w in weights) or 1.0
    traces = []
    for positive in (True, False):
        lines = [_segments(places, weights, positive, k, largest) for k in range(len(WIDTHS))]
        fullest = max(range(len(WIDTHS)), key=lambda k: len(lines[k][0]))  # an empty has no legend
        for k, (width, (x, y)) in enumerate(zip(WIDTHS, lines, strict=True)):
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
                    "showlegend": k == fullest,
                }
            )
    return traces


def _segments(
    places: Sequence[Array], weights: Sequence[Array], positive: bool, k: int, largest: float
) -> tuple[Array, Array]:
    """Lines of one sign and width class, NaN between them so that they do not join."""
    points = [np.empty((0, 2))]
    for (left, right), w in zip(pairwise(places), weights, strict=True):
        size = np.abs(np.nan_to_num(w)) / largest
        bucket = np.minimum(size * len(WIDTHS), len(WIDTHS) - 1).astype(int)
        i, j = np.nonzero((bucket == k) & (w >= 0 if positive else w < 0))
        gap = np.full((len(i), 2), np.nan)
        points.append(np.stack([left[i], right[j], gap], axis=1).reshape(-1, 2))
    joined = np.concatenate(points)
    return joined[:, 0], joined[:, 1]


def _weights_on_hover(places: Sequence[Array], weights: Sequence[Array]) -> list[Spec]:
    middles, texts = [], []
    gaps = zip(pairwise(places), weights, strict=True)
    for layer, ((left, right), w) in enumerate(gaps, 1):
        for i, j in np.argwhere(~np.isnan(w)):
            middles.append(left[i] * 0.6 + right[j] * 0.4)
            texts.append(f"w({i + 1}, {j + 1}) of layer {layer} = {number(w[i, j])}")
    x, y = np.array(middles).reshape(-1, 2).T
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


def _nodes(
    places: Sequence[Array], values: Sequence[Array], look: Look, kept: Sequence[Array] | None
) -> Spec:
    flat = np.concatenate(list(values))
    x, y = np.concatenate(list(places)).T
    written = np.ones(len(flat), bool) if kept is None else np.concatenate(list(kept))
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": typed(x),
        "y": typed(y),
        "text": [_written(v) if k else "" for v, k in zip(flat, written, strict=True)],
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


def _written(value: float) -> str:
    return number(value, 3) if abs(value) < 1000 else f"{value:.0f}"


def _crosses(
    places: Sequence[Array], values: Sequence[Array], kept: Sequence[Array], look: Look
) -> list[Spec]:
    """A cross over each unit that is left out, and its number beside it."""
    out = ~np.concatenate(list(kept))
    x, y = np.concatenate(list(places))[out].T
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "dropped unit",
            "x": typed(x),
            "y": typed(y),
            "text": [f"  {_written(v)}" for v in np.concatenate(list(values))[out]],
            "textposition": "middle right",
            "textfont": {"color": look.text, "size": 11},
            "marker": {
                "symbol": "x-thin",
                "size": 34,
                "line": {"color": look.lines[1], "width": 2.5},
            },
            "hoverinfo": "skip",
            "showlegend": len(x) > 0,
        }
    ]


def _names(places: Sequence[Array], labels: Sequence[str], look: Look) -> list[Spec]:
    ends = [*places[0], *places[-1]]
    common = {
        "showarrow": False,
        "font": {"color": look.text, "size": 12},
        "bgcolor": look.background,
    }
    return [
        common | {"x": x, "y": y, "yshift": -33, "text": label}
        for (x, y), label in zip(ends, labels, strict=True)
    ]
