"""The two ways out of an interview. What cannot be taken back is asked about first: leaving it, and
ending it with questions open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.figures.base import counted
from pages.ui.interview_records import finish, leave, sitting_of
from quiz_bank.interview.sitting import Sitting

ASKING = "interview_asking"  # which way out was asked for: "end", "leave" or none


def ending(sitting: Sitting, unanswered: int, keep_typed: Callable[[], None]) -> None:
    """The buttons that end the interview or leave it; `keep_typed` keeps the field before that."""
    asking = st.session_state.get(ASKING)
    if asking == "end":
        _confirm(
            f"{counted(unanswered, 'question')} without an answer. End the interview?",
            "End now",
            lambda: _end(sitting.interview, keep_typed),
        )
    elif asking == "leave":
        _confirm(
            "Leave? Nothing of this interview will count, and there is no report.",
            "Leave now",
            lambda: _leave(sitting.interview),
        )
    with st.container(horizontal=True):
        st.button(
            "End the interview",
            key="interview_end",
            icon=":material/done_all:",
            on_click=_ask_to_end,
            args=(sitting.interview, keep_typed),
        )
        st.button("Leave it", key="interview_leave", on_click=_ask, args=("leave",))


def _confirm(question: str, yes: str, take: Callable[[], None]) -> None:
    with st.container(border=True):
        st.markdown(question)
        with st.container(horizontal=True):
            st.button(yes, key="interview_yes", on_click=take)
            st.button("Go on", key="interview_no", on_click=_ask, args=(None,))


def _ask(way: str | None) -> None:
    st.session_state[ASKING] = way


def _ask_to_end(interview: str, keep_typed: Callable[[], None]) -> None:
    """Ends the interview, at once where the field's answer was the last one open."""
    keep_typed()
    sitting = sitting_of(interview)
    if sitting is None or len(sitting.answers) < len(sitting.plan.items):
        _ask("end")
    else:
        _end(interview, keep_typed)


def _end(interview: str, keep_typed: Callable[[], None]) -> None:
    keep_typed()
    _ask(None)
    finish(interview)


def _leave(interview: str) -> None:
    _ask(None)
    leave(interview)
