"""Conventions: rules that share a name and differ, and what the printed listings do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from engine.optimizers import AdamW, Momentum, RMSProp
from engine.printed.listings import PrintedAdamW, decay_path
from pages.figures.base import Figure
from pages.figures.conventions import (
    decay_figure,
    decay_formulas,
    decay_paths,
    decay_table,
    describe_decay,
    describe_epsilon,
    describe_momentum,
    epsilon_figure,
    epsilon_formulas,
    epsilon_table,
    first_step_ratio,
    momentum_figure,
    momentum_formulas,
    momentum_paths,
    momentum_table,
)
from pages.handbook.adaptive import ADAPTIVE_ERRATA
from pages.handbook.decay import DECAY_ERRATA
from pages.handbook.descent import DESCENT_ERRATA
from pages.handbook.listings import LISTING_ERRATA
from pages.handbook.model import Erratum, for_lab
from pages.handbook.momentum import MOMENTUM_ERRATA
from pages.handbook.stochastic import STOCHASTIC_ERRATA
from pages.ui.lab import drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.rates import rate_slider

ANSWERS = ("As long", "Twice as long", "10 times as long", "100 times as long")


@dataclass(frozen=True)
class Comparison:
    """One topic: its picture, what it says, its formulas with numbers, table, code and errata."""

    settings: tuple[float, ...]
    figure: Figure
    words: str
    formulas: list[tuple[str, str]]
    table: Callable[[], pd.DataFrame]
    code: list[Callable[..., Any]]
    errata: tuple[Erratum, ...]


@st.fragment
def lab() -> None:
    """Choose what to compare; then picture, words and drawers."""
    picture, controls = lab_columns()
    with controls:
        topic = st.radio("Compare", list(TOPICS), key="compare", bind="query-params")
        shown = TOPICS[topic]()
    with picture:
        if predict(
            "conventions",
            (topic, *shown.settings),
            "Same gradient, same η, β = 0.9: how long is the first step of the printed formula "
            "against that of the printed listing?",
            ANSWERS,
            lambda: ANSWERS[(1, 2, 10, 100).index(round(first_step_ratio(0.9)))],
        ):
            show(shown.figure, "conventions_picture", f"{topic}. {shown.words}".replace("*", ""))
            st.markdown(shown.words)
        else:
            show(shown.figure.frame_only(), "conventions_picture", f"{topic}: empty axes.")
    drawers(
        "conventions",
        mathematics=lambda: worked(shown.formulas),
        table=shown.table,
        code=shown.code,
        errata=for_lab(shown.errata, "conventions"),
    )


def _momentum() -> Comparison:
    rate = rate_slider("Learning rate η", 0.01, "convention_rate")
    beta = st.slider("Momentum β", 0.0, 0.99, 0.9, 0.01, key="convention_beta", bind="query-params")
    steps = st.slider("Steps", 20, 400, 200, 10, key="convention_steps", bind="query-params")
    paths = momentum_paths(rate, beta, steps)
    return Comparison(
        (rate, beta, steps),
        momentum_figure(paths, current_look()),
        describe_momentum(paths),
        momentum_formulas(rate, beta),
        lambda: momentum_table(paths),
        [Momentum],
        (*DESCENT_ERRATA, *STOCHASTIC_ERRATA, *MOMENTUM_ERRATA),
    )


def _epsilon() -> Comparison:
    exponent = st.slider("log₁₀ ε", -10, -1, -8, key="epsilon", bind="query-params")
    epsilon = 10.0**exponent
    return Comparison(
        (epsilon,),
        epsilon_figure(epsilon, current_look()),
        describe_epsilon(epsilon),
        epsilon_formulas(epsilon),
        lambda: epsilon_table(epsilon),
        [RMSProp],
        ADAPTIVE_ERRATA,
    )


def _decay() -> Comparison:
    rate = rate_slider("Learning rate η", 0.01, "decay_rate", largest=1.0)
    decay = rate_slider("Weight decay λ", 1.0, "decay", largest=1.0)
    steps = st.slider("Steps", 20, 400, 400, 10, key="decay_steps", bind="query-params")
    paths = decay_paths(rate, decay, steps)
    return Comparison(
        (rate, decay, steps),
        decay_figure(paths, current_look()),
        describe_decay(paths, rate, decay),
        decay_formulas(rate, decay, paths),
        lambda: decay_table(paths),
        [AdamW, PrintedAdamW, decay_path],
        (*DECAY_ERRATA, *LISTING_ERRATA),
    )


TOPICS: dict[str, Callable[[], Comparison]] = {
    "Momentum": _momentum,
    "Epsilon": _epsilon,
    "Weight decay": _decay,
}
