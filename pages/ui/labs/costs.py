"""Costs: parameters, multiplications, waiting and memory of RNN, GRU and LSTM, and of attention."""

from __future__ import annotations

import streamlit as st

from engine.by_hand.rnn import parameter_count
from engine.studies.cell_timing import cell_seconds, timed_size
from engine.studies.sequence_costs import (
    Stack,
    attention_products,
    overtaken_from,
    step_products,
    waiting_steps,
)
from pages.figures.base import counted
from pages.figures.costs import (
    CELLS,
    LENGTHS,
    VIEWS,
    Plan,
    lines_figure,
    parameters_figure,
)
from pages.figures.costs_words import (
    DESCRIBE,
    costs_alt,
    costs_table,
    describe_timing,
    ratio,
    times,
    timing_table,
)
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import DIGITS, choose, drawers, lab_columns, metrics, show
from pages.ui.labs.costs_notes import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

SIZES = tuple(2**k for k in range(10))  # 1 to 512
BATCHES = tuple(2**k for k in range(9))
VIEW_NAMES = {
    "parameters": "Parameters",
    "work": "Multiplications",
    "leading": "Leading terms",
    "waiting": "Steps in a row",
    "memory": "Memory",
}
HIDDEN = "The parameters of a plain RNN; those of the other cells are still hidden."
FACTORS = (2.0, 3.0, 4.0, 8.0)


@st.fragment
def lab() -> None:
    """Controls, the picture of one cost, what it says, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        plan = _controls()
    with picture:
        view = choose("Cost", VIEW_NAMES, "costs_view", label_visibility="collapsed", wrap=True)
        revealed = predict(
            "costs",
            (plan, view),
            "How many times the parameters of a plain RNN does an LSTM with the same inputs and "
            "units have?",
            [times(factor) for factor in FACTORS],
            lambda: times(ratio(plan)),
        )
        look = current_look()
        if view == "parameters":
            figure = parameters_figure(plan, look, CELLS if revealed else CELLS[:1])
        else:
            figure = lines_figure(VIEWS[view](plan), plan.steps, look)
            figure = figure if revealed else figure.frame_only()
        show(
            figure,
            f"costs_{view}_picture",
            costs_alt(view, plan) if revealed else HIDDEN,
        )
        if revealed:
            st.markdown(DESCRIBE[view](plan))
    if revealed:
        _metrics(plan)
        _measured(plan)
    drawers(
        "costs",
        mathematics=lambda: mathematics(plan),
        table=lambda: costs_table(plan),
        code=[parameter_count, step_products, attention_products, waiting_steps],
        errata=for_lab(ERRATA, "costs"),
    )


def _controls() -> Plan:
    d = st.select_slider("Inputs D", SIZES, 32, key="costs_inputs", bind="query-params")
    h = st.select_slider("Units H", SIZES, 64, key="costs_units", bind="query-params")
    lengths = [int(length) for length in LENGTHS]
    steps = st.select_slider("Length T", lengths, 256, key="costs_steps", bind="query-params")
    layers = st.slider("Layers", 1, 4, 1, key="costs_layers", bind="query-params")
    with st.expander("Batch and parameters"):
        batch = st.select_slider("Batch size", BATCHES, 1, key="costs_batch", bind="query-params")
        twice = st.toggle(
            "Two bias vectors",
            key="costs_biases",
            bind="query-params",
            help="As in PyTorch: one beside the inputs and one beside the state.",
        )
        peepholes = st.toggle(
            "Peepholes",
            key="costs_peepholes",
            bind="query-params",
            help="From the cell state of an LSTM to its gates, Gers & Schmidhuber 2000.",
        )
    return Plan(Stack(d, h, layers), steps, batch, peepholes, 1 + twice)


def _metrics(plan: Plan) -> None:
    chain, at_once = (int(v) for v in waiting_steps(plan.stack, plan.steps))
    overtaken = overtaken_from(plan.stack, peepholes=plan.peepholes)
    metrics(
        {
            "Parameters, LSTM against RNN": times(ratio(plan)),
            "Steps in a row, recurrent and attention": f"{chain:,} and {at_once:,}",
            "Attention costs more than LSTM from": f"T = {overtaken:,}",
        }
    )


def _measured(plan: Plan) -> None:
    """The engine's cells timed on request, beside what the counts say."""
    st.header("Measured here", anchor=False)
    steps, batch = timed_size(plan.stack, plan.steps, plan.batch)
    st.markdown(
        f"The cells of this engine, {counted(steps, 'step')} of {counted(batch, 'sequence')}, "
        "forward and backward in float32."
    )
    if not st.button("Measure", key="measure_costs", icon=":material/timer:"):
        return
    with st.spinner("Timing three cells"):
        seconds = cell_seconds(plan.stack, steps, batch)
    table = timing_table(plan, seconds)
    st.dataframe(
        table, hide_index=True, width="stretch", column_config=dict.fromkeys(table, DIGITS)
    )
    st.markdown(describe_timing(plan, seconds))
