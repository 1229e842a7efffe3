"""A gate over its pre-activation, and the gradients of the error along it."""

from __future__ import annotations

import numpy as np

from engine.by_hand.lstm_example import GATES
from engine.by_hand.notations import GateCurve
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, line, number, typed
from pages.figures.gate_look import PARTS
from pages.figures.notation import LOOKS, SYMBOLS, Place, slope_text

SATURATED = 0.01  # a slope below this lets hardly anything through


def span(u: float) -> Array:
    """The pre-activations (49,) to draw for a gate that stands at u: around 0 where u is near."""
    low, high = (min(-6.0, u - 4.5), max(6.0, u + 4.5)) if abs(u) < 10 else (u - 6, u + 6)
    return np.linspace(low, high, 49)


def curve_figure(
    curve: GateCurve, now: GateCurve, start: float, notation: str, place: Place, look: Look
) -> Figure:
    """The gate above with its tangent where it stands, both gradients below on the same axis.

    `now` is the curve at the point alone; a dotted line stands where the example has it, `start`.
    """
    at, symbol = float(now.u[0]), SYMBOLS[GATES[place[1]]]
    part = PARTS[LOOKS[GATES[place[1]]]]
    low, high = float(curve.u[0]), float(curve.u[-1])
    chosen = curve.numeric_by_u if notation == "u" else curve.numeric_by_value
    gradients = [
        line("by the value", curve.u, curve.by_value, look, 0),
        line("by the pre-activation", curve.u, curve.by_u, look, 1),
        _marks(curve.u[:: curve.every], chosen, look),
        _point(at, float(now.by_value[0]), "circle", look, 0),
        _point(at, float(now.by_u[0]), "diamond", look, 1),
    ]
    return Figure(
        [
            _gate(curve, place, look),
            _tangent(now, low, high, place, look),
            _point(at, float(now.values[0]), "square", look, part.color),
            *(trace | {"yaxis": "y2"} for trace in gradients),
        ],
        layout(
            look,
            500,
            xaxis=axis(look, f"pre-activation u of {symbol}", range=[low, high], anchor="y2"),
            yaxis=axis(
                look,
                f"value of {symbol}",
                domain=[0.6, 1],
                range=[-1.1 if part is PARTS["g"] else -0.1, 1.1],
            ),
            yaxis2=axis(look, "gradient of the error", domain=[0, 0.52]),
            shapes=_standing(at, start, look),
            hovermode="closest",
        ),
    )


def mistake_figure(
    curve: GateCurve, now: GateCurve, start: float, place: Place, look: Look
) -> Figure:
    """The gradient by the pre-activation with a mistake and as it is right, with differences."""
    at, symbol = float(now.u[0]), SYMBOLS[GATES[place[1]]]
    return Figure(
        [
            line("with the mistake", curve.u, curve.wrong, look, 1),
            line("right", curve.u, curve.by_u, look, 0),
            _marks(curve.u[:: curve.every], curve.numeric_by_u, look),
            _point(at, float(now.wrong[0]), "diamond", look, 1),
            _point(at, float(now.by_u[0]), "circle", look, 0),
        ],
        layout(
            look,
            320,
            xaxis=axis(
                look,
                f"pre-activation u of {symbol}, step {place[0] + 1}",
                range=[float(curve.u[0]), float(curve.u[-1])],
            ),
            yaxis=axis(look, f"gradient d{symbol}"),
            shapes=_standing(at, start, look),
            hovermode="closest",
        ),
    )


def _gate(curve: GateCurve, place: Place, look: Look) -> Spec:
    gate = GATES[place[1]]
    part = PARTS[LOOKS[gate]]
    trace = line(f"{SYMBOLS[gate]} over u", curve.u, curve.values, look, part.color)
    return trace | {"line": {"color": part.tint(look), "dash": part.dash, "width": 2.5}}


def _point(x: float, y: float, symbol: str, look: Look, k: int) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {
            "symbol": symbol,
            "size": 12,
            "color": look.lines[k],
            "line": {"color": look.background, "width": 2},
        },
        "showlegend": False,
        "hovertemplate": "u = %{x:.3g}: %{y:.4g}<extra></extra>",
    }


def _marks(x: Array, y: Array, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "central difference",
        "x": typed(x),
        "y": typed(y),
        "marker": {"symbol": "circle-open", "size": 8, "color": look.text, "line": {"width": 1.5}},
        "hovertemplate": "u = %{x:.3g}: %{y:.4g}<extra></extra>",
    }


def _tangent(now: GateCurve, low: float, high: float, place: Place, look: Look) -> Spec:
    """The tangent at the point, as wide as a quarter of the picture."""
    at, half = float(now.u[0]), (high - low) / 8
    ends = np.array([at - half, at + half])
    value = float(now.values[0])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"slope {slope_text(place)}",
        "x": typed(ends),
        "y": typed(value + float(now.slopes[0]) * (ends - at)),
        "line": {"color": look.text, "width": 2},
        "hoverinfo": "skip",
    }


def _standing(at: float, start: float, look: Look) -> list[Spec]:
    """A line where the point is, and a dotted one where the example has it."""
    dashes = {at: "solid"} if at == start else {at: "solid", start: "dot"}
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": x,
            "x1": x,
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"color": look.lines[7], "width": 1.2, "dash": dash},
        }
        for x, dash in dashes.items()
    ]


def describe_curve(now: GateCurve, moved: float, place: Place) -> str:
    """The point: value, slope, both gradients, and where the slope lets nothing through."""
    symbol = SYMBOLS[GATES[place[1]]]
    value, by_value, by_u = (float(a[0]) for a in (now.values, now.by_value, now.by_u))
    slope = float(now.slopes[0])
    lead = f"Moved by {number(moved, 2)} to" if moved else "At"
    kind = "candidate" if GATES[place[1]] == "c" else "gate"
    closed = (
        f" The {kind} is saturated: its value still matters, but u hardly moves it."
        if slope < SATURATED and abs(by_value) > 1e-12
        else ""
    )
    return (
        f"{lead} u = {number(float(now.u[0]), 3)}, {symbol} is {number(value)} with the slope "
        f"**{number(slope)}**; by the value the gradient is {number(by_value)}, by u "
        f"**{number(by_u)}**, and the central difference by u {number(float(now.numeric_by_u[0]))}."
        f"{closed}"
    )


def curve_alt(now: GateCurve, moved: float, place: Place) -> str:
    """The curves in words."""
    symbol = SYMBOLS[GATES[place[1]]]
    return (
        f"{symbol} over its pre-activation with the tangent, below it the gradient of the error by "
        f"the value and by u. {describe_curve(now, moved, place).replace('*', '')}"
    )


def describe_mistake(curve: GateCurve, now: GateCurve, place: Place) -> str:
    """The point on both curves, and how far they part over the whole range."""
    name = f"d{SYMBOLS[GATES[place[1]]]} of step {place[0] + 1}"
    apart = float(np.abs(curve.wrong - curve.by_u).max())
    lead = (
        f"At u = {number(float(now.u[0]), 3)} the right {name} is **{number(float(now.by_u[0]))}**"
    )
    numeric = f"the central difference {number(float(now.numeric_by_u[0]))}"
    if apart == 0:
        return f"{lead}, {numeric}, and the mistake leaves it right everywhere."
    return (
        f"{lead}, {numeric}, and with the mistake it is **{number(float(now.wrong[0]))}**. Over "
        f"this range the two are apart by up to {number(apart, 3)}."
    )


def mistake_alt(curve: GateCurve, now: GateCurve, place: Place) -> str:
    """Both curves in words."""
    return (
        "The gradient by a pre-activation along it, with the mistake and right, and central "
        f"differences. {describe_mistake(curve, now, place).replace('*', '')}"
    )
