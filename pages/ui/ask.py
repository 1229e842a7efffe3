"""One question on a page: prompt, answer, what was understood, the grade, hints and solution."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.progress import learner, save, warn_when_not_saving
from quiz_bank.certify import draw
from quiz_bank.grading.judge import grade
from quiz_bank.grading.results import Graded
from quiz_bank.model import Question, Variant
from quiz_bank.progress import new_attempt
from quiz_bank.topics import TOPICS

LETTERS = "ABCDEFGHIJKL"
MOST_CELLS = 64
FORMATS = {
    "number": "A number, such as 0.25, 1/4 or 2.5e-1",
    "vector": "A vector, such as [1, 2, 3]",
    "matrix": "A matrix, such as [[1, 2], [3, 4]] or [1 2; 3 4]",
    "formula": "A formula, such as sigma(z)(1 - sigma(z)) or exp(-z^2)",
    "order": "The letters in order, such as B A C",
}


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
    response = WIDGETS[question.kind](question, variant, f"{slot}_{question.id}_{seed}", seed)
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
        _verdict(sitting.graded)
    if sitting.is_over:
        with st.container(border=True):
            st.markdown(f"**Worked solution.** {variant.solution}")
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


def _text(question: Question, variant: Variant, key: str, seed: int) -> str:
    return st.text_input(FORMATS[question.kind], key=key, live=True)


def _text_area(question: Question, variant: Variant, key: str, seed: int) -> str:
    return st.text_area(FORMATS[question.kind], key=key, height=110)


def _choice(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    options = variant.answer
    chosen = st.radio(
        "Choose one",
        range(len(options)),
        format_func=lambda i: options[i].text,
        index=None,
        key=key,
    )
    return () if chosen is None else (chosen,)


def _choices(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    st.markdown("Choose all that are right.")
    return tuple(
        i for i, option in enumerate(variant.answer) if st.checkbox(option.text, key=f"{key}_{i}")
    )


def _order(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    items = variant.answer.items
    shuffled = np.random.default_rng(seed).permutation(len(items)).tolist()
    places = dict(zip(LETTERS, shuffled, strict=False))
    st.markdown("\n".join(f"- **{letter}** · {items[i]}" for letter, i in places.items()))
    typed = _text(question, variant, key, seed).upper()
    return tuple(places[letter] for letter in typed if letter in places)


WIDGETS: dict[str, Callable[[Question, Variant, str, int], Any]] = {
    "number": _text,
    "vector": _text,
    "matrix": _text_area,
    "formula": _text,
    "choice": _choice,
    "choices": _choices,
    "order": _order,
}


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
    return response if isinstance(response, str) else ",".join(map(str, response))


def _verdict(graded: Graded) -> None:
    box, icon = VERDICTS[graded.verdict]
    text = " ".join(filter(None, [graded.message, graded.feedback, graded.warning]))
    box(text, icon=icon)


VERDICTS = {
    "correct": (st.success, ":material/check_circle:"),
    "partial": (st.warning, ":material/contrast:"),
    "incorrect": (st.error, ":material/cancel:"),
    "invalid": (st.warning, ":material/help:"),
}
