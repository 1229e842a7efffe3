"""Mistakes in the backward pass of the LSTM by hand, many of them printed in the post.

Each exchanges one of the rules of `engine.by_hand.lstm_rules`. What it spoils, and which number
exposes it, is for central differences to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.by_hand.lstm import CANDIDATE, OUTPUT, UPDATE, Cell, Step, slopes, weight_gradient
from engine.by_hand.lstm_rules import Gradients, Rules
from engine.printed.recurrent import printed_candidate_gradient
from engine.types import Array


@dataclass(frozen=True)
class Mistake:
    """A wrong backward pass. `rule` is its LaTeX beside the right one; `errata` are its ids."""

    name: str
    errata: tuple[str, ...]
    rule: str
    right: str
    rules: Rules = field(default_factory=Rules)


def _only(values: Array, row: int, value: float) -> Array:
    """The values (4,) with one of them exchanged."""
    return np.where(np.arange(4) == row, value, values)


def _twice(row: int) -> Rules:
    """The slope of one gate or of the candidate counted twice."""
    return Rules(
        gates=lambda _, dvalue, s: _only(dvalue * slopes(s), row, dvalue[row] * slopes(s)[row] ** 2)
    )


def _no_brackets(dc: float, dvalue: Array, s: Cell) -> Array:
    printed = printed_candidate_gradient(*np.array([dc, s.gate_u, s.candidate]))
    return _only(dvalue * slopes(s), CANDIDATE, float(printed))


def _whole_rows(du: Array, W: Array) -> Array:
    """Every entry of a row counted, but for the output gate, whose last one the post picks."""
    return _only(du * W.sum(axis=1), OUTPUT, du[OUTPUT] * W[OUTPUT, -1])


def _sigmoid_slope(_: float, dvalue: Array, s: Cell) -> Array:
    slope = s.candidate * (1 - s.candidate)
    return _only(dvalue * slopes(s), CANDIDATE, dvalue[CANDIDATE] * slope)


def _value_times_input(gradients: Gradients, steps: Sequence[Step]) -> tuple[Array, Array]:
    dW, db = weight_gradient(gradients)
    dvalue = np.array([g.dvalue[UPDATE] for g in gradients])
    dW[UPDATE], db[UPDATE] = dvalue @ np.array([step.xa for step in steps]), dvalue.sum()
    return dW, db


MISTAKES: dict[str, Mistake] = {
    "none": Mistake("None", (), "", ""),
    "brackets": Mistake(
        "Missing brackets",
        ("B07",),
        r"d\tilde C_t = dC_t\,\Gamma_u \cdot 1 - \tilde C_t^2",
        r"d\tilde C_t = dC_t\,\Gamma_u\,(1 - \tilde C_t^2)",
        Rules(gates=_no_brackets),
    ),
    "output_path": Mistake(
        "Γo through the cell",
        ("B10",),
        r"\frac{\partial E}{\partial a_t} \frac{\partial a_t}{\partial C_t}"
        r" \frac{\partial C_t}{\partial \Gamma_o} \frac{\partial \Gamma_o}{\partial a_{t-1}} = 0",
        r"\frac{\partial E}{\partial a_t} \frac{\partial a_t}{\partial \Gamma_o}"
        r" \frac{\partial \Gamma_o}{\partial a_{t-1}} = d\Gamma_o\,W_{o,a}",
        Rules(rows=lambda du, W: _only(du * W[:, -1], OUTPUT, 0.0)),
    ),
    "whole_row": Mistake(
        "Whole weight rows",
        ("B11",),
        r"d\Gamma\,W \text{, all three entries added}",
        r"d\Gamma\,W_a \text{, the entry of } a \text{ alone}",
        Rules(rows=_whole_rows),
    ),
    "slope_o": Mistake(
        "Slope of Γo twice",
        ("B04",),
        r"\frac{\partial a_t}{\partial \Gamma_o} = \tanh(C_t)\,\Gamma_o(1 - \Gamma_o)"
        r" \Rightarrow d\Gamma_o = da_t \tanh(C_t)\,[\Gamma_o(1 - \Gamma_o)]^2",
        r"\frac{\partial a_t}{\partial \Gamma_o} = \tanh(C_t)"
        r" \Rightarrow d\Gamma_o = da_t \tanh(C_t)\,\Gamma_o(1 - \Gamma_o)",
        _twice(OUTPUT),
    ),
    "slope_u": Mistake(
        "Slope of Γu twice",
        ("B05",),
        r"\frac{\partial \Gamma_u}{\partial \Gamma_u} = \Gamma_u(1 - \Gamma_u)"
        r" \Rightarrow d\Gamma_u = dC_t\,\tilde C_t\,[\Gamma_u(1 - \Gamma_u)]^2",
        r"\frac{\partial \Gamma_u}{\partial \Gamma_u} = 1"
        r" \Rightarrow d\Gamma_u = dC_t\,\tilde C_t\,\Gamma_u(1 - \Gamma_u)",
        _twice(UPDATE),
    ),
    "slope_c": Mistake(
        "Slope of C̃ twice",
        ("B06",),
        r"\frac{\partial \tilde C_t}{\partial \tilde C_t} = 1 - \tilde C_t^2"
        r" \Rightarrow d\tilde C_t = dC_t\,\Gamma_u\,(1 - \tilde C_t^2)^2",
        r"\frac{\partial \tilde C_t}{\partial \tilde C_t} = 1"
        r" \Rightarrow d\tilde C_t = dC_t\,\Gamma_u\,(1 - \tilde C_t^2)",
        _twice(CANDIDATE),
    ),
    "input_only": Mistake(
        "No slope in ∂Γu/∂Wu",
        ("B16",),
        r"\frac{\partial \Gamma_u}{\partial W_u} = [x_t, a_{t-1}]",
        r"\frac{\partial \Gamma_u}{\partial W_u} = \Gamma_u(1 - \Gamma_u)\,[x_t, a_{t-1}]",
        Rules(weights=_value_times_input),
    ),
    "averaged": Mistake(
        "Averaged errors",
        ("B01",),
        r"da_t = \tfrac{1}{2}(a_t - y_t) + \cdots",
        r"da_t = (a_t - y_t) + \cdots",
        Rules(error=lambda step, count: (step.cell.a - step.y) / count),
    ),
    "flat_square": Mistake(
        "tanh² C as tanh 2C",
        ("B27",),
        r"dC_t = da_t\,\Gamma_o\,(1 - \tanh(2\,C_t)) + \cdots",
        r"dC_t = da_t\,\Gamma_o\,(1 - \tanh^2 C_t) + \cdots",
        Rules(state=lambda da, s: da * s.gate_o * (1 - float(np.tanh(2 * s.c)))),
    ),
    "cell_path": Mistake(
        "dC₁ without da₁",
        ("B12",),
        r"dC_1 = dC_2\,\Gamma_{f,2}",
        r"dC_1 = da_1\,\Gamma_{o,1}(1 - \tanh^2 C_1) + dC_2\,\Gamma_{f,2}",
        Rules(states=lambda through, later: through if later is None else later),
    ),
    "no_da": Mistake(
        "da of step 2 dropped",
        ("B03",),
        r"da_1 = (a_1 - y_1) + 0",
        r"da_1 = (a_1 - y_1) + da_1^{(2)}",
        Rules(output=lambda local, _: local),
    ),
    "no_dc": Mistake(
        "dC of step 2 dropped",
        (),
        r"dC_1 = da_1\,\Gamma_{o,1}(1 - \tanh^2 C_1) + 0",
        r"dC_1 = da_1\,\Gamma_{o,1}(1 - \tanh^2 C_1) + dC_2\,\Gamma_{f,2}",
        Rules(states=lambda through, _: through),
    ),
    "last_step": Mistake(
        "Last step only",
        ("B18",),
        r"dW = d\Gamma_2\,[x_2, a_1]",
        r"dW = \textstyle\sum_t d\Gamma_t\,[x_t, a_{t-1}]",
        Rules(weights=lambda gradients, _: weight_gradient(gradients[-1:])),
    ),
    "no_tanh": Mistake(
        "No slope of tanh C",
        (),
        r"dC_t = da_t\,\Gamma_o + \cdots",
        r"dC_t = da_t\,\Gamma_o\,(1 - \tanh^2 C_t) + \cdots",
        Rules(state=lambda da, s: da * s.gate_o),
    ),
    "sigmoid_slope": Mistake(
        "σ′ for tanh′ in C̃",
        (),
        r"d\tilde C_t = dC_t\,\Gamma_u\,\tilde C_t(1 - \tilde C_t)",
        r"d\tilde C_t = dC_t\,\Gamma_u\,(1 - \tilde C_t^2)",
        Rules(gates=_sigmoid_slope),
    ),
}
