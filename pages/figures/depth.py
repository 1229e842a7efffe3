"""A deep network layer by layer: activations going forward, gradients coming back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.diagnostics import Signals, overflow_layer, underflow_layer
from engine.network import Network
from engine.types import Array
from pages.figures.base import (
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
    line,
    number,
    typed,
)

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
VANISHES, KEEPS, EXPLODES = "Vanishes", "Keeps its size", "Explodes"
BORDER = 100.0  # a gradient that changes by less over the whole depth still trains every layer
LAYER = "layer (0 is the input)"
ROOM = 0.05  # decades between the values and the ends of their axis


def verdict(ratio: float) -> str:
    """What the gradient does from the last layer to the first; a ratio that is nan explodes."""
    if ratio < 1 / BORDER:
        return VANISHES
    return KEEPS if ratio <= BORDER else EXPLODES


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


def describe_depth(signals: Signals) -> str:
    """What becomes of the gradient between the last layer and the input, and what float32 does."""
    norms, depth = signals.gradient_norms, len(signals.weight_gradients)
    if not np.isfinite(norms[[0, -1]]).all():
        return f"Even float64 overflows. {_float32(signals)}".strip()
    ratio = signals.ratio
    if ratio == 0:
        kept = int(np.flatnonzero(norms)[0])
        return (
            f"The gradient is exactly **0** below layer {kept}: nothing there can learn. "
            f"{_float32(signals)}"
        ).strip()
    per_layer = f", **{number(ratio ** (1 / depth))}** per layer" if depth > 1 else ""
    return (
        f"On its way back through {counted(depth, 'layer')} the gradient's norm is multiplied by "
        f"**{number(ratio, 3)}**{per_layer}: it {FATES[verdict(ratio)]}. {_of_weights(signals)} "
        f"{_float32(signals)}"
    ).strip()


def _of_weights(signals: Signals) -> str:
    """The gradient of the first weight matrix over that of the last, where there are two."""
    first, last = signals.weight_gradients[[0, -1]]
    if last == 0:
        return "No weight has a gradient."
    if len(signals.weight_gradients) == 1:
        return ""
    return (
        f"The first weight matrix's gradient is {number(first / last, 3)} times the last one's: it "
        "also has the size of the activations in it."
    )


FATES = {
    VANISHES: "**vanishes**",
    KEEPS: "**keeps its size**, within a factor of 100",
    EXPLODES: "**explodes**",
}


def _float32(signals: Signals) -> str:
    """Where a run in float32 would overflow, or lose the gradient."""
    depth, said = len(signals.weight_gradients), []
    large = overflow_layer(signals.activations)
    if large is not None:
        said.append(f"In float32 the activations overflow at layer {large}.")
    back = overflow_layer(signals.gradients[::-1])
    if back is not None:
        said.append(f"In float32 the gradient overflows on its way back at layer {depth - back}.")
    small = underflow_layer(signals.gradients[::-1])
    if small is not None and signals.ratio != 0:
        said.append(f"In float32 the gradient is 0 from layer {depth - small} down.")
    return " ".join(said)


def depth_table(signals: Signals) -> pd.DataFrame:
    """A row per layer: mean and sd of its activations, shares, and how large its gradients are."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        flat = signals.activations[1:].reshape(len(signals.weight_gradients), -1)
        mean, sd = flat.mean(axis=1), flat.std(axis=1)
        gradient = np.log10(signals.gradient_norms[1:])
        of_weights = np.log10(signals.weight_gradients)
    return pd.DataFrame(
        {
            "layer": np.arange(1, len(flat) + 1),
            "mean": mean,
            "sd": sd,
            "saturated": signals.saturated,
            "silent": signals.silent,
            "dead units": signals.dead,
            "log₁₀ of the gradient at the output": gradient,
            "log₁₀ of the gradient of W": of_weights,
        }
    )


def depth_alt(signals: Signals, view: str) -> str:
    """What the picture of this view shows."""
    depth = len(signals.weight_gradients)
    if view == "shares":
        return (
            f"Shares by layer. Mean over {counted(depth, 'layer')}: saturated "
            f"{signals.saturated.mean():.0%}, silent {signals.silent.mean():.0%}, dead units "
            f"{signals.dead.mean():.0%}."
        )
    what = {
        "layers": "Bands of the activations by layer, and sizes of gradients on a log axis.",
        "units": "Heat map of the gradient's size at every unit of every layer.",
    }[view]
    return f"{what} {describe_depth(signals).replace('*', '')}"


def entry_names(network: Network, theta: Array) -> list[str]:
    """The name of every entry of theta, as W1[2, 3] or b1[3], counted from 1."""
    return [
        f"{name}[{', '.join(str(i + 1) for i in place)}]"
        for name, values in network.unpack(theta).items()
        for place in np.ndindex(*values.shape)
    ]
