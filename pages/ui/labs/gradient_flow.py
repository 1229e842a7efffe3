"""Gradient flow: what is left of a gradient on its way back through an RNN, a GRU and an LSTM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace

import streamlit as st

from engine.recurrent import Flow, gradient_flow
from engine.studies.sequence_flow import (
    Setting,
    clipped,
    draw_weights,
    exploding_factor,
    exploding_flow,
    exploding_lstm,
    flow_of,
    forget_product,
)
from engine.types import Array
from pages.figures.base import counted, number
from pages.figures.gradient_flow import LINES, Norms, flow_figure, units_figure
from pages.figures.gradient_flow_words import (
    ALL,
    CELLS,
    GATED,
    LSTM_ALONE,
    NONE,
    carriers,
    describe_explosion,
    describe_flow,
    describe_units,
    flow_alt,
    flow_table,
)
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, metrics, show
from pages.ui.labs.gradient_flow_notes import explosion_mathematics, mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

WEIGHTS = {"drawn": "Drawn at random", "exploding": "The LSTM that explodes"}
VIEWS = {"lines": "Over time", "units": "Unit by unit"}
RULES = {"tanh": "tanh", "relu": "ReLU"}
OFTEN = ("RNN", "LSTM", "cells", "GRU", "half", "near")
GATES = {"half": 0.5, "near": 0.99}
NO_LIMIT, LIMITS = "no limit", ("1", "10", "100", "1000")
NO_WINDOW, WINDOWS = "no cut", ("5", "10", "20", "30", "40")


@st.fragment
def lab() -> None:
    """Drawn weights or the LSTM that explodes, each with its controls."""
    picture, controls = lab_columns()
    with controls:
        weights = st.selectbox(
            "Weights",
            list(WEIGHTS),
            format_func=WEIGHTS.__getitem__,
            key="flow_weights",
            bind="query-params",
        )
    (_drawn if weights == "drawn" else _exploding)(picture, controls)


def _drawn(picture, controls) -> None:
    with controls:
        setting, names, limit, window = _controls()
    with picture:
        revealed = predict(
            "gradient_flow",
            (setting, tuple(names), limit, window),
            f"The forget-gate bias is {setting.forget_bias:g}. RNN, LSTM, GRU: which of them keep "
            "a thousandth or more of the gradient by their hidden state over "
            f"{counted(setting.steps, 'step')} back?",
            [ALL, GATED, LSTM_ALONE, NONE],
            lambda: carriers(norms.shown),
        )
        view = choose("Picture", VIEWS, "flow_view", label_visibility="collapsed", wrap=True)
        flows = {kind: _flow(kind, setting, window) for kind in CELLS}
        norms = _norms(flows, limit)
        (_show_lines if view == "lines" else _show_units)(flows, norms, names, window, revealed)
    if revealed:
        metrics({f"{kind}, back to t = 0": number(norms.shown[kind][0], 3) for kind in CELLS})
    drawers(
        "gradient_flow",
        mathematics=lambda: mathematics(setting, norms),
        table=lambda: flow_table(norms, names),
        code=[gradient_flow, draw_weights, forget_product, clipped],
        errata=for_lab(ERRATA, "gradient_flow"),
    )


def _controls() -> tuple[Setting, list[str], float | None, int | None]:
    steps = st.slider("Time steps T", 2, 100, 50, key="flow_steps", bind="query-params")
    radius = st.slider(
        "Spectral radius ρ",
        0.1,
        2.0,
        1.0,
        0.05,
        key="flow_radius",
        bind="query-params",
        help="Of the recurrent weights, those of each gate and of the candidate.",
    )
    bias = st.slider(
        "Forget-gate bias",
        -3.0,
        6.0,
        1.0,
        0.5,
        key="flow_bias",
        bind="query-params",
        help="Of the LSTM's forget gate; the GRU's update gate, which keeps its state, gets it "
        "too. The RNN has no gate.",
    )
    rule = choose("Activation of the RNN", RULES, "flow_rule")
    names = st.pills(
        "Lines",
        OFTEN,
        selection_mode="multi",
        default=OFTEN,
        format_func=lambda key: LINES[key].name,
        key="flow_lines",
        bind="query-params",
        wrap=True,
    )
    with st.expander("Clipping and truncation"):
        limit = _limit()
        window = st.select_slider(
            "Cut every (steps)", (NO_WINDOW, *WINDOWS), key="flow_window", bind="query-params"
        )
    with st.expander("Units, inputs and seed"):
        hidden = st.slider("Hidden units", 1, 16, 8, key="flow_units", bind="query-params")
        scale = st.slider(
            "Scale of the inputs", 0.0, 3.0, 1.0, 0.1, key="flow_inputs", bind="query-params"
        )
        seed = st.slider("Seed", 0, 20, 0, key="flow_seed", bind="query-params")
    setting = Setting(steps, radius, bias, rule, hidden, scale, seed)
    return setting, list(names), limit, None if window == NO_WINDOW else int(window)


def _limit() -> float | None:
    limit = st.select_slider(
        "Clip the norm at each step",
        (NO_LIMIT, *LIMITS),
        key="flow_limit",
        bind="query-params",
    )
    return None if limit == NO_LIMIT else float(limit)


def _flow(kind: str, setting: Setting, window: int | None) -> Flow:
    """The flow of one cell; what it does not depend on is left out of the cache's key."""
    own = (
        replace(setting, forget_bias=0.0) if kind == "RNN" else replace(setting, activation="tanh")
    )
    return _computed(kind, *astuple(own), window=window)


@st.cache_data(max_entries=300, show_spinner=False)
def _computed(kind: str, *setting: float | str, window: int | None) -> Flow:
    return flow_of(kind, Setting(*setting), window)  # type: ignore[arg-type]


def _norms(flows: Mapping[str, Flow], limit: float | None) -> Norms:
    free: dict[str, Array] = {kind: flow.hidden for kind, flow in flows.items()}
    free["cells"] = flows["LSTM"].cells
    shown = {name: clipped(values, limit) for name, values in free.items()}
    steps = len(free["RNN"]) - 1
    products = {name: forget_product(gate, steps) for name, gate in GATES.items()}
    return Norms(free | products, shown | products, limit)


def _show_lines(flows, norms: Norms, names: list[str], window: int | None, revealed: bool) -> None:
    figure = flow_figure(norms, names, current_look())
    text = describe_flow(norms, names, window)
    show(
        figure if revealed else figure.frame_only(),
        "flow_lines_picture",
        flow_alt(norms, names, text) if revealed else "Axes for the size of gradients over time.",
    )
    if revealed:
        st.markdown(text)


def _show_units(flows, norms: Norms, names: list[str], window: int | None, revealed: bool) -> None:
    kind = choose("Cell", {name: name for name in CELLS}, "flow_cell")
    units = flows[kind].units
    figure = units_figure(units, current_look())
    text = describe_units(kind, units)
    show(
        figure if revealed else figure.frame_only(),
        "flow_units_picture",
        f"Heat map over time steps and units. {text.replace('*', '')}"
        if revealed
        else "Axes for a heat map over time steps and units.",
    )
    if revealed:
        st.markdown(text)


def _exploding(picture, controls) -> None:
    """One unit at rest: its forget gate alone would make gradients vanish."""
    with controls:
        steps = st.slider("Time steps T", 2, 100, 20, key="explode_steps", bind="query-params")
        weight = st.slider(
            "Weight of h in the candidate",
            -12.0,
            12.0,
            8.0,
            0.5,
            key="explode_weight",
            bind="query-params",
        )
        forget = st.slider(
            "Forget gate f", 0.05, 0.95, 0.5, 0.05, key="explode_forget", bind="query-params"
        )
        limit = _limit()
    flow = exploding_flow(weight, forget, steps)
    free = {"LSTM": flow.hidden, "cells": flow.cells, "alone": forget_product(forget, steps)}
    shown = {name: v if name == "alone" else clipped(v, limit) for name, v in free.items()}
    norms, names = Norms(free, shown, limit), list(free)
    text = describe_explosion(norms, exploding_factor(weight, forget))
    with picture:
        show(
            flow_figure(norms, names, current_look()),
            "flow_lines_picture",
            flow_alt(norms, names, text),
        )
        st.markdown(text)
    drawers(
        "gradient_flow",
        mathematics=lambda: explosion_mathematics(weight, forget, steps, flow),
        table=lambda: flow_table(norms, names),
        code=[exploding_lstm, exploding_factor, exploding_flow, clipped],
        errata=for_lab(ERRATA, "gradient_flow"),
    )
