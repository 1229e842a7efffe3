"""The time that is left, counted down in the browser, and what was typed kept meanwhile.

The server is asked nothing each second: it says once how long is left, and hears when it is over.
A text area sends what is in it only when it is left; so that a reload loses little, the countdown
sends it every few seconds, and shortly before the end, by the keys that a person would use.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

HTML = """<div class="left" role="timer" aria-label="Time left"><span class="clock"></span></div>
<div class="said" role="status" aria-live="polite"></div>"""
CSS = """
.left { font: 600 1.125rem/1.5 var(--st-font); color: var(--st-text-color);
        font-variant-numeric: tabular-nums; white-space: nowrap }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
        white-space: nowrap }
"""
_COUNTDOWN = st.components.v2.component(
    "gradient_gym.countdown",
    html=HTML,
    css=CSS,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def countdown(seconds: float, key: str, on_over: Callable[[], None]) -> None:
    """Shows `seconds` running out; when nothing is left, `on_over` is called, and a rerun."""
    _COUNTDOWN(
        key=key, data={"seconds": seconds, "name": key}, width="content", on_over_change=on_over
    )
