"""A question to answer in one's own words: think, compare with the model answer, tick, rate."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import streamlit as st

from pages.ui.answer_fields import FIELDS, how_sure, rubric
from pages.ui.clock import back
from pages.ui.progress import learner, store
from pages.ui.sitting import Asked, hint_button, hints_shown, keep
from pages.ui.verdict import show_verdict
from quiz_bank.grading.judge import grade
from quiz_bank.grading.results import Graded
from quiz_bank.progress import Attempt
from quiz_bank.progress.outlook import RATINGS, outlook

RATED_BY_LEARNER = ("review", "cards")


def own_words(asked: Asked) -> None:
    """The question until it is graded, in two steps: before and after the model answer is shown.

    In practice the rating follows from the score; elsewhere the learner gives it.
    """
    if asked.sitting.revealed is None:
        _think(asked)
    else:
        _compare(asked)


def _think(asked: Asked) -> None:
    FIELDS[asked.question.kind](asked.question, asked.variant, asked.key, asked.seed)
    how_sure(asked.key)
    with st.container(horizontal=True):
        st.button(
            "Show the model answer",
            key=f"{asked.slot}_reveal",
            icon=":material/visibility:",
            shortcut="Ctrl+Enter",
            on_click=_reveal,
            args=(asked,),
        )
        hint_button(asked)
    hints_shown(asked)


def _reveal(asked: Asked) -> None:
    """Notes what was written and how sure the learner is, and stops the clock."""
    sitting = asked.sitting
    sitting.words = st.session_state.get(asked.key) or ""
    sitting.sure = asked.sure
    sitting.seconds = time.monotonic() - sitting.began
    sitting.revealed = datetime.now(UTC)


def _compare(asked: Asked) -> None:
    sitting = asked.sitting
    _side_by_side(asked)
    if sitting.graded is not None:
        show_verdict(sitting.graded, asked.variant)
        st.markdown(f"Source: {asked.question.source}")
        return
    graded = grade(asked.question, asked.variant, rubric(asked.variant, asked.key))
    st.markdown(f"**{graded.message.rstrip('.')}**")
    if asked.way in RATED_BY_LEARNER:
        _rating_buttons(asked, graded)
    else:
        st.button(
            "Grade my answer",
            key=f"{asked.slot}_grade",
            icon=":material/check:",
            on_click=_grade,
            args=(asked, graded),
        )


def _side_by_side(asked: Asked) -> None:
    """The model answer, beside what was written where something was."""
    if asked.sitting.words.strip():
        own, model = st.columns(2)
        with own.container(border=True, height="stretch"):
            st.markdown("**You wrote**")
            st.text(asked.sitting.words)
    else:
        model = st.container()
    with model.container(border=True, height="stretch"):
        st.markdown(f"**Model answer**\n\n{asked.variant.solution}")


def _grade(asked: Asked, graded: Graded, rating: int | None = None) -> None:
    sitting = asked.sitting
    if sitting.graded is not None:
        return  # pressed twice
    sitting.graded, sitting.is_over = graded, True
    sitting.seen.append(graded.fingerprint)
    keep(asked, sitting.words, graded.verdict, graded, rating)


def _rating_buttons(asked: Asked, graded: Graded) -> None:
    """How well it went, each with when the question would be back; 1 to 4 on the keyboard."""
    at = asked.sitting.revealed or datetime.now(UTC)
    history = store().attempts(learner(), [asked.question.id])
    st.markdown("How well did you know it?")
    with st.container(horizontal=True):
        for rating, due in outlook(asked.question.id, history, at).items():
            st.button(
                f"{RATINGS[rating]} · {back(at, due)}",
                key=f"{asked.slot}_rate_{rating}",
                shortcut=str(rating),
                on_click=_rate,
                args=(asked, graded, rating, history),
            )


def _rate(asked: Asked, graded: Graded, rating: int, history: tuple[Attempt, ...]) -> None:
    """Keeps the rating, unless the question was answered in another tab meanwhile: with that
    attempt in the history, the date on the button is no longer true."""
    if store().attempts(learner(), [asked.question.id]) == history:
        _grade(asked, graded, rating)
