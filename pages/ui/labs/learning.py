"""Who learns: how far each layer of a deep network moves in one step and in a whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.layers import Pass
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.schemes import SCHEMES
from engine.stopping import at_epoch
from engine.studies.layer_learning import (
    LayerChanges,
    deep_classifier,
    first_step,
    follow_layers,
    relative_changes,
    ring_task,
)
from engine.task import Task
from engine.types import Array
from pages.figures.depth import entry_names
from pages.figures.learning import (
    AHEAD,
    BEHIND,
    TOGETHER,
    describe_first,
    describe_run,
    learning_table,
    profile_alt,
    profile_figure,
    run_alt,
    run_figure,
    verdict,
)
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.vanishing_gradients import ERRATA
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider
from pages.ui.training_run import keep_training, run_training

LOSS = "binary_cross_entropy"
WIDTH, EXAMPLES = 16, 128
STARTS = [key for key in SCHEMES if key != "zeros"]  # a change relative to 0 is no number
RULES = ("GD", "Momentum", "Adam")
HIDDEN = "Empty axes: the change of each weight matrix."
CHECKED = 4  # weight matrices of the small network whose gradient is checked entry by entry


@dataclass(frozen=True)
class Plan:
    """What the controls say: everything that a run depends on."""

    depth: int
    activation: str
    scheme: str
    batch_norm: bool
    branch_scale: float | None
    optimizer: str
    rate: float
    epochs: int
    seed: int

    def task(self, depth: int, width: int, examples: int) -> tuple[Task, Array]:
        """The task with a network of this make, and its starting theta."""
        rng = np.random.default_rng(self.seed)
        network = deep_classifier(depth, width, self.activation, self.batch_norm, self.branch_scale)
        rule = OPTIMIZERS[self.optimizer](learning_rate=self.rate)
        task = Task(network, LOSS, rule, ring_task(rng, examples))
        return task, network.initialize(rng, SCHEMES[self.scheme].draw)


@st.fragment
def lab() -> None:
    """Controls, the first step, the run once it is started, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        plan = _controls()
    task, theta = plan.task(plan.depth, WIDTH, EXAMPLES)
    first = first_step(task, theta)
    look = current_look()
    records: list[LayerChanges] = []
    with picture:
        revealed = predict(
            "learning",
            plan,
            "One step of training: how far does the first weight matrix move, relative to its "
            "size, compared with the last?",
            [BEHIND, TOGETHER, AHEAD],
            lambda: verdict(first),
        )
        profile = st.container()
        if revealed:
            st.markdown(describe_first(first))
            records = run_training("learning", plan, lambda: _run(plan), _progress(plan))
        with profile:
            show(
                profile_figure(first, records, look, revealed),
                "learning_profile",
                profile_alt(first, records) if revealed else HIDDEN,
            )
    if records:
        show(run_figure(records, look), "learning_run", run_alt(records))
        st.markdown(describe_run(records))
    drawers(
        "learning",
        mathematics=lambda: _mathematics(plan, task, theta, first),
        table=lambda: learning_table(first, records),
        code=[first_step, follow_layers, relative_changes, deep_classifier],
        errata=for_lab(ERRATA, "learning"),
    )
    keep_training("learning")


def _controls() -> Plan:
    depth = st.slider(
        "Depth (weight matrices)", 2, 30, 10, key="learning_depth", bind="query-params"
    )
    activation = st.selectbox(
        "Activation",
        [name for name in ACTIVATIONS if name not in ("linear", "gelu")],  # GELU is slow to train
        format_func=lambda key: ACTIVATIONS[key].name,
        key="learning_activation",
        bind="query-params",
    )
    scheme = st.selectbox(
        "Starting weights",
        STARTS,
        index=STARTS.index("xavier_normal"),
        format_func=lambda key: SCHEMES[key].name,
        key="learning_scheme",
        bind="query-params",
    )
    batch_norm = st.toggle("Batch norm", key="learning_norm", bind="query-params")
    residual = st.toggle("Residual connections", key="learning_residual", bind="query-params")
    scale = None
    if residual:
        scale = st.slider(
            "Scale of the branch", 0.0, 1.0, 0.5, 0.05, key="learning_scale", bind="query-params"
        )
    with st.expander("Optimizer, epochs and seed"):
        optimizer = st.selectbox("Optimizer", RULES, key="learning_rule", bind="query-params")
        rate = rate_slider("Learning rate η", 0.1, "learning_rate")
        epochs = st.slider("Epochs", 10, 500, 150, 10, key="learning_epochs", bind="query-params")
        seed = st.slider("Seed of the draws", 0, 20, 0, key="learning_seed", bind="query-params")
    return Plan(depth, activation, scheme, batch_norm, scale, optimizer, rate, epochs, seed)


def _run(plan: Plan) -> Iterator[LayerChanges]:
    task, theta = plan.task(plan.depth, WIDTH, EXAMPLES)
    rng = np.random.default_rng(plan.seed)
    return follow_layers(task, theta, rng, [at_epoch(plan.epochs)])


def _progress(plan: Plan):
    return lambda record: (
        record.epoch / plan.epochs,
        f"Epoch {record.epoch} of {plan.epochs}, loss {record.loss:.3f}",
    )


def _mathematics(plan: Plan, task: Task, theta: Array, first: Array) -> None:
    st.markdown(
        f"{EXAMPLES} points on two rings, {WIDTH} units per layer, the whole set in each step. A "
        "step of gradient descent changes a weight matrix in proportion to its gradient, which "
        "holds the product of all the layers after it:"
    )
    network = task.network
    output, trace = network.forward(theta, task.training.x, Pass(training=True))
    loss = LOSSES[LOSS]
    gradient = network.backward(theta, trace, loss.gradient(output, task.training.y))
    lines = [_step_line(plan, network, theta, gradient, first, k) for k in (1, len(first))]
    worked(lines)
    if plan.optimizer == "Adam":
        st.markdown(
            "Adam divides each entry of the gradient by its own size, so the first layers move as "
            "far as the last while their gradients are well above ε = 10⁻⁸. That hides a vanishing "
            "gradient; it does not tell those layers more about the loss."
        )
    _check(plan)


def _step_line(
    plan: Plan, network: Network, theta: Array, gradient: Array, first: Array, k: int
) -> tuple[str, str]:
    """The relative change of the k-th weight matrix, counted from 1, in symbols and numbers."""
    weights = [name for name in network.unpack(theta) if name.startswith("W")]
    g = float(np.linalg.norm(network.unpack(gradient)[weights[k - 1]]))
    w = float(np.linalg.norm(network.unpack(theta)[weights[k - 1]]))
    moved = latex_number(first[k - 1])
    if plan.optimizer == "Adam":
        return (
            rf"\frac{{\lVert \Delta W_{{{k}}} \rVert}}{{\lVert W_{{{k}}} \rVert}}",
            rf"{moved}\quad (\lVert \partial E/\partial W_{{{k}}} \rVert = {latex_number(g)})",
        )
    return (
        rf"\frac{{\lVert \Delta W_{{{k}}} \rVert}}{{\lVert W_{{{k}}} \rVert}} = "
        rf"\frac{{\eta\, \lVert \partial E/\partial W_{{{k}}} \rVert}}{{\lVert W_{{{k}}} \rVert}}",
        rf"{plan.rate:g} \cdot {latex_number(g)} / {latex_number(w)} = {moved}",
    )


def _check(plan: Plan) -> None:
    """The gradient of a small network of the same make, by every parameter."""
    depth = min(plan.depth, CHECKED)
    task, theta = plan.task(depth, 2, 6)
    network, (x, y), loss, training = task.network, task.training, LOSSES[LOSS], Pass(True)
    output, trace = network.forward(theta, x, training)
    st.markdown(f"The gradient of a network of the same make, {depth} weight matrices, checked:")
    check = check_gradient(
        lambda t: loss.value(network.forward(t, x, training)[0], y),
        network.backward(theta, trace, loss.gradient(output, y)),
        theta,
    )
    checked("∂E/∂θ", check, entry_names(network, theta))
    if ACTIVATIONS[plan.activation].kinks and not check.passed(1e-6):
        st.markdown("A unit stands at its kink, where a derivative does not exist.")
