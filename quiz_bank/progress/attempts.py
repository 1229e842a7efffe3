"""Answers as records: what was asked, what was given, how it was graded."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from quiz_bank.progress.rules import (
    COUNT,
    ID,
    MOMENT,
    NAME,
    Rules,
    check,
    is_id,
    is_integer,
    is_name,
    is_number,
    is_text,
    one_of,
    storable,
)

Verdict = Literal["correct", "partial", "incorrect", "shown", "invalid", "undone"]
Way = Literal["practice", "review", "cards", "interview"]

LOCAL = "local"
MAX_RESPONSE = 1_000
MAX_SECONDS = 86_400.0

_RULES: Rules = {
    "id": ID,
    "learner": NAME,
    "question_id": NAME,
    "seed": ("an integer from 0 to 2^63 - 1", lambda v: is_integer(v, 0, 2**63 - 1)),
    "at": MOMENT,
    "response": (
        f"text of at most {MAX_RESPONSE} characters",
        lambda v: is_text(v, MAX_RESPONSE),
    ),
    "verdict": one_of(Verdict),
    "score": ("a number from 0 to 1", lambda v: is_number(v, 1.0)),
    "hints": COUNT,
    "tries": COUNT,
    "seconds": (f"a number from 0 to {MAX_SECONDS:.0f}", lambda v: is_number(v, MAX_SECONDS)),
    "misconception": ("empty or 1 to 200 characters", lambda v: v is None or is_name(v)),
    "rating": (
        "empty or an integer from 1 (again) to 4 (easy)",
        lambda v: v is None or is_integer(v, 1, 4),
    ),
    "way": one_of(Way),
    "confidence": (
        "empty or an integer from 0 to 100",
        lambda v: v is None or is_integer(v, 0, 100),
    ),
    "undoes": ("empty or a UUID in lower case", lambda v: v is None or is_id(v)),
}


@dataclass(frozen=True)
class Attempt:
    """One graded answer; never changed once made. Raises ValueError naming the first bad field.

    id is unique per learner and is what merging goes by; `at` carries UTC; `score` is in [0, 1];
    `hints` are those seen before answering; `tries` counts the graded answers to this variant, this
    one included; `seconds` is the time taken; `rating` is FSRS's 1 (again) to 4 (easy), None when
    the attempt is no review; `way` is where it was asked; `confidence` is how sure the learner was
    before the grade, in percent. An attempt with `undoes` is none of its own: it takes back the
    attempt of that id, and its verdict is "undone".
    """

    id: str
    learner: str
    question_id: str
    seed: int
    at: datetime
    response: str
    verdict: Verdict
    score: float
    hints: int = 0
    tries: int = 1
    seconds: float = 0.0
    misconception: str | None = None
    rating: int | None = None
    way: Way = "practice"
    confidence: int | None = None
    undoes: str | None = None

    def __post_init__(self) -> None:
        check(self, _RULES)
        if (self.undoes is None) == (self.verdict == "undone"):
            raise ValueError("undoes must be given with the verdict undone, and only with it")


def new_attempt(
    question_id: str,
    seed: int,
    response: str,
    verdict: Verdict,
    score: float,
    *,
    learner: str = LOCAL,
    hints: int = 0,
    tries: int = 1,
    seconds: float = 0.0,
    misconception: str | None = None,
    way: Way = "practice",
    confidence: int | None = None,
) -> Attempt:
    """An attempt made now, under a fresh id. The response is cut at 1,000 characters, characters
    that no database holds become U+FFFD, and `seconds` is brought into its range."""
    return Attempt(
        id=str(uuid.uuid4()),
        learner=learner,
        question_id=question_id,
        seed=seed,
        at=datetime.now(UTC),
        response=storable(response, MAX_RESPONSE),
        verdict=verdict,
        score=score,
        hints=hints,
        tries=tries,
        seconds=min(max(seconds, 0.0), MAX_SECONDS),
        misconception=misconception,
        way=way,
        confidence=confidence,
    )


def taken_back(attempt: Attempt) -> Attempt:
    """The attempt that undoes `attempt`, made now. Its id follows from the id undone, so that
    undoing in two tabs is undoing once."""
    return replace(
        attempt,
        id=str(uuid.uuid5(uuid.UUID(attempt.id), "undone")),
        at=datetime.now(UTC),
        response="",
        verdict="undone",
        score=0.0,
        misconception=None,
        rating=None,
        confidence=None,
        undoes=attempt.id,
    )
