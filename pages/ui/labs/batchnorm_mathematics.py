"""Batch norm's formulas with the current numbers, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.layers import BatchNorm, LayerNorm, Pass
from engine.types import Array
from pages.figures.base import number
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked

FEATURES = 4


@dataclass(frozen=True)
class Settings:
    """What the controls say."""

    n: int
    gamma: float
    beta: float
    run: str
    norm: str
    law: str
    seed: int
    momentum: float
    batches: int

    @property
    def training(self) -> bool:
        return self.run == "training"

    @property
    def layer(self) -> BatchNorm | LayerNorm:
        return BatchNorm(FEATURES, self.momentum) if self.norm == "batch" else LayerNorm(FEATURES)

    @property
    def p(self) -> dict[str, Array]:
        return {
            "gamma": np.full(FEATURES, float(self.gamma)),
            "beta": np.full(FEATURES, float(self.beta)),
        }


def batchnorm_mathematics(s: Settings, x: Array, y: Array, cache: Any, run: Pass) -> None:
    """The formulas with the numbers of the first entry, and both gradients checked."""
    values = x[:, 0] if s.norm == "batch" else x[0]
    names = ("N", "i") if s.norm == "batch" else ("C", "j")
    variance = float(cache.sd.flat[0]) ** 2 - s.layer.epsilon
    by_batch = s.norm == "layer" or s.training
    mean = float(values.mean() if by_batch else run.memory.mean[0])
    count, index = names
    mean_rule, variance_rule = (
        (
            rf"\mu = \frac1{{{count}}} \sum_{index} x_{index}",
            rf"\sigma^2 = \frac1{{{count}}} \sum_{index} (x_{index} - \mu)^2",
        )
        if by_batch
        else (r"\mu = \mu_R", r"\sigma^2 = \sigma_R^2")
    )
    x_1, x_hat, sd = float(x[0, 0]), float(cache.x_hat[0, 0]), float(cache.sd.flat[0])
    worked(
        [
            (mean_rule, latex_number(mean)),
            (variance_rule, latex_number(variance)),
            (
                r"\hat x_1 = \frac{x_1 - \mu}{\sqrt{\sigma^2 + \epsilon}}",
                rf"\frac{{{latex_number(x_1)} - {latex_number(mean)}}}{{{latex_number(sd)}}}"
                rf" = {latex_number(x_hat)}",
            ),
            (
                r"y_1 = \gamma\,\hat x_1 + \beta",
                rf"{latex_number(s.gamma)}\cdot {latex_number(x_hat)} + {latex_number(s.beta)}"
                rf" = {latex_number(float(y[0, 0]))}",
            ),
        ]
    )
    if s.norm == "batch":
        _running_averages(s.momentum)
    _backward(s, x, cache, run)


def _running_averages(momentum: float) -> None:
    st.markdown(
        "In training the running averages move, with the unbiased variance, $N/(N-1)$ times the "
        "batch's:"
    )
    old, new = f"{1 - momentum:g}", f"{momentum:g}"
    st.latex(rf"\mu_R \leftarrow {old}\,\mu_R + {new}\,\mu_B")
    st.latex(rf"\sigma_R^2 \leftarrow {old}\,\sigma_R^2 + {new}\,\tfrac{{N}}{{N-1}}\,\sigma_B^2")


def _backward(s: Settings, x: Array, cache: Any, run: Pass) -> None:
    dy = np.random.default_rng(1).normal(size=x.shape)
    dx, gradients = s.layer.backward(s.p, cache, dy)
    whole = s.norm == "layer" or s.training
    place = np.s_[:, 0] if s.norm == "batch" else np.s_[0]
    if whole:
        st.markdown("Backward, since mean and variance depend on every entry:")
        m = "N" if s.norm == "batch" else "C"
        st.latex(
            rf"\begin{{aligned}} dx = &\ \frac{{\gamma}}{{{m}\,\sqrt{{\sigma^2+\epsilon}}}}"
            rf"\Big({m}\,dy - \sum dy \\ &\ - \hat x \sum dy\,\hat x\Big)\end{{aligned}}"
        )
    else:
        st.markdown("Backward, with running averages that are constants:")
        st.latex(r"dx = \frac{\gamma}{\sqrt{\sigma^2+\epsilon}}\,dy")
    what = "column 1" if s.norm == "batch" else "row 1"
    total = float(dx[place].sum())
    st.markdown(
        f"For drawn $dy$ the sum of $dx$ over {what} is {number(total, 2)}"
        + (": adding one number to all of them changes no output." if whole else ".")
    )

    def loss(part: Array) -> float:
        moved = x.copy()
        moved[place] = part
        return float((dy * s.layer.forward(s.p, moved, run)[0]).sum())

    rows = [f"x[{i + 1}]" for i in range(len(x[place]))]
    checked("dx", check_gradient(loss, dx[place], x[place]), rows)

    def by_parameters(part: Array) -> float:
        p = {"gamma": np.r_[part[0], s.p["gamma"][1:]], "beta": np.r_[part[1], s.p["beta"][1:]]}
        return float((dy * s.layer.forward(p, x, run)[0]).sum())

    own = np.array([gradients["gamma"][0], gradients["beta"][0]])
    at = np.array([s.gamma, s.beta])
    checked("dγ, dβ", check_gradient(by_parameters, own, at), ["γ₁", "β₁"])
