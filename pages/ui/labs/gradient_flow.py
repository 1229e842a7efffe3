"""Gradient flow: what is left of a gradient on its way back through an RNN, a GRU and an LSTM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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
from pages.figures.base import number
from pages.figures.gradient_flow import GATES, Norms, flow_figure, units_figure
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
    question,
)
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, metrics, show
from pages.ui.labs.gradient_flow_controls import (
    choose_weights,
    drawn_controls,
    explosion_controls,
)
from pages.ui.labs.gradient_flow_notes import explosion_mathematics, mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

VIEWS = {"lines": "Over time", "units": "Unit by unit"}


@st.fragment
def lab() -> None:
    """Drawn weights or the LSTM that explodes, each with its controls."""
    picture, controls = lab_columns()
    with controls:
        weights = choose_weights()
    (_drawn if weights == "drawn" else _exploding)(picture, controls)


def _drawn(picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    with picture:
        first = st.container()  # the question, whose settings are chosen below
        view = choose("Picture", VIEWS, "flow_view", label_visibility="collapsed", wrap=True)
    with controls:
        choice = drawn_controls(has_lines=view == "lines")
    setting = choice.setting
    flows = {kind: _flow(kind, setting, choice.window) for kind in CELLS}
    norms = _norms(flows, choice.limit)
    with first:
        revealed = predict(
            "gradient_flow",
            choice,
            question(setting.forget_bias, setting.steps),
            [ALL, GATED, LSTM_ALONE, NONE],
            lambda: carriers(norms.shown),
        )
    with picture:
        if view == "lines":
            _show_lines(norms, choice.names, choice.window, revealed)
        else:
            _show_units(flows, revealed)
    if revealed:
        metrics({f"{kind}, back to t = 0": number(norms.shown[kind][0], 3) for kind in CELLS})
    drawers(
        "gradient_flow",
        mathematics=lambda: mathematics(setting, norms),
        table=lambda: flow_table(norms, choice.names),
        code=[gradient_flow, draw_weights, forget_product, clipped],
        errata=for_lab(ERRATA, "gradient_flow"),
    )


def _flow(kind: str, setting: Setting, window: int | None) -> Flow:
    """The flow of one cell; what it does not depend on is left out of the cache's key."""
    own = (
        replace(setting, forget_bias=0.0) if kind == "RNN" else replace(setting, activation="tanh")
    )
    return _computed(kind, *astuple(own), window=window)


@st.cache_data(max_entries=300, show_spinner=False)
def _computed(kind: str, *setting: float | str, window: int | None) -> Flow:
    return flow_of(kind, Setting(*setting), window)


def _norms(flows: Mapping[str, Flow], limit: float | None) -> Norms:
    free: dict[str, Array] = {kind: flow.hidden for kind, flow in flows.items()}
    free["cells"] = flows["LSTM"].cells
    shown = {name: clipped(values, limit) for name, values in free.items()}
    steps = len(free["RNN"]) - 1
    products = {name: forget_product(gate, steps) for name, gate in GATES.items()}
    return Norms(free | products, shown | products, limit)


def _show_lines(norms: Norms, names: Sequence[str], window: int | None, revealed: bool) -> None:
    figure = flow_figure(norms, names, current_look())
    text = describe_flow(norms, names, window)
    show(
        figure if revealed else figure.frame_only(),
        "flow_lines_picture",
        flow_alt(norms, names, text) if revealed else "Axes for the size of gradients over time.",
    )
    if revealed:
        st.markdown(text)


def _show_units(flows: Mapping[str, Flow], revealed: bool) -> None:
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


def _exploding(picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """One unit at rest: its forget gate alone would make gradients vanish."""
    with controls:
        choice = explosion_controls()
    steps, weight, forget = choice.steps, choice.weight, choice.forget
    flow = exploding_flow(weight, forget, steps)
    alone = {"alone": forget_product(forget, steps)}
    free = {"LSTM": flow.hidden, "cells": flow.cells}
    shown = {name: clipped(values, choice.limit) for name, values in free.items()}
    norms, names = Norms(free | alone, shown | alone, choice.limit), [*free, *alone]
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
