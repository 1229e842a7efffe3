"""XOR: a line, a line with a feature made by hand, and a small network, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.network import mlp
from engine.studies.xor import Classifier, Points, corners, train_classifier, with_product
from engine.types import Array
from pages.figures.update_rules import latex_number
from pages.figures.xor import (
    LINE,
    NETWORK,
    PRODUCT,
    Models,
    describe_seeds,
    describe_xor,
    panel_alt,
    panel_figure,
    panel_title,
    seeds_alt,
    seeds_figure,
    xor_table,
)
from pages.handbook.deep_learning import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, show, worked
from pages.ui.labs.xor_data import Problem, choose_problem
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import keep_training, run_training

SEEDS = 21
ANSWERS = {  # by which of the three models get every point right
    (False, False, True): "Only the network",
    (False, True, True): "The network, and the line with x₁x₂",
    (True, True, True): "All three",
}


@dataclass(frozen=True)
class Net:
    """The hidden layer and its start."""

    units: int
    activation: str
    seed: int


@st.fragment
def lab() -> None:
    """Controls, three pictures, what they show, and the drawers."""
    picture = st.container()  # all of the width: three pictures side by side
    problem, net = _controls()
    if problem is None:
        picture.info("The pictures need a table: see below what is wrong with yours.")
        return
    points, models = problem.points, _trained(problem, problem.key, net)
    with picture:
        revealed = predict(
            "xor",
            (problem.key, net),
            "Logistic regression, the same with the extra feature x₁x₂, and a network with 4 "
            "hidden units: which gets all four corners of XOR right?",
            list(ANSWERS.values()),
            lambda: ANSWERS[tuple(model.accuracy(points) == 1 for model in models.values())],
        )
        _panels(problem, models, revealed)
        if revealed:
            st.markdown(describe_xor(points, models, net.units))
    if revealed:
        _seeds(problem, net)
    drawers(
        "xor",
        mathematics=lambda: _mathematics(points, models, net.units),
        table=lambda: xor_table(points, models),
        code=[problem.source, with_product, train_classifier, Classifier],
        errata=for_lab(ERRATA, "xor"),
    )
    keep_training("xor")


def _controls() -> tuple[Problem | None, Net]:
    left, middle, right = st.columns(3, gap="large")
    table = st.container()  # under the controls, and as wide as all of them
    with left:
        problem = choose_problem(table)
    with middle:
        units = st.slider("Hidden units", 0, 8, 4, key="xor_units", bind="query-params")
        activation = st.selectbox(
            "Activation of the hidden units",
            list(ACTIVATIONS),
            index=list(ACTIVATIONS).index("tanh"),
            format_func=lambda key: ACTIVATIONS[key].name,
            key="xor_activation",
            bind="query-params",
        )
    with right:
        seed = st.slider(
            "Seed of the weights", 0, SEEDS - 1, 0, key="xor_seed", bind="query-params"
        )
    return problem, Net(units, activation, seed)


def _panels(problem: Problem, models: Models, revealed: bool) -> None:
    look = current_look()
    for k, (place, (name, model)) in enumerate(zip(st.columns(3), models.items(), strict=True)):
        shown = model if revealed else None
        with place:
            st.markdown(panel_title(name, model, problem.points if revealed else None))
            show(
                panel_figure(problem.points, shown, look, problem.frame),
                f"xor_panel_{k}",
                panel_alt(name, problem.points, shown, problem.frame),
            )


@st.cache_resource(max_entries=64, show_spinner=False)
def _lines(_problem: Problem, key: tuple[object, ...]) -> Models:
    return {
        LINE: train_classifier(_problem.points, _problem.plain),
        PRODUCT: train_classifier(_problem.points, _problem.product),
    }


@st.cache_resource(max_entries=128, show_spinner=False)
def _trained(_problem: Problem, key: tuple[object, ...], net: Net) -> Models:
    return {**_lines(_problem, key), NETWORK: _network(_problem, net)}


def _network(problem: Problem, net: Net) -> Classifier:
    return train_classifier(problem.points, problem.plain, net.units, net.activation, net.seed)


def _seeds(problem: Problem, net: Net) -> None:
    """The same network from every seed, on a button: twenty-one trainings."""
    st.header("Does it depend on the first weights?", anchor=False)
    st.markdown(f"The same network, trained from the seeds 0 to {SEEDS - 1}:")

    def make() -> Iterator[tuple[int, float]]:
        for k in range(SEEDS):
            yield k, _network(problem, replace(net, seed=k)).accuracy(problem.points)

    records = run_training(
        "xor",
        (problem.key, net.units, net.activation),
        make,
        lambda last: ((last[0] + 1) / SEEDS, f"{last[0] + 1} of {SEEDS} starts"),
    )
    if records:
        accuracies = [accuracy for _, accuracy in records]
        show(seeds_figure(accuracies, net.seed, current_look()), "xor_seeds", seeds_alt(accuracies))
        st.markdown(describe_seeds(accuracies))


def _mathematics(points: Points, models: Models, units: int) -> None:
    named = models[LINE].network.unpack(models[LINE].theta)
    product = models[PRODUCT].network.unpack(models[PRODUCT].theta)
    at = points.x[1:2]
    features = models[PRODUCT].features(at)[0]
    x1, x2, _ = features
    terms = zip(product["W1"][:, 0], features, strict=True)
    products = " + ".join(rf"{latex_number(w)}\cdot {latex_number(x)}" for w, x in terms)
    first = " + ".join(
        rf"{latex_number(w)}\cdot {latex_number(x)}"
        for w, x in zip(named["W1"][:, 0], (x1, x2), strict=True)
    )
    table = corners(np.random.default_rng(0), 4, 0.0)
    xor = [int(a + b - 2 * a * b) for a, b in table.x]
    st.markdown(f"For the second point, read as x₁ = {x1:.3g} and x₂ = {x2:.3g}:")
    worked(
        [
            (
                r"p = \sigma(w_1 x_1 + w_2 x_2 + b)",
                rf"\sigma({first} + {latex_number(named['b1'][0])})"
                rf" = {latex_number(float(models[LINE].probability(at)[0]))}",
            ),
            (
                r"p = \sigma(w_1 x_1 + w_2 x_2 + w_3\,x_1 x_2 + b)",
                rf"\sigma({products} + {latex_number(product['b1'][0])})"
                rf" = {latex_number(float(models[PRODUCT].probability(at)[0]))}",
            ),
            (
                r"\mathrm{XOR} = x_1 + x_2 - 2\,x_1 x_2",
                rf"{', '.join(map(str, xor))}\quad\text{{on 00, 01, 10, 11}}",
            ),
            (
                r"\text{parameters of the network} = 2h + h + h + 1",
                rf"{models[NETWORK].network.size}\quad (h = {units})"
                if units
                else rf"2 + 1 = {models[NETWORK].network.size}\quad\text{{without hidden units}}",
            ),
        ]
    )
    _start_gradient(models[LINE].features(points.x), points.y[:, None])
    ones = Points(table.x, table.y)
    by_hand = float(np.mean((table.x.sum(axis=1) > 0.5) == (ones.y > 0.5)))
    st.markdown(
        f"A line placed by hand, x₁ + x₂ > 0.5, gets {by_hand:.2f} of the corners, more than the "
        "line of the lowest cross-entropy; no line gets all four."
    )


def _start_gradient(x: Array, target: Array) -> None:
    """The gradient of logistic regression at zero weights: what it starts from."""
    network, loss = mlp([2, 1]), LOSSES["binary_cross_entropy"]
    zero = np.zeros(network.size)
    output, trace = network.forward(zero, x)
    gradient = network.backward(zero, trace, loss.gradient(output, target))

    def value(theta: Array) -> float:
        return loss.value(network.forward(theta, x)[0], target)

    st.markdown("The gradient of the cross-entropy of the line at zero weights, checked:")
    checked("∂loss/∂θ", check_gradient(value, gradient, zero), ["w₁", "w₂", "b"])
