"""The derivations under the depth lab: the chain of factors, skips, batch norm and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.diagnostics import Signals, deep_network, draw_input, propagate
from engine.gradcheck import check_gradient
from engine.layers import Activation, Dense, Pass, Residual
from engine.network import Network
from engine.printed.depth import printed_residual_gradient
from engine.schemes import SCHEMES
from engine.studies.signal_propagation import batch_norm_factor
from pages.figures.base import counted, number
from pages.figures.depth import entry_names
from pages.figures.residual import residual_alt, residual_figure
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, show, worked
from pages.ui.look import current_look

EXAMPLES = 16
CHECKED = 5  # layers of the small network whose gradient is checked entry by entry
BRANCH_WEIGHT, BRANCH_INPUT, BRANCH_TARGET = 0.5, 0.8, 1.0
STEPS, RECURRENT_WEIGHT = 30, 0.2  # of the recurrence in the notes on time


@dataclass(frozen=True)
class Plan:
    """What the controls say: everything that a network, and its draws, depend on."""

    depth: int
    width: int
    activation: str
    scheme: str
    batch_norm: bool
    branch_scale: float | None
    seed: int

    def network(self, depth: int, width: int) -> Network:
        """The network of this make with another depth and width."""
        return deep_network(depth, width, self.activation, self.batch_norm, self.branch_scale)


def mathematics(plan: Plan, signals: Signals) -> None:
    """Every derivation, with the numbers of this network."""
    _chain(plan, signals)
    if plan.batch_norm:
        _batch_norm(plan, signals)
    _check(plan)
    _residual()
    _through_time()


def _chain(plan: Plan, signals: Signals) -> None:
    st.markdown(
        f"{EXAMPLES} examples are drawn from a standard normal, and so is the gradient at the last "
        "output, scaled to norm 1. Each layer multiplies the gradient by the slope of its "
        "activation and by its weights; its size changes by a factor, and the factors multiply:"
    )
    norms, depth = signals.gradient_norms, plan.depth
    first, last = latex_number(norms[0]), latex_number(norms[-1])
    ratio = latex_number(signals.ratio)
    worked(
        [
            (
                r"\frac{\lVert\partial E/\partial h_0\rVert}{\lVert\partial E/\partial h_L\rVert}"
                r" = \prod_{l=1}^{L} \frac{\lVert\partial E/\partial h_{l-1}\rVert}"
                r"{\lVert\partial E/\partial h_l\rVert}",
                rf"{first} / {last} = {ratio}",
            ),
            (
                r"\text{mean factor per layer}",
                rf"{ratio}^{{1/{depth}}} = {latex_number(signals.ratio ** (1 / depth))}",
            ),
        ]
    )
    inner = r"\hat z_l" if plan.batch_norm else r"z_l"
    step = rf"\left(\frac{{\partial E}}{{\partial h_l}} \odot f'({inner})\right)"
    if plan.branch_scale is None:
        st.latex(rf"\frac{{\partial E}}{{\partial h_{{l-1}}}} = {step} W_l^\top")
    else:
        scale = latex_number(plan.branch_scale)
        st.latex(
            r"\frac{\partial E}{\partial h_{l-1}} = \frac{\partial E}{\partial h_l} + "
            rf"{scale}\, {step} W_l^\top"
        )
    if plan.batch_norm:
        st.markdown("Batch norm stands between the slope and the weights; its rule comes between.")


def _batch_norm(plan: Plan, signals: Signals) -> None:
    squared = signals.ratio ** (2 / plan.depth)
    st.markdown(
        "Batch norm fixes the size of the pre-activations, not that of the gradient. With ReLU, "
        "random weights and no skips, a wide layer on a large batch multiplies the gradient's mean "
        f"square by π/(π − 1) = {number(batch_norm_factor())} (Yang et al. 2019); this network by "
        f"{number(squared)} per layer."
    )


def _check(plan: Plan) -> None:
    """The gradient of a small network of the same make by every parameter."""
    depth = min(plan.depth, CHECKED)
    network = plan.network(depth, 2)
    rng = np.random.default_rng(plan.seed)
    x, dy = draw_input(rng, 4, 2)
    theta = network.initialize(rng, SCHEMES[plan.scheme].draw)
    training = Pass(training=True)
    signals = propagate(network, theta, x, dy)
    gaps = [np.abs(signals.pre_activations - kink).min() for kink in signals.rule.kinks]
    name = f"a network of the same make, {counted(depth, 'layer')} of 2 units"
    if min(gaps, default=1.0) < 1e-3:
        st.markdown(f"In {name}, a unit stands at a kink, where there is no derivative to check.")
        return
    st.markdown(f"The gradient of E = Σ r·h by the parameters of {name}, checked:")
    _, trace = network.forward(theta, x, training)
    checked(
        "∂E/∂θ",
        check_gradient(
            lambda t: float((dy * network.forward(t, x, training)[0]).sum()),
            network.backward(theta, trace, dy),
            theta,
        ),
        entry_names(network, theta),
    )


def _residual() -> None:
    """The printed derivation of a residual connection beside the right one, with its numbers."""
    network = Network((Residual((Dense(1, 1), Activation("tanh"))),))
    theta, x = np.array([BRANCH_WEIGHT, 0.0]), np.array([[BRANCH_INPUT]])
    y, trace = network.forward(theta, x)
    dy = y - BRANCH_TARGET
    slope = network.backward_flow(theta, trace, np.ones((1, 1)))[1][0] - 1
    check = check_gradient(
        lambda v: 0.5 * float(((network.forward(theta, v)[0] - BRANCH_TARGET) ** 2).sum()),
        network.backward_flow(theta, trace, dy)[1][0],
        x,
    )
    branch = float((y - x).item())
    values = (BRANCH_INPUT, branch, slope.item(), dy.item())
    up, steep = number(dy.item(), 3), number(slope.item(), 3)
    right = number(check.analytic.item(), 3)
    printed = number(printed_residual_gradient(dy, slope).item(), 3)
    st.markdown(
        f"**A residual connection** with F(x) = tanh({BRANCH_WEIGHT:g}x) at x = {BRANCH_INPUT:g} "
        f"and E = ½(y − {BRANCH_TARGET:g})². The input splits: F works on one copy, the identity "
        "passes the other, and both are added."
    )
    show(residual_figure(*values, current_look()), "depth_residual_figure", residual_alt(*values))
    worked(
        [
            (
                r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}\,(1 + F'(x))",
                rf"{up} \cdot (1 + {steep}) = {right}",
            ),
            (
                r"\text{as printed: } \frac{\partial E}{\partial y}\,F'(x)",
                rf"{up} \cdot {steep} = {printed}",
            ),
        ]
    )
    checked("∂E/∂x", check, ["x"])
    st.markdown(
        "The 1 is the identity mapping: a branch near zero leaves the layer out, so a deeper "
        "network need not be worse than a shallow one. The factor is a product of (1 + F′): it "
        "can still grow, and it vanishes where F′ is near −1."
    )


def _through_time() -> None:
    """The same product in a recurrent network, whose layers are time steps."""
    w, steps = RECURRENT_WEIGHT, STEPS
    st.markdown(
        f"**Through time** a recurrent network repeats one layer. For the linear recurrence with "
        f"w = {w:g} over {steps} steps, the gradient by the first state is multiplied by"
    )
    worked(
        [
            (r"\text{plain, } h_t = w\,h_{t-1}", rf"{w:g}^{{{steps}}} = {latex_number(w**steps)}"),
            (
                r"\text{skip through time, } h_t = h_{t-1} + w\,h_{t-1}",
                rf"{1 + w:g}^{{{steps}}} = {latex_number((1 + w) ** steps)}",
            ),
        ]
    )
    st.markdown(
        f"so what happened early is forgotten, or the gradient explodes. Adding a step's input to "
        f"its own output helps through layers and leaves the {number(w**steps, 2)} through time. "
        "An LSTM's cell state passes a gradient on times its forget gate: over 50 steps a gate of "
        f"0.5 leaves {number(0.5**50, 2)}, a gate of 0.99 leaves {number(0.99**50, 3)}. LSTMs ease "
        "vanishing gradients, and they do not rule them out."
    )
