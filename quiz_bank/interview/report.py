"""The figures of a report: the score in all and by topic, the time, and what to review next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quiz_bank.interview.marking import Marked
from quiz_bank.interview.sitting import Sitting
from quiz_bank.progress.schedule import PASS
from quiz_bank.topics import TOPICS

MOST_NEXT = 3


@dataclass(frozen=True)
class Total:
    """Sums over questions.

    asked, answered  counts; `counted` are those with a score: all but own words still to be
                     ticked and questions no longer in the bank.
    points           sum of the scores, at most `counted`.
    seconds          spent; `expected` is what the questions are thought to take.
    """

    asked: int
    answered: int
    counted: int
    points: float
    seconds: float
    expected: float

    @property
    def score(self) -> float | None:
        """The mean score in [0, 1]; None when nothing counts yet."""
        return self.points / self.counted if self.counted else None


@dataclass(frozen=True)
class OfTopic:
    """A topic of the bank by its slug, and the sums over its questions."""

    topic: str
    total: Total

    @property
    def title(self) -> str:
        """What pages call the topic."""
        return TOPICS[self.topic].title


@dataclass(frozen=True, eq=False)
class Report:
    """An interview that is over: each question, the sums in all and by topic in the bank's order,
    and the topics to review next, the weakest first."""

    sitting: Sitting
    marked: tuple[Marked, ...]
    total: Total
    topics: tuple[OfTopic, ...]
    next: tuple[OfTopic, ...]

    @property
    def untold(self) -> int:
        """How many answers in own words are still to be ticked."""
        return sum(entry.status == "untold" for entry in self.marked)


def report(sitting: Sitting, marked: Sequence[Marked]) -> Report:
    """The report of an interview from its marked questions."""
    by_topic: dict[str, list[Marked]] = {}
    for entry in marked:
        if entry.question is not None:
            by_topic.setdefault(entry.question.topic, []).append(entry)
    topics = tuple(OfTopic(t, _total(by_topic[t])) for t in TOPICS if t in by_topic)
    return Report(sitting, tuple(marked), _total(marked), topics, _next(topics))


def _total(marked: Iterable[Marked]) -> Total:
    listed = tuple(marked)
    scores = [entry.score for entry in listed if entry.score is not None]
    return Total(
        len(listed),
        sum(entry.status in ("graded", "untold", "unread") for entry in listed),
        len(scores),
        sum(scores),
        sum(entry.seconds for entry in listed),
        sum(entry.question.seconds for entry in listed if entry.question),
    )


def _next(topics: Iterable[OfTopic]) -> tuple[OfTopic, ...]:
    weak = [t for t in topics if t.total.score is not None and t.total.score < PASS]
    weak.sort(key=lambda t: (t.total.score or 0.0, -t.total.counted))
    return tuple(weak[:MOST_NEXT])
