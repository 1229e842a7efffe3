"""A deep network layer by layer: activations going forward, gradients coming back."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.diagnostics import Signals
from engine.network import Network
from engine.types import Array
from pages.figures.base import (
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    layout,
    line,
    typed,
)

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
LAYER = "layer (0 is the input)"
ROOM = 0.05  # decades between the values and the ends of their axis


def quantiles(signals: Signals) -> Array:
    """Quantiles LEVELS (5, L + 1) of each layer's activations; nan where they are not finite."""
    flat = np.sort(signals.activations.reshape(len(signals.activations), -1), axis=1)
    places = np.rint(np.array(LEVELS) * (flat.shape[1] - 1)).astype(int)
    return np.where(np.isfinite(flat).all(axis=1), flat[:, places].T, np.nan)


def root_mean_squares(signals: Signals) -> Array:
    """Root mean square (L + 1,) of each layer's activations; overflow gives inf or nan."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.sqrt((signals.activations**2).mean(axis=(1, 2))))


def layers_figure(signals: Signals, look: Look, revealed: bool = True) -> Figure:
    """Bands of the activations; under them, once `revealed`, sizes of gradients and activations."""
    levels = quantiles(signals)
    layers = np.arange(levels.shape[1])
    sizes = {
        "gradient at the activations": (layers, signals.gradient_norms),
        "gradient of the weights": (layers[1:], signals.weight_gradients),
        "root mean square of the activations": (layers, root_mean_squares(signals)),
    }
    return Figure(
        [
            *_band(layers, levels[0], levels[-1], "90% of the activations", 0.2, look),
            *_band(layers, levels[1], levels[-2], "half of them", 0.4, look),
            _curve("median", layers, levels[2], look, 0),
            *(
                _size(name, *xy, look, k)
                for k, (name, xy) in enumerate(sizes.items(), 1)
                if revealed
            ),
        ],
        layout(
            look,
            600 if revealed else 340,
            xaxis=layer_axis(look, len(layers) - 1, anchor="y2" if revealed else "y"),
            yaxis=axis(
                look, "activation h", domain=[0.56 if revealed else 0, 1], exponentformat="power"
            ),
            yaxis2=decades_axis(look, "size", *(y for _, y in sizes.values()), domain=[0, 0.48]),
            legend=layout(look)["legend"] | {"traceorder": "normal"},
            hovermode="closest",
        ),
    )


def layer_axis(look: Look, depth: int, title: str = LAYER, **more: Any) -> Spec:
    """The axis of the layers 0 to `depth`, labeled at whole ones."""
    return axis(look, title, range=[-0.6, depth + 0.6], **whole_ticks(depth), **more)


def whole_ticks(n: int) -> Spec:
    """What keeps Plotly from labels between whole numbers, on an axis from 0 or 1 to n."""
    return {"dtick": 1} if n <= 10 else {}


def decades_axis(look: Look, title: str, *values: Array, **more: Any) -> Spec:
    """A log axis over whole powers of ten around the values, so that sizes of one order lie flat;
    without labels where there is no value above 0."""
    drawn = np.concatenate(values)
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    low, high = np.log10([drawn.min(), drawn.max()]) if drawn.size else (0.0, 0.0)
    low, high = int(np.floor(low - ROOM)), int(np.ceil(high + ROOM))
    return axis(
        look,
        title,
        type="log",
        range=[low, high],
        dtick=int(np.ceil((high - low) / 8)),
        exponentformat="power",
        showticklabels=bool(drawn.size),
        **more,
    )


def _hover(name: str) -> str:
    return f"layer %{{x}}, {name}: %{{y:.3g}}<extra></extra>"


def _band(x: Array, low: Array, high: Array, name: str, opacity: float, look: Look) -> list[Spec]:
    red, green, blue = (int(look.lines[0][k : k + 2], 16) for k in (1, 3, 5))
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "x": typed(x)}
    fill = {"fill": "tonexty", "fillcolor": f"rgba({red}, {green}, {blue}, {opacity})"}
    return [
        edge | {"y": doubles(low), "showlegend": False, "hoverinfo": "skip"},
        edge | {"y": doubles(high), "name": name, "hoverinfo": "skip"} | fill,
    ]


def _curve(name: str, x: Array, y: Array, look: Look, k: int, **more: Any) -> Spec:
    at_zero = line(name, x, np.zeros(len(x)), look, k, hovertemplate=_hover(name), **more)
    return at_zero | {"y": doubles(y)}


def _size(name: str, x: Array, y: Array, look: Look, k: int) -> Spec:
    marker = {"symbol": MARKERS[k], "size": 6}
    shown = np.where(y > 0, y, np.nan)
    return _curve(name, x, shown, look, k, yaxis="y2", mode="lines+markers", marker=marker)


def doubles(values: Array) -> list[float | None]:
    """The values in float64, since float32 ends at 10^-45 and 10^38; None where not finite."""
    return [float(f"{v:.5g}") if np.isfinite(v) else None for v in values]


def units_figure(signals: Signals, look: Look, revealed: bool = True) -> Figure:
    """log10 of the gradient at each unit of each layer; a hole where it is exactly 0."""
    norms = signals.unit_gradients
    shown = np.where(np.isfinite(norms) & (norms > 0), norms, np.nan)
    heat: Spec = {
        "type": "heatmap",
        "z": typed(np.log10(shown).T),
        "colorscale": [[0, look.background], [1, look.lines[0]]],
        "colorbar": {
            "title": {"text": "log₁₀ of the gradient's norm", "side": "top"},
            "orientation": "h",
            "y": -0.2,
            "yanchor": "top",
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hovertemplate": "layer %{x}, unit %{y}: 10^%{z:.2f}<extra></extra>",
    }
    return Figure(
        [heat] if revealed else [],
        layout(
            look,
            520,
            plot_bgcolor=look.grid if revealed else look.background,
            xaxis=layer_axis(look, len(norms) - 1, showgrid=False),
            yaxis=axis(look, "unit", showgrid=False, range=[-0.6, norms.shape[1] - 0.4]),
        ),
    )


def shares_figure(signals: Signals, look: Look, revealed: bool = True) -> Figure:
    """Share of saturated and silent activations and of dead units, layer by layer."""
    layers = np.arange(1, len(signals.activations))
    shares = {
        "saturated: |f′| < 0.01": signals.saturated,
        "silent: f = 0": signals.silent,
        "dead: always silent": signals.dead,
    }
    return Figure(
        [
            line(name, layers, values, look, k, hovertemplate=_hover(name.split(":")[0]))
            | {"mode": "lines+markers", "marker": {"symbol": MARKERS[k], "size": 7}}
            for k, (name, values) in enumerate(shares.items())
            if revealed
        ],
        layout(
            look,
            420,
            xaxis=layer_axis(look, len(layers), "layer"),
            yaxis=axis(look, "share", range=[-0.03, 1.03], tickformat=".0%"),
            hovermode="closest",
        ),
    )


VIEWS = {"layers": layers_figure, "units": units_figure, "shares": shares_figure}


def entry_names(network: Network, theta: Array) -> list[str]:
    """The name of every entry of theta, as W1[2, 3] or b1[3], counted from 1."""
    return [
        f"{name}[{', '.join(str(i + 1) for i in place)}]"
        for name, values in network.unpack(theta).items()
        for place in np.ndindex(*values.shape)
    ]
