"""Batch norm: before, normalized, after; running averages; a batch of one; what it buys."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.layers import BatchNorm, LayerNorm, Pass, Statistics
from engine.studies.batchnorm_study import (
    LAWS,
    STARTS,
    block,
    in_company,
    loss_by_rate,
    ring_net,
    running_statistics,
    skewness,
)
from engine.types import Array
from pages.figures.base import number
from pages.figures.batchnorm import (
    Column,
    batchnorm_table,
    describe_lone,
    describe_stages,
    stages_alt,
    stages_figure,
)
from pages.figures.batchnorm_company import (
    block_alt,
    block_figure,
    company_alt,
    company_figure,
    describe_block,
    describe_company,
)
from pages.figures.batchnorm_training import (
    describe_rates,
    describe_running,
    rates_alt,
    rates_figure,
    running_alt,
    running_figure,
)
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, show
from pages.ui.labs.batchnorm_mathematics import FEATURES, Settings, batchnorm_mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
PASSES = {"training": "Training", "evaluation": "Evaluation"}
START_NAMES = {"he": "He", "small": "Too small: sd 0.01", "large": "Too large: sd 1"}
NETS = {"Plain net": False, "Batch norm": True}
NORM_CHOICES = {"batch": "Batch", "layer": "Layer"}
COMPANIES = 20
SAME, NONE, HALF = "The same", "0, as of a normal law", "About half of it"


@st.fragment
def lab() -> None:
    """Controls, the three histograms, the block, running averages, rates, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        s = _controls()
    x = block(np.random.default_rng(s.seed), s.law, s.n)
    history = _history(s.law, s.n, s.momentum, s.batches, s.seed)
    run = Pass(s.training, memory=history[-1])
    y, cache = s.layer.forward(s.p, x, run)
    column, look = Column(x[:, 0], cache.x_hat[:, 0], y[:, 0]), current_look()
    with picture:
        revealed = predict(
            "batchnorm",
            s,
            f"The {s.n} activations of feature 1 have skewness {number(skewness(x[:, 0]), 3)}. "
            "What is it after batch norm?",
            [NONE, SAME, HALF],
            lambda: _skewness_after(column),
        )
        show(
            stages_figure(column, revealed, look),
            "batchnorm_stages",
            stages_alt(column, s.norm, s.training, revealed),
        )
        if revealed:
            _say(s, column)
    if revealed:
        _company(s, x, cache.x_hat, run)
        _over_training(s, history)
        _what_it_buys()
    drawers(
        "batchnorm",
        mathematics=lambda: batchnorm_mathematics(s, x, y, cache, run),
        table=lambda: batchnorm_table(column),
        code=[BatchNorm, LayerNorm, running_statistics, ring_net],
        errata=for_lab(ERRATA, "batchnorm"),
    )


def _controls() -> Settings:
    n = st.select_slider("Batch size N", SIZES, 64, key="batchnorm_size", bind="query-params")
    gamma = st.slider("Scale γ", -2.0, 3.0, 2.0, 0.1, key="batchnorm_gamma", bind="query-params")
    beta = st.slider("Shift β", -3.0, 3.0, 0.5, 0.1, key="batchnorm_beta", bind="query-params")
    run = choose("Pass", PASSES, "batchnorm_pass")
    norm = choose("Norm", NORM_CHOICES, "batchnorm_norm")
    with st.expander("Running averages, data"):
        momentum = st.slider(
            "Momentum q of a new batch",
            0.01,
            1.0,
            0.1,
            0.01,
            key="batchnorm_momentum",
            bind="query-params",
            help="As in PyTorch: running = (1 − q) running + q batch.",
        )
        batches = st.slider(
            "Batches seen", 1, 100, 50, key="batchnorm_batches", bind="query-params"
        )
        law = st.selectbox(
            "Law of the activations",
            list(LAWS),
            format_func=lambda key: LAWS[key].name,
            key="batchnorm_law",
            bind="query-params",
        )
        seed = st.slider("Seed", 0, 20, 0, key="batchnorm_seed", bind="query-params")
    return Settings(n, gamma, beta, run, norm, law, seed, momentum, batches)


@st.cache_data(max_entries=64)
def _history(law: str, n: int, momentum: float, batches: int, seed: int) -> list[Statistics]:
    rng = np.random.default_rng(100 + seed)
    drawn = [block(rng, law, n) for _ in range(batches)]
    return running_statistics(BatchNorm(FEATURES, momentum), drawn)


@st.cache_data(max_entries=2 * len(STARTS), show_spinner="Training")
def _losses(batch_norm: bool, start: str) -> Array:
    return loss_by_rate(batch_norm, start)


def _skewness_after(column: Column) -> str:
    ratio = skewness(column.x_hat) / skewness(column.x)
    distances = {SAME: abs(ratio - 1), NONE: abs(ratio), HALF: abs(ratio - 0.5)}
    return min(distances, key=distances.__getitem__)


def _say(s: Settings, column: Column) -> None:
    st.markdown(describe_stages(column, s.norm, s.training))
    if s.n == 1 and s.norm == "batch" and s.training:
        inputs = (float(column.x[0]), float(column.x[0]) + 10)
        tried = [s.layer.forward(s.p, np.full((1, FEATURES), v), Pass(True))[0] for v in inputs]
        outputs = (float(tried[0][0, 0]), float(tried[1][0, 0]))
        st.warning(describe_lone(*inputs, outputs, s.beta), icon=":material/warning:")


def _company(s: Settings, x: Array, x_hat: Array, run: Pass) -> None:
    """The block, and one example among other batches."""
    look = current_look()
    rng = np.random.default_rng(200 + s.seed)
    others = block(rng, s.law, COMPANIES * (s.n - 1)).reshape(COMPANIES, s.n - 1, FEATURES)
    training, evaluation = (
        in_company(s.layer, s.p, x[0], others, Pass(mode, memory=run.memory))[:, 0]
        for mode in (True, False)
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Who is averaged with whom", anchor=False)
        show(
            block_figure(x_hat, s.norm, look),
            "batchnorm_block",
            block_alt(x, s.norm, s.training),
        )
        st.markdown(describe_block(x, s.norm, s.training))
    with right:
        st.header("One example in other batches", anchor=False)
        show(
            company_figure(training, evaluation, look),
            "batchnorm_company",
            company_alt(training, evaluation, s.norm, s.n),
        )
        st.markdown(describe_company(training, evaluation, s.norm, s.n))


def _over_training(s: Settings, history: list[Statistics]) -> None:
    """The running averages, and the rates at which a net learns."""
    look = current_look()
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Running averages", anchor=False)
        show(
            running_figure(history, look),
            "batchnorm_running",
            running_alt(history, s.momentum, s.n),
        )
        st.markdown(
            describe_running(history, s.momentum, s.n)
            + (" Layer norm keeps none." if s.norm == "layer" else "")
        )
    with right:
        st.header("Higher rates, any start", anchor=False)
        start = st.selectbox(
            "Starting weights",
            list(START_NAMES),
            format_func=START_NAMES.__getitem__,
            key="batchnorm_start",
            bind="query-params",
        )
        losses = {name: _losses(batch_norm, start) for name, batch_norm in NETS.items()}
        show(rates_figure(losses, look), "batchnorm_rates", rates_alt(losses))
        st.markdown(describe_rates(losses))


def _what_it_buys() -> None:
    st.markdown(
        "**In practice.** The original paper puts batch norm before the activation; after it is "
        "common too. Its noise regularizes, so a net may need less dropout or none. Why it helps "
        "is contested: the first explanation was less *internal covariate shift*, inputs of a "
        "layer that drift while the layers below learn (Ioffe & Szegedy 2015); later measurements "
        "speak for a smoother loss instead (Santurkar et al. 2018). Layer norm needs no batch and "
        "no running averages, which suits sequences and batches of one."
    )
