"""One question on a page: prompt, answer, what was understood, the grade, hints and solution."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.answer_fields import FIELDS, FORMATS
from pages.ui.progress import learner, save, warn_when_not_saving
from pages.ui.stage_verdicts import stage_verdict
from quiz_bank.certify import draw
from quiz_bank.grading.judge import grade
from quiz_bank.grading.results import Graded
from quiz_bank.grading.tolerance import what_counts
from quiz_bank.model import Question, Variant
from quiz_bank.progress import new_attempt
from quiz_bank.topics import TOPICS

MOST_CELLS = 64


@dataclass
class Sitting:
    """What has happened with one variant so far; plain data that lives in the session."""

    question_id: str
    number: int
    began: float = field(default_factory=time.monotonic)
    hints: int = 0
    seen: list[Hashable] = field(default_factory=list)
    response: Any = None
    graded: Graded | None = None
    is_over: bool = False


def ask(question: Question, slot: str, number: int = 0) -> int:
    """Draws the question in the place `slot` of the page, grades it there, and returns the number
    of the variant that is shown: at first `number`, then what "Another one" led to."""
    sitting = _sitting(question, slot, number)
    seed, variant = _drawn(question.id, sitting.number, question)
    st.markdown(f"{TOPICS[question.topic].title} · {question.difficulty} · {_minutes(question)}")
    st.markdown(variant.prompt)
    response = FIELDS[question.kind](question, variant, f"{slot}_{question.id}_{seed}", seed)
    graded = grade(question, variant, response) if response else None
    if graded is not None and question.kind in FORMATS:
        _understood(question, graded)
    with st.container(horizontal=True):
        if st.button("Check", key=f"{slot}_check", icon=":material/check:"):
            _check(question, seed, sitting, response, graded)
        left = len(variant.hints) - sitting.hints
        if left:
            st.button(f"Hint ({left} left)", key=f"{slot}_hint", on_click=_hint, args=(sitting,))
        if not sitting.is_over:
            st.button(
                "Show solution",
                key=f"{slot}_solution",
                on_click=_give_up,
                args=(question, seed, sitting),
            )
        if question.is_template:
            st.button("Another one", key=f"{slot}_another", on_click=_another, args=(slot,))
    for hint in variant.hints[: sitting.hints]:
        st.info(hint, icon=":material/lightbulb:")
    if sitting.graded is not None and sitting.response == _plain(response):
        _verdict(sitting.graded, variant)
    if sitting.is_over:
        with st.container(border=True):
            st.markdown(f"**Worked solution.** {variant.solution}")
            if question.kind == "number":
                counts = what_counts(variant.answer, question.rtol, question.atol)
                st.markdown(f"{counts[0].upper()}{counts[1:]}.")
            st.markdown(f"Source: {question.source}")
    warn_when_not_saving()
    return sitting.number


@st.cache_resource(max_entries=500, show_spinner=False)
def _drawn(question_id: str, number: int, _question: Question) -> tuple[int, Variant]:
    return draw(_question, number)


def _sitting(question: Question, slot: str, number: int) -> Sitting:
    """The sitting of this slot: the first at variant `number`, a new one for another question."""
    key = f"{slot}_sitting"
    current = st.session_state.setdefault(key, Sitting(question.id, number))
    if current.question_id != question.id:
        current = st.session_state[key] = Sitting(question.id, 0)
    return current


def _another(slot: str) -> None:
    old = st.session_state[f"{slot}_sitting"]
    st.session_state[f"{slot}_sitting"] = Sitting(old.question_id, old.number + 1)


def _minutes(question: Question) -> str:
    minutes = max(1, round(question.seconds / 60))
    return f"about {minutes} minute{'s' * (minutes > 1)}"


def _understood(question: Question, graded: Graded) -> None:
    """What the typed answer was read as, before it counts."""
    if graded.verdict == "invalid":
        st.markdown(f":material/help: {graded.message}")
    elif question.kind == "formula":
        st.markdown(f"Understood as ${graded.shown}$")
    elif isinstance(graded.shown, np.ndarray):
        st.markdown(f"Understood as {_array(graded.shown)}")
    else:
        st.markdown(f"Understood as {graded.shown}")


def _array(values: np.ndarray) -> str:
    """The array as inline LaTeX; a large one by its shape alone."""
    if values.size > MOST_CELLS:
        return f"{' × '.join(map(str, values.shape))} numbers"
    rows = r" \\ ".join(" & ".join(f"{v:.6g}" for v in row) for row in np.atleast_2d(values))
    return rf"$\begin{{bmatrix}}{rows}\end{{bmatrix}}$"


def _check(
    question: Question, seed: int, sitting: Sitting, response: Any, graded: Graded | None
) -> None:
    """Grades what is in the field now. The same value handed in twice is one attempt."""
    if graded is None:
        st.warning("Give an answer first.")
        return
    sitting.response, sitting.graded = _plain(response), graded
    if graded.verdict == "invalid" or sitting.is_over or graded.fingerprint in sitting.seen:
        return
    sitting.seen.append(graded.fingerprint)
    _save(question, seed, sitting, _plain(response), graded.verdict, graded)
    sitting.is_over = graded.verdict == "correct"


def _hint(sitting: Sitting) -> None:
    sitting.hints += 1


def _give_up(question: Question, seed: int, sitting: Sitting) -> None:
    sitting.is_over = True
    _save(question, seed, sitting, "", "shown", Graded("incorrect", 0.0, ""))


def _save(
    question: Question, seed: int, sitting: Sitting, response: str, verdict: Any, graded: Graded
) -> None:
    attempt = new_attempt(
        question.id,
        seed,
        response,
        verdict,
        graded.score,
        learner=learner(),
        hints=sitting.hints,
        tries=len(sitting.seen) + (verdict == "shown"),
        seconds=time.monotonic() - sitting.began,
        misconception=graded.misconception,
    )
    save(question, attempt)


def _plain(response: Any) -> str:
    """The response as text, as it is kept; `grade` reads a staged one back from it."""
    if isinstance(response, str):
        return response
    is_texts = any(isinstance(part, str) for part in response or ())
    return ("; " if is_texts else ",").join(map(str, response or ()))


def _verdict(graded: Graded, variant: Variant) -> None:
    box, icon = VERDICTS[graded.verdict]
    feedback = "" if graded.stages else graded.feedback
    box(" ".join(filter(None, [graded.message, feedback, graded.warning])), icon=icon)
    if graded.stages and graded.verdict != "invalid":
        pairs = zip(variant.answer, graded.stages, strict=True)
        for number, (stage, of_stage) in enumerate(pairs, start=1):
            stage_verdict(of_stage, f"{number}", stage.symbol)


VERDICTS = {
    "correct": (st.success, ":material/check_circle:"),
    "partial": (st.warning, ":material/contrast:"),
    "incorrect": (st.error, ":material/cancel:"),
    "invalid": (st.warning, ":material/help:"),
}
