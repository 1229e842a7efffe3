"""A deep network layer by layer in words and as a table: what becomes of its gradient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.diagnostics import Signals, overflow_layer, underflow_layer
from pages.figures.base import counted, number

VANISHES, KEEPS, EXPLODES = "Vanishes", "Keeps its size", "Explodes"
BORDER = 100.0  # a gradient that changes by less over the whole depth still trains every layer


def verdict(ratio: float) -> str:
    """What the gradient does from the last layer to the first; a ratio that is nan explodes."""
    if ratio < 1 / BORDER:
        return VANISHES
    return KEEPS if ratio <= BORDER else EXPLODES


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
