"""The learner's progress in the pages: one store for the process, a learner for each visitor."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import streamlit as st

from pages.ui.contents import Entry
from quiz_bank.loader import load_bank
from quiz_bank.model import Bank, Question
from quiz_bank.progress import LOCAL, Attempt, Store, open_store, rating_for, taken_back
from quiz_bank.progress.records import Record

OWN_MACHINE = ("localhost", "127.0.0.1", "::1", None)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this process."""
    return open_store()


@st.cache_resource(show_spinner=False)
def bank() -> Bank:
    """The question bank, read once."""
    return load_bank()


def asked_on(entry: Entry) -> list[Question]:
    """The questions of a page's topics, in the bank's order."""
    return [question for question in bank() if question.topic in entry.topics]


def is_own_machine() -> bool:
    """Whether the app runs on the visitor's own machine, where there is only one learner."""
    return urlsplit(st.context.url or "").hostname in OWN_MACHINE


def learner() -> str:
    """Whose progress this is: the machine's only learner, or on a shared server this visit's."""
    if is_own_machine():
        return LOCAL
    return st.session_state.setdefault("learner", f"visit-{uuid.uuid4()}")


def best_scores() -> dict[str, float]:
    """The best score so far per question id; 1 is answered right."""
    return store().best_scores(learner())


def last_question() -> Question | None:
    """The question that the learner answered last, where it is still in the bank."""
    last = store().last_attempt(learner())
    return next((q for q in bank() if last and q.id == last.question_id), None)


def due_questions() -> list[Question]:
    """Questions whose review is due now, the longest due first."""
    known = {question.id: question for question in bank()}
    due = store().due(learner(), datetime.now(UTC))
    return [known[question_id] for question_id in due if question_id in known]


def keep(*records: Record) -> str | None:
    """Keeps records at once; returns the problem when it could not."""
    return store().add(*records).problem


def save(question: Question, attempt: Attempt, rating: int | None = None) -> str | None:
    """Keeps an attempt at once, with its review: the learner's own `rating`, or the one that
    follows from the attempts; returns the problem when it could not."""
    if rating is None:
        history = store().attempts(learner(), [question.id])
        found = rating_for(history, attempt, question.seconds)
        rating = found and int(found)
    return keep(replace(attempt, rating=rating))


def undo(attempt: Attempt) -> str | None:
    """Takes an attempt back, with its review; returns the problem when it could not."""
    return keep(taken_back(attempt))


def warn_when_not_saving() -> None:
    """Says so, on the page, while answers cannot be kept."""
    if problem := store().problem:
        st.warning(problem, icon=":material/cloud_off:")
