"""The theme's colors, read from the configuration so that figures and page never differ."""

from __future__ import annotations

import streamlit as st

from pages.figures.base import Look


def current_look() -> Look:
    """Colors of the theme that this visitor sees, light or dark."""
    theme = st.context.theme.type or "light"
    return _look(theme)


@st.cache_resource(max_entries=2)
def _look(theme: str) -> Look:
    option = st.get_option
    return Look(
        dark=theme == "dark",
        text=option(f"theme.{theme}.textColor"),
        background=option(f"theme.{theme}.backgroundColor"),
        grid=option(f"theme.{theme}.dataframeBorderColor"),
        lines=tuple(option(f"theme.{theme}.chartCategoricalColors")),
    )
