"""The records that progress is made of, and the limits every one of them keeps."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

Verdict = Literal["correct", "partial", "incorrect", "shown", "invalid", "undone"]
Way = Literal["practice", "review", "cards", "interview"]
Event = Literal["begin", "visit", "answer", "flag", "unflag", "end"]

LOCAL = "local"
MAX_RESPONSE = 1_000
MAX_SECONDS = 86_400.0
MAX_COUNT = 1_000
MAX_VALUE = 20_000

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_integer(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: object, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= high


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not _UNSTORABLE.search(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo == UTC and 1970 <= value.year < 2100


Rules = Mapping[str, tuple[str, Callable[[Any], bool]]]


def _one_of(names: Any) -> tuple[str, Callable[[Any], bool]]:
    known = get_args(names)
    return f"one of {', '.join(known)}", lambda v: isinstance(v, str) and v in known


_ID = ("a UUID in lower case", _is_id)
_NAME = ("1 to 200 printable characters", _is_name)
_MOMENT = ("a date and time in UTC between 1970 and 2099", _is_moment)
_COUNT = (f"an integer from 0 to {MAX_COUNT}", lambda v: _is_integer(v, 0, MAX_COUNT))

_ATTEMPT: Rules = {
    "id": _ID,
    "learner": _NAME,
    "question_id": _NAME,
    "seed": ("an integer from 0 to 2^63 - 1", lambda v: _is_integer(v, 0, 2**63 - 1)),
    "at": _MOMENT,
    "response": (
        f"text of at most {MAX_RESPONSE} characters",
        lambda v: _is_text(v, MAX_RESPONSE),
    ),
    "verdict": _one_of(Verdict),
    "score": ("a number from 0 to 1", lambda v: _is_number(v, 1.0)),
    "hints": _COUNT,
    "tries": _COUNT,
    "seconds": (f"a number from 0 to {MAX_SECONDS:.0f}", lambda v: _is_number(v, MAX_SECONDS)),
    "misconception": ("empty or 1 to 200 characters", lambda v: v is None or _is_name(v)),
    "rating": (
        "empty or an integer from 1 (again) to 4 (easy)",
        lambda v: v is None or _is_integer(v, 1, 4),
    ),
    "way": _one_of(Way),
    "confidence": (
        "empty or an integer from 0 to 100",
        lambda v: v is None or _is_integer(v, 0, 100),
    ),
    "undoes": ("empty or a UUID in lower case", lambda v: v is None or _is_id(v)),
}
_ENTRY: Rules = {
    "id": _ID,
    "learner": _NAME,
    "interview": _ID,
    "at": _MOMENT,
    "event": _one_of(Event),
    "position": (
        f"empty or an integer from 0 to {MAX_COUNT}",
        lambda v: v is None or _is_integer(v, 0, MAX_COUNT),
    ),
    "value": (f"text of at most {MAX_VALUE} characters", lambda v: _is_text(v, MAX_VALUE)),
}


def _check(record: object, rules: Rules) -> None:
    for name, (wanted, holds) in rules.items():
        if not holds(getattr(record, name)):
            raise ValueError(f"{name} must be {wanted}")


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
        _check(self, _ATTEMPT)
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
        response=_UNSTORABLE.sub("\ufffd", response[:MAX_RESPONSE]),
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


@dataclass(frozen=True)
class InterviewEntry:
    """One event of a mock interview; never changed once made, so that an interview is the sum of
    its entries wherever these were made. Raises ValueError naming the first bad field.

    interview  id of the interview; `id` is the entry's own, and what merging goes by.
    position   the question it is about, counted from 0; None for begin and end.
    value      of begin the plan as JSON, of answer the response as text; else empty.
    """

    id: str
    learner: str
    interview: str
    at: datetime
    event: Event
    position: int | None = None
    value: str = ""

    def __post_init__(self) -> None:
        _check(self, _ENTRY)


def new_entry(
    interview: str, event: Event, position: int | None = None, value: str = "", *, learner: str
) -> InterviewEntry:
    """An entry made now, under a fresh id. The value is cut at 20,000 characters; characters that
    no database holds become U+FFFD."""
    storable = _UNSTORABLE.sub("\ufffd", value[:MAX_VALUE])
    now = datetime.now(UTC)
    return InterviewEntry(str(uuid.uuid4()), learner, interview, now, event, position, storable)


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
