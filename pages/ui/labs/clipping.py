"""Clipping: what each rule does to one gradient, and to the gradients of a training run."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.clipping import always_rescaled, angle, by_layer, by_norm, by_value, norm
from engine.studies.noisy_training import ClippedRun, clipped_run
from pages.figures.base import number
from pages.figures.clipping import (
    LABELS,
    Clipped,
    arrows_alt,
    arrows_figure,
    clipped_table,
    describe_clipped,
    describe_run,
    entries_alt,
    entries_figure,
    norms_alt,
    norms_figure,
    norms_table,
)
from pages.figures.update_rules import latex_number
from pages.handbook.exploding_gradients import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

LIMITS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
VIEWS = {"one": "One gradient", "run": "A training run"}
KEEPS = {True: "It keeps its direction", False: "It turns"}


@st.fragment
def lab() -> None:
    """One gradient or a training run, before and after a rule."""
    picture, controls = lab_columns()
    with controls:
        view = choose("View", VIEWS, "clipping_view", wrap=True)
        rule = st.selectbox(
            "Rule", list(LABELS), format_func=LABELS.__getitem__, key="clip", bind="query-params"
        )
        limit = st.select_slider(
            "Limit c", LIMITS, 1.0, format_func="{:g}".format, key="limit", bind="query-params"
        )
        settings = _one_gradient() if view == "one" else _a_run()
    (_show_one if view == "one" else _show_run)(picture, rule, limit, settings)


def _one_gradient() -> tuple[float, ...]:
    defaults = (3.0, 0.5, -0.2)
    return tuple(
        st.slider(f"Entry g{'₁₂₃'[k]}", -5.0, 5.0, value, 0.1, key=f"g{k + 1}", bind="query-params")
        for k, value in enumerate(defaults)
    )


def _a_run() -> tuple[float, ...]:
    rate = rate_slider("Learning rate η", 0.1, "clipping_rate")
    slips = st.slider(
        "Prices with a digit too many (%)", 0, 10, 2, key="slips", bind="query-params"
    )
    seed = st.slider("Seed", 0, 20, 0, key="clipping_seed", bind="query-params")
    return rate, slips / 100, seed


def _show_one(picture, rule: str, limit: float, gradient: tuple[float, ...]) -> None:
    clipped = Clipped(np.array(gradient), rule, limit)
    look = current_look()
    entries = ", ".join(number(g, 2) for g in gradient)
    with picture:
        revealed = predict(
            "clipping",
            (rule, limit, gradient),
            f"The gradient ({entries}) is cut entry by entry to "
            f"[−{limit:g}, {limit:g}]. What becomes of its direction?",
            list(KEEPS.values()),
            lambda: KEEPS[not Clipped(clipped.before, "value", limit).degrees >= 0.005],
        )
        arrows = arrows_figure(clipped, look)
        show(
            arrows if revealed else arrows.frame_only(),
            "clipping_arrows",
            arrows_alt(clipped) if revealed else "Axes for a gradient before and after clipping.",
        )
        if revealed:
            st.markdown(describe_clipped(clipped))
            show(entries_figure(clipped, look), "clipping_entries", entries_alt(clipped))
    drawers(
        "clipping",
        mathematics=lambda: _mathematics(clipped),
        table=lambda: clipped_table(clipped),
        code=[norm, by_norm, by_layer, by_value, always_rescaled, angle],
        errata=for_lab(ERRATA, "clipping"),
    )


def _show_run(picture, rule: str, limit: float, settings: tuple[float, ...]) -> None:
    run, free = _trained(rule, limit, *settings), _trained("none", 1.0, *settings)
    with picture:
        show(norms_figure(run, limit, current_look()), "clipping_norms", norms_alt(run, limit))
        st.markdown(describe_run(run, free, rule))
        metrics(
            {
                "Steps": f"{run.norms.size:,}",
                "Longest gradient": number(run.norms.max(initial=0.0), 3),
                "Longer than c": f"{run.share:.1%}" if run.norms.size else "none",
            }
        )
    drawers(
        "clipping",
        mathematics=lambda: _run_mathematics(run, limit),
        table=lambda: norms_table(run),
        code=[clipped_run, by_norm, by_layer, by_value],
        errata=for_lab(ERRATA, "clipping"),
    )


@st.cache_data(max_entries=64, show_spinner="Training the network")
def _trained(rule: str, limit: float, rate: float, slips: float, seed: int) -> ClippedRun:
    return clipped_run(rule, limit, rate, slips, seed)


def _run_mathematics(run: ClippedRun, limit: float) -> None:
    if not run.norms.size:
        st.markdown("The run overflowed at its first step: there is no gradient to clip.")
        return
    longest, above = float(run.norms.max()), int((run.norms > limit).sum())
    worked(
        [
            (
                r"\text{the longest, by norm: } g \leftarrow"
                r" \min\left(1, \frac{c}{\lVert g\rVert}\right) g",
                rf"\min\left(1, \frac{{{latex_number(limit)}}}{{{latex_number(longest)}}}\right) g"
                rf" = {latex_number(min(1.0, limit / longest))}\,g",
            ),
            (
                r"\text{share above } c = \frac1n \sum_{t=1}^{n} [\lVert g_t\rVert > c]",
                rf"\frac{{{above}}}{{{run.norms.size}}} = {latex_number(run.share)}",
            ),
        ]
    )


def _mathematics(clipped: Clipped) -> None:
    length = norm(clipped.before)
    entries = r",\ ".join(latex_number(v) for v in clipped.before)
    squares = " + ".join(rf"{latex_number(v)}^2" for v in clipped.before)
    cut = r",\ ".join(latex_number(v) for v in by_value(clipped.before, clipped.limit))
    factor = min(1.0, clipped.limit / length) if length else 1.0
    worked(
        [
            (
                r"\lVert g\rVert = \sqrt{\textstyle\sum_i g_i^2}",
                rf"\sqrt{{{squares}}} = {latex_number(length)}",
            ),
            (
                r"\text{by norm: } g \leftarrow \min\left(1, \frac{c}{\lVert g\rVert}\right) g",
                rf"{latex_number(factor)}\cdot[{entries}]",
            ),
            (
                r"\text{by value: } g_i \leftarrow \max(-c, \min(c, g_i))",
                rf"[{cut}]",
            ),
        ]
    )
    small = Clipped(0.005 * np.array([0.6, 0.8, 0.0]), "always", clipped.limit)
    st.markdown(
        f"Without the condition a gradient of length {number(norm(small.before), 3)} becomes one "
        f"of length {number(norm(small.after), 3)}: near a minimum every step is as long as c."
    )
