"""Race the update rules down a surface from a start of one's choice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from engine.descent import descend, state_at
from engine.gradcheck import check_gradient
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.surfaces import SURFACES, Surface, ravine
from pages.figures.contour import contour_figure, gap_figure
from pages.figures.race import describe_race, gap_alt, race_alt, race_table, winners
from pages.figures.update_rules import state_table, worked_update
from pages.handbook.model import for_lab
from pages.handbook.optimizers import ERRATA
from pages.ui.lab import checked, choose, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

ADAPTIVE = ("AdaGrad", "RMSProp", "Adam", "AdamW")
WITH_BETA = ("Momentum", "Nesterov")
NOISE_SEED = 0
MOST_STEPS = 500
NOBODY = "None of them"
CONDITION = 60  # at the default rate GD then zigzags across the ravine without diverging


@st.fragment
def lab() -> None:
    """Controls, the race, what happened, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        surface, start, steps, rules, noise = _controls()
    runs = {
        name: descend(rule, _seen(surface, name, noise), start, steps, _rng())
        for name, rule in rules.items()
    }
    look = current_look()
    with picture:
        revealed = predict(
            "race",
            (surface.name, surface.formula, start, steps, noise, tuple(rules.items())),
            "Which comes within 10⁻³ of the lowest loss first?",
            [*rules, NOBODY],
            lambda: (winners(runs) or [NOBODY])[0],
        )
        shown = runs if revealed else {}
        show(
            contour_figure(surface, shown, start, look),
            "race_picture",
            race_alt(surface, shown),
            on_select=partial(_pick_start, surface.name),
            selection_mode="points",
        )
        if revealed:
            st.markdown(describe_race(runs))
    if shown:
        show(gap_figure(surface, runs, look), "race_gap", gap_alt(runs))
    drawers(
        "race",
        mathematics=lambda: _one_step(rules, surface, start, steps, noise),
        table=lambda: race_table(runs),
        code=[descend, *(type(rule) for rule in rules.values())],
        errata=for_lab(ERRATA, "race"),
    )


def _controls() -> tuple[Surface, tuple[float, float], int, dict[str, Optimizer], float]:
    names = st.pills(
        "Optimizers",
        list(OPTIMIZERS),
        selection_mode="multi",
        default=["GD", "Momentum", "Adam"],
        key="optimizers",
        bind="query-params",
        wrap=True,
    )
    surface_name = st.selectbox(
        "Surface",
        list(SURFACES),
        format_func=lambda name: SURFACES[name].label,
        key="surface",
        bind="query-params",
    )
    is_ravine = surface_name == "ravine"
    condition = CONDITION
    if is_ravine:
        condition = st.slider(
            "Condition number", 1, 1000, condition, key="condition", bind="query-params"
        )
    rate = rate_slider("Learning rate η", 0.03, "rate")
    adaptive_rate = rate_slider(
        "η of adaptive rules", 0.1, "adaptive_rate", help=f"For {', '.join(ADAPTIVE)}."
    )
    with st.expander("Start, steps and more"):
        st.markdown("Click the picture to choose the start.")
        angle = is_ravine and st.slider("Angle (°)", 0, 90, 0, 5, key="angle", bind="query-params")
        surface = ravine(condition, angle) if is_ravine else SURFACES[surface_name]
        start = _start(surface)
        steps = st.slider("Steps", 10, MOST_STEPS, 160, 10, key="steps", bind="query-params")
        beta = st.slider("Momentum β", 0.0, 0.99, 0.8, 0.01, key="beta", bind="query-params")
        noise = st.slider("Noise in SGD's g", 0.0, 5.0, 1.0, 0.1, key="noise", bind="query-params")
    rules = {name: _rule(name, rate, adaptive_rate, beta) for name in names}
    return surface, start, steps, rules, noise


def _start(surface: Surface) -> tuple[float, float]:
    x, y = (round(float(value), 2) for value in surface.start)
    key_x, key_y = _start_keys(surface.name)
    return (
        st.slider("Start θ₁", *surface.x_range, x, 0.01, key=key_x, bind="query-params"),
        st.slider("Start θ₂", *surface.y_range, y, 0.01, key=key_y, bind="query-params"),
    )


def _start_keys(surface_name: str) -> tuple[str, str]:
    """Each surface keeps a start of its own, which lies in its own window."""
    return f"{surface_name}_x", f"{surface_name}_y"


def _pick_start(surface_name: str) -> None:
    points = st.session_state["race_picture"].selection.points
    for key, axis in zip(_start_keys(surface_name), "xy", strict=True):
        if points:
            st.session_state[key] = round(points[0][axis], 2)


def _rule(name: str, rate: float, adaptive_rate: float, beta: float) -> Optimizer:
    hyper = {"learning_rate": adaptive_rate if name in ADAPTIVE else rate}
    return OPTIMIZERS[name](**hyper, **({"beta": beta} if name in WITH_BETA else {}))


def _seen(surface: Surface, name: str, noise: float) -> Surface:
    return replace(surface, noise=noise) if name == "SGD" else surface


def _rng() -> np.random.Generator:
    return np.random.default_rng(NOISE_SEED)


def _one_step(
    rules: dict[str, Optimizer],
    surface: Surface,
    start: tuple[float, float],
    steps: int,
    noise: float,
) -> None:
    if not rules:
        st.markdown("Choose an optimizer to see one of its steps.")
        return
    name = choose("Rule", {name: name for name in rules}, "race_rule", wrap=True)
    asked = st.slider("Step", 1, MOST_STEPS, 1, key="race_step", bind="query-params")
    step = min(asked, steps)
    seen = _seen(surface, name, noise)
    before, after = (state_at(rules[name], seen, start, k, _rng()) for k in (step - 1, step))
    st.latex(rf"f(\theta) = {surface.formula}, \quad \theta = (x, y)")
    if not np.isfinite(after["theta"]).all():
        st.markdown(f"{name} has diverged by step {step}.")
        return
    st.markdown(f"Step {step} of {name}, first coordinate:")
    worked(worked_update(rules[name], before, after, 0))
    st.markdown("Everything the step used and kept:")
    st.dataframe(state_table(after), hide_index=True, width="stretch")
    st.markdown(f"The gradient before step {step}, without noise, checked:")
    point = np.asarray(before["theta"])
    checked(
        "gradient",
        check_gradient(lambda theta: float(surface.value(theta)), surface.gradient(point), point),
        ["θ₁", "θ₂"],
    )
