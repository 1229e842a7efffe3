"""Runs worth seeing, from the handbook: each sets all controls and begins at the start."""

from __future__ import annotations

import streamlit as st

from engine.playground.presets import PRESETS
from pages.ui.playground_controls import use
from pages.ui.playground_session import CHANGED, GOING, to_the_start

LOADED, SET_AGAIN = "play_loaded", "play_set_again"


def presets() -> None:
    """A menu of runs; choosing one sets every control and plays it from its start."""
    if (again := st.session_state.pop(SET_AGAIN, None)) is not None:
        use(PRESETS[again].settings)
    with st.popover("Runs worth seeing", icon=":material/lightbulb:", width="stretch"):
        for key, preset in PRESETS.items():
            st.button(
                preset.name, key=f"play_preset_{key}", on_click=_load, args=(key,), width="stretch"
            )
            st.markdown(preset.words)


def _load(key: str) -> None:
    use(PRESETS[key].settings)
    to_the_start()
    st.session_state[GOING] = True
    st.session_state[LOADED] = key


def write_in_address() -> None:
    """The end of the page, when all controls of the run have been drawn once. The address takes up
    only controls that the browser has told of since, so they are set again with the next run."""
    state = st.session_state
    if LOADED in state:
        state[SET_AGAIN] = state.pop(LOADED)
        state[CHANGED] = True
