"""Mock interviews as records: an interview is the sum of its entries, wherever these were made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from quiz_bank.progress.rules import (
    ID,
    MAX_COUNT,
    MOMENT,
    NAME,
    Rules,
    check,
    is_integer,
    is_text,
    one_of,
    storable,
)

Event = Literal["begin", "visit", "answer", "flag", "unflag", "end"]

MAX_VALUE = 20_000

_RULES: Rules = {
    "id": ID,
    "learner": NAME,
    "interview": ID,
    "at": MOMENT,
    "event": one_of(Event),
    "position": (
        f"empty or an integer from 0 to {MAX_COUNT}",
        lambda v: v is None or is_integer(v, 0, MAX_COUNT),
    ),
    "value": (f"text of at most {MAX_VALUE} characters", lambda v: is_text(v, MAX_VALUE)),
}


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
        check(self, _RULES)


def new_entry(
    interview: str, event: Event, position: int | None = None, value: str = "", *, learner: str
) -> InterviewEntry:
    """An entry made now, under a fresh id. The value is cut at 20,000 characters; characters that
    no database holds become U+FFFD."""
    now = datetime.now(UTC)
    return InterviewEntry(
        str(uuid.uuid4()), learner, interview, now, event, position, storable(value, MAX_VALUE)
    )
