"""Sliders on a log scale: learning rates that are worth trying, as text in the URL."""

from __future__ import annotations

import streamlit as st

RATES = tuple(
    float(f"{digit}e{exponent}") for exponent in range(-4, 1) for digit in (1, 1.5, 2, 3, 5, 7)
)[:-2]


def rate_slider(
    label: str, default: float, key: str, help: str | None = None, largest: float = RATES[-1]
) -> float:
    """The chosen learning rate, from 0.0001 to `largest`."""
    return st.select_slider(
        label,
        [rate for rate in RATES if rate <= largest],
        value=default,
        format_func=lambda rate: f"{rate:g}",
        key=key,
        bind="query-params",
        help=help,
    )
