"""The controls of the training lab: what model is trained, on how much, and how."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from engine.schedules import SCHEDULES
from engine.seq2seq import ATTENTIONS
from engine.seq2seq.training import Settings
from pages.ui.lab import choose
from pages.ui.labs.train_translator_run import Size
from pages.ui.rates import rate_slider

OPTIMIZERS = ("Adam", "AdamW", "RMSProp", "Momentum", "SGD")
NO_CLIP, CLIPS = "none", ("0.5", "1", "5")
HIDDEN, EMBEDDINGS, BATCHES = (16, 32, 64, 96, 128), (16, 32, 64), (8, 16, 32)


def train_controls() -> tuple[float, Size, Settings]:
    """The share of the training pairs, the model's size, and how it is trained."""
    names = {"none": "none"} | {name: name for name in ATTENTIONS}
    attention = choose(
        "Attention",
        {"general": "general"} | names,
        "train_translator_attention",
        wrap=True,
        help="How the decoder compares its state with what was read; without, it only has the "
        "encoder's last state.",
    )
    hidden = _select("Hidden units", HIDDEN, 64, "hidden")
    share = st.slider(
        "Pairs learned from",
        5,
        100,
        100,
        5,
        format="%d%%",
        key="train_translator_share",
        bind="query-params",
        help="Share of the training pairs. The held-out ones stay the same.",
    )
    epochs = st.slider("Epochs", 1, 20, 4, key="train_translator_epochs", bind="query-params")
    rate = rate_slider("Learning rate η", 0.005, "train_translator_rate")
    with st.expander("Model, optimizer and seed"):
        size = _size(None if attention == "none" else attention, hidden)
        settings = _settings(epochs, rate)
    return share / 100, size, settings


def _size(attention: str | None, hidden: int) -> Size:
    embedding = _select("Embedding", EMBEDDINGS, 32, "embedding")
    layers = st.slider("Layers", 1, 2, 1, key="train_translator_layers", bind="query-params")
    both = st.toggle(
        "Encoder reads both ways",
        True,
        key="train_translator_both",
        bind="query-params",
        help="Half of its units read forward, half backward.",
    )
    dropout = st.slider(
        "Dropout", 0.0, 0.5, 0.0, 0.1, key="train_translator_dropout", bind="query-params"
    )
    return Size(attention, hidden, embedding, layers, both, dropout)


def _settings(epochs: int, rate: float) -> Settings:
    optimizer = _chosen("Optimizer", OPTIMIZERS, "Adam", "optimizer")
    decay = 0.01
    if optimizer == "AdamW":
        decay = _select("Weight decay", (0.001, 0.01, 0.1), 0.01, "decay")
    schedule = _chosen("Schedule of the rate", list(SCHEDULES), "linear_warmup", "schedule")
    batch = _select("Batch size", BATCHES, 32, "batch")
    clip = _select("Clip the gradient's norm at", (NO_CLIP, *CLIPS), "1", "clip")
    forcing = st.slider(
        "Teacher forcing",
        0.0,
        1.0,
        1.0,
        0.1,
        key="train_translator_forcing",
        bind="query-params",
        help="Share of right words that the decoder is fed while it learns; the others are its "
        "own. Below 1 a step takes about twice as long.",
    )
    smoothing = st.slider(
        "Label smoothing", 0.0, 0.2, 0.0, 0.05, key="train_translator_smooth", bind="query-params"
    )
    seed = st.slider("Seed", 0, 20, 0, key="train_translator_seed", bind="query-params")
    limit = math.inf if clip == NO_CLIP else float(clip)
    return Settings(
        optimizer, rate, schedule, epochs, batch, limit, forcing, smoothing, decay, seed
    )


def _select(label: str, options: tuple[Any, ...], value: Any, key: str) -> Any:
    return st.select_slider(
        label, options, value, key=f"train_translator_{key}", bind="query-params"
    )


def _chosen(label: str, options: list[str] | tuple[str, ...], first: str, key: str) -> str:
    """One of a list; `first`, where a link leaves none."""
    return (
        st.selectbox(
            label,
            options,
            list(options).index(first),
            format_func=lambda name: name.replace("_", " "),
            key=f"train_translator_{key}",
            bind="query-params",
        )
        or first
    )
