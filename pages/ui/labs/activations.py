"""Activation explorer: any functions together, their slopes, and a point to move along them."""

from __future__ import annotations

import streamlit as st

from engine.activations import ACTIVATIONS, leaky_relu
from engine.gradcheck import check_gradient
from pages.figures.activations import (
    REACH,
    Chosen,
    activation_figure,
    activations_alt,
    curve_table,
    describe_point,
    largest_slope,
    point_table,
)
from pages.figures.base import number
from pages.figures.update_rules import latex_number
from pages.handbook.foundations import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, show
from pages.ui.look import current_look
from pages.ui.predict import predict


@st.fragment
def lab() -> None:
    """Controls, the curves, what the point shows, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        chosen, focus, z0 = _controls()
    with picture:
        revealed = predict(
            "activations",
            (tuple(chosen), focus, z0),
            "How steep is the sigmoid where it is steepest?",
            ["0.1", "0.25", "0.5", "1"],
            lambda: number(largest_slope(ACTIVATIONS["sigmoid"])),
        )
        show(
            activation_figure(chosen, focus, z0, current_look(), derivatives=revealed),
            "activations_picture",
            activations_alt(chosen, focus, z0, derivatives=revealed),
        )
        if focus in chosen and revealed:
            st.markdown(describe_point(chosen[focus], z0))
    if revealed and chosen:
        st.dataframe(point_table(chosen, z0), hide_index=True, width="stretch", column_config=ERROR)
    drawers(
        "activations",
        mathematics=lambda: _mathematics(chosen, z0),
        table=lambda: curve_table(chosen),
        code=[rule for name in chosen for rule in (chosen[name].f, chosen[name].df)],
        errata=for_lab(ERRATA, "activations"),
    )


ERROR = {"error": st.column_config.NumberColumn(format="%.1e")}


def _controls() -> tuple[Chosen, str, float]:
    names = st.pills(
        "Functions",
        list(ACTIVATIONS),
        selection_mode="multi",
        default=["sigmoid", "tanh", "relu"],
        format_func=_name,
        key="functions",
        bind="query-params",
        wrap=True,
    )
    focus = st.selectbox(
        "Point and tangent on",
        names or list(ACTIVATIONS),
        format_func=_name,
        key="focus",
        bind="query-params",
    )
    z0 = st.slider("Point z", -REACH, REACH, 0.0, 0.05, key="z", bind="query-params")
    slope = 0.01
    if "leaky_relu" in names:
        slope = st.slider(
            "Slope of leaky ReLU", 0.0, 0.5, slope, 0.01, key="slope", bind="query-params"
        )
    table = ACTIVATIONS | {"leaky_relu": leaky_relu(slope)}
    return {name: table[name] for name in names}, focus, z0


def _name(key: str) -> str:
    return ACTIVATIONS[key].name


def _mathematics(chosen: Chosen, z0: float) -> None:
    for rule in chosen.values():
        st.markdown(f"**{rule.name}** ({rule.source})")
        st.latex(rf"f(z) = {rule.formula} \qquad f'(z) = {rule.derivative}")
        st.latex(
            rf"f({z0:g}) = {latex_number(float(rule.f(z0)))} \qquad "
            rf"f'({z0:g}) = {latex_number(float(rule.df(z0)))}"
        )
        if z0 in rule.kinks:
            st.markdown("A kink: the slope is a convention, and no difference can check it.")
        else:
            checked(
                "f′(z)", check_gradient(lambda z, f=rule.f: float(f(z)), rule.df(z0), z0), ["z"]
            )
