"""One question on a page: prompt, answer, what was understood, the grade, hints and solution."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.answer_fields import FIELDS, FORMATS, how_sure
from pages.ui.own_words import own_words
from pages.ui.progress import warn_when_not_saving
from pages.ui.sitting import Asked, another, drawn, hint_button, hints_shown, keep, sitting_in
from pages.ui.understood import understood
from pages.ui.verdict import show_verdict
from quiz_bank.grading.judge import grade
from quiz_bank.grading.results import Graded
from quiz_bank.grading.tolerance import what_counts
from quiz_bank.model import Question, Variant
from quiz_bank.progress import Way
from quiz_bank.topics import TOPICS


def ask(question: Question, slot: str, number: int = 0, way: Way = "practice") -> int:
    """Draws the question in the place `slot` of the page, grades it there, and returns the number
    of the variant that is shown: at first `number`, then what "Another one" led to.

    Own words are graded and rated by the learner. `way` is kept with the attempts; only in
    practice can another variant be asked for, and only there is the rating of own words computed.
    """
    sitting = sitting_in(slot, question, number)
    asked = Asked(question, *drawn(question.id, sitting.number, question), slot, sitting, way)
    st.markdown(f"{TOPICS[question.topic].title} · {question.difficulty} · {_minutes(question)}")
    st.markdown(asked.variant.prompt)
    if question.kind == "own words":
        own_words(asked)
    else:
        _answer(asked)
    warn_when_not_saving()
    return sitting.number


def _answer(asked: Asked) -> None:
    question, variant, sitting = asked.question, asked.variant, asked.sitting
    if sitting.explained:
        _missed(question, variant)
    response = FIELDS[question.kind](question, variant, asked.key, asked.seed)
    graded = grade(question, variant, response) if response else None
    said = st.empty()
    if graded is not None and question.kind in FORMATS:
        with said:
            understood(question, graded)
    sure = st.empty()
    if not sitting.seen and not sitting.is_over and not sitting.explained:
        with sure:
            how_sure(asked.key)
    with st.container(horizontal=True):
        if st.button("Check", key=f"{asked.slot}_check", icon=":material/check:"):
            _check(asked, response, graded)
            if sitting.seen:
                sure.empty()  # the grade is known
        hint_button(asked)
        if not sitting.is_over and not sitting.explained:
            key = f"{asked.slot}_solution"
            st.button("Show solution", key=key, on_click=_give_up, args=(asked,))
        if question.is_template and asked.way == "practice":
            key = f"{asked.slot}_another"
            st.button("Another one", key=key, on_click=another, args=(asked.slot,))
    hints_shown(asked)
    if sitting.graded is not None and sitting.response == _plain(response):
        show_verdict(sitting.graded, variant)
        if sitting.graded.verdict == "invalid":
            said.empty()  # the verdict says the same
    if sitting.is_over and not sitting.explained:
        with st.container(border=True):
            _solution(question, variant)


def _missed(question: Question, variant: Variant) -> None:
    """After a miss: the explanation first, then the same numbers once more."""
    later = "with other numbers" if question.is_template else "without the explanation"
    with st.container(border=True):
        st.markdown(
            "**You missed this one.** Read how it is done, then work it out once more; next time "
            f"it comes {later}. A right answer counts as hard."
        )
        st.markdown(f"**Worked solution.** {variant.solution}")


def _solution(question: Question, variant: Variant) -> None:
    st.markdown(f"**Worked solution.** {variant.solution}")
    if question.kind == "number":
        counts = what_counts(variant.answer, question.rtol, question.atol)
        st.markdown(f"{counts[0].upper()}{counts[1:]}.")
    st.markdown(f"Source: {question.source}")


def _minutes(question: Question) -> str:
    minutes = max(1, round(question.seconds / 60))
    return f"about {minutes} minute{'s' * (minutes > 1)}"


def _check(asked: Asked, response: Any, graded: Graded | None) -> None:
    """Grades what is in the field now. The same value handed in twice is one attempt."""
    sitting = asked.sitting
    if graded is None:
        st.warning("Give an answer first.")
        return
    sitting.response, sitting.graded = _plain(response), graded
    if graded.verdict == "invalid" or sitting.is_over or graded.fingerprint in sitting.seen:
        return
    sitting.seen.append(graded.fingerprint)
    keep(asked, _plain(response), graded.verdict, graded)
    sitting.is_over = graded.verdict == "correct"


def _give_up(asked: Asked) -> None:
    asked.sitting.is_over = True
    keep(asked, "", "shown", Graded("incorrect", 0.0, ""))


def _plain(response: Any) -> str:
    """The response as text, as it is kept; `grade` reads a staged one back from it."""
    if isinstance(response, str):
        return response
    is_texts = any(isinstance(part, str) for part in response or ())
    return ("; " if is_texts else ",").join(map(str, response or ()))
