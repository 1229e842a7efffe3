"""Compare, one setting over up to 16 values: small surfaces, and the losses by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.playground.change import FACTORS, VALUES, Sweep, between
from engine.playground.compare import Outcome, best_of
from engine.playground.settings import Settings
from engine.playground.sweeps import SWEEPS, brought_along
from pages.figures.base import counted
from pages.figures.playground_surface import TILE, surface_alt, tile_figure
from pages.figures.playground_sweep import sweep_figure
from pages.figures.playground_sweep_words import (
    describe_sweep,
    sweep_alt,
    sweep_table,
    tile_caption,
)
from pages.ui.address import bound
from pages.ui.lab import drawer, show, table_and_downloads
from pages.ui.playground_compare_runs import outcomes_of

if TYPE_CHECKING:
    from pages.ui.playground_compare import Asked

STILL = {"staticPlot": True}  # a tile is too small for a toolbar


def sweep(asked: Asked) -> None:
    """Controls, the grid of surfaces with the best one marked, and the plot."""
    name, values = _controls()
    setting = SWEEPS[name]
    if not values:
        st.info("Choose at least one value.", icon=":material/touch_app:")
        return
    st.markdown(_told(name, values, asked.settings))
    runs = [setting.change(asked.settings, value) for value in values]
    label = f"Train {counted(len(values), 'network')}"
    outcomes = outcomes_of(runs, asked.epochs, asked.own, label)
    if outcomes is None:
        return
    _grid(setting, values, outcomes, asked)
    figure = sweep_figure(setting, values, outcomes, asked.look)
    show(figure, "play_sweep_plot", sweep_alt(setting, values, outcomes))
    st.markdown(describe_sweep(setting, values, outcomes))
    if section := drawer("Table and downloads", "play_sweep_table"):
        with section:
            table_and_downloads("play_sweep", sweep_table(setting, values, outcomes))


def _controls() -> tuple[str, tuple[Any, ...]]:
    """The setting, and the values that it is to have."""
    with st.container(horizontal=True):
        name = st.selectbox(
            "Setting",
            list(SWEEPS),
            format_func=lambda name: SWEEPS[name].label,
            width=220,
            **bound("play_sweep"),
        )
        if SWEEPS[name].is_number:
            return name, _numbers(name, SWEEPS[name])
    return name, _chosen(name, SWEEPS[name])


def _numbers(name: str, setting: Sweep) -> tuple[Any, ...]:
    """So many values from one to the other."""
    low, high = st.select_slider(
        "From, to",
        setting.options,
        (setting.span[0], setting.span[-1]),
        format_func=setting.written,
        key=f"play_sweep_{name}",
        bind="query-params",
        width=320,
    )
    count = st.slider(
        "Values", 2, VALUES, VALUES, key="play_sweep_count", bind="query-params", width=180
    )
    return between(setting, low, high, int(count))


def _chosen(name: str, setting: Sweep) -> tuple[Any, ...]:
    """Those of the categories that are chosen, in the order of their table."""
    chosen = st.pills(
        "Values",
        range(len(setting.options)),
        selection_mode="multi",
        default=[setting.options.index(value) for value in setting.span],
        format_func=lambda k: setting.written(setting.options[k]),
        key=f"play_sweep_{name}",
        bind="query-params",
    )
    return tuple(setting.options[k] for k in sorted(chosen))


def _told(name: str, values: tuple[Any, ...], settings: Settings) -> str:
    """What is varied, and what the board has."""
    setting = SWEEPS[name]
    label = setting.label[0].lower() + setting.label[1:]
    ends = ""
    if setting.is_number and len(values) > 1:
        even = "by equal factors" if setting.by == FACTORS else "by equal steps"
        ends = f" from {setting.written(values[0])} to {setting.written(values[-1])}, {even}"
    along = brought_along(settings, setting.change(settings, values[0]), [name])
    rest = f", beside {along[0]}" if along else ""
    return (
        f"{counted(len(values), 'value')} of **{label}**{ends}. In the current configuration it is "
        f"{setting.written(setting.own(settings))}; all else stays as it is there{rest}."
    )


def _grid(setting: Sweep, values: tuple[Any, ...], outcomes: list[Outcome], asked: Asked) -> None:
    best = best_of(outcomes)
    with st.container(horizontal=True, gap="small"):
        for k, (value, outcome) in enumerate(zip(values, outcomes, strict=True)):
            with st.container(width=TILE, gap=None):
                st.plotly_chart(
                    tile_figure(outcome, asked.look, asked.shown, k == best),
                    key=f"play_sweep_tile_{k}",
                    alt=surface_alt(f"{setting.label} {setting.written(value)}", outcome),
                    theme=None,
                    width="stretch",
                    config=STILL,
                )
                st.markdown(tile_caption(setting, value, outcome, k == best))
