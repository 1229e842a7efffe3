"""Errata of the LSTM post on derivatives by gates, candidate and previous output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.by_hand.lstm import (
    CANDIDATE,
    OUTPUT,
    UPDATE,
    Step,
    StepGradient,
    backward,
    cell,
    forward,
    gate_values,
    step_backward,
    total_error,
)
from engine.by_hand.lstm_example import EXAMPLE
from engine.gradcheck import numerical_gradient
from engine.printed.recurrent import (
    printed_candidate_by_itself,
    printed_candidate_gradient,
    printed_gate_by_itself,
    printed_gate_by_weights,
    printed_output_by_gate,
    printed_path_through_output_gate,
    printed_share_of_candidate,
)
from engine.types import Array
from pages.handbook.model import Curves, Erratum


def _step_2() -> tuple[Step, StepGradient]:
    steps = forward(EXAMPLE)
    return steps[1], backward(EXAMPLE, steps)[1]


def _error(step: Step, values: Array) -> float:
    """The error of a step whose gates and candidate have these values."""
    return (cell(values, step.cell.c_prev).a - step.y) ** 2 / 2


def _by_pre_activations(step: Step) -> Array:
    """The step's error by its four pre-activations, by central differences."""
    return numerical_gradient(lambda u: _error(step, gate_values(u)), step.u)


def _listed(values: Array) -> str:
    return f"$({', '.join(f'{value:.4g}' for value in values)})$"


def _by_gate_value() -> str:
    step, gradient = _step_2()
    printed = gradient.da * printed_output_by_gate(step.cell)
    numeric = numerical_gradient(lambda values: _error(step, values), gate_values(step.u))
    return (
        rf"At step 2 the printed product makes $\partial E/\partial\Gamma_o$ {printed:.4g}, "
        rf"$\tanh C$ alone makes it {gradient.dvalue[OUTPUT]:.4g}, and the central difference by "
        rf"the gate is {numeric[OUTPUT]:.4g}."
    )


def _gate_by_itself() -> str:
    step, _ = _step_2()
    printed, values = printed_gate_by_itself(step.cell), gate_values(step.u)
    by_u = numerical_gradient(lambda u: float(gate_values(u)[UPDATE]), step.u)[UPDATE]
    itself = numerical_gradient(lambda v: float(v[UPDATE]), values)[UPDATE]
    return (
        rf"At $u_u = {step.u[UPDATE]:.4g}$ the printed product is {printed:.6g}, the central "
        rf"difference by $u_u$ is {by_u:.6g}, and by the gate itself it is {itself:.6g}."
    )


def _candidate_by_itself() -> str:
    step, _ = _step_2()
    by_u = numerical_gradient(lambda u: float(gate_values(u)[CANDIDATE]), step.u)[CANDIDATE]
    return (
        rf"At step 2, $1 - \tilde C^2$ is {printed_candidate_by_itself(step.cell):.6g} and the "
        rf"central difference of $\tilde C$ by $u_c$ is {by_u:.6g}."
    )


def _brackets() -> str:
    step, gradient = _step_2()
    s, dc = step.cell, gradient.dc
    printed = printed_candidate_gradient(dc, s.gate_u, s.candidate)
    return (
        rf"At step 2 the printed line gives ${printed:.6g}$, with brackets it gives "
        rf"${gradient.du[CANDIDATE]:.6g}$, and the central difference by $u_c$ is "
        rf"${_by_pre_activations(step)[CANDIDATE]:.6g}$."
    )


def _bracket_curves() -> Curves:
    """The derivative of step 2's error by the candidate's pre-activation, over its range."""
    step, _ = _step_2()
    at = np.linspace(-3, 3, 121)
    rows = []
    for value in at:
        u = np.where(np.arange(4) == CANDIDATE, value, step.u)
        moved = replace(step, u=u, cell=cell(gate_values(u), step.cell.c_prev))
        gradient = step_backward(EXAMPLE.W, moved, 0.0, 0.0)
        printed = printed_candidate_gradient(gradient.dc, moved.cell.gate_u, moved.cell.candidate)
        numeric = _by_pre_activations(moved)
        rows.append((float(printed), gradient.du[CANDIDATE], numeric[CANDIDATE]))
    printed, corrected, numeric = np.array(rows).T
    by, of = "pre-activation of the candidate, u", "gradient of the error"
    return Curves(by, of, at, printed, corrected, numeric)


def _path_through_output_gate() -> str:
    step, gradient = _step_2()
    printed = printed_path_through_output_gate(EXAMPLE, step, gradient.da)
    only = (np.arange(4) == OUTPUT) * EXAMPLE.W[:, -1]
    numeric = numerical_gradient(
        lambda move: _error(step, gate_values(step.u + only * move)), np.zeros(())
    )
    return (
        rf"The printed chain gives {printed:.4g}, as $C_t$ does not contain $\Gamma_o$; the right "
        rf"one gives ${gradient.da_prev_via[OUTPUT]:.5g}$, the central difference through this "
        rf"gate ${numeric:.5g}$."
    )


def _row_and_last_entry() -> str:
    _, gradient = _step_2()
    later = replace(EXAMPLE, x=EXAMPLE.x[1:], y=EXAMPLE.y[1:])
    first = forward(EXAMPLE)[0].cell
    numeric = numerical_gradient(
        lambda a: total_error(replace(later, a_0=float(a), c_0=first.c)), np.array(first.a)
    )
    shares = _listed(printed_share_of_candidate(EXAMPLE, gradient))
    return (
        rf"The product $d\tilde C\,W_c$ is {shares}, of which "
        rf"only {gradient.da_prev_via[CANDIDATE]:.4g} belongs to $a_1$; all four gates give "
        rf"{gradient.da_prev:.6g}, the central difference {numeric:.6g}."
    )


def _gate_by_weights() -> str:
    step, _ = _step_2()
    slope = printed_gate_by_itself(step.cell)
    numeric = numerical_gradient(
        lambda w: float(
            gate_values(np.where(np.arange(4) == UPDATE, w @ step.xa + EXAMPLE.b, 0.0))[UPDATE]
        ),
        EXAMPLE.W[UPDATE],
    )
    return (
        f"At step 2 the printed row is {_listed(printed_gate_by_weights(step))}, with the slope "
        f"it is {_listed(slope * step.xa)}, by central differences {_listed(numeric)}."
    )


GATE_ERRATA = (
    Erratum(
        "B04",
        "A",
        ("notation", "derivation"),
        r"$\partial a_t/\partial\Gamma_o = \tanh(C_t)\,\Gamma_o(1 - \Gamma_o)$.",
        r"$\partial a_t/\partial\Gamma_o = \tanh C_t$. The product is $\partial a_t/\partial u_o$ "
        r"by the pre-activation; taken for the gate's, it brings the slope in twice.",
        _by_gate_value,
    ),
    Erratum(
        "B05",
        "A",
        ("notation", "derivation"),
        r"The derivative of $\Gamma_u$ by $\Gamma_u$ is $\Gamma_u(1 - \Gamma_u)$.",
        r"By itself it is $1$; $\Gamma_u(1 - \Gamma_u)$ is the derivative by $u_u$.",
        _gate_by_itself,
    ),
    Erratum(
        "B06",
        "B",
        ("notation", "derivation"),
        r"The derivative of $\tilde C$ by $\tilde C$ is $1 - \tanh^2 u$.",
        r"By itself it is $1$; $1 - \tilde C^2$ is the derivative by $u_c$.",
        _candidate_by_itself,
    ),
    Erratum(
        "B07",
        "A",
        ("notation", "derivation"),
        r"$\partial E/\partial\tilde C = dC_t\,\Gamma_u \cdot 1 - \tilde C^2$, without brackets.",
        r"$\partial E/\partial u_c = dC_t\,\Gamma_u\,(1 - \tilde C^2)$: the bracket keeps the "
        "square from being taken off the whole product.",
        _brackets,
        _bracket_curves,
    ),
    Erratum(
        "B10",
        "A",
        ("notation", "trails"),
        r"Through the output gate, $\partial E/\partial a_{t-1}$ contains "
        r"$\partial C/\partial\Gamma_o$.",
        r"$\frac{\partial E}{\partial a_t}\frac{\partial a_t}{\partial\Gamma_o}"
        r"\frac{\partial\Gamma_o}{\partial a_{t-1}}$: this gate is no part of $C_t$.",
        _path_through_output_gate,
    ),
    Erratum(
        "B11",
        "A",
        ("notation", "derivation"),
        r"Each gate sends $d\Gamma\,W$ with its whole row to $da_{t-1}$; only for $W_o$ is the "
        "last entry picked.",
        r"$da_{t-1}$ sums, over the four gates, $d\Gamma$ times the entry of $a$ alone; with "
        "several units, times that block transposed.",
        _row_and_last_entry,
    ),
    Erratum(
        "B16",
        "A",
        ("notation", "weights"),
        r"$\partial\Gamma_u/\partial W_u = [x_t, a_{t-1}]$.",
        r"$\partial u_u/\partial W_u = [x_t, a_{t-1}]$, and "
        r"$\partial\Gamma_u/\partial W_u = \Gamma_u(1 - \Gamma_u)\,[x_t, a_{t-1}]$.",
        _gate_by_weights,
    ),
)
