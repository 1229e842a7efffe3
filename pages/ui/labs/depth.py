"""Depth: what many layers do to activations and gradients, and what keeps both in range."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.diagnostics import Signals, deep_network, draw_input, propagate
from engine.layers import BatchNorm, Residual
from engine.schemes import SCHEMES
from engine.types import Array
from pages.figures.base import number
from pages.figures.depth import VIEWS
from pages.figures.depth_words import (
    EXPLODES,
    KEEPS,
    VANISHES,
    depth_alt,
    depth_table,
    describe_depth,
    verdict,
)
from pages.handbook.model import for_lab
from pages.handbook.vanishing_gradients import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, metrics, show
from pages.ui.labs.depth_notes import EXAMPLES, Plan, mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

MOST = 50  # layers; a shallower network is the front of the deepest
WIDTHS = (4, 8, 16, 32, 64, 100, 128)
HIDDEN = "The layers of a network; the gradients are still hidden."
VIEW_NAMES = {
    "layers": "Layer by layer",
    "units": "Unit by unit",
    "shares": "Saturated and silent",
}


@st.fragment
def lab() -> None:
    """Controls, one pass through the network, what it shows, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        plan = _controls()
    with picture:
        view = choose("Picture", VIEW_NAMES, "depth_view", label_visibility="collapsed", wrap=True)
    signals = _signals(plan)
    look = current_look()
    with picture:
        revealed = predict(
            "depth",
            plan,
            "On its way from the last layer to the first, what does the gradient of this network "
            "do? (It keeps its size if it changes by less than a factor of 100.)",
            [VANISHES, KEEPS, EXPLODES],
            lambda: verdict(signals.ratio),
        )
        show(
            VIEWS[view](signals, look, revealed),
            f"depth_{view}_picture",
            depth_alt(signals, view) if revealed else HIDDEN,
        )
        if revealed:
            st.markdown(describe_depth(signals))
    if revealed:
        metrics(
            {
                "Gradient, first ÷ last": number(signals.ratio, 3),
                "Saturated activations": f"{signals.saturated.mean():.1%}",
                "Silent activations": f"{signals.silent.mean():.1%}",
            }
        )
    drawers(
        "depth",
        mathematics=lambda: mathematics(plan, signals),
        table=lambda: depth_table(signals),
        code=[deep_network, propagate, BatchNorm, Residual],
        errata=for_lab(ERRATA, "depth"),
    )


def _controls() -> Plan:
    depth = st.slider("Depth (layers)", 1, MOST, 30, key="depth_layers", bind="query-params")
    activation = st.selectbox(
        "Activation",
        [name for name in ACTIVATIONS if name != "linear"],
        format_func=lambda key: ACTIVATIONS[key].name,
        key="depth_activation",
        bind="query-params",
    )
    scheme = st.selectbox(
        "Starting weights",
        list(SCHEMES),
        index=list(SCHEMES).index("xavier_normal"),
        format_func=lambda key: SCHEMES[key].name,
        key="depth_scheme",
        bind="query-params",
    )
    batch_norm = st.toggle("Batch norm", key="depth_norm", bind="query-params")
    residual = st.toggle("Residual connections", key="depth_residual", bind="query-params")
    scale = None
    if residual:
        scale = st.slider(
            "Scale of the branch", 0.0, 2.0, 0.1, 0.05, key="depth_scale", bind="query-params"
        )
    with st.expander("Width and seed"):
        width = st.select_slider(
            "Width (units)", WIDTHS, 100, key="depth_width", bind="query-params"
        )
        seed = st.slider("Seed of the draws", 0, 20, 0, key="depth_seed", bind="query-params")
    return Plan(depth, width, activation, scheme, batch_norm, scale, seed)


def _signals(plan: Plan) -> Signals:
    """One pass of standard normal inputs forward, and of a normal gradient of norm 1 back."""
    network = plan.network(plan.depth, plan.width)
    theta, x, dy = _drawn(plan.width, plan.scheme, plan.batch_norm, plan.seed)
    return propagate(network, theta[: network.size], x, dy)


@st.cache_resource(max_entries=6, show_spinner=False)
def _drawn(width: int, scheme: str, batch_norm: bool, seed: int) -> tuple[Array, Array, Array]:
    """theta of the deepest network, inputs and gradients; shared, so they cannot be written."""
    rng = np.random.default_rng(seed)
    x, dy = draw_input(rng, EXAMPLES, width)
    deepest = deep_network(MOST, width, "linear", batch_norm)
    theta = deepest.initialize(rng, SCHEMES[scheme].draw)
    dy = dy / np.linalg.norm(dy)
    for array in (theta, x, dy):
        array.flags.writeable = False
    return theta, x, dy
