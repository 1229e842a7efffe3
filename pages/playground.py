"""The playground: build a network, watch it learn, ask why, take it along."""

import streamlit as st

from pages.ui.frame import open_page
from pages.ui.playground_closer import closer
from pages.ui.playground_controls import controls
from pages.ui.playground_presets import what_to_see, write_in_address
from pages.ui.playground_session import (
    CLOSER_PAUSE,
    PAUSE,
    current_course,
    is_moving,
    set_all_picked,
)
from pages.ui.playground_stage import stage

open_page("playground")
set_all_picked()
picture = st.container()
settings, own = controls()
if settings.data == "own" and own is None:
    picture.info("The table cannot be used yet: its report stands below, under Data.")
else:
    course = current_course(settings, own)
    with picture:
        if words := what_to_see(settings):
            st.markdown(words)
        st.fragment(stage, run_every=PAUSE if is_moving() else None)(course)
    st.fragment(closer, run_every=CLOSER_PAUSE if is_moving() else None)(course, own)
write_in_address()
