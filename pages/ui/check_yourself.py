"""Questions of the chapter at the foot of its page, graded in place."""

from __future__ import annotations

import streamlit as st

from pages.ui.ask import ask
from pages.ui.progress import bank


@st.fragment
def check_yourself(chapter: int) -> None:
    """One question of the chapter at a time, in the bank's order."""
    questions = [question for question in bank() if question.chapter == chapter]
    if not questions:
        return
    at = f"check_{chapter}_at"
    index = st.session_state.get(at, 0) % len(questions)
    st.divider()
    st.header("Check yourself", anchor=False)
    st.markdown(f"**{questions[index].title}** ({index + 1} of {len(questions)})")
    ask(questions[index], f"check_{chapter}")
    st.button(
        "Next question",
        key=f"check_{chapter}_next",
        icon=":material/skip_next:",
        on_click=st.session_state.__setitem__,
        args=(at, index + 1),
    )
