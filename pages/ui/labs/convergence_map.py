"""Convergence map: thousands of runs over rate and beta at once; click one to race it."""

from __future__ import annotations

import streamlit as st

from engine.descent import contraction_estimate, descend, sweep
from engine.optimizers import GD, Momentum
from engine.stability import best_gd, best_momentum, contraction, momentum_limit
from engine.surfaces import Surface, ravine
from engine.types import Array
from pages.figures.contour import contour_figure
from pages.figures.convergence import (
    describe_map,
    map_alt,
    map_figure,
    map_table,
    measure,
    steps_to,
)
from pages.figures.race import describe_race, race_alt
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.optimizers import ERRATA
from pages.ui.lab import drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

LARGER, SMALLER, EQUAL = "Larger", "Smaller", "The same"


@st.fragment
def lab() -> None:
    """Controls, the map, the chosen run, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        condition = st.slider(
            "Condition number", 2, 1000, 100, key="map_condition", bind="query-params"
        )
        share, beta = _point()
        steps = st.slider("Steps a run", 50, 300, 100, 10, key="map_steps", bind="query-params")
    rate = share / condition
    surface = ravine(condition)
    measured = _measured(condition, steps)
    look = current_look()
    with picture:
        revealed = predict(
            "map",
            (condition, share, beta, steps),
            "Is the largest stable rate larger or smaller with β = 0.9 than without momentum?",
            [LARGER, SMALLER, EQUAL],
            lambda: LARGER if momentum_limit(1.0, 0.9) > momentum_limit(1.0, 0.0) else SMALLER,
        )
        figure = map_figure(condition, measured, (rate, beta), look)
        show(
            figure if revealed else figure.frame_only(),
            "map_picture",
            map_alt(condition, (rate, beta)) if revealed else "Empty axes: rate and β.",
            on_select=_pick,
            selection_mode="points",
        )
        if revealed:
            values = sweep(Momentum(rate, beta), surface, surface.start, steps)
            here = contraction_estimate(values, surface, surface.start, steps)
            st.markdown(describe_map(surface, rate, beta, float(here)))
    if revealed:
        _chosen(surface, rate, beta, steps)
    drawers(
        "map",
        mathematics=lambda: _mathematics(rate, beta, surface.eigenvalues),
        table=lambda: map_table(condition, measured),
        code=[sweep, momentum_limit, best_momentum, contraction],
        errata=for_lab(ERRATA, "map"),
    )


def _chosen(surface: Surface, rate: float, beta: float, steps: int) -> None:
    """The chosen point against the best of theory, in numbers and as a race."""
    best, plain = best_momentum(surface.eigenvalues), best_gd(surface.eigenvalues)
    here = float(contraction(rate, beta, surface.eigenvalues))
    st.markdown("In the long run the distance shrinks a millionfold in:")
    metrics(
        {
            "Best GD": steps_to(plain.contraction),
            "Best momentum": steps_to(best.contraction),
            "Chosen": steps_to(here),
        }
    )
    runs = {
        "GD": descend(GD(plain.learning_rate), surface, surface.start, steps),
        "Momentum": descend(Momentum(rate, beta), surface, surface.start, steps),
    }
    st.header("The chosen point against the best GD", anchor=False)
    figure = contour_figure(surface, runs, surface.start, current_look())
    show(figure, "map_race", race_alt(surface, runs))
    st.markdown(describe_race(runs))


def _point() -> tuple[float, float]:
    """The chosen point: the rate as a multiple of 1 / L, so that it keeps its place on the map."""
    share = st.slider("η × L", 0.01, 4.0, 2.8, 0.01, key="map_rate", bind="query-params")
    beta = st.slider("Momentum β", 0.0, 0.99, 0.67, 0.01, key="map_beta", bind="query-params")
    return share, beta


def _pick() -> None:
    points = st.session_state["map_picture"].selection.points
    if points:
        condition = st.session_state["map_condition"]
        st.session_state["map_rate"] = max(0.01, round(float(points[0]["x"]) * condition, 2))
        st.session_state["map_beta"] = round(float(points[0]["y"]), 2)


@st.cache_data(max_entries=32, show_spinner=False)
def _measured(condition: int, steps: int) -> Array:
    return measure(condition, steps)


def _mathematics(rate: float, beta: float, eigenvalues: Array) -> None:
    small, large = map(float, eigenvalues)
    best, plain = best_momentum(eigenvalues), best_gd(eigenvalues)
    eta, b, mu, top = map(latex_number, (rate, beta, small, large))
    st.markdown("Along each direction of curvature λ the distance follows")
    st.latex(r"z^2 - (1 + \beta - \eta\lambda)\,z + \beta = 0")
    worked(
        [
            (
                r"\rho = \max_\lambda |z|",
                rf"{latex_number(float(contraction(rate, beta, eigenvalues)))}"
                rf"\quad(\eta = {eta},\ \beta = {b},\ \lambda \in \{{{mu}, {top}\}})",
            ),
            (
                r"\eta_{\max} = 2(1 + \beta)/L",
                rf"2\cdot(1 + {b}) / {top} = {latex_number(float(momentum_limit(large, beta)))}",
            ),
            (
                r"\rho_{\mathrm{GD}} = (L - \mu)/(L + \mu)",
                rf"({top} - {mu}) / ({top} + {mu}) = {latex_number(plain.contraction)}",
            ),
            (
                r"\rho_{\mathrm{momentum}} = (\sqrt L - \sqrt\mu)/(\sqrt L + \sqrt\mu)",
                rf"{latex_number(best.contraction)}"
                rf"\quad \beta = \rho^2 = {latex_number(best.beta)}",
            ),
        ]
    )
