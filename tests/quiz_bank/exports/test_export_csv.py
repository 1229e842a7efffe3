"""The table of attempts: every row reads back, in UTC, and no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from quiz_bank.exports.attempts_csv import COLUMNS, attempts_csv, safe
from quiz_bank.progress import Attempt

AT = datetime(2026, 3, 1, 12, 30, 15, 999_999, tzinfo=UTC)


def attempt(number=1, **changes):
    record = {
        "id": str(UUID(int=number)),
        "learner": "local",
        "question_id": "losses/hostile",
        "seed": 7,
        "at": AT,
        "response": "[0.5, 1]",
        "verdict": "correct",
        "score": 1.0,
        "seconds": 20.04,
        "way": "cards",
        "confidence": 70,
        "rating": 3,
    }
    return Attempt(**(record | changes))


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_per_attempt(bank):
    (row,) = read(attempts_csv([attempt()], bank))
    assert list(row) == list(COLUMNS)
    assert row["time_utc"] == "2026-03-01 12:30:15"
    assert row["title"] == "A title with <b>tags</b> & more"
    assert row["topic"] == "Losses and softmax"
    assert (row["way"], row["verdict"], row["score"]) == ("cards", "correct", "1.0")
    assert (row["seconds"], row["confidence_percent"], row["rating"]) == ("20.0", "70", "3")
    assert row["answer"] == "[0.5, 1]"
    assert row["id"] == attempt().id


def test_what_was_not_asked_is_empty_and_a_mistake_has_its_name(bank):
    first, second = read(
        attempts_csv(
            [attempt(confidence=None, rating=None), attempt(2, misconception="loss_factor2")], bank
        )
    )
    assert first["confidence_percent"] == first["rating"] == first["misconception"] == ""
    assert second["misconception"] == "factor of two from the loss"


def test_a_score_has_four_places(bank):
    (row,) = read(attempts_csv([attempt(score=2 / 3, verdict="partial")], bank))
    assert row["score"] == "0.6667"


def test_a_question_that_is_gone_keeps_its_id(bank):
    (row,) = read(attempts_csv([attempt(question_id="old/gone", misconception="gone")], bank))
    assert (row["question"], row["title"], row["misconception"]) == ("old/gone", "", "gone")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "＝1", "=HYPERLINK()"]
)
def test_no_cell_begins_as_a_formula(text, bank):
    (row,) = read(
        attempts_csv([attempt(response=text, question_id="=a", misconception="=b")], bank)
    )
    assert row["answer"] == f"'{text}"
    assert (row["question"], row["misconception"]) == ("'=a", "'=b")


@pytest.mark.parametrize("text", ["", "1 - 2", 'say "so"', "a,b;c\nd", "日本 ∂L/∂w", "0.5=x"])
def test_other_text_stays_as_it_is(text, bank):
    assert safe(text) == text
    (row,) = read(attempts_csv([attempt(response=text)], bank))
    assert row["answer"] == text


def test_no_attempts_leave_the_heading(bank):
    assert attempts_csv([], bank).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"


def test_times_are_told_in_utc_only():
    with pytest.raises(ValueError, match="UTC"):
        attempt(at=AT.astimezone(timezone(timedelta(hours=2))))
