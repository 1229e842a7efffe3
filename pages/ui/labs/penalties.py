"""L1 and L2: coefficient paths, the geometry of exact zeros, and which solver reaches them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.least_squares import LeastSquares
from engine.optimizers import GD, Adam, AdamW
from engine.regularizers import L2, ElasticNet, decay
from engine.studies.sparse_regression import coefficient_paths
from pages.figures.base import number
from pages.figures.penalties import STRENGTHS, zeros
from pages.figures.update_rules import latex_number
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import checked, drawers, lab_columns, metrics, show, worked
from pages.ui.labs.penalty_views import VIEWS, View
from pages.ui.predict import predict

ONE, TWO, BOTH = "L1", "L2", "Both"
W, RATE = 1.7, 0.1  # the weight and the learning rate of the worked lines


@st.fragment
def lab() -> None:
    """Choose a view; then its pictures, words and drawers."""
    picture, controls = lab_columns()
    place, table = picture.container(), st.container()
    with controls:
        view = st.radio("View", list(VIEWS), key="penalties_view", bind="query-params")
        shown = VIEWS[view](table)
    if shown is None:
        place.info("The picture needs a table: see below what is wrong with yours.")
        return
    with place:
        revealed = predict(
            "penalties",
            (view, shown.words, *(alt for _, alt in shown.figures)),
            "As λ grows, which penalty sets weights to exactly 0, one after the other?",
            [ONE, TWO, BOTH],
            lambda: sparse_penalty(shown.problem),
        )
        _pictures(view, shown, revealed)
    if revealed and shown.boxes:
        metrics(shown.boxes)
    drawers(
        "penalties",
        mathematics=lambda: _mathematics(shown.problem, shown.penalty),
        table=shown.table,
        code=shown.code,
        errata=for_lab(ERRATA, "penalties"),
    )


def _pictures(view: str, shown: View, revealed: bool) -> None:
    columns = st.columns(len(shown.figures), gap="small")
    for k, (column, (figure, alt)) in enumerate(zip(columns, shown.figures, strict=True)):
        with column:
            show(
                figure if revealed else figure.frame_only(),
                f"penalties_{view}_{k}",
                alt if revealed else "Empty axes.",
            )
    if revealed:
        st.markdown(shown.words)


def sparse_penalty(problem: LeastSquares) -> str:
    """Which penalty has exact zeros anywhere on its path."""
    found = {
        name
        for name, ratio in ((ONE, 1.0), (TWO, 0.0))
        if zeros(coefficient_paths(problem, STRENGTHS, ratio))
    }
    return BOTH if len(found) == 2 else next(iter(found), BOTH)


def _mathematics(problem: LeastSquares, penalty: ElasticNet) -> None:
    strength, ratio = penalty.strength, penalty.ratio
    lam, r, rest, v = map(latex_number, (strength, ratio, 1 - ratio, W))
    cut, shrink = RATE * strength * ratio, 1 + RATE * strength * (1 - ratio)
    st.markdown(
        f"r = {number(ratio)} is the share of L1 (1 is L1 alone, 0 is L2 alone). The numbers are "
        f"those of one weight of {number(W)} and a step of η = {number(RATE)}."
    )
    worked(
        [
            (
                r"\Omega(w) = \lambda \Big( r \sum_j |w_j| + \frac{1 - r}{2} \sum_j w_j^2 \Big)",
                rf"{lam}\,\big({r}\cdot {v} + {rest}\cdot {v}^2 / 2\big)"
                rf" = {latex_number(penalty.value(W))}",
            ),
            (
                r"\frac{\partial\Omega}{\partial w} = \lambda\,(r\,\mathrm{sign}\,w + (1 - r)\,w)",
                rf"{lam}\,({r} + {rest}\cdot {v}) = {latex_number(float(penalty.gradient(W)))}",
            ),
            (
                r"\mathrm{prox}(v) = \frac{\mathrm{sign}(v)\max(|v| - \eta\lambda r,\ 0)}"
                r"{1 + \eta\lambda(1 - r)}",
                rf"\frac{{\max({v} - {latex_number(cut)},\ 0)}}{{{latex_number(shrink)}}}"
                rf" = {latex_number(float(penalty.prox(W, RATE)))}",
            ),
        ]
    )
    st.markdown(
        "The handbook writes L2 as λ Σ w², twice as strong for the same λ as the λ/2 Σ w² here, "
        "which is the weight decay of PyTorch. Biases are not penalized."
    )
    _decoupled(strength)
    at = problem.minimum
    st.markdown("The gradient of loss plus penalty where the loss alone is lowest, checked:")
    checked(
        "∂/∂w",
        check_gradient(
            lambda w: problem.value(w) + penalty.value(w),
            problem.gradient(at) + penalty.gradient(at),
            at,
        ),
        [f"weight {j}" for j in range(1, at.size + 1)],
    )


def _decoupled(strength: float) -> None:
    """L2 in the gradient against decay beside the step, after one step without any loss."""
    l2, w, zero = L2(strength), np.array([W]), np.zeros(1)
    pull = l2.gradient(w)
    coupled = GD(RATE).step(w, pull, GD(RATE).init(w))[0][0]
    adam = Adam(RATE).step(w, pull, Adam(RATE).init(w))[0][0]
    adamw = AdamW(RATE, weight_decay=strength)
    beside = adamw.step(w, zero, adamw.init(w))[0][0]
    lam, v, eta = map(latex_number, (strength, W, RATE))
    st.markdown(
        "One step without any loss, with L2 in the gradient (coupled) and with weight decay beside "
        "the step (decoupled); chapter 4, Conventions, follows both over many steps:"
    )
    worked(
        [
            (
                r"\text{plain step: } w - \eta\lambda w = (1 - \eta\lambda)\,w",
                rf"{v} - {eta}\cdot {lam}\cdot {v} = {latex_number(coupled)}"
                rf" \quad\text{{and}}\quad {latex_number(float(decay(W, RATE, strength)))}",
            ),
            (
                r"\text{Adam, coupled: } w - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)",
                rf"{latex_number(adam)} \quad\text{{whatever }} \lambda",
            ),
            (
                r"\text{AdamW, decoupled: } (1 - \eta\lambda)\,w",
                latex_number(beside),
            ),
        ]
    )
