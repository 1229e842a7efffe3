"""Initializations: what every way to draw the weights does to a gradient under every activation."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.diagnostics import Signals, deep_network, draw_input, propagate
from engine.initializers import he_normal, xavier_uniform
from engine.schemes import SCHEMES
from engine.studies.initialization_table import draw_networks, gradient_ratios
from engine.studies.signal_propagation import Expected, expected_signals
from engine.types import Array
from pages.figures.initializations import (
    cell_alt,
    cell_figure,
    column_name,
    describe_cell,
    describe_table,
    table_alt,
    table_figure,
    table_rows,
)
from pages.handbook.model import for_lab
from pages.handbook.vanishing_gradients import ERRATA
from pages.ui.lab import drawers, lab_columns, show
from pages.ui.labs.initialization_notes import WIDTH, mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

COLUMNS = ("sigmoid", "tanh", "relu", "leaky_relu", "selu")
EXAMPLES = 8
DEPTHS = (1, 2, 5, 10, 20, 30, 40, 50)
ASKED = ("xavier_normal", "he_normal", "unit_normal")  # the answers of the question, for ReLU
HIDDEN = "Empty table: ways to draw the starting weights by activation."


@st.fragment
def lab() -> None:
    """Controls, the table, the chosen cell, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        depth, activation, scheme, seed = _controls()
    table = _table(depth, seed)
    chosen = (activation, scheme)
    look = current_look()
    with picture:
        revealed = predict(
            "initializations",
            (depth, activation, scheme, seed),
            f"{depth} layers of ReLU: which starting weights keep the gradient nearest its size?",
            [SCHEMES[key].name for key in ASKED],
            lambda: SCHEMES[_steadiest(table["relu"])].name,
        )
        show(
            table_figure(table, chosen, look, revealed),
            "init_table",
            table_alt(table) if revealed else HIDDEN,
            on_select=_pick,
            selection_mode="points",
        )
        if revealed:
            st.markdown(describe_table(table))
    signals, expected = _cell(depth, activation, scheme, seed)
    if revealed:
        st.header("The chosen cell, layer by layer", anchor=False)
        words = (chosen, depth, WIDTH, signals, expected)
        show(cell_figure(signals, expected, look), "init_cell", cell_alt(*words))
        st.markdown(describe_cell(*words))
    drawers(
        "initializations",
        mathematics=lambda: mathematics(activation, scheme, signals, expected),
        table=lambda: table_rows(table, _expected_table(depth), WIDTH),
        code=[xavier_uniform, he_normal, gradient_ratios, expected_signals],
        errata=for_lab(ERRATA, "initializations"),
    )


def _controls() -> tuple[int, str, str, int]:
    depth = st.select_slider("Depth (layers)", DEPTHS, 30, key="init_depth", bind="query-params")
    activation = st.selectbox(
        "Activation",
        COLUMNS,
        index=COLUMNS.index("relu"),
        format_func=lambda key: ACTIVATIONS[key].name,
        key="init_activation",
        bind="query-params",
    )
    scheme = st.selectbox(
        "Starting weights",
        list(SCHEMES),
        index=list(SCHEMES).index("xavier_normal"),
        format_func=lambda key: SCHEMES[key].name,
        key="init_scheme",
        bind="query-params",
    )
    seed = st.slider("Seed of the draws", 0, 5, 0, key="init_seed", bind="query-params")
    return depth, activation, scheme, seed


def _pick() -> None:
    points = st.session_state["init_table"].selection.points
    if points:
        names = {column_name(key): key for key in COLUMNS}
        rows = {scheme.name: key for key, scheme in SCHEMES.items()}
        st.session_state["init_activation"] = names[points[0]["x"]]
        st.session_state["init_scheme"] = rows[points[0]["y"]]


def _steadiest(ratios: Array) -> str:
    """Among ASKED the weights whose ratio is nearest 1, as a factor."""
    logs = dict(zip(SCHEMES, ratios, strict=True))
    return min(ASKED, key=lambda key: abs(np.log(logs[key])))


@st.cache_data(max_entries=64, show_spinner="Running every network")
def _table(depth: int, seed: int) -> dict[str, Array]:
    """For each activation the gradient's ratio by scheme, in SCHEMES' order."""
    weights, x, dy = draw_networks(list(SCHEMES.values()), depth, WIDTH, EXAMPLES, seed)
    return {key: gradient_ratios(weights, ACTIVATIONS[key], x, dy) for key in COLUMNS}


def _cell(depth: int, activation: str, scheme: str, seed: int) -> tuple[Signals, Expected]:
    """The network of one cell again, with all its layers, and what theory expects of it."""
    network = deep_network(depth, WIDTH, activation)
    rng = np.random.default_rng(seed)
    x, dy = draw_input(rng, EXAMPLES, WIDTH)
    theta = network.initialize(rng, SCHEMES[scheme].draw)
    return propagate(network, theta, x, dy), _theory(activation, scheme, depth)


def _theory(activation: str, scheme: str, depth: int) -> Expected:
    return expected_signals(ACTIVATIONS[activation], SCHEMES[scheme].gain(WIDTH), depth)


def _expected_table(depth: int) -> dict[str, Array]:
    return {
        activation: np.array(
            [_theory(activation, scheme, depth).gradient_norms[0] for scheme in SCHEMES]
        )
        for activation in COLUMNS
    }
