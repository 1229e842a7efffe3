"""The attempts as a table for a spreadsheet, none of whose cells it takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import Bank, Question
from quiz_bank.progress.records import Attempt
from quiz_bank.topics import TOPICS

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "time_utc",
    "question",
    "title",
    "topic",
    "difficulty",
    "kind",
    "way",
    "verdict",
    "score",
    "hints",
    "tries",
    "seconds",
    "confidence_percent",
    "rating",
    "misconception",
    "answer",
    "seed",
    "id",
)


def attempts_csv(attempts: Iterable[Attempt], bank: Bank) -> bytes:
    """A row per attempt under a line of COLUMNS, in UTF-8 with the mark by which spreadsheets know
    it. Times are in UTC, written as spreadsheets read them; seconds are rounded to tenths, scores
    to four places. Text that a spreadsheet would run as a formula has an apostrophe in front. Of
    questions no longer in the bank only the id is told."""
    questions = {question.id: question for question in bank}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(attempt, questions.get(attempt.question_id)) for attempt in attempts)
    return out.getvalue().encode("utf-8-sig")


def _row(attempt: Attempt, question: Question | None) -> list[object]:
    mistake = attempt.misconception and MISCONCEPTIONS.get(attempt.misconception)
    values = [
        attempt.at.replace(tzinfo=None).isoformat(" ", "seconds"),
        attempt.question_id,
        question.title if question else "",
        TOPICS[question.topic].title if question else "",
        question.difficulty if question else "",
        question.kind if question else "",
        attempt.way,
        attempt.verdict,
        round(attempt.score, 4),
        attempt.hints,
        attempt.tries,
        round(attempt.seconds, 1),
        attempt.confidence,
        attempt.rating,
        mistake.name if mistake else attempt.misconception,
        attempt.response,
        attempt.seed,
        attempt.id,
    ]
    return [safe(value) if isinstance(value, str) else value for value in values]


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs: with an apostrophe where it begins, leading
    blanks aside, with a sign that makes it a formula."""
    return f"'{text}" if text.startswith(RISKY) or text.lstrip().startswith(RISKY) else text
