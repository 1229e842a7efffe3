"""The mathematics of one target word: forward, p - y, the step, what goes back, and the checks."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.studies.word_step import (
    logit_check,
    relative_error,
    smoothed_gradient,
    vector_check,
    weight_check,
)
from pages.figures.backprop_steps import result, tex
from pages.figures.base import number
from pages.figures.latex_lines import BREAK
from pages.figures.word_step import Shown
from pages.figures.word_step_back import largest_entries
from pages.ui.lab import checked, worked

SMOOTHING = 0.1


def mathematics(shown: Shown) -> None:
    """Formulas with the numbers of the label y and the runner-up r; every gradient checked."""
    st.markdown(
        f"The label y is “{shown.label}”, the most probable other word, r, is "
        f"“{shown.name(shown.runner_up)}”. Forward:"
    )
    worked(_forward(shown))
    st.markdown("Backward, and both sums:")
    worked(_gradient(shown))
    st.markdown("One step of the dense layer moves every logit against its own entry of p − y:")
    worked(_step(shown))
    st.markdown(
        f"With label smoothing s = {SMOOTHING:g} the target is 1 − s + s/K at the label and s/K at "
        "each other of the K words, so that a p of 1 is too much:"
    )
    worked(_smoothing(shown))
    _checks(shown)


def _forward(shown: Shown) -> list[tuple[str, str]]:
    step, y = shown.step, shown.step.label
    product = float(step.vector @ step.W[:, y])
    bias = "" if step.b is None else " + b_y"
    sum_of = tex(product)
    if len(step.vector) == 1:
        sum_of = rf"{tex(float(step.vector[0]))}\cdot {tex(float(step.W[0, y]))}"
    if step.b is not None:
        sum_of += f" + {tex(float(step.b[y]))}"
    p = float(step.p[y])
    inner = f"1 - {tex(-float(step.dz[y]))}" if p > 0.5 else tex(p)
    return [
        (rf"z_y = v \cdot W_{{:,y}}{bias}", rf"{sum_of} = {result(float(step.z[y]))}"),
        (r"p_y = \frac{e^{z_y}}{\sum_k e^{z_k}}", result(p)),
        (
            r"E = -\ln p_y = -\ln\Big(1 - \sum_{k \ne y} p_k\Big)",
            rf"-\ln({inner}) = {result(step.error)}",
        ),
    ]


def _gradient(shown: Shown) -> list[tuple[str, str]]:
    step, y, r = shown.step, shown.step.label, shown.runner_up
    p, dz = step.p, step.dz
    size = float(np.linalg.norm(step.vector)) * float(np.linalg.norm(dz))
    return [
        (
            r"\frac{\partial E}{\partial z_y} = p_y - 1 = -\sum_{k \ne y} p_k",
            result(float(dz[y])),
        ),
        (r"\frac{\partial E}{\partial z_r} = p_r - 0", result(float(dz[r]))),
        (
            r"\sum_k p_k,\quad \sum_k (p_k - y_k)",
            rf"{result(round(float(p.sum()), 12))},\quad {result(round(float(dz.sum()), 12))}",
        ),
        (
            r"\Big\lVert \frac{\partial E}{\partial W} \Big\rVert = \lVert v (p - y)^\top \rVert"
            r" = \lVert v \rVert\,\lVert p - y \rVert",
            result(size),
        ),
        (
            r"\Big\lVert \frac{\partial E}{\partial v} \Big\rVert = \lVert W (p - y) \rVert",
            result(float(np.linalg.norm(step.dvector))),
        ),
    ]


def _step(shown: Shown) -> list[tuple[str, str]]:
    step, y = shown.step, shown.step.label
    one = "" if step.b is None else " + 1"
    eta, size = tex(shown.rate), tex(step.stretch)
    moved = (
        rf"{tex(float(step.z[y]))} - {eta}\cdot {size}{BREAK} \quad \cdot {tex(float(step.dz[y]))}"
    )
    first = shown.rate * step.squared_norm
    return [
        (
            rf"z_y \leftarrow z_y - \eta\,(\lVert v \rVert^2{one})\,(p_y - 1)",
            rf"{moved} = {result(float(shown.after.z[y]))}",
        ),
        (
            rf"\eta\,\lVert g \rVert^2 = \eta\,(\lVert v \rVert^2{one})\,\lVert p - y \rVert^2",
            rf"{eta}\cdot {size}\cdot {tex(float(step.dz @ step.dz))}{BREAK} = {result(first)}",
        ),
        (
            r"E_{\text{before}} - E_{\text{after}}",
            rf"{tex(step.error, 7)} - {tex(shown.after.error, 7)}"
            rf"{BREAK} = {result(step.error - shown.after.error)}",
        ),
    ]


def _smoothing(shown: Shown) -> list[tuple[str, str]]:
    step, y, r = shown.step, shown.step.label, shown.runner_up
    smoothed = smoothed_gradient(step, SMOOTHING)
    k = len(step.p)
    return [
        (
            r"\frac{\partial E_s}{\partial z_y} = p_y - 1 + s - \frac{s}{K}",
            rf"{tex(float(step.p[y]))} - {1 - SMOOTHING:g} - \tfrac{{{SMOOTHING:g}}}{{{k}}}"
            rf"{BREAK} = {result(float(smoothed[y]))}",
        ),
        (
            r"\frac{\partial E_s}{\partial z_r} = p_r - \frac{s}{K}",
            rf"{tex(float(step.p[r]))} - \tfrac{{{SMOOTHING:g}}}{{{k}}}"
            rf" = {result(float(smoothed[r]))}",
        ),
    ]


def _checks(shown: Shown) -> None:
    """The gradients by logits, by the vector and by entries of W beside central differences."""
    step = shown.step
    chosen = shown.top()
    by_vector = vector_check(step)
    places = list(dict.fromkeys(largest_entries(shown)))
    checks = (
        ("∂E/∂z", logit_check(step, chosen), [f"z of {shown.name(k)}" for k in chosen]),
        (
            "∂E/∂W",
            weight_check(step, places),
            [f"unit {i + 1}, {shown.name(k)}" for i, k in places],
        ),
        ("∂E/∂v", by_vector, [f"v, unit {i + 1}" for i in range(len(step.vector))]),
    )
    for name, check, rows in checks:
        st.markdown(
            f"{name} beside central differences: relative error "
            f"**{number(relative_error(check), 2)}**."
        )
        checked(name, check, rows)
