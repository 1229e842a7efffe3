"""A recurrent network drawn once for every step, and which output reacts to which input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.by_hand.rnn import hidden_states, outputs, through_time
from engine.by_hand.sequence_text import LONGEST, read_numbers
from engine.by_hand.unrolled import (
    SEQUENCES,
    Unrolled,
    at_kink,
    check_by_inputs,
    drawn,
    outputs_by_inputs,
)
from engine.gradcheck import GradientCheck
from engine.printed.recurrent import printed_hidden_states
from engine.types import Array
from pages.figures.backprop_steps import label
from pages.figures.base import number
from pages.figures.unrolled import unrolled_alt, unrolled_figure
from pages.figures.unrolled_reach import (
    describe_reach,
    describe_step,
    reach_alt,
    reach_figure,
    unrolled_table,
    weights_alt,
    weights_figure,
    which_outputs,
)
from pages.figures.unrolled_worked import worked_step
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, metrics, show, worked
from pages.ui.labs.unrolled_notes import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

RULES = ("tanh", "relu")
KINDS = {"own": "Own numbers", "impulse": "Impulse", "alternating": "Alternating", "wave": "Wave"}
TYPED = "1, 0, -0.5, 0.5, 0"
FIELD = "unrolled_numbers"
GOOD = "unrolled_last_good"


@st.fragment
def lab() -> None:
    """Controls, the network over time, what reacts to what, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        net, lit, settings = _controls()
    right, printed = (replace(net, reset=reset) for reset in (False, True))
    by_reset = {net.reset: outputs_by_inputs(net) for net in (right, printed)}
    reactions = {reset: found[:, 0, :, 0] for reset, found in by_reset.items()}
    check = check_by_inputs(net, by_reset[net.reset])
    look = current_look()
    with picture:
        revealed = predict(
            "unrolled",
            settings,
            "The printed listing sets h₀ to zeros inside its loop over t. Run it so, then change "
            f"the first of the {len(net.x)} inputs: which outputs change?",
            [f"y₁ to {_last(net)}", "y₁ alone", f"{_last(net)} alone"],
            lambda: which_outputs(reactions[True]),
        )
        show(
            unrolled_figure(net, lit, look),
            "unrolled_picture",
            unrolled_alt(net, lit),
            on_select=lambda: _light(len(net.x)),
            selection_mode="points",
        )
        st.markdown(describe_step(net, lit))
        if revealed:
            st.markdown(describe_reach(reactions[False], reactions[True], net.reset))
        worked(worked_step(net, lit))
    if revealed:
        _reach(net, reactions[net.reset], lit)
        _metrics(net, reactions, check)
    drawers(
        "unrolled",
        mathematics=lambda: mathematics(net, check, lit),
        table=lambda: unrolled_table(net, reactions[net.reset]),
        code=[hidden_states, printed_hidden_states, outputs, outputs_by_inputs, through_time],
        errata=for_lab(ERRATA, "unrolled"),
    )


def _controls() -> tuple[Unrolled, int, tuple[object, ...]]:
    """The network, the lit step from 1, and all settings."""
    x = _sequence()
    lit = 1
    if len(x) > 1:  # a slider needs two ends
        lit = st.slider(
            "Lit step t", 1, len(x), min(3, len(x)), key=_lit_key(len(x)), bind="query-params"
        )
    reset = st.toggle(
        "Printed reset of h₀",
        key="unrolled_reset",
        bind="query-params",
        help="The handbook's listing sets h₀ to 0 inside its loop over t: erratum H111.",
    )
    radius = st.slider(
        "Recurrent weights: spectral radius ρ",
        *(0.0, 2.0, 0.9, 0.05),
        key="unrolled_radius",
        bind="query-params",
    )
    rule = choose("Activation", {r: ACTIVATIONS[r].name for r in RULES}, "unrolled_rule", wrap=True)
    with st.expander("Units, scale and seed"):
        units = st.slider("Hidden units", 1, 4, 2, key="unrolled_units", bind="query-params")
        scale = st.slider(
            "Scale of the other weights",
            *(0.1, 2.0, 1.0, 0.1),
            key="unrolled_scale",
            bind="query-params",
        )
        seed = st.slider("Seed of the weights", 0, 20, 0, key="unrolled_seed", bind="query-params")
    weights = drawn(np.random.default_rng(seed), units, radius, scale)
    net = Unrolled(weights, np.array(x)[:, None], rule, reset)
    return net, lit, (x, lit, reset, radius, rule, units, scale, seed)


def _sequence() -> tuple[float, ...]:
    """The inputs: typed, or one of SEQUENCES over a chosen number of steps."""
    kind = st.selectbox(
        "Sequence x",
        list(KINDS),
        format_func=KINDS.__getitem__,
        key="unrolled_kind",
        bind="query-params",
    )
    if kind in SEQUENCES:
        steps = st.slider("Steps T", 1, LONGEST, 8, key="unrolled_steps", bind="query-params")
        return tuple(float(v) for v in SEQUENCES[kind](steps))
    text = st.text_input(
        "Inputs x₁, x₂, ...",
        TYPED,
        key=FIELD,
        bind="query-params",
        help=f"1 to {LONGEST} numbers, separated by commas or spaces.",
    )
    x, problem = read_numbers(text or "")
    if problem is None:
        st.session_state[GOOD] = x
        return x
    st.warning(f"{problem} The last good sequence stays.", icon=":material/edit_off:")
    return st.session_state.get(GOOD) or read_numbers(TYPED)[0]


def _lit_key(steps: int) -> str:
    return f"unrolled_lit_{steps}"


def _light(steps: int) -> None:
    """Lights the step that was clicked on; the state h₀ belongs to none."""
    for point in st.session_state["unrolled_picture"].selection.points:
        if steps > 1 and point["customdata"][0]:
            st.session_state[_lit_key(steps)] = point["customdata"][0]


def _last(net: Unrolled) -> str:
    return label(f"y{len(net.x)}")


def _reach(net: Unrolled, reactions: Array, lit: int) -> None:
    """What reacts to what, beside the weights that make it so."""
    left, right = st.columns(2, gap="large")
    look = current_look()
    with left:
        st.markdown("**Which output reacts to which input:** $\\partial y_t / \\partial x_s$")
        show(reach_figure(reactions, lit, look), "unrolled_reach", reach_alt(reactions))
    with right:
        st.markdown("**The weights, the same at every step**")
        show(weights_figure(net.p, look), "unrolled_weights", weights_alt(net.p))


def _metrics(net: Unrolled, reactions: dict[bool, Array], check: GradientCheck) -> None:
    name = f"∂{_last(net)}/∂x₁"
    metrics(
        {
            f"{name}, h₀ set before the loop": number(float(reactions[False][-1, 0]), 3),
            f"{name}, h₀ set inside it": number(float(reactions[True][-1, 0]), 3),
            "Largest error against differences": (
                "at a kink" if at_kink(net, check) else number(check.error, 2)
            ),
        }
    )
