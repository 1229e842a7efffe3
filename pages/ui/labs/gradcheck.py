"""All 21 gradients against central differences, with the printed mistakes to switch on."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import sigmoid, sigmoid_derivative
from engine.by_hand.difference_steps import parameter_differences
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import backward, forward
from engine.by_hand.wrong_gradients import MISTAKES, right_gradient, with_sigmoid
from engine.gradcheck import GradientCheck, check_gradient
from engine.printed.backward import (
    printed_sigmoid,
    printed_sigmoid_inverse,
    printed_slope,
    printed_slope_factored,
)
from engine.types import Array
from pages.figures.backprop_steps import (
    result,
    tex,
)
from pages.figures.base import listed, number
from pages.figures.gradcheck import (
    Check,
    check_table,
    describe_check,
    describe_steps,
    scatter_alt,
    scatter_figure,
    steps_alt,
    steps_figure,
)
from pages.handbook.model import for_lab
from pages.handbook.training import ERRATA
from pages.ui.house_network import house_controls
from pages.ui.lab import checked, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

STEPS = tuple(float(f"{digit}e{power}") for power in range(-1, -13, -1) for digit in (3, 1))[1:]
USUAL = 1e-5
ASKED = (1e-1, 1e-5, 1e-12)


@st.fragment
def lab() -> None:
    """Controls, the diagonal, the step of the difference, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        mistake = MISTAKES[
            st.selectbox(
                "Mistake in the backward pass",
                list(MISTAKES),
                format_func=lambda key: MISTAKES[key].name,
                key="gradcheck_mistake",
                bind="query-params",
            )
        ]
        h = st.select_slider(
            "Step h of the difference",
            STEPS,
            USUAL,
            format_func=lambda h: f"{h:.0e}",
            key="gradcheck_h",
            bind="query-params",
        )
        settings = house_controls("gradcheck", 8)
    problem = house_problem(*settings)
    wrong, right = mistake.gradient(problem), right_gradient(problem)
    numeric = parameter_differences(problem, STEPS)
    errors = np.abs(numeric - right).max(axis=1)
    check = Check(problem, mistake, h, wrong, numeric[STEPS.index(h)], right)
    look = current_look()
    with picture:
        revealed = predict(
            "gradcheck",
            (mistake.name, h, settings),
            "The smaller the step h, the better the slope? At which of these is the central "
            "difference closest to the true gradient?",
            [number(step, 1) for step in ASKED],
            lambda: number(_closest(errors), 1),
        )
        show(
            scatter_figure(check, look),
            "gradcheck_picture",
            scatter_alt(check, revealed=revealed),
        )
        if mistake.rule:
            rules = rf"{mistake.rule} \\ & \text{{instead of }} {mistake.right}"
            st.latex(rf"\begin{{aligned}} & {rules} \end{{aligned}}")
        if mistake.errata:
            noun = "Erratum" if len(mistake.errata) == 1 else "Errata"
            st.markdown(f"{noun} {listed(mistake.errata)} of the handbook.")
        if revealed:
            st.markdown(describe_check(check))
    if revealed:
        st.header("How small a step?", anchor=False)
        steps = np.array(STEPS)
        show(steps_figure(steps, errors, h, look), "gradcheck_steps", steps_alt(steps, errors, h))
        st.markdown(describe_steps(steps, errors, h))
        _metrics(check)
    drawers(
        "gradcheck",
        mathematics=lambda: _mathematics(check),
        table=lambda: check_table(check),
        code=[parameter_differences, backward, with_sigmoid, check_gradient],
        errata=for_lab(ERRATA, "gradcheck"),
    )


def _closest(errors: Array) -> float:
    return min(ASKED, key=lambda h: errors[STEPS.index(h)])


def _metrics(check: Check) -> None:
    metrics(
        {
            "Parameters off the diagonal": f"{int(check.failed.sum())} of {len(check.failed)}",
            "Largest error": number(float(check.errors.max()), 2),
            f"σ(1) as printed; right is {number(float(sigmoid(1.0)))}": number(
                float(printed_sigmoid(1.0))
            ),
        }
    )


def _mathematics(check: Check) -> None:
    st.markdown("A central difference takes the loss a step h to each side of one parameter:")
    _one_difference(check)
    st.markdown("All parameters at this h:")
    errors = GradientCheck(check.analytic, check.numeric, float(check.errors.max()))
    checked("gradient", errors, check.names)
    st.markdown("The slope of the sigmoid, derived from the right function:")
    _derivation(1.0)


def _one_difference(check: Check) -> None:
    ahead, behind = (_loss_beside(check, sign) for sign in (1, -1))
    worked(
        [
            (
                r"\frac{\partial J}{\partial b_2} \approx \frac{J(b_2 + h) - J(b_2 - h)}{2h}",
                rf"\frac{{{ahead:.8g} - {behind:.8g}}}{{2\cdot {tex(check.h)}}}"
                rf" = {tex(check.numeric[-1])}",
            )
        ]
    )


def _loss_beside(check: Check, sign: int) -> float:
    """The loss with the last parameter, b2, moved by h."""
    theta = check.problem.theta.copy()
    theta[-1] += sign * check.h
    return float(forward(check.problem.at(theta))["J"])


def _derivation(z: float) -> None:
    """sigma' step by step at z, the printed functions and slopes beside it, all checked."""
    s = float(sigmoid(z))
    e = float(np.exp(-z))
    worked(
        [
            (r"\sigma(z) = (1 + e^{-z})^{-1}", rf"(1 + {tex(e)})^{{-1}} = {tex(s)}"),
            (
                r"\sigma'(z) = -(1 + e^{-z})^{-2}\cdot(-e^{-z})"
                r" = \frac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\,(1 - \sigma(z))",
                rf"\frac{{{tex(e)}}}{{(1 + {tex(e)})^2}} = {tex(s)}\,(1 - {tex(s)})"
                rf" = {tex(float(sigmoid_derivative(z)))}",
            ),
        ]
    )
    st.markdown(f"The printed lines at the same z = {number(z)}, each computed as it stands:")
    worked(
        [
            (r"\frac{1}{1 - e^{z}}", result(float(printed_sigmoid(z)))),
            (r"(1 - e^{-z})^{-1}", result(float(printed_sigmoid_inverse(z)))),
            (r"-\frac{e^{z}}{(1 - e^{z})^2}", result(float(printed_slope(z)))),
            (
                r"\frac{1}{1 - e^{z}} \cdot \frac{e^{z}}{1 - e^{z}}",
                result(float(printed_slope_factored(z))),
            ),
        ]
    )
    slope = check_gradient(lambda at: float(sigmoid(at)), sigmoid_derivative(z), z)
    checked("σ′(z)", slope, [f"z = {number(z)}"])
