"""Runs worth seeing, from the handbook: each sets all controls and begins at the start."""

from __future__ import annotations

import streamlit as st

from engine.playground.presets import PRESETS, Preset
from engine.playground.settings import Settings
from pages.ui.contents import PAGES
from pages.ui.playground_fields import state_of
from pages.ui.playground_session import CHANGED, GOING, keep_picked, to_the_start

LOADED, SET_AGAIN = "play_loaded", "play_set_again"


def presets() -> None:
    """The runs by chapter; choosing one sets every control and plays it from its start."""
    if (again := st.session_state.pop(SET_AGAIN, None)) is not None:
        keep_picked(state_of(PRESETS[again].settings))
    for slug in dict.fromkeys(preset.chapter for preset in PRESETS.values()):
        st.markdown(f"**{PAGES[slug].title}**")
        for key, preset in PRESETS.items():
            if preset.chapter == slug:
                _offer(key, preset)


def _offer(key: str, preset: Preset) -> None:
    button, words = st.columns([1, 1.8], vertical_alignment="center")
    button.button(
        preset.name,
        key=f"play_preset_{key}",
        icon=":material/play_arrow:",
        on_click=_load,
        args=(key,),
        width="stretch",
    )
    words.markdown(preset.words)


def what_to_see(settings: Settings) -> str:
    """The words of the run worth seeing that these settings are; empty for any other."""
    found = (preset for preset in PRESETS.values() if preset.settings == settings)
    return next((f"**{preset.name}.** {preset.words}" for preset in found), "")


def _load(key: str) -> None:
    keep_picked(state_of(PRESETS[key].settings) | {"play_lock": False})
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
