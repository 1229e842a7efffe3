"""The house-price network: its graph with every value, and the surface that it computes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.data import NOISE, PRICE_FORMULA, price_law
from engine.gradcheck import check_gradient
from engine.layers import Activation, Dense
from engine.losses import LOSSES
from engine.network import Network, affine_equivalent
from engine.studies.price_model import PriceModel, train_price_model
from engine.types import Array
from pages.figures.base import number
from pages.figures.graph import graph_figure
from pages.figures.network import (
    describe_model,
    forward_table,
    graph_alt,
    layer_values,
    layer_weights,
    price_alt,
    price_figure,
)
from pages.figures.update_rules import latex_number
from pages.handbook.foundations import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

NAMES = ("bedrooms", "age", "ocean (km)", "pool")
SEEN = (2, 1)  # the columns on the axes of the surface: distance to the ocean and age
AXES = (np.linspace(0, 30, 46), np.linspace(0, 80, 41))
LINE, BENT = "A plane", "A bent surface"


@st.fragment
def lab() -> None:
    """Controls, graph, surface, what they show, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        model, house, linear = _controls()
    look = current_look()
    surface = model.surface(house, SEEN, AXES)
    axis_names = (NAMES[SEEN[0]], f"{NAMES[SEEN[1]]} (years)")
    with picture:
        revealed = predict(
            "network",
            (model.network, tuple(house)),
            "Make all layers linear: what is the price over distance and age then?",
            [LINE, BENT],
            lambda: LINE,
        )
        show(
            graph_figure(layer_values(model, house), layer_weights(model), [*NAMES, "price"], look),
            "network_graph",
            graph_alt(model, house),
        )
        if revealed:
            st.markdown(describe_model(model, house, surface, linear))
    if revealed:
        point = (float(house[SEEN[0]]), float(house[SEEN[1]]))
        show(
            price_figure(*AXES, surface, point, look, axis_names),
            "network_surface",
            price_alt(surface, axis_names),
        )
    metrics(
        {
            "Parameters": str(model.network.size),
            "RMS error on fresh houses": f"{1000 * model.error():,.0f} dollars",
            "Silent units": str(model.silent_units()),
        }
    )
    drawers(
        "network",
        mathematics=lambda: _mathematics(model, house, linear),
        table=lambda: forward_table(model, house),
        code=[Dense, Activation, Network.forward, affine_equivalent, train_price_model],
        errata=for_lab(ERRATA, "network"),
    )


def _controls() -> tuple[PriceModel, Array, bool]:
    layers = st.slider("Hidden layers", 1, 4, 2, key="layers", bind="query-params")
    units = st.slider("Units per layer", 1, 8, 4, key="units", bind="query-params")
    activation = st.selectbox(
        "Activation",
        [name for name in ACTIVATIONS if name != "linear"],
        index=1,
        format_func=lambda key: ACTIVATIONS[key].name,
        key="hidden",
        bind="query-params",
    )
    linear = st.toggle("Make all layers linear", key="linear", bind="query-params")
    with st.expander("The house, the weights"):
        house = [
            st.slider("Bedrooms", 1, 6, 3, key="bedrooms", bind="query-params"),
            st.slider("Age (years)", 0, 80, 20, key="age", bind="query-params"),
            st.slider("Ocean (km)", 0.0, 30.0, 5.0, 0.5, key="ocean", bind="query-params"),
            st.toggle("Pool", key="pool", bind="query-params"),
        ]
        seed = st.slider("Seed of the weights", 0, 20, 0, key="seed", bind="query-params")
    model = _trained(layers, units, "linear" if linear else activation, seed)
    return model, np.array(house, dtype=float), linear


@st.cache_resource(max_entries=64, show_spinner="Training the network")
def _trained(layers: int, units: int, activation: str, seed: int) -> PriceModel:
    return train_price_model(layers, units, activation, seed)


def _check_gradient(model: PriceModel, house: Array) -> None:
    """The gradient of the loss on this house by every weight and bias, beside its differences."""
    loss = LOSSES["half_squared_error"]
    x = model.scaled(house)[None]
    target = (price_law(house[None])[:, None] - model.y_mean) / model.y_sd
    output, trace = model.network.forward(model.theta, x)
    gradient = model.network.backward(model.theta, trace, loss.gradient(output, target))
    st.markdown("The gradient of half the squared error on this house, layer by layer, checked:")
    checked(
        "∂loss/∂θ",
        check_gradient(
            lambda theta: loss.value(model.network.forward(theta, x)[0], target),
            gradient,
            model.theta,
        ),
        _parameter_names(model),
    )


def _parameter_names(model: PriceModel) -> list[str]:
    """The name of every entry of theta, as W1[2, 3] or b1[3], counted from 1."""
    named = model.network.unpack(model.theta)
    return [
        f"{name}[{', '.join(str(i + 1) for i in place)}]"
        for name, values in named.items()
        for place in np.ndindex(*values.shape)
    ]


def _mathematics(model: PriceModel, house: Array, linear: bool) -> None:
    st.markdown(
        f"The law behind the data, in thousand dollars, plus noise of standard deviation {NOISE:g}:"
    )
    st.latex(rf"\mathrm{{price}} = {PRICE_FORMULA} = {latex_number(float(price_law(house)))}")
    _, trace = model.forward(house[None])
    named = model.network.unpack(model.theta)
    terms = zip(named["W1"][:, 0], trace.inputs[0][0], strict=True)
    z, a = trace.outputs[0][0, 0], trace.outputs[1][0, 0]
    st.markdown("Unit 1 of the first hidden layer, on inputs scaled to mean 0 and variance 1:")
    products = " + ".join(rf"{latex_number(w)}\cdot {latex_number(x)}" for w, x in terms)
    worked(
        [
            (
                r"z_1 = \sum_i w_{i1} x_i + b_1",
                rf"{products} + {latex_number(named['b1'][0])} = {latex_number(z)}",
            ),
            (r"a_1 = f(z_1)", rf"f({latex_number(z)}) = {latex_number(a)}"),
        ]
    )
    sizes = [len(v) for v in layer_values(model, house)]
    counted = " + ".join(rf"({n}\cdot {m} + {m})" for n, m in pairwise(sizes))
    st.markdown("Weights and biases, layer by layer:")
    st.latex(rf"{counted} = {model.network.size}")
    _check_gradient(model, house)
    if linear:
        weights, bias = model.line()
        line = " + ".join(
            rf"{latex_number(w)}\,\mathrm{{{name}}}"
            for w, name in zip(weights, ("bedrooms", "age", "distance", "pool"), strict=True)
        )
        st.markdown("The product of the matrices is one line:")
        st.latex(rf"\mathrm{{price}} = {latex_number(bias)} + {line}")
        direct = float(house @ weights + bias)
        through = float(model.forward(house[None])[0][0])
        st.markdown(
            f"The line says {number(direct, 6)}, the network {number(through, 6)}: "
            f"they differ by {number(abs(direct - through), 2)}."
        )
