"""The words that LSTM questions share: the cell's equations, and tables of its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from quiz_bank.templates.latex import DIGITS, number
from quiz_bank.templates.lstm_cell import GATES, Gradients, Step, Unit, forward

SOURCE = "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000; handbook chapter 8"
CELL = r"""An LSTM cell with one unit has at each step the pre-activations
$z^q_t = w_q x_t + u_q h_{t-1} + b_q$ for $q = f, i, g, o$, and from them
$$
\begin{aligned}
f_t &= \sigma(z^f_t), \quad i_t = \sigma(z^i_t), \\
o_t &= \sigma(z^o_t), \quad g_t = \tanh(z^g_t), \\
C_t &= f_t\, C_{t-1} + i_t\, g_t, \\
h_t &= o_t \tanh(C_t).
\end{aligned}
$$"""
DELTA = r"In what follows, $\delta v$ is short for $\partial E / \partial v$."
STEP_BACK = r"""One step back, for $t = 3, 2, 1$:
$$
\begin{aligned}
\delta C_t &= \delta h_t\, o_t \left(1 - \tanh(C_t)^2\right) \\
&\quad + f_{t+1}\, \delta C_{t+1}, \\
\delta z^f_t &= \delta C_t\, C_{t-1}\, f_t (1 - f_t), \\
\delta z^i_t &= \delta C_t\, g_t\, i_t (1 - i_t), \\
\delta z^g_t &= \delta C_t\, i_t \left(1 - g_t^2\right), \\
\delta z^o_t &= \delta h_t \tanh(C_t)\, o_t (1 - o_t), \\
\delta h_{t-1} &\mathrel{+}= \textstyle\sum_q u_q\, \delta z^q_t.
\end{aligned}
$$"""


def table(head: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """A Markdown table of formulas: a row's name, then its cells; empty cells stay empty."""
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows.items())]
    lines = [[_cell(cell) for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PLAIN = re.compile(r"[-.\d]*")  # numbers take less room as text, so that tables fit on phones


def _cell(cell: str) -> str:
    return cell if PLAIN.fullmatch(cell) else f"${cell}$"


def numbers(values: ArrayLike, digits: int = DIGITS) -> list[str]:
    """The cells of a row of numbers (n,), with so many significant digits."""
    return [number(float(f"{value:.{digits}g}")) for value in np.asarray(values).tolist()]


def weights_table(unit: Unit, names: Sequence[str] = ("w", "u", "b")) -> str:
    """Weights and biases by gate."""
    return table(["", *GATES], {name: numbers(getattr(unit, name)) for name in names})


def values_table(steps: Sequence[Step], first: int = 1) -> str:
    """The values of the forward pass by step, from the step `first` on."""
    shown = steps[first - 1 :]
    names = {"x": "x_t", **{gate: f"{gate}_t" for gate in GATES}, "c": "C_t", "h": "h_t"}
    rows = {label: numbers([getattr(s, name) for s in shown]) for name, label in names.items()}
    return table(["t", *map(str, range(first, len(steps) + 1))], rows)


def gradients_table(found: Gradients) -> str:
    """The derivatives at every step of the way back."""
    rows = {r"\delta h_t": numbers(found.dh, 4), r"\delta C_t": numbers(found.dc, 4)}
    rows |= {
        rf"\delta z^{gate}_t": numbers(column, 4)
        for gate, column in zip(GATES, found.dz.T, strict=True)
    }
    return table(["t", *map(str, range(1, len(found.dh) + 1))], rows)


def forward_values(unit: Unit, asked: str, given: str, first: int = 1) -> str:
    """The prompt of a question that starts from the values of a forward pass over three steps,
    those from the step `first` on."""
    last = len(unit.y)
    start = f" from $h_0 = {number(unit.h0)}$ and $C_0 = {number(unit.c0)}$" if first == 1 else ""
    shown = f" from step {first} on" if first > 1 else ""
    losses = [f"(h_{t} - y_{t})^2" for t in range(1, last + 1) if not np.isnan(unit.y[t - 1])]
    targets = ", ".join(
        f"$y_{t} = {number(y)}$" for t, y in enumerate(unit.y, start=1) if not np.isnan(y)
    )
    return rf"""{CELL}

It has run for {last} steps{start}, with these values{shown}:

{values_table(forward(unit), first)}

{given}The loss is $E = \tfrac12 {_sum(losses)}$ with {targets}.

{asked}"""


def _sum(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else rf"\left({' + '.join(terms)}\right)"


def recurrent_weights(unit: Unit) -> str:
    """A table of the weights of the state before, to be given in a prompt."""
    return f"""The recurrent weights are

{weights_table(unit, ("u",))}

"""
