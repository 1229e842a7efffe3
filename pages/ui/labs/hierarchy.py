"""Feature hierarchy: what first-layer and deeper units of a small trained network respond to."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.studies.features import (
    LAYERS,
    SIZES,
    UNITS,
    ShapeModel,
    class_means,
    error_curve,
    selectivity,
    train_shapes,
)
from engine.studies.shapes import SHAPES, SIDE, pictures
from engine.types import Array
from pages.figures.hierarchy import (
    classes_figure,
    error_figure,
    layer_means,
    selectivity_figure,
    strongest_figure,
    weights_figure,
)
from pages.figures.hierarchy_words import (
    PLACES,
    classes_alt,
    describe_error,
    describe_layers,
    describe_unit,
    error_alt,
    selectivity_alt,
    strongest_alt,
    units_table,
    weights_alt,
)
from pages.figures.update_rules import latex_number
from pages.handbook.deep_learning import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, choose, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import keep_training, run_training

CHOICES = {"1": "Hidden layer 1", "2": "Hidden layer 2", "3": "Output"}
OPTIONS = {
    "pixels": "In the pixels",
    "hidden layer 1": "In hidden layer 1",
    "hidden layer 2": "In hidden layer 2",
}


@st.fragment
def lab() -> None:
    """Controls, one unit in pictures, the layers compared, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        layer, unit, examples, noise, seed = _controls()
    model = _model(examples, noise, seed)
    name = f"unit {unit + 1} of {PLACES[LAYERS[layer]]}"
    with picture:
        revealed = predict(
            "hierarchy",
            (layer, unit, examples, noise, seed),
            "Where does a single unit, on average, tell the six shapes apart best?",
            list(OPTIONS.values()),
            lambda: _sharpest(model),
        )
        st.markdown(f"**What drives {name} most**")
        show(
            strongest_figure(model, layer, unit, current_look()),
            "hierarchy_strongest",
            strongest_alt(model, layer, unit),
        )
        st.markdown(describe_unit(model, layer, unit))
    left, right = st.columns(2, gap="large")
    with left:
        _weights(model, unit if layer == 1 else None)
    with right:
        st.markdown(f"**{name.capitalize()}, class by class**")
        show(
            classes_figure(model, layer, unit, current_look()),
            "hierarchy_classes",
            classes_alt(model, layer, unit),
        )
        if revealed:
            _layers(model)
    if revealed:
        _more_data(noise, seed)
    drawers(
        "hierarchy",
        mathematics=lambda: _mathematics(model, layer, unit),
        table=lambda: units_table(model),
        code=[pictures, train_shapes, selectivity, class_means],
        errata=for_lab(ERRATA, "hierarchy"),
    )
    keep_training("hierarchy")


def _controls() -> tuple[int, int, int, float, int]:
    layer = int(choose("Layer", CHOICES, "hierarchy_layer", wrap=True))
    units = (*UNITS, len(SHAPES))[layer - 1]
    unit = st.slider("Unit", 1, units, 1, key=f"hierarchy_unit_{layer}", bind="query-params")
    examples = st.select_slider(
        "Training pictures", SIZES, 240, key="hierarchy_examples", bind="query-params"
    )
    noise = st.slider(
        "Noise of the pixels (sd)", 0.0, 1.0, 0.2, 0.1, key="hierarchy_noise", bind="query-params"
    )
    seed = st.slider("Seed", 0, 20, 0, key="hierarchy_seed", bind="query-params")
    return layer, unit - 1, examples, noise, seed


def _pick() -> None:
    points = st.session_state["hierarchy_weights"].selection.points
    if points:
        st.session_state["hierarchy_layer"] = "1"
        st.session_state["hierarchy_unit_1"] = int(points[0]["customdata"][0])


@st.cache_resource(max_entries=32, show_spinner="Training on the pictures")
def _model(examples: int, noise: float, seed: int) -> ShapeModel:
    return train_shapes(examples, noise, seed)


def _sharpest(model: ShapeModel) -> str:
    means = {name: value for name, value in layer_means(model).items() if name in OPTIONS}
    return OPTIONS[max(means, key=means.__getitem__)]


def _weights(model: ShapeModel, framed: int | None) -> None:
    st.markdown(
        "**Weights of hidden layer 1, a picture for each unit**  \n"
        "Blue pixels raise the unit, orange ones lower it; each has its own scale."
    )
    show(
        weights_figure(model, framed, current_look()),
        "hierarchy_weights",
        weights_alt(model, framed),
        on_select=_pick,
        selection_mode="points",
    )


def _layers(model: ShapeModel) -> None:
    st.markdown("**From layer to layer**")
    show(selectivity_figure(model, current_look()), "hierarchy_layers", selectivity_alt(model))
    st.markdown(describe_layers(model))


def _more_data(noise: float, seed: int) -> None:
    st.header("More pictures to learn from", anchor=False)
    st.markdown(f"The same network, trained on {SIZES[0]} to {SIZES[-1]} pictures:")
    records = run_training(
        "hierarchy",
        (noise, seed),
        lambda: error_curve(noise, seed),
        lambda last: ((SIZES.index(last[0]) + 1) / len(SIZES), f"{last[0]} pictures done"),
    )
    if records:
        show(error_figure(records, current_look()), "hierarchy_error", error_alt(records))
        st.markdown(describe_error(records))


def _mathematics(model: ShapeModel, layer: int, unit: int) -> None:
    values, classes = model.responses[layer][:, [unit]], model.test.y
    means, weights = class_means(values, classes)[:, 0], np.bincount(classes) / len(classes)
    between = float(weights @ (means - values.mean()) ** 2)
    eta = float(selectivity(values, classes)[0])
    units = (SIDE * SIDE, *UNITS, len(SHAPES))
    sizes = " + ".join(rf"({n}\cdot {m} + {m})" for n, m in pairwise(units))
    worked(
        [
            (
                r"\eta^2 = \frac{\sum_c \frac{n_c}{n} (\bar a_c - \bar a)^2}"
                r"{\frac1n \sum_i (a_i - \bar a)^2}",
                rf"\frac{{{latex_number(between)}}}{{{latex_number(float(values.var()))}}}"
                rf" = {latex_number(eta)}"
                if eta
                else r"0\quad\text{for a silent unit}",
            ),
            (r"\sum_l (n_{l-1}\,n_l + n_l)", rf"{sizes} = {model.network.size}"),
        ]
    )
    _check(model)


def _check(model: ShapeModel) -> None:
    """The gradient of the loss on the first fresh picture by the biases of the output."""
    x, y, loss = model.test.x[:1], model.test.y[:1], LOSSES["cross_entropy"]
    logits, trace = model.network.forward(model.theta, x)
    gradient = model.network.backward(model.theta, trace, loss.gradient(logits, y))
    biases = slice(-len(SHAPES), None)

    def value(b: Array) -> float:
        theta = model.theta.copy()
        theta[biases] = b
        return loss.value(model.network.forward(theta, x)[0], y)

    st.markdown("The gradient of the loss on one fresh picture by the output's biases, checked:")
    checked("∂loss/∂b", check_gradient(value, gradient[biases], model.theta[biases]), list(SHAPES))
