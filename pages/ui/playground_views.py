"""Closer looks at a run of the playground: its curves, what it gets right, and its layers."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from engine.playground.course import Course
from engine.playground.look import look_at_layers
from pages.figures.base import Look
from pages.figures.playground_curves import curves_figure
from pages.figures.playground_curves_words import curves_alt, describe_curves
from pages.figures.playground_history import curves_of, curves_table
from pages.figures.playground_layers import layers_figure, layers_table
from pages.figures.playground_layers_words import (
    describe_layers,
    describe_spread,
    layers_alt,
    spread_alt,
)
from pages.figures.playground_scores import SETS, judged, scores_figure, scores_table
from pages.figures.playground_scores_words import describe_scores, scores_alt
from pages.figures.playground_spread import OF, spread_figure
from pages.ui.lab import DRAWERS, choose, drawer, show, table_and_downloads


def curves(course: Course, look: Look) -> None:
    """Losses and accuracies or R² by epoch."""
    drawn = curves_of(course)
    show(curves_figure(drawn, look), "play_curves_picture", curves_alt(drawn))
    st.markdown(describe_curves(drawn))
    _table("play_curves", lambda: curves_table(drawn))


def scores(course: Course, look: Look) -> None:
    """Which classes are taken for which, or predicted values against true ones."""
    of = choose("Examples", SETS, "play_scores_of")
    found = judged(course, of)
    show(scores_figure(found, look), "play_scores_picture", scores_alt(found))
    st.markdown(describe_scores(found))
    _table("play_scores", lambda: scores_table(found))


def layers(course: Course, look: Look) -> None:
    """Gradients, dead and saturated units, and histograms, layer by layer."""
    looks = look_at_layers(course.experiment, course.now)
    show(layers_figure(looks, look), "play_layers_picture", layers_alt(looks))
    st.markdown(describe_layers(looks))
    of = choose("Histograms of", OF, "play_layers_of")
    show(spread_figure(looks, of, look), "play_layers_spread", spread_alt(looks, of))
    st.markdown(describe_spread(looks, of))
    _table("play_layers", lambda: layers_table(looks))


def _table(view: str, table: Callable[[], pd.DataFrame]) -> None:
    """The drawer with the numbers, which are put together only while it is open."""
    if section := drawer(DRAWERS["table"], f"{view}_table"):
        with section:
            table_and_downloads(view, table())
