"""The learner's own values of the rows: one field at a time, kept together in one text.

The text has a place for each row between semicolons, is in the URL, and keeps what cannot be read.
"""

from __future__ import annotations

import streamlit as st

from engine.by_hand.lstm_edits import numbers
from engine.by_hand.lstm_example import Example
from engine.by_hand.lstm_labels import BY_NAME, LABELS
from pages.figures.derivation_typed import stages
from pages.ui.stage_verdicts import stage_verdict
from quiz_bank.grading.results import StageGrade
from quiz_bank.grading.staged import SEPARATOR, grade_stages

TYPED = "derivation_typed"
NAMES = tuple(label.name for label in LABELS)


def answers(row: str, example: Example) -> tuple[StageGrade, ...]:
    """Draws the field of this row and, folded, that of all; the grade of every row."""
    own, said = st.container(), st.container()
    with st.expander("All your values"):
        st.text_input(
            f"{NAMES[0]}; {NAMES[1]}; ... with semicolons",
            key=TYPED,
            bind="query-params",
            persist_state="session",
        )
        st.button("Clear them", key="clear_typed", on_click=_keep, args=([],))
    label, field = BY_NAME[row], f"derivation_own_{row}"
    st.session_state[field] = _texts()[NAMES.index(row)]
    own.text_input(
        f"{row} · ${label.symbol}$, by {label.words}", key=field, on_change=_take, args=(row,)
    )
    key = tuple(tuple(array.ravel().tolist()) for array in numbers(example).values())
    grades = _graded(tuple(_texts()), key, example)
    grade = grades[NAMES.index(row)]
    with said:
        stage_verdict(grade, row, label.symbol)
    return grades


def first_blank(otherwise: str) -> str:
    """The first row without a typed value, or the other one where all have theirs."""
    return next((name for name, text in zip(NAMES, _texts(), strict=True) if not text), otherwise)


@st.cache_data(max_entries=50, show_spinner=False)
def _graded(
    texts: tuple[str, ...], numbers: tuple[tuple[float, ...], ...], _example: Example
) -> tuple[StageGrade, ...]:
    """The grade of every row, made once for the same texts and numbers."""
    return grade_stages(stages(_example), texts)


def _texts() -> list[str]:
    """The text of every row, empty where none is typed."""
    parts = (st.session_state.get(TYPED) or "").split(SEPARATOR)
    texts = [part.strip() for part in parts[: len(NAMES)]]
    return texts + [""] * (len(NAMES) - len(texts))


def _take(row: str) -> None:
    """Keeps what was typed in the row's field; after a semicolon it goes on with the next rows."""
    typed = st.session_state[f"derivation_own_{row}"] or ""
    texts, k = _texts(), NAMES.index(row)
    parts = typed.split(SEPARATOR)
    texts[k : k + len(parts)] = parts
    _keep(texts[: len(NAMES)])


def _keep(texts: list[str]) -> None:
    st.session_state[TYPED] = f"{SEPARATOR} ".join(texts).rstrip(f"{SEPARATOR} ")
