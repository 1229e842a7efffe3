"""Going through questions one by one: which is on the table, what was rated today, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.ui.clock import midnight
from pages.ui.progress import bank, learner, store, undo
from pages.ui.sitting import Sitting, sit_down
from quiz_bank.model import Question
from quiz_bank.progress import Attempt, CardState, Way
from quiz_bank.progress.repeats import next_variant


def rated_today(way: Way, cards: Sequence[CardState]) -> tuple[Attempt, ...]:
    """The attempts of this way that were rated since midnight, the latest last. Only questions
    whose card has changed since the last run are read."""
    since = midnight()
    times = {card.question_id: str(card.fsrs["last_review"]) for card in cards}
    today = {name: at for name, at in times.items() if datetime.fromisoformat(at) >= since}
    read = st.session_state.setdefault(f"rated_by_{learner()}", {})
    changed = [name for name, at in today.items() if read.get(name, ("",))[0] != at]
    if changed:
        attempts = store().attempts(learner(), changed)
        for name in changed:
            own = [a for a in attempts if a.question_id == name and a.rating and a.at >= since]
            read[name] = today[name], own
    rated = [a for name in today for a in read[name][1] if a.way == way and a.at >= since]
    return tuple(sorted(rated, key=lambda attempt: attempt.at))


def on_the_table(slot: str, queue: Sequence[Question]) -> Question | None:
    """The question that the learner is at: the one begun until it is done, then the first of the
    queue, in a variant that suits. None when nothing is left."""
    state, waiting = st.session_state, {question.id: question for question in queue}
    sitting: Sitting | None = state.get(f"{slot}_sitting")
    if sitting is not None and f"{slot}_begun" in state:
        question = bank()[sitting.question_id]
        if _is_shown_still(sitting, question) if sitting.kept else question.id in waiting:
            return question
    first = state.pop(f"{slot}_first", None)
    question = waiting.get(first) or next(iter(queue), None)
    if question is None:
        state.pop(f"{slot}_begun", None)
        return None
    number, missed = next_variant(question, store().attempts(learner(), [question.id]))
    sit_down(slot, question, number, missed)
    state[f"{slot}_begun"] = True
    return question


def _is_shown_still(sitting: Sitting, question: Question) -> bool:
    """Own words are rated last of all; every other answer is explained until "Next"."""
    return question.kind != "own words"


def is_answered(slot: str) -> bool:
    """Whether an answer to the question on the table was kept."""
    return bool(st.session_state[f"{slot}_sitting"].kept)


def put_away(slot: str) -> None:
    """Ends the question on the table: the next one comes."""
    st.session_state.pop(f"{slot}_begun", None)


def undo_button(slot: str, rated: Sequence[Attempt]) -> None:
    """Takes the last rating back; its question is due again and is asked once more."""
    if rated:
        st.button(
            "Undo last rating",
            key=f"{slot}_undo",
            icon=":material/undo:",
            on_click=_undo,
            args=(slot, rated[-1]),
        )


def _undo(slot: str, attempt: Attempt) -> None:
    undo(attempt)
    put_away(slot)
    st.session_state[f"{slot}_first"] = attempt.question_id
