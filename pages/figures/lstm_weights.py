"""The weight gradient of the LSTM by hand as one product over its steps, and any entry of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.by_hand.lstm_example import GATES
from engine.types import Array
from pages.figures.backprop_steps import result, tex
from pages.figures.base import Figure, Look, axis, layout, number, typed
from pages.figures.latex_lines import joined
from pages.figures.matrix_product import Axes, product_alt, product_figure

GATE_NAMES = dict(zip(GATES, ("forget f", "update u", "candidate c", "output o"), strict=True))
INPUTS = ("x[1]", "x[2]", "a prev")  # of a row of XA: the step's input, and the output before
COLUMNS = ("x[1]", "x[2]", "a, from the step before")
KINDS = {"weights": "Weights W", "biases": "Biases b"}
COUNTED_NAMES = {"both": "Both, stacked", "first": "Step 1 alone", "second": "Step 2 alone"}
COUNTED = {"both": (0, 1), "first": (0,), "second": (1,)}  # columns of DZ that a choice keeps
SUM, MEAN, LAST = "dW of step 1 + dW of step 2", "The mean of the two", "dW of step 2, the last"
PATTERNS = ("/", "x", "")  # step 1, step 2, their sum


@dataclass(frozen=True, eq=False)
class Stacked:
    """Factors DZ (4, 2) and XA (2, 3), what the gradient is by, the steps counted in it, and the
    entry (gate, input) that is followed."""

    DZ: Array
    XA: Array
    kind: str = "weights"
    counted: str = "both"
    gate: int = 0
    source: int = 0

    @property
    def inputs(self) -> Array:
        """The right factor over both steps: XA, or a column of ones for the biases."""
        return self.XA if self.kind == "weights" else np.ones((len(self.XA), 1))

    @property
    def place(self) -> tuple[int, int]:
        return self.gate, self.source if self.kind == "weights" else 0

    @property
    def factors(self) -> tuple[Array, Array]:
        """Both factors with the counted steps alone."""
        kept = list(COUNTED[self.counted])
        return self.DZ[:, kept], self.inputs[kept]

    @property
    def terms(self) -> Array:
        """What each of the two steps adds to the entry."""
        row, column = self.place
        return np.asarray(self.DZ[row] * self.inputs[:, column])

    @property
    def names(self) -> tuple[str, str, str]:
        """Of left, right and product, with shapes."""
        left, right = self.factors
        whole = "" if self.counted == "both" else f" of step {COUNTED[self.counted][0] + 1}"
        above, made = ("XA", "dW") if self.kind == "weights" else ("ones", "db")
        rows, steps, columns = len(left), len(right), right.shape[1]
        return (
            f"DZ ({rows} × {steps})",
            f"{above} ({steps} × {columns})",
            f"{made}{whole} ({rows} × {columns})",
        )

    @property
    def axes(self) -> Axes:
        steps = [f"step {t + 1}" for t in COUNTED[self.counted]]
        return GATES, steps, INPUTS if self.kind == "weights" else ("b",)

    @property
    def entry(self) -> str:
        """Name of the entry that is followed."""
        row, column = self.gate, self.source if self.kind == "weights" else len(INPUTS)
        return f"d{parameter_names()[4 * row + column]}"


def stacked_figure(stacked: Stacked, look: Look, *, revealed: bool = True) -> Figure:
    """Falk's scheme: DZ left, the inputs of the steps above, the gradient where they meet."""
    return product_figure(
        *stacked.factors, stacked.place, stacked.names, look, stacked.axes, revealed=revealed
    )


def stacked_alt(stacked: Stacked, *, revealed: bool = True) -> str:
    return product_alt(
        *stacked.factors, stacked.place, stacked.names, stacked.axes, revealed=revealed
    )


def entry_figure(stacked: Stacked, look: Look, *, revealed: bool = True) -> Figure:
    """The entry's two terms and their sum as bars; the sum only once revealed."""
    values = [*stacked.terms, stacked.terms.sum()][: 3 if revealed else 2]
    names = ["step 1", "step 2", "sum"][: len(values)]
    reach = float(np.abs(values).max()) or 1.0
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": typed(np.array(values)),
        "y": names,
        "text": [number(v) for v in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": list(look.lines[: len(values)]),
            "pattern": {"shape": list(PATTERNS[: len(values)])},
        },
        "hoverinfo": "skip",
    }
    return Figure(
        [bars],
        layout(
            look,
            240,
            margin={"l": 8, "r": 12, "t": 12, "b": 8},
            xaxis=axis(
                look, f"share in {stacked.entry}", range=[-1.7 * reach, 1.7 * reach], nticks=5
            ),
            yaxis=axis(look, "", autorange="reversed", showgrid=False),
        ),
    )


def entry_alt(stacked: Stacked, *, revealed: bool = True) -> str:
    first, second = (number(v) for v in stacked.terms)
    whole = f", the sum {number(float(stacked.terms.sum()))}" if revealed else ""
    return f"Bars of {stacked.entry}: step 1 adds {first}, step 2 adds {second}{whole}."


def entry_lines(stacked: Stacked) -> list[tuple[str, str]]:
    """The entry written out: symbols, and the same with its numbers; for `worked`."""
    row, column = stacked.place
    gate, steps = GATES[row], COUNTED[stacked.counted]
    sources = [_source(stacked, column, t) for t in steps]
    terms = [rf"du_{{{gate},{t + 1}}}\,{source}" for t, source in zip(steps, sources, strict=True)]
    numbers = [rf"{tex(stacked.DZ[row, t])}\cdot {tex(stacked.inputs[t, column])}" for t in steps]
    total = float(stacked.terms[list(steps)].sum())
    symbol = rf"\frac{{\partial E}}{{\partial {stacked.entry.replace('d', '', 1)}}}"
    if stacked.counted != "both":
        symbol = rf"\left.{symbol}\right|_{{\text{{step {steps[0] + 1}}}}}"
    return [
        (
            f"{symbol} = {' + '.join(terms)}",
            rf"{joined(numbers, '+')} \\ & = {result(total)}",
        )
    ]


def _source(stacked: Stacked, column: int, t: int) -> str:
    """What the entry's weight multiplies at step t, counted from 0, in LaTeX."""
    if stacked.kind == "biases":
        return r"\cdot 1"
    return f"a_{t}" if column == len(INPUTS) - 1 else f"x_{t + 1}[{column + 1}]"


def describe_stacked(stacked: Stacked) -> str:
    """What each step adds to the entry that is followed, and what leaving one out would cost."""
    first, second = (float(v) for v in stacked.terms)
    total = first + second
    if stacked.counted != "both":
        t = COUNTED[stacked.counted][0]
        return (
            f"Step {t + 1} alone gives **{stacked.entry} = {number((first, second)[t])}**; the "
            f"gradient of the total error is **{number(total)}**, for step {2 - t} adds "
            f"{number((first, second)[1 - t])} through the same parameter."
        )
    text = (
        f"**{stacked.entry} = {number(total)}**: step 1 adds **{number(first)}** and step 2 "
        f"**{number(second)}**, for both use the same parameter. "
    )
    signs = np.sign([first, second])
    if not signs.all():
        return text + ("One of them is 0." if signs.any() else "Both are 0.")
    return (
        text + f"The two pull {'in opposite directions' if signs.sum() == 0 else 'the same way'}."
    )


def matrix_tex(stacked: Stacked) -> list[str]:
    """What each step adds, an outer product, and their sum, as LaTeX matrices."""
    inputs = stacked.inputs
    parts = [np.outer(du, row) for du, row in zip(stacked.DZ.T, inputs, strict=True)]
    symbol = "dW" if stacked.kind == "weights" else "db"
    named = [(f"{symbol}_{{\\text{{step {t + 1}}}}}", part) for t, part in enumerate(parts)]
    return [
        rf"\small \begin{{aligned}} & {name} = \\ & {_matrix(part)} \end{{aligned}}"
        for name, part in [*named, (symbol, sum(parts))]
    ]


def _matrix(values: Array) -> str:
    rows = r" \\ ".join(" & ".join(result(float(v)) for v in row) for row in values)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def nearest(stacked: Stacked, numeric: Array) -> str:
    """Which of sum, mean and last step is closest to the numeric gradient (4, 3) by W."""
    parts = [np.outer(du, xa) for du, xa in zip(stacked.DZ.T, stacked.XA, strict=True)]
    total = parts[0] + parts[1]
    gaps: Mapping[str, float] = {
        name: float(np.abs(candidate - numeric).max())
        for name, candidate in ((SUM, total), (MEAN, total / 2), (LAST, parts[1]))
    }
    return min(gaps, key=gaps.__getitem__)


def gradient_table(stacked: Stacked) -> pd.DataFrame:
    """Every weight and bias: what step 1 and step 2 add to its gradient, and the sum."""
    inputs = np.column_stack([stacked.XA, np.ones(len(stacked.XA))])
    terms = stacked.DZ[:, :, None] * inputs  # (4, 2, 4)
    rows = terms.transpose(0, 2, 1).reshape(-1, 2)
    return pd.DataFrame(
        {
            "parameter": parameter_names(),
            "step 1": rows[:, 0],
            "step 2": rows[:, 1],
            "gradient": rows.sum(axis=1),
        }
    )


def parameter_names() -> list[str]:
    """The 16 parameters in the order of [W | b], row after row."""
    columns = [*(f"W_{{}}[{j + 1}]" for j in range(len(INPUTS))), "b_{}"]
    return [column.format(gate) for gate in GATES for column in columns]
