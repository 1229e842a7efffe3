"""Compare: the configuration on the board beside another one, or one setting over its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from engine.playground.compare import changed, unstopped, with_seeds
from engine.playground.course import Course
from engine.playground.data import OwnTable
from engine.playground.settings import Settings
from engine.playground.sweeps import SWEEPS, brought_along
from pages.figures.base import Look, counted, listed
from pages.figures.playground_compare import losses_figure
from pages.figures.playground_compare_words import (
    curves_table,
    describe_pair,
    losses_alt,
    pair_table,
    side_caption,
)
from pages.figures.playground_surface import points_told, surface_alt, surface_figure
from pages.ui.address import bound
from pages.ui.lab import choose, drawer, show, table_and_downloads
from pages.ui.playground_compare_runs import outcomes_of
from pages.ui.playground_sweep import sweep

EPOCHS = (10, 20, 50, 100, 200, 500, 1000)
SEEDS = {"1": "1", "3": "3", "5": "5"}
NOTHING = ""
CHANGES = 3
PAIRED = {name: s.label for name, s in SWEEPS.items() if not s.draws and name != "seed"}
"""What B can have otherwise: not the data and not the seed, which are the same for both."""


@dataclass(frozen=True)
class Asked:
    """What is compared, and how it is drawn."""

    settings: Settings
    epochs: int
    seeds: int
    own: OwnTable | None
    look: Look
    shown: tuple[int, int]


def compare(
    course: Course, look: Look, own: OwnTable | None = None, shown: tuple[int, int] = (0, 1)
) -> None:
    """The view: which comparison, to which epoch, its controls and what came of it.

    `shown` are the columns of a table across and up.
    """
    with st.container(horizontal=True):
        what = choose("Compare", {"pair": "Two configurations", "sweep": "Sweep"}, "play_compare")
        epochs = st.select_slider(
            "Epochs each", EPOCHS, 100, key="play_compare_epochs", bind="query-params", width=220
        )
        seeds = choose("Seeds", SEEDS, "play_compare_seeds") if what == "pair" else "1"
    settings = unstopped(course.experiment.settings)
    asked = Asked(settings, int(epochs), int(seeds), own, look, shown)
    {"pair": pair, "sweep": sweep}[what](asked)


def pair(asked: Asked) -> None:
    """A, the configuration on the board, beside B, the same with some settings changed."""
    changes, count = _changes(), asked.seeds
    other = changed(asked.settings, changes)
    st.markdown(described(asked.settings, other, changes))
    if other == asked.settings:
        return
    runs = [*with_seeds(asked.settings, count), *with_seeds(other, count)]
    outcomes = outcomes_of(runs, asked.epochs, asked.own, "Train both")
    if outcomes is None:
        return
    a, b = outcomes[:count], outcomes[count:]
    for column, name, outcome in zip(st.columns(2), "AB", (a[0], b[0]), strict=True):
        with column:
            figure = surface_figure(outcome, asked.look, asked.shown)
            show(figure, f"play_compare_{name}", surface_alt(name, outcome))
            st.markdown(side_caption(name, outcome))
    st.markdown(points_told(a[0]))
    show(losses_figure(a, b, asked.look), "play_compare_losses", losses_alt(a, b))
    st.markdown(describe_pair(a, b))
    _table(pair_table(a, b), curves_table(a, b))


def _changes() -> dict[str, Any]:
    """What B has otherwise, by setting."""
    changes: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="top"):
        for k in range(1, CHANGES + 1):
            with st.container(width=220):
                change = _change(k)
            changes |= change
            if not change:
                break
    return changes


def _change(k: int) -> dict[str, Any]:
    """The k-th setting that B has otherwise, with its value; none where nothing is chosen."""
    names = {NOTHING: "Nothing"} | PAIRED
    name = st.selectbox(
        "Change in B" if k == 1 else "And",
        list(names),
        1 if k == 1 else 0,
        format_func=names.__getitem__,
        **bound(f"play_compare_{k}"),
    )
    if name == NOTHING:
        return {}
    setting = SWEEPS[name]
    value = st.selectbox(
        setting.label,
        setting.options,
        setting.options.index(setting.first),
        format_func=setting.written,
        key=f"play_compare_{k}_{name}",
        bind="query-params",
    )
    return {name: value}


def described(a: Settings, b: Settings, changes: dict[str, Any]) -> str:
    """In words what B is, and what is the same for both."""
    told = [
        f"{SWEEPS[name].label.lower()} **{SWEEPS[name].written(value)}** instead of "
        f"{SWEEPS[name].written(SWEEPS[name].own(a))}"
        for name, value in changes.items()
        if value != SWEEPS[name].own(a)
    ]
    if a == b or not told:
        return "**A** is the current configuration. B is the same so far: choose what it changes."
    told += brought_along(a, b, changes)
    return (
        f"**A** is the current configuration, **B** the same with {listed(told)}. Data and seed "
        "are the same for both."
    )


def _table(summary: pd.DataFrame, curves: pd.DataFrame) -> None:
    if section := drawer("Table and downloads", "play_compare_table"):
        with section:
            table_and_downloads("play_compare_pair", summary)
            st.markdown(f"The curves, {counted(len(curves), 'row')}:")
            table_and_downloads("play_compare_curves", curves)
