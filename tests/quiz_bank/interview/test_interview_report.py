"""The figures of a report, recomputed, and the attempts that an interview leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from quiz_bank.certify import variant_of
from quiz_bank.grading.staged import true_values
from quiz_bank.interview import words
from quiz_bank.interview.marking import attempt_id, attempt_of, attempts, mark, rated, ticked
from quiz_bank.interview.report import report
from quiz_bank.interview.responses import from_text, places, to_text
from quiz_bank.loader import load_bank
from quiz_bank.model import KINDS
from quiz_bank.progress import new_attempt

BANK = load_bank()
EACH_KIND = [next(q for q in BANK if q.kind == kind) for kind in KINDS]
ONE_PICK = ("choice", "picture", "wrong line")


def right(question, seed=0):
    """The right response to a question, as an interview keeps it."""
    answer = variant_of(question, seed).answer
    if question.kind in ONE_PICK or question.kind == "choices":
        return to_text(tuple(k for k, option in enumerate(answer) if option.correct))
    if question.kind == "order":
        return to_text(tuple(range(len(answer.items))))
    if question.kind == "staged":
        return to_text(tuple(map(repr, true_values(answer).values())))
    if question.kind == "formula":
        return answer.reference
    if question.kind == "own words":
        return "In my own words"
    return json.dumps(np.asarray(answer).tolist())


def made(sitting, kept=()):
    return report(sitting, mark(sitting, BANK, kept))


def test_right_answers_of_every_kind_are_right(sat):
    sitting = sat(EACH_KIND, {k: right(q) for k, q in enumerate(EACH_KIND)})
    for entry in mark(sitting, BANK, ()):
        own_words = entry.question.kind == "own words"
        assert entry.status == ("untold" if own_words else "graded")
        assert entry.score == (None if own_words else 1.0)
        assert entry.seconds == 20


def test_the_sums_are_those_of_the_questions(sat):
    questions = [q for q in BANK if q.kind in ("number", "choice", "own words")][::7]
    answers = {k: right(q) for k, q in enumerate(questions) if k % 3 == 0}
    answers |= {k: "17e5" for k, q in enumerate(questions) if k % 3 == 1 and q.kind == "number"}
    answers[2] = "no number" if questions[2].kind == "number" else "[99]"
    found = made(sat(questions, answers))
    own_words = [k in answers and q.kind == "own words" for k, q in enumerate(questions)]
    total = found.total
    assert total.asked == len(questions)
    assert total.answered == len(answers)
    assert total.counted == len(questions) - sum(own_words)
    assert found.untold == sum(own_words)
    expected = sum(k % 3 == 0 for k in answers) - sum(own_words)
    assert total.points == expected
    assert total.score == pytest.approx(expected / total.counted)
    assert total.seconds == 20 * len(questions)
    assert total.expected == sum(q.seconds for q in questions)


def test_the_topics_split_the_whole(sat):
    questions = list(BANK)[::9]
    answers = {k: right(q) for k, q in enumerate(questions) if k % 2}
    found = made(sat(questions, answers))
    for name in ("asked", "answered", "counted", "points", "seconds", "expected"):
        parts = sum(getattr(topic.total, name) for topic in found.topics)
        assert parts == pytest.approx(getattr(found.total, name))
    for topic in found.topics:
        own = [e for e in found.marked if e.question.topic == topic.topic]
        assert topic.total.asked == len(own)
        assert topic.total.points == sum(e.score or 0 for e in own)
    scores = [topic.total.score for topic in found.next]
    assert scores == sorted(scores)
    assert all(score < 0.8 for score in scores)
    assert len(words.topic_rows(found)) == len(found.topics) + 1


def test_attempts_are_those_of_the_graded_answers_and_the_same_each_time(sat):
    answers = {k: right(q) for k, q in enumerate(EACH_KIND)}
    answers[0] = "17e5"
    del answers[1]
    sitting = sat(EACH_KIND, answers)
    first, second = (attempts(sitting, mark(sitting, BANK, ()), (), "local") for _ in range(2))
    assert first == second
    graded = [k for k, q in enumerate(EACH_KIND) if k != 1 and q.kind != "own words"]
    assert [a.id for a in first] == [attempt_id(sitting.interview, k) for k in graded]
    assert {a.way for a in first} == {"interview"}
    assert {a.seconds for a in first} == {20}
    assert {a.at for a in first} == {sitting.closed}
    assert [a.rating for a in first] == [1, *[3] * (len(first) - 1)]
    for attempt in first:
        assert attempt.verdict == ("incorrect" if attempt.rating == 1 else "correct")


def test_an_unreadable_answer_is_no_attempt_and_no_point(sat):
    numbers = [q for q in BANK if q.kind == "number"][:2]
    sitting = sat(numbers, {0: "two", 1: right(numbers[1])})
    marked = mark(sitting, BANK, ())
    assert [entry.status for entry in marked] == ["unread", "graded"]
    assert [entry.score for entry in marked] == [0.0, 1.0]
    assert len(attempts(sitting, marked, (), "local")) == 1
    with pytest.raises(ValueError, match="position 0"):
        attempt_of(sitting, marked[0], "local")


def test_own_words_count_once_the_learner_has_ticked(sat):
    question = next(q for q in BANK if q.kind == "own words")
    sitting = sat([question], {0: "A good answer"})
    (entry,) = mark(sitting, BANK, ())
    assert words.waiting(made(sitting))
    attempt, _ = attempt_of(sitting, ticked(entry, (0, 2)), "local")
    assert places(attempt.response) == (0, 2)
    found = made(sitting, [attempt])
    n = len(variant_of(question, 0).answer.points)
    assert found.marked[0].ticked == (0, 2)
    assert found.total.points == pytest.approx(2 / n)
    assert found.untold == 0
    with pytest.raises(ValueError, match="nothing to tick"):
        ticked(found.marked[0], (1,))
    none, _ = attempt_of(sitting, ticked(entry, ()), "local")
    assert made(sitting, [none]).total.points == 0


def test_a_question_that_left_the_bank_does_not_count(sat):
    number = next(q for q in BANK if q.kind == "number")
    sitting = sat([replace(number, id="losses/gone"), number], {0: "1", 1: right(number)})
    found = made(sitting)
    assert found.marked[0].status == "gone"
    assert (found.total.asked, found.total.counted, found.total.points) == (2, 1, 1)


def test_the_rating_goes_by_what_came_before(sat):
    number = next(q for q in BANK if q.kind == "number")
    sitting = sat([number], {0: right(number)})
    attempt, _ = attempt_of(sitting, mark(sitting, BANK, ())[0], "local")
    earlier = [
        replace(
            new_attempt(number.id, seed, "1", "correct", 1.0, seconds=5),
            at=sitting.closed - timedelta(days=seed),
        )
        for seed in (2, 1)
    ]
    later = [replace(a, at=sitting.closed + timedelta(days=1)) for a in earlier]
    assert rated(attempt, earlier, number.seconds).rating == 4
    assert rated(attempt, [*later, attempt], number.seconds).rating == 3


@pytest.mark.parametrize(
    "text",
    ["", "[", "null", "1", "{}", "[true]", "[-1]", '["a", 1]', "[" * 20_000, "[1.5]", "9" * 9999],
)
@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_whatever_text_is_kept_there_is_a_report(question, text, sat):
    found = made(sat([question], {0: text}))
    assert found.total.asked == 1
    assert words.headline(found)


@pytest.mark.parametrize("response", ["x", (0, 2), ("1", "", "3;4"), ()])
def test_a_response_survives_as_text(response):
    kind = "number" if isinstance(response, str) else "choices"
    kind = "staged" if response and isinstance(response[0], str) and kind != "number" else kind
    assert from_text(kind, to_text(response)) == response


def test_places_are_only_read_from_numbers():
    assert places("") == places("a,b") == places("²,-1") == ()
    assert places("0,12,99999") == (0, 12)
