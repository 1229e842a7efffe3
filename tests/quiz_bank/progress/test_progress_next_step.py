"""The next step: the first rule that applies, and only that."""

from __future__ import annotations

import pytest

from quiz_bank.progress.next_step import Step, next_step
from quiz_bank.progress.statistics import Mastery, Seen

KNOWN, WEAK, WEAKER = Mastery(10, 8, 2, 7.0), Mastery(10, 7, 0, 6.0), Mastery(4, 1, 3, 1.0)
NEW = Mastery(5, 0, 0, 0.0)
OFTEN, SELDOM = Seen("no_sig", 3, 1, 0.0, "a/x"), Seen("no_sig", 2, 1, 0.0, "a/x")
TOPICS = {"a": KNOWN, "b": WEAK, "c": WEAKER, "d": NEW}


@pytest.mark.parametrize(
    ("answers", "due", "lately", "topics", "step"),
    [
        (0, 0, (), TOPICS, Step("start", "a")),
        (0, 0, (), {}, Step("start", None)),
        (9, 4, (OFTEN,), TOPICS, Step("review", count=4)),
        (9, 0, (OFTEN,), TOPICS, Step("mistake", "no_sig", 3)),
        (9, 0, (SELDOM,), TOPICS, Step("repeat", "c")),
        (9, 0, (), {"a": KNOWN, "d": NEW, "e": NEW}, Step("begin", "d")),
        (9, 0, (), {"a": KNOWN}, Step("interview")),
    ],
)
def test_the_first_rule_that_applies(answers, due, lately, topics, step):
    assert next_step(answers, due, lately, topics) == step
