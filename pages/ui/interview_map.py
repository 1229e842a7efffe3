"""All questions of an interview at a glance: answered, flagged or open, each one press away."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from quiz_bank.interview.sitting import Sitting

KEY = "interview_map"
ANSWERED, FLAGGED, OPEN = "✓", "⚑", "○"


def question_map(
    sitting: Sitting, place: int, answered: Collection[int], go: Callable[[int], None]
) -> None:
    """A button for each question, with a mark of how it stands; `go` is called with the place
    chosen."""
    n = len(sitting.plan.items)
    st.session_state[KEY] = place
    st.pills(
        "Questions",
        range(n),
        format_func=lambda k: f"{k + 1} {marks(k in answered, k in sitting.flagged)}",
        required=True,
        key=KEY,
        on_change=lambda: go(st.session_state[KEY]),
    )
    st.markdown(legend(n, len(answered), len(sitting.flagged)))


def marks(is_answered: bool, is_flagged: bool) -> str:
    """The marks of a question."""
    return (ANSWERED if is_answered else OPEN) + FLAGGED * is_flagged


def legend(n: int, answered: int, flagged: int) -> str:
    """How many of n questions stand how; it explains the marks too."""
    return (
        f"{ANSWERED} {answered} answered · {OPEN} {n - answered} open · {FLAGGED} {flagged} flagged"
    )
