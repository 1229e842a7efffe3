"""How the weights, activations and gradients of a run's layers are spread: a histogram each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.playground.look import LayerLook
from engine.types import Array
from pages.figures.base import Figure, Look, axis, layout, number, typed
from pages.figures.playground_layers import Looks

OF = {"weights": "Weights", "activations": "Activations", "gradients": "Gradients"}
BINS = 30
LARGEST = 1e300  # what is larger or not a number is left out
TALL = 0.8  # of the row of a layer: its fullest bin

VALUES: dict[str, Callable[[LayerLook], Array]] = {
    "weights": lambda layer: layer.weights,
    "activations": lambda layer: layer.activations,
    "gradients": lambda layer: _powers(layer.weight_gradient),
}
"""For each of OF, the numbers of a layer as its picture shows them."""
TITLES = {
    "weights": "weight",
    "activations": "activation",
    "gradients": "log₁₀ of the gradient's size",
}


def _powers(values: Array) -> Array:
    """log10 of the sizes, those that are 0 left out: gradients lie powers of ten apart."""
    sizes = np.abs(values).ravel()
    return np.asarray(np.log10(sizes[sizes > 0]))


def spread_figure(looks: Looks, of: str, look: Look) -> Figure:
    """A histogram per layer, all on one axis, the first layer on top; `of` is a key of OF."""
    values = [_finite(VALUES[of](layer)) for layer in looks]
    low, high = _ends(values)
    found = [_counts(own, low, high) for own in values]
    rows = np.concatenate([np.full(np.count_nonzero(n), float(k)) for k, n in enumerate(found)])
    held = np.concatenate([n[n > 0] for n in found])
    heights = np.concatenate([TALL * n[n > 0] / max(n.max(), 1) for n in found])
    width = (high - low) / BINS
    bins = np.concatenate([np.flatnonzero(n) for n in found])
    return Figure(
        [
            {
                "type": "bar",
                "x": typed(low + width * (bins + 0.5)),
                "y": typed(-heights),  # rows count downward
                "base": typed(rows),
                "width": width,
                "customdata": typed(held),
                "marker": {"color": look.lines[0], "line": {"width": 0}},
                "hovertemplate": "%{customdata} near %{x:.3g}<extra></extra>",
                "showlegend": False,
            }
        ],
        layout(
            look,
            78 + 62 * len(looks),
            margin={"l": 84, "r": 12, "t": 30, "b": 46},
            xaxis=axis(look, TITLES[of], range=[low, high], fixedrange=True, automargin=False),
            yaxis=axis(
                look,
                "",
                tickvals=list(range(len(looks))),
                ticktext=[_row_name(of, layer) for layer in looks],
                ticklabelshift=16,  # beside the bars, not on their baseline
                range=[len(looks) - 0.9, -0.95],
                zeroline=False,
                fixedrange=True,
                automargin=False,
            ),
            bargap=0,
            barmode="overlay",
            hovermode="closest",
        ),
    )


def _finite(values: Array) -> Array:
    return values[np.abs(values) < LARGEST]


def _ends(values: Sequence[Array]) -> tuple[float, float]:
    """The smallest and the largest of all, somewhat apart."""
    held = [own for own in values if own.size]
    if not held:
        return -1.0, 1.0
    low, high = float(min(v.min() for v in held)), float(max(v.max() for v in held))
    room = max(0.02 * (high - low), 1e-3 * max(abs(low), abs(high)), 1e-9)
    return low - room, high + room


def _counts(values: Array, low: float, high: float) -> Array:
    """How many (BINS,) lie in each bin; np.histogram takes ten times as long."""
    places = ((values - low) * (BINS / (high - low))).astype(np.intp)
    return np.bincount(np.minimum(places, BINS - 1), minlength=BINS)


def _row_name(of: str, layer: LayerLook) -> str:
    """The layer, with the standard deviation of what is counted on the axis as it is."""
    if of == "gradients":
        return layer.name
    values = layer.weights if of == "weights" else layer.activations
    with np.errstate(over="ignore", invalid="ignore"):
        return f"{layer.name}<br>sd {number(float(values.std()), 2)}"
