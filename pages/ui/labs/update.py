"""What one update does to the loss, what the gradient promised, and many updates in a row."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.by_hand.house_sales import house_problem
from engine.by_hand.update_line import Updates, loss_along, repeat_update, tangent
from engine.by_hand.wrong_gradients import right_gradient
from engine.gradcheck import check_gradient
from pages.figures.backprop_steps import (
    result,
    tex,
)
from pages.figures.base import counted, number
from pages.figures.update import (
    HIGHER,
    LOWER_LESS,
    LOWER_MORE,
    Update,
    along_alt,
    along_figure,
    describe_repeated,
    describe_update,
    repeated_alt,
    repeated_figure,
    update_table,
)
from pages.handbook.model import for_lab
from pages.handbook.training import ERRATA
from pages.ui.house_network import house_controls
from pages.ui.lab import checked, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

RATES = (*(float(f"{d}e{p}") for p in range(-3, 2) for d in (1, 2, 3, 5, 7)), 100.0)
MOST_STEPS = 200
SHOWN = 4  # parameters whose update is worked out in the mathematics


@st.fragment
def lab() -> None:
    """Controls, the loss along the step, many steps, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        eta = st.select_slider(
            "Learning rate η",
            RATES,
            1.0,
            format_func=lambda rate: f"{rate:g}",
            key="update_rate",
            bind="query-params",
        )
        taken = st.slider(
            "Updates taken", 0, MOST_STEPS, 50, key="update_steps", bind="query-params"
        )
        settings = house_controls("update", 8)
        problem = house_problem(*settings)
    many = _many(*settings, eta)
    update = Update(problem, right_gradient(problem), eta, many, taken)
    look = current_look()
    with picture:
        revealed = predict(
            "update",
            (eta, taken, settings),
            f"One update at η = {number(eta, 3)}: what happens to the loss?",
            [LOWER_LESS, LOWER_MORE, HIGHER],
            update.outcome,
        )
        show(
            along_figure(update, look, revealed=revealed),
            "update_picture",
            along_alt(update, revealed=revealed),
        )
        if revealed:
            st.markdown(describe_update(update))
    if revealed:
        show(repeated_figure(update, look), "update_loss", repeated_alt(update))
        st.markdown(describe_repeated(update))
        metrics(
            {
                "Loss before": number(update.before),
                "Loss after one update": number(update.after),
                f"Loss after {counted(update.last, 'update')}": number(
                    float(many.losses[update.last])
                ),
            }
        )
    drawers(
        "update",
        mathematics=lambda: _mathematics(update),
        table=lambda: update_table(update),
        code=[loss_along, tangent, repeat_update],
        errata=for_lab(ERRATA, "update"),
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _many(task: str, hidden: str, reduction: str, n: int, seed: int, eta: float) -> Updates:
    return repeat_update(house_problem(task, hidden, reduction, n, seed), eta, MOST_STEPS)


def _mathematics(update: Update) -> None:
    table = update_table(update)
    g = update.gradient
    rows = [
        (
            rf"\theta_{{{k + 1}}} \leftarrow \theta_{{{k + 1}}} - \eta\, g_{{{k + 1}}}",
            rf"{tex(update.problem.theta[k])} - {tex(update.eta)}\cdot {tex(g[k])}"
            rf" = {result(table['after 1'][k])}",
        )
        for k in range(SHOWN)
    ]
    st.markdown(
        f"The update of the first {SHOWN} parameters, {', '.join(table['parameter'][:SHOWN])}:"
    )
    worked(rows)
    st.markdown("What the tangent promises: the slope of the loss along the step is −‖g‖².")
    worked(
        [
            (
                r"\hat J(\eta) = J(\theta) - \eta\,\lVert g \rVert^2",
                rf"{tex(update.before)} - {tex(update.eta)}\cdot {tex(float(g @ g))}"
                rf" = {result(update.predicted)}",
            ),
            (r"J(\theta - \eta g)", result(update.after)),
        ]
    )

    def along(eta: np.ndarray) -> float:
        return float(loss_along(update.problem, g, [eta])[0])

    checked("dJ/dη", check_gradient(along, -float(g @ g), 0.0), ["η = 0"])
