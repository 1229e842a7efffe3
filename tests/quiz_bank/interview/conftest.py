"""Interviews that are over, with an answer of every sort."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from quiz_bank.interview.plan import Item, Plan
from quiz_bank.interview.sitting import Sitting, fold
from quiz_bank.model import Question
from quiz_bank.progress import InterviewEntry

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
EACH = 20  # seconds at each question


def _sat(
    questions: list[Question], answers: Mapping[int, str], seed: int = 0, number: int = 5
) -> Sitting:
    plan = Plan(30, "mid", "applied", 1, tuple(Item(q.id, seed) for q in questions))
    told = [("begin", None, plan.to_json(), 0)]
    for k in range(len(questions)):
        told.append(("visit", k, "", EACH * k))
        if k in answers:
            told.append(("answer", k, answers[k], EACH * k + 5))
    told.append(("end", None, "", EACH * len(questions)))
    interview = str(uuid.UUID(int=number))
    entries = [
        InterviewEntry(
            str(uuid.uuid4()),
            "local",
            interview,
            START + timedelta(seconds=seconds),
            event,
            position,
            value,
        )
        for event, position, value, seconds in told
    ]
    sitting = fold(entries, START + timedelta(hours=1))
    assert sitting is not None
    return sitting


@pytest.fixture(scope="session")
def sat() -> Callable[..., Sitting]:
    """Makes an interview of these questions, 20 seconds each, with answers by position."""
    return _sat
