"""Full batch, mini-batch and one at a time on the same house regression."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.batches import batches, descend_on_batches, passes
from engine.gradcheck import check_gradient
from engine.least_squares import LeastSquares, house_prices
from engine.optimizers import GD, SGD
from engine.surfaces import regression
from pages.figures.batches import (
    Run,
    batches_alt,
    batches_table,
    closest,
    describe_batches,
    describe_noise,
    epochs_alt,
    epochs_figure,
)
from pages.figures.contour import contour_figure
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.optimizers import ERRATA
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

EXAMPLES = 200
PARAMETERS = ("bedrooms", "age")
AXIS_NAMES = tuple(f"weight of {name}, standardized" for name in PARAMETERS)


@st.fragment
def lab() -> None:
    """Controls, three paths, what they show, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        size = st.select_slider(
            "Mini-batch size B", (2, 4, 8, 16, 32, 64, 100), 16, key="batch", bind="query-params"
        )
        rate = rate_slider("Learning rate η", 0.1, "batch_rate")
        epochs = st.slider("Epochs", 1, 20, 5, key="epochs", bind="query-params")
        seed = st.slider("Seed of the order", 0, 20, 0, key="order", bind="query-params")
    problem, surface = house_prices(PARAMETERS, True), regression(PARAMETERS, True)
    sizes = {"SGD": 1, "Mini-batch": size, "GD": EXAMPLES}  # the noisiest is drawn first
    runs = {
        name: Run(
            descend_on_batches(
                (GD if name == "GD" else SGD)(rate),
                problem,
                surface,
                surface.start,
                count,
                epochs,
                np.random.default_rng(seed),
            ),
            passes(EXAMPLES, count, epochs),
        )
        for name, count in sizes.items()
    }
    look = current_look()
    with picture:
        revealed = predict(
            "batches",
            (size, rate, epochs, seed),
            f"After {epochs} passes over the same {EXAMPLES} houses, which ends lowest?",
            list(runs),
            lambda: closest(runs),
        )
        shown = runs if revealed else {}
        paths = {name: run.path for name, run in shown.items()}
        show(
            contour_figure(surface, paths, surface.start, look, playable=False, names=AXIS_NAMES),
            "batches_picture",
            batches_alt(surface, shown),
        )
        if revealed:
            st.markdown(describe_batches(runs))
    if revealed:
        show(epochs_figure(runs, look), "batches_loss", epochs_alt(runs))
        st.markdown(describe_noise(problem, (1, size)))
    drawers(
        "batches",
        mathematics=lambda: _mathematics(problem, surface.start, size, seed),
        table=lambda: batches_table(runs),
        code=[LeastSquares, batches, descend_on_batches, SGD],
        errata=for_lab(ERRATA, "batches"),
    )


def _mathematics(problem: LeastSquares, start: tuple[float, float], size: int, seed: int) -> None:
    rows = next(batches(np.random.default_rng(seed), EXAMPLES, size))
    full, part = problem.gradient(start), problem.gradient(start, rows)
    st.markdown(f"θ₁ weighs {PARAMETERS[0]}, θ₂ weighs {PARAMETERS[1]}, both standardized.")
    worked(
        [
            (
                r"g = \frac1n \sum_{i=1}^{n} (\theta^\top x_i - y_i)\,x_i",
                rf"[{latex_number(full[0])},\ {latex_number(full[1])}]"
                rf"\quad\text{{all {EXAMPLES} houses at the start}}",
            ),
            (
                r"g_B = \frac1B \sum_{i \in B} (\theta^\top x_i - y_i)\,x_i",
                rf"[{latex_number(part[0])},\ {latex_number(part[1])}]"
                rf"\quad\text{{the first {size} in this order}}",
            ),
        ]
    )
    st.markdown("The full gradient at the start, checked:")
    checked("gradient", check_gradient(problem.value, full, np.asarray(start)), ["θ₁", "θ₂"])
