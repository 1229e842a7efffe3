"""An interview is the sum of its entries, wherever and in whatever order these were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from quiz_bank.interview.plan import Plan, read_plan
from quiz_bank.progress import InterviewEntry

LEFT = "left"  # value of the entry that ends an interview which is not to count


@dataclass(frozen=True)
class Sitting:
    """What has happened in an interview so far.

    deadline    began plus the minutes of the plan.
    ended       when the learner ended it in time, None when not.
    is_left     whether it was left: then nothing of it counts.
    is_settled  whether some entry ends it, be it after the deadline: its attempts are kept.
    answers     the latest response at each position as text; without those taken out again.
    seconds     spent at each position: from an entry about it until the next entry about another.
    current     the position of the latest entry about a question.
    """

    interview: str
    plan: Plan
    began: datetime
    deadline: datetime
    ended: datetime | None
    is_left: bool
    is_settled: bool
    answers: Mapping[int, str]
    flagged: frozenset[int]
    seconds: tuple[float, ...]
    current: int

    @property
    def closed(self) -> datetime:
        """When it ended, or will by itself."""
        return self.ended or self.deadline

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more counts."""
        return now >= self.closed

    def remaining(self, now: datetime) -> float:
        """Seconds until it ends by itself; 0 when it is over."""
        return 0.0 if self.is_over(now) else (self.deadline - now).total_seconds()


def fold(entries: Iterable[InterviewEntry], now: datetime) -> Sitting | None:
    """The sitting that the entries of one interview make; None when none begins it readably.

    Entries before its first beginning, after its first end or after its deadline do not count.
    """
    ordered = sorted({e.id: e for e in entries}.values(), key=_order)
    begin, plan = _begin(ordered)
    if begin is None or plan is None:
        return None
    deadline = begin.at + timedelta(minutes=plan.minutes)
    ends = [e for e in ordered if e.event == "end" and e.at >= begin.at]
    ended = ends[0].at if ends and ends[0].at <= deadline else None
    closed = ended or deadline
    told = [e for e in ordered if begin.at <= e.at <= closed and _is_about(e, plan)]
    return Sitting(
        begin.interview,
        plan,
        begin.at,
        deadline,
        ended,
        ended is not None and ends[0].value == LEFT,
        bool(ends),
        _answers(told),
        _flagged(told),
        _seconds(told, begin, len(plan.items), min(now, closed)),
        _place(told[-1]) if told else 0,
    )


def _order(entry: InterviewEntry) -> tuple[datetime, bool, str]:
    return entry.at, entry.event != "begin", entry.id


def _begin(ordered: Sequence[InterviewEntry]) -> tuple[InterviewEntry | None, Plan | None]:
    begins = ((e, read_plan(e.value)) for e in ordered if e.event == "begin")
    return next(((e, plan) for e, plan in begins if plan), (None, None))


def _is_about(entry: InterviewEntry, plan: Plan) -> bool:
    return entry.position is not None and entry.position < len(plan.items)


def _place(entry: InterviewEntry) -> int:
    return entry.position or 0


def _answers(told: Iterable[InterviewEntry]) -> Mapping[int, str]:
    latest = {_place(e): e.value for e in told if e.event == "answer"}
    return {place: value for place, value in latest.items() if value.strip()}


def _flagged(told: Iterable[InterviewEntry]) -> frozenset[int]:
    latest = {_place(e): e.event for e in told if e.event in ("flag", "unflag")}
    return frozenset(place for place, event in latest.items() if event == "flag")


def _seconds(
    told: Sequence[InterviewEntry], begin: InterviewEntry, n: int, until: datetime
) -> tuple[float, ...]:
    """Seconds at each of the n positions; the first counts from the beginning."""
    spent = [0.0] * n
    for place, seconds in _stretches(told, begin, until):
        spent[place] += seconds
    return tuple(spent)


def _stretches(
    told: Sequence[InterviewEntry], begin: InterviewEntry, until: datetime
) -> Iterator[tuple[int, float]]:
    moments = [(begin.at, _place(told[0]) if told else 0), *((e.at, _place(e)) for e in told)]
    moments.append((max(until, moments[-1][0]), 0))
    for (start, place), (end, _) in pairwise(moments):
        yield place, (end - start).total_seconds()
