"""The mathematics of the memory lab: guessing, what a gate lets through, and a checked gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from engine.activations import sigmoid
from engine.gradcheck import check_gradient
from engine.sequence_model import answer_loss, loss_gradient
from engine.studies.memory import BATCH, EVERY, HELD_OUT, IN_A_ROW, SOLVED, MemoryRun
from engine.types import Array
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked

BLIND = {  # the loss of the best answer that does not look
    "first_symbol": r"-\ln \tfrac{1}{4}",
    "copy": r"-\ln \tfrac{1}{4}",
    "adding": r"\mathrm{Var}(u_1 + u_2) = \tfrac{1}{12} + \tfrac{1}{12}",
    "sine": r"\mathrm{Var}(\sin \varphi)",
}
CHECKED = 3  # length of the sequences on which the gradient is checked


def mathematics(base: MemoryRun, cells: Sequence[str], length: int) -> None:
    """Formulas with the current numbers, and a gradient beside central differences."""
    task = base.sequence_task
    keep = float(sigmoid(base.forget_bias))
    st.markdown(
        f"Task: {task.source}. Each run takes up to {base.steps} steps of Adam, on {BATCH} fresh "
        f"sequences each; every {EVERY} steps {HELD_OUT} others score it. It ends early after "
        f"{IN_A_ROW} scores in a row of {SOLVED:.0%} or more. The loss without looking, and what "
        "a gate at its first bias, without inputs, lets through of a state:"
    )
    worked(
        [
            (BLIND[base.task], latex_number(task.blind_loss)),
            (
                r"\frac{\partial c_T}{\partial c_0} \approx \sigma(b)^T",
                rf"\sigma({base.forget_bias:g})^{{{length}}} = {keep:.4g}^{{{length}}}"
                rf" = {latex_number(keep**length)}",
            ),
        ]
    )
    st.markdown(
        "A plain RNN multiplies by a whole matrix at every step. It starts orthogonal and keeps "
        "lengths, so that at first only the slopes of the activation shrink the gradient:"
    )
    st.latex(
        r"\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(f'(z_t))\,U^\top,\quad "
        r"U^\top U = I,\ 0 \le f' \le 1\ \Rightarrow\ "
        r"\left\lVert \frac{\partial h_T}{\partial h_0} \right\rVert \le 1"
    )
    cell = cells[0] if cells and "LSTM" not in cells else "LSTM"
    _check(replace(base, cell=cell, length=CHECKED, hidden=2))


def _check(run: MemoryRun) -> None:
    """The gradient of a small model of the same make by the biases of its cell."""
    model, task, sequences = run.model, run.sequence_task, run.held_out()
    theta = model.initialize(np.random.default_rng(run.seed), run.forget_bias)
    few = sequences._replace(x=sequences.x[:4], y=sequences.y[:4])
    gradient = model.unpack(loss_gradient(model, theta, few, task.loss).gradient)["b1"]

    def loss(b: Array) -> float:
        moved = theta.copy()
        model.unpack(moved)["b1"][...] = b
        return answer_loss(task.loss, model.forward(moved, few.x, few.asked)[0], few.y)

    st.markdown(f"The gradient of a small {run.cell} (2 units, T = {CHECKED}), checked:")
    gates = [f"b of {gate}, unit {k + 1}" for gate in model.cell.gates for k in range(2)]
    checked("∂loss/∂b", check_gradient(loss, gradient, model.unpack(theta)["b1"]), gates)
