"""Dropout: thinned nets, a mask per example, three scalings, the ensemble and its price."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.layers import Dropout, Pass
from engine.studies.dropout_study import (
    INPUTS,
    Ensemble,
    SmallNet,
    Tradeoff,
    dropout_least_squares,
    fresh_inputs,
    small_weights,
    tradeoff,
    training_sets,
)
from engine.types import Array
from pages.figures.dropout import (
    DROPPED_LAYER,
    FORM_NAMES,
    SHOWN,
    Scaling,
    describe_example,
    describe_masks,
    describe_scaling,
    dropout_alt,
    dropout_figure,
    example_of,
    masks_alt,
    masks_figure,
    scaling_alt,
    scaling_figure,
)
from pages.figures.dropout_ensemble import (
    describe_ensemble,
    describe_tradeoff,
    ensemble_alt,
    ensemble_figure,
    ensemble_table,
    tradeoff_alt,
    tradeoff_figure,
)
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, show
from pages.ui.labs.dropout_mathematics import dropout_mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

BATCH = 8
RATES = tuple(k / 10 for k in range(10))
DRAWN_FIRST = (0.0, 0.2, 0.5, 0.9)  # fixes which training sets each rate gets
PASSES = {"training": "Training", "evaluation": "Evaluation"}
DRAWS = 100_000


@st.fragment
def lab() -> None:
    """Controls, the thinned graph, masks, scalings, the ensemble, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        net, training, shown, row, seed = _controls()
    theta, batch = _batch()
    _, trace = net.network.forward(theta, batch, Pass(training, np.random.default_rng(seed)))
    example = example_of(net, theta, trace, row)
    look = current_look()
    with picture:
        keep = 1 - net.rate
        options = [f"By p = {net.rate:g}", f"By 1 − p = {keep:g}", "Not at all"]
        revealed = predict(
            "dropout",
            (net, training, shown, row, seed),
            f"Units are dropped with p = {net.rate:g} in training and the rest stay as they are. "
            "How must activations be multiplied in evaluation?",
            options,
            lambda: options[_right_factor(net.rate)],
        )
        show(
            dropout_figure(net, theta, example, shown, look),
            "dropout_graph",
            dropout_alt(example, shown),
        )
        if revealed:
            st.markdown(describe_example(net, example, row, training, shown))
    ensemble = net.ensemble(theta, batch[row : row + 1])
    if revealed:
        _masks_and_scaling(trace.caches[DROPPED_LAYER], net.rate, row)
        _ensemble_and_price(ensemble, net.rate)
    drawers(
        "dropout",
        mathematics=lambda: dropout_mathematics(
            net, theta, trace.outputs[1][row], example, ensemble
        ),
        table=lambda: ensemble_table(ensemble),
        code=[Dropout, SmallNet, dropout_least_squares, tradeoff],
        errata=for_lab(ERRATA, "dropout"),
    )


def _controls() -> tuple[SmallNet, bool, str, int, int]:
    rate = st.slider(
        "Drop rate p",
        0.0,
        RATES[-1],
        0.2,
        0.1,
        key="dropout_rate",
        bind="query-params",
        help="Usual rates lie between 0.2 and 0.5.",
    )
    form = st.selectbox(
        "Scaling",
        list(FORM_NAMES),
        format_func=FORM_NAMES.__getitem__,
        key="dropout_form",
        bind="query-params",
        help="Inverted divides by 1 − p in training. Classic multiplies by 1 − p in evaluation, "
        "the printed rule by p.",
    )
    run = choose("Pass", PASSES, "dropout_pass")
    shown = choose("In the circles", SHOWN, "dropout_shown")
    row = st.slider("Example", 1, BATCH, 1, key="dropout_example", bind="query-params") - 1
    with st.expander("Masks and activation"):
        seed = st.slider("Seed of the masks", 0, 20, 0, key="dropout_seed", bind="query-params")
        linear = st.toggle("Linear activations", key="dropout_linear", bind="query-params")
    net = SmallNet(rate, form, "linear" if linear else "relu")
    return net, run == "training", shown, row, seed


@st.cache_resource(max_entries=1)
def _batch() -> tuple[Array, Array]:
    """The weights, and a batch whose first example belongs to them."""
    theta, first = small_weights()
    return theta, np.vstack([first, np.random.default_rng(0).normal(size=(BATCH - 1, INPUTS))])


@st.cache_data(max_entries=len(RATES))
def _scalings(rate: float) -> dict[str, Scaling]:
    ones = np.ones((DRAWS, 1))
    scalings = {}
    for form in FORM_NAMES:
        layer, run = Dropout(rate, form), Pass(True, np.random.default_rng(0))
        training, evaluation = layer.forward({}, ones, run)[0], layer.forward({}, ones[:1])[0]
        scalings[form] = Scaling(float(training.mean()), float(evaluation[0, 0]))
    return scalings


@st.cache_data(max_entries=1)
def _study() -> list[Tradeoff]:
    rng = np.random.default_rng(0)
    fresh = fresh_inputs(rng)
    order = sorted(RATES, key=lambda rate: rate not in DRAWN_FIRST)
    found = {rate: tradeoff(fresh, *training_sets(rng), rate) for rate in order}
    return [found[rate] for rate in RATES]


def _right_factor(rate: float) -> int:
    """Which of p, 1 - p and 1 is the mean of an activation of 1 that is dropped, unscaled."""
    mean = _scalings(rate)["classic"].training
    return int(np.argmin(np.abs(np.array([rate, 1 - rate, 1.0]) - mean)))


def _masks_and_scaling(factors: Array | float, rate: float, row: int) -> None:
    kept = np.broadcast_to(np.ones(1, bool), (BATCH, 6)) if np.ndim(factors) == 0 else factors > 0
    look, scalings = current_look(), _scalings(rate)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("A mask per example", anchor=False)
        show(masks_figure(kept, row, look), "dropout_masks", masks_alt(kept))
        st.markdown(describe_masks(kept))
    with right:
        st.header("Three ways to scale", anchor=False)
        show(scaling_figure(scalings, look), "dropout_scaling", scaling_alt(scalings))
        st.markdown(describe_scaling(scalings, rate))


def _ensemble_and_price(ensemble: Ensemble, rate: float) -> None:
    look, study = current_look(), _study()
    left, right = st.columns(2, gap="large")
    with left:
        st.header("An ensemble in one net", anchor=False)
        show(ensemble_figure(ensemble, look), "dropout_ensemble", ensemble_alt(ensemble))
        st.markdown(describe_ensemble(ensemble))
    with right:
        st.header("Bias up, variance down", anchor=False)
        show(
            tradeoff_figure(RATES, study, rate, look),
            "dropout_tradeoff",
            tradeoff_alt(RATES, study, rate),
        )
        st.markdown(
            f"A linear model on 20 examples of 10 features, 400 training sets for each p. "
            f"{describe_tradeoff(RATES, study, rate)}"
        )
