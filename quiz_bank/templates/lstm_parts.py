"""The stages of step 3 that derivations of an LSTM's gradients are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.types import Array
from quiz_bank.model import StageRule
from quiz_bank.templates.derivations import Part
from quiz_bank.templates.latex import factor, number, signed
from quiz_bank.templates.lstm_cell import GATES, Step, Unit, loss

NAMES = {"f": "forget gate", "i": "input gate", "g": "candidate", "o": "output gate"}


@dataclass(frozen=True)
class Product:
    """The product that a gate stands in: `by` is the stage whose gradient comes to it, `symbol`
    and `value` are its other factor, and who makes the mistake `slip` takes `slipped` for it."""

    by: str
    symbol: str
    value: float
    slip: str
    slipped: float


def product_of(gate: str, s: Step) -> Product:
    """The product that one gate of step 3 stands in, or the candidate."""
    return {
        "f": Product("dC", "C_2", s.c_prev, "f_uses_c_t", s.c),
        "i": Product("dC", "g_3", s.g, "swap_ig", s.i),
        "g": Product("dC", "i_3", s.i, "swap_ig", s.g),
        "o": Product("dh", r"\tanh(C_3)", s.tanh_c, "c_not_tanhc", s.c),
    }[gate]


def slope_of(gate: str, s: Step) -> tuple[str, float]:
    """The slope of a gate's sigmoid, or of the candidate's tanh, in LaTeX and as a number."""
    if gate == "g":
        return r"\left(1 - g_3^2\right)", 1 - s.g**2
    a = float(getattr(s, gate))
    return rf"{gate}_3 (1 - {gate}_3)", a * (1 - a)


def times(name: str, *values: float) -> StageRule:
    """The rule that multiplies an earlier stage by these values."""
    constant = float(np.prod(values))
    return lambda v: v[name] * constant


def product(*values: float) -> str:
    """A product of numbers in LaTeX."""
    return r" \cdot ".join(map(factor, values))


def hidden(s: Step, y: float) -> Part:
    """The hidden state of step 3, where the loss is."""
    return Part(
        "dh",
        r"\delta h_3",
        "the hidden state",
        "h_3 - y_3",
        lambda v: f"{number(s.h)} {signed(-y)}",
        lambda v: s.h - y,
        {"loss_not_derivative": lambda v: (s.h - y) ** 2 / 2},
    )


def cell(s: Step) -> Part:
    """The cell state of step 3."""
    slope = 1 - s.tanh_c**2
    return Part(
        "dC",
        r"\delta C_3",
        "the cell state",
        r"\delta h_3\, o_3 \left(1 - \tanh(C_3)^2\right)",
        lambda v: product(v["dh"], s.o, slope),
        times("dh", s.o, slope),
        {"tanh_of_c": times("dh", s.o), "wrong_gate": times("dh", s.i, slope)},
    )


def nudged_loss(unit: Unit, nodes: Sequence[str], at: Array) -> float:
    """The loss with each of these nodes moved by its entry of `at`; further entries are left."""
    return loss(unit, dict(zip(nodes, at.tolist(), strict=False)))


def with_moved(unit: Unit, name: str, gate: str, by: float) -> Unit:
    """The unit with one of its parameters "w", "u" or "b" moved."""
    step = by * np.eye(len(GATES))[GATES.index(gate)]
    return replace(unit, **{name: getattr(unit, name) + step})
