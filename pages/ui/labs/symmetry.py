"""Symmetry: hidden units that start with equal weights stay copies, until something differs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.layers import Dropout
from engine.optimizers import GD
from engine.studies.symmetry import (
    LOSS,
    SymmetryRun,
    distinct_units,
    one_hidden_layer,
    start_theta,
    train_hidden,
)
from engine.studies.xor import corners
from engine.types import Array
from pages.figures.depth import entry_names
from pages.figures.symmetry import (
    ALL,
    ONE,
    SOME,
    describe_symmetry,
    symmetry_alt,
    symmetry_figure,
    symmetry_table,
    verdict,
)
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.vanishing_gradients import ERRATA
from pages.ui.lab import checked, choose, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

START_NAMES = {"equal": "0.5", "zeros": "0", "random": "Random"}
NOISES = (0.0, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3)
KINDS = ("tanh", "sigmoid", "relu")
FASTEST = 1.0  # beyond it equal units drift apart by rounding alone
HIDDEN = "Empty axes: incoming weights of the hidden units over the steps."


@st.fragment
def lab() -> None:
    """Controls, weights and losses over the steps, what they show, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        start, settings = _controls()
    units, _, _, steps, _, noise, _ = settings
    run, random = _trained(start, *settings), _trained("random", *settings)
    look = current_look()
    with picture:
        revealed = predict(
            "symmetry",
            (start, settings),
            f"{units} hidden units start with every weight at {START_NAMES[start].lower()}"
            f"{', plus noise' if noise else ''}. How alike are they after {steps} steps?",
            [ONE, SOME, ALL],
            lambda: verdict(run),
        )
        show(
            symmetry_figure(run, random, look, revealed),
            "symmetry_picture",
            symmetry_alt(run, random) if revealed else HIDDEN,
        )
        if revealed:
            st.markdown(describe_symmetry(run, random))
    drawers(
        "symmetry",
        mathematics=lambda: _mathematics(run, settings),
        table=lambda: symmetry_table(run, random),
        code=[start_theta, train_hidden, distinct_units, Dropout],
        errata=for_lab(ERRATA, "symmetry"),
    )


def _controls() -> tuple[str, tuple[int, str, float, int, float, float, int]]:
    start = choose("Every starting weight", START_NAMES, "symmetry_start", wrap=True)
    noise = st.select_slider(
        "Noise on them (sd)",
        NOISES,
        0.0,
        format_func=lambda sd: f"{sd:g}",
        key="symmetry_noise",
        bind="query-params",
    )
    dropout = st.slider(
        "Dropout rate", 0.0, 0.8, 0.0, 0.1, "%.1f", key="symmetry_drop", bind="query-params"
    )
    units = st.slider("Hidden units", 2, 8, 4, key="symmetry_units", bind="query-params")
    with st.expander("Activation, rate, steps and seed"):
        activation = st.selectbox(
            "Activation",
            KINDS,
            format_func=lambda key: ACTIVATIONS[key].name,
            key="symmetry_activation",
            bind="query-params",
        )
        rate = rate_slider("Learning rate η", 0.5, "symmetry_rate", largest=FASTEST)
        steps = st.slider("Steps", 50, 500, 300, 50, key="symmetry_steps", bind="query-params")
        seed = st.slider("Seed of the draws", 0, 20, 0, key="symmetry_seed", bind="query-params")
    return start, (units, activation, rate, steps, dropout, noise, seed)


@st.cache_resource(max_entries=64, show_spinner="Training the network")
def _trained(
    start: str,
    units: int,
    activation: str,
    rate: float,
    steps: int,
    dropout: float,
    noise: float,
    seed: int,
) -> SymmetryRun:
    rng = np.random.default_rng(seed)
    network = one_hidden_layer(2, units, activation, dropout)
    theta = start_theta(network, start, noise, rng)
    return train_hidden(network, theta, *_xor(), GD(rate), steps, rng)


def _xor() -> tuple[Array, Array]:
    """The four corners of XOR around the origin, x (4, 2) in ±1, and their labels (4, 1)."""
    points = corners(np.random.default_rng(0), 4, 0.0)
    return 2 * points.x - 1, points.y[:, None]


def _mathematics(
    run: SymmetryRun, settings: tuple[int, str, float, int, float, float, int]
) -> None:
    units, activation, rate, *_ = settings
    x, y = _xor()
    network = one_hidden_layer(2, units, activation)
    output, trace = network.forward(run.start, x)
    gradient = network.backward(run.start, trace, LOSS.gradient(output, y))
    by_unit = network.unpack(gradient)["W1"][0]
    weights = network.unpack(run.start)
    st.markdown(
        "The four points of XOR, a hidden layer and one logit. Unit j has incoming weights wⱼ and "
        "the outgoing weight vⱼ. Its gradient has only its own weights in it:"
    )
    st.latex(
        r"\frac{\partial E}{\partial w_j} = \frac14 \sum_{i=1}^{4} (p_i - y_i)\,v_j\,"
        r"f'(w_j^\top x_i + b_j)\,x_i"
    )
    st.markdown("Equal weights give equal gradients, and equal steps. The first step, from x₁:")
    rate_text = latex_number(rate)
    worked(
        [
            (
                rf"w_{{1{j + 1}}} \leftarrow w_{{1{j + 1}}} - \eta\,"
                rf"\frac{{\partial E}}{{\partial w_{{1{j + 1}}}}}",
                rf"{latex_number(weights['W1'][0, j])} - {rate_text}\cdot "
                rf"{latex_number(by_unit[j])} = "
                rf"{latex_number(weights['W1'][0, j] - rate * by_unit[j])}",
            )
            for j in (0, 1)
        ]
    )
    st.markdown(
        "With all weights 0, vⱼ = 0 stops the gradient on its way to wⱼ. That of vⱼ is 0 too: the "
        "unit puts out the same for all four points, whose errors p − y add up to 0. Noise makes "
        "the gradients differ. Dropout leaves out different units in each step, which tells copies "
        "apart only where there is a gradient to leave out."
    )
    st.markdown("The gradient at the start, without dropout, checked:")
    check = check_gradient(
        lambda theta: LOSS.value(network.forward(theta, x)[0], y), gradient, run.start
    )
    checked("∂E/∂θ", check, entry_names(network, run.start))
    if not check.passed(1e-6):
        st.markdown("A unit stands at its kink, where a derivative does not exist.")
