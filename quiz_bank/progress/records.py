"""The records that progress is made of, and the limits every one of them keeps."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

Verdict = Literal["correct", "partial", "incorrect", "shown", "invalid"]

LOCAL = "local"
MAX_RESPONSE = 1_000
MAX_SECONDS = 86_400.0
MAX_COUNT = 1_000

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_integer(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: object, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= high


def _is_response(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_RESPONSE and not _UNSTORABLE.search(value)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo == UTC and 1970 <= value.year < 2100


_RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "id": ("a UUID in lower case", lambda v: isinstance(v, str) and bool(_UUID.fullmatch(v))),
    "learner": ("1 to 200 printable characters", _is_name),
    "question_id": ("1 to 200 printable characters", _is_name),
    "seed": ("an integer from 0 to 2^63 - 1", lambda v: _is_integer(v, 0, 2**63 - 1)),
    "at": ("a date and time in UTC between 1970 and 2099", _is_moment),
    "response": (f"text of at most {MAX_RESPONSE} characters", _is_response),
    "verdict": (
        f"one of {', '.join(get_args(Verdict))}",
        lambda v: isinstance(v, str) and v in get_args(Verdict),
    ),
    "score": ("a number from 0 to 1", lambda v: _is_number(v, 1.0)),
    "hints": (f"an integer from 0 to {MAX_COUNT}", lambda v: _is_integer(v, 0, MAX_COUNT)),
    "tries": (f"an integer from 0 to {MAX_COUNT}", lambda v: _is_integer(v, 0, MAX_COUNT)),
    "seconds": (f"a number from 0 to {MAX_SECONDS:.0f}", lambda v: _is_number(v, MAX_SECONDS)),
    "misconception": ("empty or 1 to 200 characters", lambda v: v is None or _is_name(v)),
    "rating": (
        "empty or an integer from 1 (again) to 4 (easy)",
        lambda v: v is None or _is_integer(v, 1, 4),
    ),
}


@dataclass(frozen=True)
class Attempt:
    """One graded answer; never changed once made. Raises ValueError naming the first bad field.

    id is unique per learner and is what merging goes by; `at` carries UTC; `score` is in [0, 1];
    `hints` are those seen before answering; `tries` counts the graded answers to this variant, this
    one included; `seconds` is the time taken; `rating` is FSRS's 1 (again) to 4 (easy), None when
    the attempt is no review.
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

    def __post_init__(self) -> None:
        for name, (wanted, holds) in _RULES.items():
            if not holds(getattr(self, name)):
                raise ValueError(f"{name} must be {wanted}")


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
) -> Attempt:
    """An attempt made now, under a fresh id. The response is cut at 1,000 characters, characters
    that no database holds become U+FFFD, and `seconds` is brought into its range."""
    return Attempt(
        id=str(uuid.uuid4()),
        learner=learner,
        question_id=question_id,
        seed=seed,
        at=datetime.now(UTC),
        response=_UNSTORABLE.sub("\ufffd", response[:MAX_RESPONSE]),
        verdict=verdict,
        score=score,
        hints=hints,
        tries=tries,
        seconds=min(max(seconds, 0.0), MAX_SECONDS),
        misconception=misconception,
    )


@dataclass(frozen=True)
class CardState:
    """When a question is due again: FSRS's own card as a dict, and its `due` in UTC."""

    question_id: str
    due: datetime
    fsrs: Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """What became of attempts handed to the store: how many were new, and what stands in the way
    of keeping them, None when they are safely stored."""

    added: int
    problem: str | None
