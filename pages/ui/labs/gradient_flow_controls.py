"""The controls of the gradient flow lab: which weights, what they depend on, clipping and cuts."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.studies.sequence_flow import Setting
from pages.figures.gradient_flow import GATES, LINES
from pages.ui.lab import choose

WEIGHTS = {"drawn": "Drawn at random", "exploding": "The LSTM that explodes"}
RULES = {"tanh": "tanh", "relu": "ReLU"}
OFTEN = ("RNN", "LSTM", "cells", "GRU", *GATES)
NO_LIMIT, LIMITS = "no limit", ("1", "10", "100", "1000")
NO_WINDOW, WINDOWS = "no cut", ("5", "10", "20", "30", "40")


@dataclass(frozen=True)
class Choice:
    """What the controls say of drawn weights: names of lines, and limit and window or None."""

    setting: Setting
    names: tuple[str, ...]
    limit: float | None
    window: int | None


@dataclass(frozen=True)
class Explosion:
    """What the controls say of the LSTM that explodes."""

    steps: int
    weight: float
    forget: float
    limit: float | None


def choose_weights() -> str:
    """A key of WEIGHTS."""
    return st.selectbox(
        "Weights",
        list(WEIGHTS),
        format_func=WEIGHTS.__getitem__,
        key="flow_weights",
        bind="query-params",
    )


def drawn_controls(has_lines: bool) -> Choice:
    """The controls of drawn weights; lines are chosen where the picture has some, else all."""
    steps = st.slider("Time steps T", 2, 100, 50, key="flow_steps", bind="query-params")
    radius = st.slider(
        "Spectral radius ρ",
        0.1,
        2.0,
        1.0,
        0.05,
        key="flow_radius",
        bind="query-params",
        help="Of the recurrent weights, those of each gate and of the candidate.",
    )
    bias = st.slider(
        "Forget-gate bias",
        -3.0,
        6.0,
        1.0,
        0.5,
        key="flow_bias",
        bind="query-params",
        help="Of the LSTM's forget gate; the GRU's update gate, which keeps its state, gets it "
        "too. The RNN has no gate.",
    )
    rule = choose("Activation of the RNN", RULES, "flow_rule")
    names = _lines() if has_lines else OFTEN
    with st.expander("Clipping and truncation"):
        limit = _limit()
        window = st.select_slider(
            "Cut every (steps)", (NO_WINDOW, *WINDOWS), key="flow_window", bind="query-params"
        )
    with st.expander("Units, inputs and seed"):
        hidden = st.slider("Hidden units", 1, 16, 8, key="flow_units", bind="query-params")
        scale = st.slider(
            "Scale of the inputs", 0.0, 3.0, 1.0, 0.1, key="flow_inputs", bind="query-params"
        )
        seed = st.slider("Seed", 0, 20, 0, key="flow_seed", bind="query-params")
    setting = Setting(steps, radius, bias, rule, hidden, scale, seed)
    return Choice(setting, names, limit, None if window == NO_WINDOW else int(window))


def _lines() -> tuple[str, ...]:
    names = st.pills(
        "Lines",
        OFTEN,
        selection_mode="multi",
        default=OFTEN,
        format_func=lambda key: LINES[key].name,
        key="flow_lines",
        bind="query-params",
        persist_state="page",
        wrap=True,
    )
    return tuple(names)


def explosion_controls() -> Explosion:
    """The controls of the LSTM that explodes."""
    steps = st.slider("Time steps T", 2, 100, 20, key="explode_steps", bind="query-params")
    weight = st.slider(
        "Weight w of h in the candidate",
        -12.0,
        12.0,
        8.0,
        0.5,
        key="explode_weight",
        bind="query-params",
    )
    forget = st.slider(
        "Forget gate f", 0.05, 0.95, 0.5, 0.05, key="explode_forget", bind="query-params"
    )
    return Explosion(steps, weight, forget, _limit())


def _limit() -> float | None:
    limit = st.select_slider(
        "Clip the norm at each step",
        (NO_LIMIT, *LIMITS),
        key="flow_limit",
        bind="query-params",
    )
    return None if limit == NO_LIMIT else float(limit)
