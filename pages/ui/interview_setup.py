"""Before an interview: its length, level and role, and the interviews so far."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.clock import learners_zone
from pages.ui.interview_records import begin, open_report, reports_of
from pages.ui.lab import choose
from pages.ui.progress import warn_when_not_saving
from quiz_bank.interview.plan import MOST_SEED
from quiz_bank.interview.settings import LEVELS, MINUTES, PROFILES, ROLES
from quiz_bank.interview.sitting import Sitting
from quiz_bank.interview.words import percent, settings_line, when

SEED = "set"  # names a set of questions in links
LATEST = 8


@st.fragment
def set_up() -> None:
    """The settings of a new interview, and its start."""
    minutes = int(choose("Minutes", {str(m): str(m) for m in MINUTES}, "minutes"))
    level = choose("Level", {level: level.capitalize() for level in LEVELS}, "level")
    role = choose("Role", {role: role.capitalize() for role in ROLES}, "role")
    st.markdown(f"{PROFILES[role].asked_for}.")
    st.markdown(
        "One question at a time, in any order. Answers are kept as you give them, and nothing says "
        "whether they are right until the end. The time runs on when you close the page."
    )
    seed = seed_from_link()
    if seed is not None:
        st.markdown(f"The link asks for question set {seed}.")
    if st.button("Start the interview", key="interview_start", icon=":material/play_arrow:"):
        begin(minutes, level, role, seed)
        st.query_params.pop(SEED, None)  # the interview after this one has questions of its own
        st.rerun()
    warn_when_not_saving()


def seed_from_link() -> int | None:
    """The set of questions that the link asks for; None for none and for anything unreadable."""
    asked = st.query_params.get(SEED, "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST_SEED))
    return int(asked) if is_number and int(asked) <= MOST_SEED else None


@st.fragment
def past(held: Sequence[Sitting]) -> None:
    """The interviews so far with date and score, each with the way to its report."""
    if not held:
        return
    st.header("Your interviews", anchor=False)
    listed = held if "interview_all" in st.session_state else held[:LATEST]
    for sitting, report in zip(listed, reports_of(listed), strict=True):
        said = f"{when(report, learners_zone())} · {settings_line(report)}"
        if st.button(
            f"{said} · {percent(report.total.score)}",
            key=f"interview_open_{sitting.interview}",
            icon=":material/summarize:",
        ):
            open_report(sitting.interview)
            st.rerun()
    if len(held) > LATEST and "interview_all" not in st.session_state:
        st.button(f"Show all {len(held)}", key="interview_more", on_click=_show_all)


def _show_all() -> None:
    st.session_state["interview_all"] = True
