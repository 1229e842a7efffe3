"""One neuron: how its weighted sum comes about, and what bias and activation do to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.activations import Elementwise
from engine.types import Array
from pages.figures.base import Figure, Look, axis, layout, line, number

REACH = 5.0


@dataclass(frozen=True)
class Neuron:
    """y = f(w . x + b) with inputs x (d,), weights w (d,) and bias b."""

    x: Array
    w: Array
    b: float
    rule: Elementwise

    @property
    def z(self) -> float:
        return float(self.w @ self.x + self.b)

    @property
    def y(self) -> float:
        return float(self.rule.f(self.z))

    def along_first(self, x1: Array, b: float) -> Array:
        """Output as the first input runs over x1 (n,), at bias b, shape (n,)."""
        return self.rule.f(self.w[0] * x1 + self.w[1:] @ self.x[1:] + b)


def waterfall_figure(neuron: Neuron, look: Look) -> Figure:
    """Each product and the bias as a step up or down, and the sum that they reach."""
    terms = [*(neuron.w * neuron.x), neuron.b]
    names = [*(f"w{_sub(i)}x{_sub(i)}" for i in range(1, len(neuron.x) + 1)), "b", "z"]
    return Figure(
        [
            {
                "type": "waterfall",
                "x": names,
                "y": [*map(float, terms), 0.0],
                "measure": ["relative"] * len(terms) + ["total"],
                "text": [number(_tidy(t), 3) for t in [*terms, neuron.z]],
                "textposition": "outside",
                "cliponaxis": False,
                "increasing": {"marker": {"color": look.lines[0]}},
                "decreasing": {"marker": {"color": look.lines[1]}},
                "totals": {"marker": {"color": look.lines[7]}},
                "connector": {"line": {"color": look.text, "width": 1, "dash": "dot"}},
                "hoverinfo": "skip",
            }
        ],
        layout(
            look,
            360,
            xaxis=axis(look, "terms of the weighted sum"),
            yaxis=axis(look, "running sum", range=_room(terms)),
            showlegend=False,
        ),
    )


def _room(terms: list[float]) -> list[float]:
    """Range of the running sum, with space for the numbers at the bars' ends."""
    running = np.cumsum([0.0, *terms])
    low, high = running.min(), running.max()
    margin = 0.2 * max(high - low, 1.0)
    return [float(low - margin), float(high + margin)]


def _tidy(z: float) -> float:
    """A sum of tenths without its rounding noise, so that 0 shows as 0."""
    return round(float(z), 12)


def _sub(i: int) -> str:
    return "₀₁₂₃₄₅₆₇₈₉"[i]


def response_figure(neuron: Neuron, look: Look, *, without_bias: bool = True) -> Figure:
    """Output against the first input, with the bias and without it, and where the neuron stands."""
    x1 = np.linspace(-REACH, REACH, 241)
    name = neuron.rule.name
    return Figure(
        [
            line(f"{name} with b", x1, neuron.along_first(x1, neuron.b), look, 0),
            *([line("without b", x1, neuron.along_first(x1, 0.0), look, 1)] * without_bias),
            {
                "type": "scatter",
                "mode": "markers",
                "name": "now",
                "x": [float(neuron.x[0])],
                "y": [neuron.y],
                "marker": {
                    "size": 12,
                    "color": look.text,
                    "line": {"color": look.background, "width": 2},
                },
                "hovertemplate": "x₁ = %{x:.3g}, y = %{y:.4g}<extra></extra>",
            },
        ],
        layout(look, 360, xaxis=axis(look, "x₁"), yaxis=axis(look, "output y")),
    )


def describe_neuron(neuron: Neuron) -> str:
    """What the sum, the bias and the activation do here, with the numbers of the state."""
    sentence = (
        f"The sum is **z = {number(_tidy(neuron.z))}** and {neuron.rule.name} turns it into "
        f"**y = {number(float(neuron.rule.f(_tidy(neuron.z))))}**. "
    )
    if neuron.w[0] == 0:
        return sentence + "With w₁ = 0 the output does not react to x₁ at all."
    shift = -neuron.b / neuron.w[0]
    if shift == 0:
        return sentence + "With b = 0 both curves are the same."
    side = "right" if shift > 0 else "left"
    return sentence + (
        f"The bias moves the curve by {number(abs(shift), 3)} to the {side} along x₁; "
        f"without it y would be {number(float(neuron.rule.f(neuron.z - neuron.b)))}."
    )


def neuron_table(neuron: Neuron) -> pd.DataFrame:
    """The terms of the sum, the sum and the output, a row each."""
    rows = [(f"w{_sub(i)}x{_sub(i)}", v) for i, v in enumerate(neuron.w * neuron.x, 1)]
    rows += [("b", neuron.b), ("z", _tidy(neuron.z)), ("y", neuron.y)]
    return pd.DataFrame(rows, columns=["term", "value"])


def waterfall_alt(neuron: Neuron) -> str:
    terms = ", ".join(
        f"{row.term} = {number(row.value, 3)}" for row in neuron_table(neuron).itertuples()
    )
    return f"Bars that add up to the weighted sum: {terms}."


def response_alt(neuron: Neuron, *, without_bias: bool = True) -> str:
    curves = "with and without" if without_bias else "with"
    return (
        f"Output of the neuron against x₁ with {neuron.rule.name}, {curves} the bias "
        f"{number(neuron.b, 3)}; now at x₁ = {number(float(neuron.x[0]), 3)}, "
        f"y = {number(neuron.y)}."
    )
