"""Questions of a page's topics at its foot, graded in place."""

from __future__ import annotations

import streamlit as st

from pages.ui.ask import ask
from pages.ui.contents import Entry
from pages.ui.progress import asked_on


@st.fragment
def check_yourself(entry: Entry) -> None:
    """One question of the page's topics at a time, in the bank's order."""
    questions = asked_on(entry)
    if not questions:
        return
    key = f"check_{entry.slug}"
    at = f"{key}_at"
    index = st.session_state.get(at, 0) % len(questions)
    st.divider()
    st.header("Check yourself", anchor=False)
    st.markdown(f"**{questions[index].title}** ({index + 1} of {len(questions)})")
    ask(questions[index], key)
    st.button(
        "Next question",
        key=f"{key}_next",
        icon=":material/skip_next:",
        on_click=st.session_state.__setitem__,
        args=(at, index + 1),
    )
