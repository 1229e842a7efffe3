"""The derivations under the cell lab: every equation of one step, and each slope checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.studies.valves import (
    WORDS,
    gru_slopes,
    gru_step,
    lstm_slopes,
    lstm_step,
)
from engine.types import Array
from pages.figures.base import number
from pages.figures.cell import Moment
from pages.figures.cell_steps import GATES
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked
from pages.ui.labs.cell_controls import Setup


def mathematics(setup: Setup, now: Moment) -> None:
    """Equations 2 to 7 of the LSTM, or those of the GRU, with the numbers of this step."""
    st.markdown(
        "The gates of this unit see only the word of their step: +s opens a gate, −s shuts it. In "
        "a trained network they see all inputs and h of the step before."
    )
    worked([_gate(setup, now, gate) for gate in GATES[setup.kind]])
    (_lstm if setup.kind == "LSTM" else _gru)(setup, now)


def _gate(setup: Setup, now: Moment, gate: str) -> tuple[str, str]:
    value = latex_number(now[gate])
    symbol = rf"{gate}_{{{setup.t}}}"
    if gate in setup.frozen:
        return rf"{symbol}", rf"{value} \quad\text{{frozen}}"
    is_open = WORDS[setup.steps[setup.t - 1].word][gate]
    sign = setup.sharpness if is_open else -setup.sharpness
    return rf"{symbol} = \sigma({'' if is_open else '-'}s)", rf"\sigma({sign:g}) = {value}"


def _lstm(setup: Setup, now: Moment) -> None:
    t, n = setup.t, {name: latex_number(value) for name, value in now.items()}
    u = latex_number(setup.recurrent)
    worked(
        [
            (
                rf"\tilde C_{{{t}}} = \tanh(v_{{{t}}} + u\,h_{{{t - 1}}})",
                rf"\tanh({n['x']} + {u}\cdot {n['h_before']}) = {n['g']}",
            ),
            (
                rf"C_{{{t}}} = f_{{{t}}}\,C_{{{t - 1}}} + i_{{{t}}}\,\tilde C_{{{t}}}",
                rf"{n['f']}\cdot {n['before']} + {n['i']}\cdot {n['g']} = {n['c']}",
            ),
            (
                rf"h_{{{t}}} = o_{{{t}}}\tanh C_{{{t}}}",
                rf"{n['o']}\cdot {n['tanh_c']} = {n['h']}",
            ),
        ]
    )
    st.markdown(
        rf"The slope of $C_{{{t}}}$ by each value is what that value is multiplied by. The output "
        rf"gate is no part of $C_{{{t}}}$, so $\partial C_{{{t}}}/\partial o_{{{t}}} = 0$; "
        rf"$\partial C_{{{t}}}/\partial C_{{{t - 1}}} = f_{{{t}}}$ is the road that gradients "
        "take back through time."
    )
    at = np.array([now[name] for name in ("before", "f", "i", "g", "o")])
    rows = [f"C(t−1) = {number(at[0])}", *(f"{k} = {number(now[k])}" for k in "fi")]
    rows += [f"C̃ = {number(now['g'])}", f"o = {number(now['o'])}"]
    _checked("∂C", lambda v: lstm_step(v)[0], lstm_slopes(at)[0], at, rows)
    _checked("∂h", lambda v: lstm_step(v)[1], lstm_slopes(at)[1], at, rows)


def _gru(setup: Setup, now: Moment) -> None:
    t, n = setup.t, {name: latex_number(value) for name, value in now.items()}
    u = latex_number(setup.recurrent)
    worked(
        [
            (
                rf"n_{{{t}}} = \tanh(v_{{{t}}} + r_{{{t}}}\,u\,h_{{{t - 1}}})",
                rf"\tanh({n['x']} + {n['r']}\cdot {u}\cdot {n['before']}) = {n['n']}",
            ),
            (
                rf"h_{{{t}}} = (1 - z_{{{t}}})\,n_{{{t}}} + z_{{{t}}}\,h_{{{t - 1}}}",
                rf"(1 - {n['z']})\cdot {n['n']} + {n['z']}\cdot {n['before']} = {n['h']}",
            ),
        ]
    )
    st.markdown(
        "This is PyTorch's form: z = 1 keeps the state. What an LSTM does with two gates, to "
        "forget and to let in, is here one: whatever is kept is not written. Other texts write z "
        "where this one has 1 − z."
    )
    at = np.array([now["before"], now["r"], now["z"], now["x"], setup.recurrent])
    names = ("h(t−1)", "r", "z", "v", "u")
    rows = [f"{name} = {number(value)}" for name, value in zip(names, at, strict=True)]
    _checked("∂h", lambda v: gru_step(v)[0], gru_slopes(at)[0], at, rows)


def _checked(
    name: str, f: Callable[[Array], float], slopes: Array, at: Array, rows: list[str]
) -> None:
    checked(name, check_gradient(f, slopes, at), rows)
