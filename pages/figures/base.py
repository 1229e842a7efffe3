"""What every figure shares: how it looks, how arrays travel, and a figure that skips validation.

`st.plotly_chart` takes any BaseFigure and calls its `to_dict`. Building and validating a
`go.Figure` costs twenty times as much, so pages send a finished spec and the tests validate it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from plotly.basedatatypes import BaseFigure

from engine.types import Array

Spec = dict[str, Any]

FONT = '"Source Sans", sans-serif'  # the page's own

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 2px", "2px 4px")
MARKERS = (
    "circle",
    "diamond",
    "square",
    "triangle-up",
    "cross",
    "x",
    "pentagon",
    "triangle-down",
)


@dataclass(frozen=True)
class Look:
    """Colors of the theme that a figure is drawn on; `lines` are the categorical colors."""

    dark: bool
    text: str
    background: str
    grid: str
    lines: tuple[str, ...]

    @property
    def low_is_calm(self) -> list[list[float | str]]:
        """Sequential scale for losses: soft in light, receding in dark, so that paths lead."""
        ends = ("#14202C", "#2F4A63") if self.dark else ("#F3F7FB", "#A9C1DB")
        return [[0.0, ends[0]], [1.0, ends[1]]]

    @property
    def diverging(self) -> list[list[float | str]]:
        """Scale for signed values, pale enough to write on: negative, zero, positive."""
        ends = ("#8A4B1F", "#1F5A8A") if self.dark else ("#F2B58C", "#8FC1E3")
        return [[0.0, ends[0]], [0.5, self.background], [1.0, ends[1]]]


class Figure(BaseFigure):
    """A finished Plotly spec; `to_dict` is all that Streamlit asks of it."""

    def __init__(self, data: Sequence[Spec], layout: Spec, frames: Sequence[Spec] = ()) -> None:
        spec = {"data": list(data), "layout": layout}
        if frames:
            spec["frames"] = list(frames)
        object.__setattr__(self, "_spec", spec)

    def to_dict(self) -> Spec:
        spec: Spec = object.__getattribute__(self, "_spec")
        return spec

    def frame_only(self) -> Figure:
        """The same axes without data, for a picture whose result is still to be guessed."""
        return Figure([], self.to_dict()["layout"])

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"Figure({len(self.to_dict()['data'])} traces)"


def typed(values: Array) -> Spec:
    """A typed-array spec of the values in float32, half the bytes of float64 and plenty to see.

    What float32 cannot hold becomes infinite, which Plotly leaves out.
    """
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(values, dtype=np.float32)
    spec: Spec = {"dtype": "f4", "bdata": base64.b64encode(array).decode("ascii")}
    if array.ndim > 1:
        spec["shape"] = ", ".join(map(str, array.shape))
    return spec


def line(name: str, x: Array, y: Array, look: Look, index: int, **more: Any) -> Spec:
    """A line trace in color and dash number `index`, which stay with a name wherever it appears."""
    k = index % len(look.lines)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(x),
        "y": typed(y),
        "line": {"color": look.lines[k], "dash": DASHES[k % len(DASHES)], "width": 2.5},
        **more,
    }


def ranges(share: Array, low: Array, high: Array, look: Look, **more: Any) -> Spec:
    """Error bars (n,) from low to high around a share, in the first color of lines."""
    ends = {"array": typed(high - share), "arrayminus": typed(share - low)}
    bars = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 5}
    return bars | ends | {"color": look.lines[0]} | more


def cells(values: Array, texts: Sequence[Sequence[str]], look: Look, reach: float) -> Spec:
    """A table of numbers (n, m) as a heat map, rows and columns counted from 1, each cell with its
    text; colors run from -reach to reach."""
    rows, columns = values.shape
    return {
        "type": "heatmap",
        "x": [str(1 + j) for j in range(columns)],
        "y": [str(1 + i) for i in range(rows)],
        "z": typed(values),
        "zmin": -reach,
        "zmax": reach,
        "colorscale": look.diverging,
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"color": look.text},
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "hoverinfo": "skip",
    }


def axis(look: Look, title: str, **more: Any) -> Spec:
    """An axis with its title in words, in the theme's colors."""
    return {
        "title": {"text": title, "standoff": 12},
        "gridcolor": look.grid,
        "zerolinecolor": look.grid,
        "linecolor": look.grid,
        "automargin": True,
        **more,
    }


def log_axis(look: Look, title: str, values: Array, **more: Any) -> Spec:
    """A log axis for these values with a label per power of ten, at most about eight of them."""
    drawn = values[np.isfinite(values) & (values > 0)]
    decades = float(np.log10(drawn.max()) - np.log10(drawn.min())) if drawn.size else 0.0
    step = {"dtick": max(1, int(np.ceil(decades / 8)))} if decades > 1 else {}
    return axis(look, title, type="log", exponentformat="power", **step, **more)


def layout(look: Look, height: int = 420, **more: Any) -> Spec:
    """The common layout: no title (the page has it), the legend above the picture."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 36, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": look.text, "size": 13, "family": FONT},
        "colorway": list(look.lines),
        "hoverlabel": {"bgcolor": look.background, "font": {"color": look.text}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": look.text, "activecolor": look.text},
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": look.text},
        },
        **more,
    }


def number(value: float, digits: int = 4) -> str:
    """The value in `digits` significant digits, as captions and tables write numbers."""
    if value == 0:
        return "0"
    if not np.isfinite(value):
        return "not finite"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if -4 <= int(exponent) < 6:
        whole = int(exponent) >= digits - 1
        return (f"{value:,.0f}" if whole else f"{value:.{digits}g}").replace("-", "−")
    power = str(int(exponent)).translate(SUPERSCRIPTS)
    return f"{float(mantissa):g}".replace("-", "−") + f" × 10{power}"


def counted(n: int, noun: str) -> str:
    """The number with its noun in the right number: 1 step, 2 steps."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """The names as a list in a sentence: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
