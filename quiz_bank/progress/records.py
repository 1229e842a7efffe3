"""The records that progress is made of, and what the store answers about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz_bank.progress.attempts import (
    LOCAL,
    MAX_RESPONSE,
    MAX_SECONDS,
    Attempt,
    Verdict,
    Way,
    new_attempt,
    taken_back,
)
from quiz_bank.progress.interviews import MAX_VALUE, Event, InterviewEntry, new_entry

__all__ = [
    "LOCAL",
    "MAX_RESPONSE",
    "MAX_SECONDS",
    "MAX_VALUE",
    "Attempt",
    "CardState",
    "Event",
    "InterviewEntry",
    "Record",
    "Saved",
    "Verdict",
    "Way",
    "new_attempt",
    "new_entry",
    "taken_back",
]

Record = Attempt | InterviewEntry


@dataclass(frozen=True)
class CardState:
    """When a question is due again: FSRS's own card as a dict, and its `due` in UTC."""

    question_id: str
    due: datetime
    fsrs: Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """What became of records handed to the store: how many were new, and what stands in the way
    of keeping them, None when they are safely stored."""

    added: int
    problem: str | None
