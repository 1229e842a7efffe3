"""One thing to do next, chosen by fixed rules from what the learner knows and forgets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from quiz_bank.progress.statistics import Mastery, Seen

KNOWN = 0.8  # share of a topic's questions, from which on it counts as known
OFTEN = 3  # times that a mistake was made lately, from which on it comes first
LATELY_DAYS = 14

Kind = Literal["start", "review", "mistake", "repeat", "begin", "interview"]


@dataclass(frozen=True)
class Step:
    """What to do: begin with the first topic, review what is due, look at a mistake, repeat a topic
    that was begun, begin a new one, or try an interview. `subject` is the topic or the key of the
    mistake, where there is one; `count` the reviews, or how often the mistake was made."""

    kind: Kind
    subject: Hashable = None
    count: int = 0


def next_step(
    answers: int, due: int, lately: Sequence[Seen], topics: Mapping[Hashable, Mastery]
) -> Step:
    """The first rule that applies.

    answers  given so far; due  reviews left for today
    lately   mistakes of the last LATELY_DAYS days not put right since, the most frequent first
    topics   what is known of each, in the order in which they are learned
    """
    if not answers:
        return Step("start", next(iter(topics), None))
    if due:
        return Step("review", count=due)
    if lately and lately[0].times >= OFTEN:
        return Step("mistake", lately[0].key, lately[0].times)
    begun = {t: m for t, m in topics.items() if m.right + m.wrong}
    weak = {t: m.right / m.questions for t, m in begun.items() if m.right < KNOWN * m.questions}
    if weak:
        return Step("repeat", min(weak, key=weak.__getitem__))
    new = [topic for topic in topics if topic not in begun]
    return Step("begin", new[0]) if new else Step("interview")
