"""The layers of a run: how large their gradients are, and which units are dead or saturated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.playground.look import SATURATED, LayerLook
from engine.types import Array
from pages.figures.base import SUPERSCRIPTS, Figure, Look, Spec, axis, layout, number

ROW = 46  # pixels
MARGIN = {"l": 68, "r": 12, "t": 40, "b": 48}  # fixed, since measuring texts takes the longest
ROOM = 0.7  # times the longest bar: its number stands there
BARS: Spec = {
    "type": "bar",
    "orientation": "h",
    "textposition": "outside",
    "textangle": 0,
    "constraintext": "none",
    "cliponaxis": False,
}
Looks = Sequence[LayerLook]


def norms(looks: Looks) -> Array:
    """Norm (layers,) of the gradient by each weight matrix."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.array([layer.gradient_norm for layer in looks])


def layers_figure(looks: Looks, look: Look) -> Figure:
    """A row per layer: its gradient's norm on a log axis, and beside it the shares of dead units
    and of saturated outputs."""
    sizes = norms(looks)
    has_hidden = len(looks) > 1
    traces = [_norm_bars(sizes, look)]
    if has_hidden:
        traces += _share_bars(looks[:-1], look)
    return Figure(
        traces,
        layout(
            look,
            90 + ROW * len(looks),
            margin=MARGIN,
            xaxis=_norm_axis(sizes, [0, 0.5 if has_hidden else 1], look),
            xaxis2=axis(
                look,
                "share",
                domain=[0.58, 1],
                range=[0, 1.4],
                tickvals=[0, 0.5, 1],
                tickformat=".0%",
                visible=has_hidden,
                fixedrange=True,
                automargin=False,
            ),
            yaxis=axis(
                look,
                "",
                tickvals=list(range(len(looks))),
                ticktext=[layer.name for layer in looks],
                range=[len(looks) - 0.5, -0.5],
                showgrid=False,
                zeroline=False,
                fixedrange=True,
                automargin=False,
            ),
            legend=layout(look)["legend"] | {"traceorder": "normal"},
            hovermode=False,
            barmode="group",
            bargap=0.25,
            uirevision="layers",
        ),
    )


def _norm_axis(sizes: Array, domain: list[float], look: Look) -> Spec:
    """From where the bars begin to the longest, and room for its number."""
    low = float(np.log10(_floor(sizes)))
    drawn = sizes[_is_drawn(sizes)]
    high = float(np.log10(drawn.max())) if drawn.size else low + 1
    powers = range(round(low), int(np.floor(high)) + 1, max(1, int(np.ceil((high - low) / 2.5))))
    return axis(
        look,
        "gradient norm (log)",
        type="log",
        tickvals=[float(f"1e{power}") for power in powers],
        ticktext=[f"10{str(power).translate(SUPERSCRIPTS)}" for power in powers],
        domain=domain,
        range=[low, high + ROOM * (high - low)],
        fixedrange=True,
        automargin=False,
    )


def _is_drawn(sizes: Array) -> Array:
    return (sizes > 0) & np.isfinite(sizes)


def _floor(sizes: Array) -> float:
    """Where bars on the log axis begin: a power of ten below the smallest."""
    drawn = sizes[_is_drawn(sizes)]
    return float(10.0 ** (np.floor(np.log10(drawn.min())) - 1)) if drawn.size else 0.01


def _norm_bars(sizes: Array, look: Look) -> Spec:
    lengths = np.where(_is_drawn(sizes), sizes, _floor(sizes))
    return {
        **BARS,
        "name": "gradient norm",
        "x": [float(f"{length:.5g}") for length in lengths],  # float32 ends at 10^-45
        "y": list(range(len(sizes))),
        "text": [number(size, 2) for size in sizes],
        "width": 0.6,
        "marker": {"color": look.lines[0]},
        "showlegend": False,
    }


def _share_bars(hidden: Looks, look: Look) -> list[Spec]:
    """Dead units and saturated outputs; one is hatched, since color alone must not tell."""
    hatched = {"shape": "/", "fgcolor": look.lines[1], "bgcolor": look.background, "size": 5}
    outline = {"color": look.lines[1], "width": 1}
    kinds = {
        "dead units": (
            [layer.dead for layer in hidden],
            look.lines[1],
            {"pattern": hatched, "line": outline},
        ),
        "saturated": ([layer.saturated for layer in hidden], look.lines[2], {}),
    }
    return [
        {
            **BARS,
            "name": name,
            "x": shares,
            "y": list(range(len(hidden))),
            "xaxis": "x2",
            "text": [f"{share:.0%}" for share in shares],
            "marker": {"color": color, **more},
        }
        for name, (shares, color, more) in kinds.items()
    ]


def layers_table(looks: Looks) -> pd.DataFrame:
    """A row per layer: gradient, shares, and the mean and sd of weights and activations."""
    columns = {
        "layer": [layer.name for layer in looks],
        "gradient norm": norms(looks),
        "dead units": [layer.dead for layer in looks],
        f"saturated (slope < {SATURATED:g})": [layer.saturated for layer in looks],
    }
    for name in ("weights", "activations"):
        values = [getattr(layer, name) for layer in looks]
        with np.errstate(over="ignore", invalid="ignore"):
            columns[f"{name} mean"] = [float(v.mean()) for v in values]
            columns[f"{name} sd"] = [float(v.std()) for v in values]
    return pd.DataFrame(columns)
