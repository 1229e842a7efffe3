"""The cliff: plain descent is thrown off it, clipped descent climbs down."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import streamlit as st

from engine.clipping import CLIPPINGS, norm
from engine.descent import descend
from engine.gradcheck import check_gradient
from engine.optimizers import GD
from engine.studies.cliff import CLIFFS, clipped, unit_gradient, unit_loss
from engine.surfaces import Surface
from pages.figures.base import number
from pages.figures.cliff import (
    CLIPPED,
    DOWN,
    FREE,
    LOST,
    THROWN,
    cliff_alt,
    cliff_table,
    describe_cliff,
    loss_alt,
    loss_figure,
    outcome,
)
from pages.figures.clipping import LABELS
from pages.figures.contour import contour_figure
from pages.figures.update_rules import latex_number
from pages.handbook.exploding_gradients import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

NAMES = {"unit": ("weight w", "bias b"), "chain": ("weight w, used T times", "last weight a")}
SURFACE_LABELS = {kind: make(2).label for kind, make in CLIFFS.items()}
LIMITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
RULES = {rule: LABELS[rule] for rule in ("norm", "value", "layer", "always")}


@st.fragment
def lab() -> None:
    """Controls, both paths, what became of them, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        kind, surface, start, rate, rule, limit, steps = _controls()
    runs = {
        FREE: descend(GD(rate), surface, start, steps),
        CLIPPED: descend(GD(rate), clipped(surface, rule, limit), start, steps),
    }
    look = current_look()
    with picture:
        revealed = predict(
            "cliff",
            (surface.formula, start, rate, rule, limit, steps),
            "What does plain gradient descent do at this cliff, without clipping?",
            [DOWN, THROWN, LOST],
            lambda: outcome(runs[FREE]),
        )
        shown = runs if revealed else {}
        show(
            contour_figure(surface, shown, start, look, names=NAMES[kind]),
            "cliff_picture",
            cliff_alt(surface, shown),
            on_select=partial(_pick_start, kind),
            selection_mode="points",
        )
        if revealed:
            st.markdown(describe_cliff(runs))
    if revealed:
        show(loss_figure(runs, look), "cliff_loss", loss_alt(runs))
    drawers(
        "cliff",
        mathematics=lambda: _mathematics(surface, start, rate, rule, limit),
        table=lambda: cliff_table(runs),
        code=[unit_loss, unit_gradient, clipped, CLIPPINGS[rule]],
        errata=for_lab(ERRATA, "cliff"),
    )


@cache
def _surface(kind: str, steps: int) -> Surface:
    return CLIFFS[kind](steps)


def _controls() -> tuple[str, Surface, tuple[float, float], float, str, float, int]:
    kind = st.selectbox(
        "Loss",
        list(CLIFFS),
        format_func=SURFACE_LABELS.__getitem__,
        key="cliff_surface",
        bind="query-params",
    )
    depth = st.slider("Steepness: steps T", 2, 60, 50, key="cliff_depth", bind="query-params")
    surface = _surface(kind, depth)
    rate = rate_slider("Learning rate η", 1.0, "cliff_rate")
    rule = st.selectbox(
        "Clipping",
        list(RULES),
        format_func=RULES.__getitem__,
        key="cliff_clip",
        bind="query-params",
    )
    limit = st.select_slider(
        "Limit c", LIMITS, 0.1, format_func="{:g}".format, key="cliff_limit", bind="query-params"
    )
    with st.expander("Start and steps"):
        st.markdown("Click the picture to choose the start.")
        start = _start(kind, surface)
        steps = st.slider("Updates", 10, 200, 100, 10, key="cliff_steps", bind="query-params")
    return kind, surface, start, rate, rule, limit, steps


def _start(kind: str, surface: Surface) -> tuple[float, float]:
    x, y = surface.start
    key_x, key_y = _keys(kind)
    return (
        st.slider("Start θ₁", *surface.x_range, x, 0.01, key=key_x, bind="query-params"),
        st.slider("Start θ₂", *surface.y_range, y, 0.01, key=key_y, bind="query-params"),
    )


def _keys(kind: str) -> tuple[str, str]:
    """Each surface keeps a start of its own, which lies in its own window."""
    return f"cliff_{kind}_x", f"cliff_{kind}_y"


def _pick_start(kind: str) -> None:
    points = st.session_state["cliff_picture"].selection.points
    for key, axis in zip(_keys(kind), "xy", strict=True):
        if points:
            st.session_state[key] = round(points[0][axis], 2)


def _mathematics(
    surface: Surface, start: tuple[float, float], rate: float, rule: str, limit: float
) -> None:
    st.latex(rf"L = {surface.formula}")
    gradient = surface.gradient(start)
    length = norm(gradient)
    used = np.array(clipped(surface, rule, limit).df(*start))
    st.markdown("The first step, from the start:")
    worked(
        [
            (
                r"\lVert g\rVert",
                rf"\lVert[{latex_number(gradient[0])},\ {latex_number(gradient[1])}]\rVert"
                rf" = {latex_number(length)}",
            ),
            (
                r"\eta\,\lVert\mathrm{clip}(g, c)\rVert",
                rf"{latex_number(rate)}\cdot {latex_number(norm(used))}"
                rf" = {latex_number(rate * norm(used))}",
            ),
        ]
    )
    check = check_gradient(lambda p: float(surface.value(p)), gradient, np.asarray(start))
    share = norm(check.analytic - check.numeric) / length if length else 0.0
    st.markdown(f"The gradient at the start, checked; off by {number(share, 1)} of its length:")
    checked("gradient", check, ["θ₁", "θ₂"])
