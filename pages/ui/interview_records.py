"""The learner's interviews in the store: read, begun, written to, and finished when over."""

from __future__ import annotations

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from pages.ui.progress import bank, keep, learner, store
from quiz_bank.interview.marking import Marked, attempt_id, attempt_of, attempts, mark, rated
from quiz_bank.interview.plan import MOST_SEED
from quiz_bank.interview.report import Report, report
from quiz_bank.interview.sampling import sample
from quiz_bank.interview.settings import Level, Role
from quiz_bank.interview.sitting import LEFT, Sitting, fold
from quiz_bank.progress import Attempt, InterviewEntry, new_entry
from quiz_bank.progress.records import Event

SHOWN = "report"  # names an interview whose report is open, in the address


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def sittings() -> list[Sitting]:
    """All interviews of the learner, the one begun last first."""
    entries: dict[str, list[InterviewEntry]] = defaultdict(list)
    for entry in store().entries(learner()):
        entries[entry.interview].append(entry)
    found = filter(None, (fold(own, now()) for own in entries.values()))
    return sorted(found, key=lambda sitting: (sitting.began, sitting.interview), reverse=True)


def sitting_of(interview: str) -> Sitting | None:
    """One interview as it stands now."""
    return fold(store().entries(learner(), interview), now())


def begin(minutes: int, level: Level, role: Role, seed: int | None) -> None:
    """Starts an interview at its first question; without a seed, with questions of its own."""
    drawn = secrets.randbelow(MOST_SEED) if seed is None else seed
    plan = sample(bank(), minutes, level, role, drawn)
    interview = str(uuid.uuid4())
    keep(
        new_entry(interview, "begin", None, plan.to_json(), learner=learner()),
        new_entry(interview, "visit", 0, learner=learner()),
    )


def tell(interview: str, event: Event, position: int | None = None, value: str = "") -> None:
    """Adds one entry to an interview."""
    keep(new_entry(interview, event, position, value, learner=learner()))


def leave(interview: str) -> None:
    """Ends an interview that is not to count."""
    tell(interview, "end", value=LEFT)


def finish(interview: str) -> None:
    """Ends an interview, and keeps with its end an attempt for each graded answer. These are the
    same whoever keeps them, so that none counts twice."""
    end = new_entry(interview, "end", learner=learner())
    sitting = fold([*store().entries(learner(), interview), end], now())
    if sitting is not None:
        marked = () if sitting.is_left else mark(sitting, bank(), ())
        keep(end, *attempts(sitting, marked, _history(sitting), learner()))
        open_report(interview)


def settled() -> list[Sitting]:
    """All interviews of the learner, those finished first whose time ran out meanwhile."""
    held = sittings()
    out_of_time = [s for s in held if s.is_over(now()) and not s.is_settled]
    for sitting in reversed(out_of_time):
        finish(sitting.interview)
    return sittings() if out_of_time else held


def tick(sitting: Sitting, entry: Marked) -> None:
    """Keeps the attempt of an answer in own words whose points were ticked."""
    attempt, question = attempt_of(sitting, entry, learner())
    keep(rated(attempt, store().attempts(learner(), [question.id]), question.seconds))


def _history(sitting: Sitting) -> tuple[Attempt, ...]:
    return store().attempts(learner(), {item.question_id for item in sitting.plan.items})


def report_of(sitting: Sitting) -> Report:
    """The report of an interview that is over, with the points ticked so far."""
    (found,) = reports_of([sitting])
    return found


def reports_of(held: Sequence[Sitting]) -> list[Report]:
    """The reports of several interviews, each graded anew only when something of it changed."""
    own_words = {question.id for question in bank() if question.kind == "own words"}
    asked = {item.question_id for sitting in held for item in sitting.plan.items}
    ticks = {a.id: a for a in store().attempts(learner(), asked & own_words)}
    return [_report(repr(sitting), _own(sitting, ticks), sitting) for sitting in held]


def _own(sitting: Sitting, ticks: Mapping[str, Attempt]) -> list[Attempt]:
    ids = (attempt_id(sitting.interview, k) for k in range(len(sitting.plan.items)))
    return [ticks[name] for name in ids if name in ticks]


@st.cache_resource(max_entries=100, show_spinner=False)
def _report(as_it_stands: str, ticks: list[Attempt], _sitting: Sitting) -> Report:
    return report(_sitting, mark(_sitting, bank(), ticks))


def open_report(interview: str) -> None:
    """Puts the report of an interview into the address."""
    st.query_params[SHOWN] = interview


def close_report() -> None:
    """Back to the set-up."""
    st.query_params.pop(SHOWN, None)


def shown_report(held: Iterable[Sitting]) -> Sitting | None:
    """The interview whose report the address names, where the learner has one of that name."""
    name = st.query_params.get(SHOWN)
    return next((s for s in held if s.interview == name and not s.is_left), None)
