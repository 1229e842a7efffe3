"""Every field of an attempt keeps its limits, and a fresh attempt always fits them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.progress import new_attempt
from quiz_bank.progress.records import MAX_RESPONSE

BAD = {
    "id": ["", "1", "A" * 36, "00000000-0000-0000-0000-00000000000G", 7, None],
    "learner": ["", "a" * 201, "a\nb", "a\0b", "\ud800", None, 3],
    "question_id": ["", "a" * 201, "\x7f", None],
    "seed": [-1, 2**63, 1.0, True, "1", None],
    "at": [
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(2100, 1, 1, tzinfo=UTC),
        "2026-01-01",
        None,
    ],
    "response": ["x" * (MAX_RESPONSE + 1), "\0", "\udfff", None, 1],
    "verdict": ["right", "", None, [], {}],
    "score": [math.nan, math.inf, -0.1, 1.1, True, "1", None, 10**400],
    "hints": [-1, 1001, 1.0, True, None],
    "tries": [-1, 1001, 1.0, False, None],
    "seconds": [math.nan, math.inf, -1, 86_401, True, None],
    "misconception": ["", "a\tb", 1],
    "rating": [0, 5, True, 1.0, "good"],
    "way": ["walk", "", None, []],
    "confidence": [-1, 101, 50.0, True, "50"],
    "undoes": ["", "1", 7, str(UUID(int=5))],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, values in BAD.items() for v in values])
def test_a_bad_field_is_named(make_attempt, field, value):
    with pytest.raises(ValueError, match=rf"^{field} must be "):
        make_attempt(1, **{field: value})


def test_the_table_of_bad_values_covers_every_field(make_attempt):
    assert set(BAD) == set(vars(make_attempt(1)))


@given(st.text(st.characters()), st.floats(allow_nan=False))
def test_any_response_and_time_make_an_attempt(response, seconds):
    attempt = new_attempt("losses/gradient", 1, response * 50, "incorrect", 0.0, seconds=seconds)
    assert len(attempt.response) == min(len(response) * 50, MAX_RESPONSE)
    attempt.response.encode()


def test_ids_are_fresh_and_time_is_utc():
    attempts = [new_attempt("a/b", 1, "1", "correct", 1.0) for _ in range(100)]
    assert len({a.id for a in attempts}) == 100
    assert all(a.at.tzinfo == UTC for a in attempts)
