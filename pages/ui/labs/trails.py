"""The computation graph of two LSTM steps, and one trail of the chain rule lit at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import streamlit as st

from engine.by_hand.lstm import total_error, weight_gradient
from engine.by_hand.lstm_example import GATES
from engine.by_hand.lstm_trails import (
    Node,
    Rule,
    Trail,
    contribution,
    summed,
    trails,
    trails_to_gate,
)
from engine.gradcheck import GradientCheck, check_gradient
from engine.types import Array
from pages.figures.base import listed, number
from pages.figures.trails import trails_figure
from pages.figures.trails_ladder import ladder_figure
from pages.figures.trails_sum import describe_sum, sum_figure
from pages.figures.trails_symbols import inline
from pages.figures.trails_walk import GATE_BUTTONS, ROUTES, Walk, route_names
from pages.figures.trails_words import (
    by_bias,
    by_weights,
    describe_walk,
    graph_alt,
    nodes_table,
    parameter_names,
    sum_table,
    trail_alt,
    worked_links,
    worked_product,
)
from pages.handbook.lstm_post import ERRATA
from pages.handbook.model import for_lab
from pages.ui.edit_lstm import edited_example
from pages.ui.lab import DIGITS, checked, choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

GATE, ROUTE = "trails_gate", "trails_route"
GRAPH, SUM = "trails_graph", "trails_sum"


@st.fragment
def lab() -> None:
    """The graph, the trail link by link, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        gate = choose(
            "Trail to the weights of",
            GATE_BUTTONS,
            GATE,
            wrap=True,
            help="The post draws the output gate's trail purple, the update gate's green and the "
            "other two red and blue, without saying which is which.",
        )
        route = _route()
        st.markdown(
            "A trail is one path of the chain rule, from an error back to a use of the weights."
        )
        parts = st.container()
    with picture:
        pictures, editing = st.container(), st.container()
    with editing:
        example = edited_example()
    with pictures:
        walk = _existing(Walk(example, gate, route))
        revealed = _predicted(walk)
        graph = st.container()
        if revealed:
            walk = replace(walk, followed=_links(walk.length))
        with graph:
            _graph(walk, revealed)
        if revealed:
            show(ladder_figure(walk, current_look()), "trails_ladder", trail_alt(walk))
            st.markdown(describe_walk(walk))
    check = _check(walk)
    if revealed:
        with parts:
            _sum(walk)
        _metrics(walk, check)
    drawers(
        "trails",
        mathematics=lambda: _mathematics(walk, check),
        table=lambda: nodes_table(walk),
        code=[Rule, Trail, trails, trails_to_gate, contribution, summed, weight_gradient],
        errata=for_lab(ERRATA, "trails"),
    )


def _route() -> str:
    return st.selectbox(
        "Route",
        list(ROUTES),
        format_func=ROUTES.__getitem__,
        key=ROUTE,
        bind="query-params",
        help="The weights are used in both steps. E₁ is reached from step 1 alone; E₂ from step 2, "
        "and from step 1 over what it passes on: the output a₁ and the cell state C₁.",
    )


def _existing(walk: Walk) -> Walk:
    """The walk, or where there is no such trail another one to the same weights."""
    if walk.route in walk.all_trails:
        return walk
    instead = replace(walk, route=walk.gate)
    st.info(
        r"There is no such trail: $C_1$ is made of $\Gamma_{u,1}$, $\tilde C_1$, $\Gamma_{f,1}$ "
        r"and $C_0$, not of $\Gamma_{o,1}$, so nothing of "
        f"{by_weights(walk.gate)} comes over it. Lit instead: "
        f"{route_names(inline)[instead.route]}.",
        icon=":material/block:",
    )
    return instead


def _links_key(length: int) -> str:
    return f"trails_links_{length}"


def _links(length: int) -> int:
    """How many links are followed; the slider has a key per length of the trail."""
    return st.slider(
        "Links followed", 0, length, length, key=_links_key(length), bind="query-params"
    )


def _predicted(walk: Walk) -> bool:
    def passed() -> str:
        within = replace(walk, gate="o", route="2").trail
        return _way(node.name for node in within.nodes[1:-1])

    return predict(
        "trails",
        (walk.gate, walk.route),
        "The chain rule leads from the error E₂ to the weights of the output gate in step 2. "
        "Which quantities does this trail pass on its way to the gate's pre-activation "
        "$u_{o,2}$?",
        [_way(names) for names in (("a", "T", "C", "Go"), ("a", "Go"), ("a", "C", "Go"))],
        passed,
    )


def _way(names: Iterable[str]) -> str:
    """Quantities of step 2 as a list in Markdown."""
    return listed([inline(Node(name, 2)) for name in names])


def _graph(walk: Walk, revealed: bool) -> None:
    show(
        trails_figure(walk, current_look(), revealed),
        GRAPH,
        graph_alt(walk, revealed),
        on_select=_go,
        selection_mode="points",
    )


def _go() -> None:
    """To the trail of the weights that were clicked, or to the clicked box on the trail."""
    state = st.session_state
    for point in state[GRAPH].selection.points:
        gate, place, length = point["customdata"]
        if gate:
            state[GATE], state[ROUTE] = gate, str(place)
        elif place >= 0:
            state[_links_key(length)] = place


def _sum(walk: Walk) -> None:
    st.markdown("Click a weight, a box of the trail or a bar to go there.")
    show(
        sum_figure(walk, current_look()),
        SUM,
        describe_sum(walk),
        on_select=_go_along,
        selection_mode="points",
    )


def _go_along() -> None:
    """To the trail whose bar was clicked."""
    for point in st.session_state[SUM].selection.points:
        if route := point["customdata"]:
            st.session_state[ROUTE] = route


def _check(walk: Walk) -> GradientCheck:
    """The sum over all trails to the gate's weights and bias beside central differences."""
    example, k = walk.example, GATES.index(walk.gate)
    row, bias = summed(example.W, walk.steps, walk.gate)

    def error(theta: Array) -> float:
        W, b = example.W.copy(), example.b.copy()
        W[k], b[k] = theta[:-1], theta[-1]
        return total_error(replace(example, W=W, b=b))

    return check_gradient(error, np.append(row, bias), np.append(example.W[k], example.b[k]))


def _metrics(walk: Walk, check: GradientCheck) -> None:
    g, count = walk.gate, len(walk.all_trails)
    metrics(
        {
            f"{by_bias(g)}, sum of {count} trails": number(check.analytic[-1]),
            f"{by_bias(g)}, central difference": number(check.numeric[-1]),
            f"Largest error by $W_{g}$ and $b_{g}$": number(check.error, 2),
        }
    )


def _mathematics(walk: Walk, check: GradientCheck) -> None:
    st.markdown("Every link of this trail, its derivative in symbols and in numbers:")
    worked(worked_links(walk))
    st.markdown("The trail is their product; its last link leads to the weights and the bias:")
    worked(worked_product(walk))
    st.markdown(
        f"{by_weights(walk.gate)} is the sum over all {len(walk.all_trails)} trails, and "
        "the backward pass, which adds up on its way, finds the same:"
    )
    table = sum_table(walk)
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        column_config=dict.fromkeys(parameter_names(walk.gate), DIGITS),
    )
    st.markdown("That sum beside central differences of the error:")
    checked("sum over all trails", check, parameter_names(walk.gate))
