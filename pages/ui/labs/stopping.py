"""Early stopping: patience on a recorded run, the weights it restores, and its likeness to L2."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.stopping import patience
from engine.studies.stopping_study import (
    RATE,
    Recorded,
    record,
    ridge_shares,
    stopped_at,
    stopping_shares,
)
from engine.training import train
from pages.figures.stopping import (
    course,
    describe_fits,
    describe_shares,
    describe_stopping,
    fits_alt,
    fits_figure,
    losses_alt,
    losses_figure,
    restored_epoch,
    shares_alt,
    shares_figure,
    stopping_table,
)
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

GAINS = (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03)
ANSWERS = {"falls": "It falls too", "turns": "It falls, then rises", "rises": "It rises at once"}
DESCENT_RATE, STEPS = 0.1, 50  # of the descent on a quadratic that is likened to L2


@st.fragment
def lab() -> None:
    """Controls, losses, fitted curves, L2 beside it, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        run, waits, gain, settings = _controls()
    stop = stopped_at(run.validation, waits, gain)
    look, last = current_look(), len(run.test) - 1
    with picture:
        revealed = predict(
            "stopping",
            settings,
            f"Over {last} epochs the training loss goes down. What does the loss on held-out "
            "examples do?",
            list(ANSWERS.values()),
            lambda: ANSWERS[course(run)],
        )
        show(
            losses_figure(run, stop, revealed, look),
            "stopping_losses",
            losses_alt(run, stop, waits, revealed),
        )
        if revealed:
            st.markdown(describe_stopping(run, stop, waits))
    steps = _below(run, stop) if revealed else STEPS
    drawers(
        "stopping",
        mathematics=lambda: _mathematics(run, waits, gain, stop, steps),
        table=lambda: stopping_table(run),
        code=[patience, train, record, stopping_shares, ridge_shares],
        errata=for_lab(ERRATA, "stopping"),
    )


def _controls() -> tuple[Recorded, int, float, tuple[float, ...]]:
    waits = st.slider(
        "Patience (epochs)",
        1,
        100,
        20,
        key="stopping_patience",
        bind="query-params",
        help="So many epochs in a row without a gain end the run.",
    )
    gain = st.select_slider(
        "Least gain δ",
        GAINS,
        0.0,
        format_func=lambda value: f"{value:g}",
        key="stopping_gain",
        bind="query-params",
        help="A loss counts as better when it is lower by more than this.",
    )
    n = st.slider("Examples", 10, 100, 20, 10, key="stopping_n", bind="query-params")
    noise = st.slider("Noise", 0.0, 1.0, 0.5, 0.1, key="stopping_noise", bind="query-params")
    with st.expander("Network, seed"):
        width = st.select_slider(
            "Units in each of two layers",
            (4, 16, 64),
            64,
            key="stopping_width",
            bind="query-params",
        )
        seed = st.slider("Seed", 0, 20, 1, key="stopping_seed", bind="query-params")
    return _recorded(n, noise, width, seed), waits, gain, (waits, gain, n, noise, width, seed)


@st.cache_resource(max_entries=64, show_spinner="Training")
def _recorded(n: int, noise: float, width: int, seed: int) -> Recorded:
    return record(n, noise, width, seed)


def _below(run: Recorded, stop: int | None) -> int:
    """The fitted curves and the likeness to L2; the steps chosen for that."""
    look = current_look()
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What is restored", anchor=False)
        show(fits_figure(run, stop, look), "stopping_fits", fits_alt(run, stop))
        st.markdown(describe_fits(run, stop))
    with right:
        st.header("Close to L2", anchor=False)
        steps = st.slider("Steps t", 1, 500, STEPS, key="stopping_steps", bind="query-params")
        show(
            shares_figure(DESCENT_RATE, steps, look),
            "stopping_shares",
            shares_alt(DESCENT_RATE, steps),
        )
        st.markdown(describe_shares(DESCENT_RATE, steps))
    return steps


def _mathematics(run: Recorded, waits: int, gain: float, stop: int | None, steps: int) -> None:
    kept = restored_epoch(run, stop)
    st.markdown(
        f"Adam with η = {RATE:g}; $v_e$ is the validation loss of epoch $e$. The run ends at the "
        "first epoch that lies so many after the last gain, and the best weights return:"
    )
    end = r"\text{never}" if stop is None else str(stop)
    worked(
        [
            (
                r"e_{\mathrm{stop}} = \min\{e : e - e_{\mathrm{gain}} \ge \mathrm{patience}\}",
                rf"{end}\quad\text{{patience {waits}, }}\delta = {gain:g}",
            ),
            (
                r"\theta = \theta_{e^*},\quad e^* = \arg\min_{e \le e_{\mathrm{stop}}} v_e",
                rf"\theta_{{{kept}}}\quad v = {latex_number(float(run.validation[kept]))}",
            ),
        ]
    )
    curvature, strength = 0.1, 1 / (DESCENT_RATE * steps)
    by_steps = float(stopping_shares(np.array([curvature]), DESCENT_RATE, steps)[0])
    by_ridge = float(ridge_shares(np.array([curvature]), strength)[0])
    st.markdown(
        "Descent from 0 on a quadratic with curvature $s$, against L2 with "
        r"$\lambda = 1/(\eta t)$:"
    )
    worked(
        [
            (
                r"1 - (1 - \eta s)^t",
                rf"1 - (1 - {DESCENT_RATE:g}\cdot {curvature:g})^{{{steps}}}"
                rf" = {latex_number(by_steps)}",
            ),
            (
                r"\frac{s}{s + \lambda}",
                rf"\frac{{{curvature:g}}}{{{curvature:g} + {latex_number(strength)}}}"
                rf" = {latex_number(by_ridge)}",
            ),
        ]
    )
