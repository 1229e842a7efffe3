"""The learner's answers, read once per revision, and what is computed from them when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property

import streamlit as st

from engine.types import Array
from pages.ui.contents import CHAPTERS
from pages.ui.progress import bank, learner, store
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.progress import Store
from quiz_bank.progress.forgetting import Recall, recall_ahead, recall_at, recall_seen
from quiz_bank.progress.history import History, read_history
from quiz_bank.progress.next_step import LATELY_DAYS, OFTEN, Step, next_step
from quiz_bank.progress.statistics import (
    Calibration,
    Mastery,
    Seen,
    calibration,
    latest_right,
    mastery,
    misconceptions_seen,
    not_put_right,
)
from quiz_bank.progress.weekly import Weeks, weeks
from quiz_bank.topics import TOPICS

BEYOND = "Further topics"  # chapters that have no page
AHEAD = (*range(9), *range(9, 91, 3))  # days: each at first, when the most is forgotten
LEARNERS = 8  # whose answers are kept in memory


class Snapshot:
    """One learner's answers and cards as they stood at `now`, the begun hour in UTC. Each statistic
    is computed when it is first asked for."""

    def __init__(self, history: History, store: Store, learner: str, now: datetime) -> None:
        self.now, self.history = now, history
        known = {question.id for question in bank()}
        self.cards = [card for card in store.cards(learner) if card.question_id in known]

    @cached_property
    def topics(self) -> Mapping[str, Mastery]:
        """What is known of each topic of the bank, by slug."""
        return self._mastery({question.id: question.topic for question in bank()})

    @cached_property
    def chapters(self) -> Mapping[str, Mastery]:
        """What is known of each chapter, by number and title."""
        names = {q.chapter: f"{q.chapter} · {CHAPTERS.get(q.chapter, BEYOND)}" for q in bank()}
        return self._mastery({question.id: names[question.chapter] for question in bank()})

    def _mastery(self, groups: Mapping[str, str]) -> Mapping[str, Mastery]:
        found = mastery(latest_right(self.history), recall_at(self.cards, self.now), groups)
        return {str(group): known for group, known in found.items()}

    @cached_property
    def titled_topics(self) -> Mapping[str, Mastery]:
        """What is known of each topic, by title."""
        return {TOPICS[topic].title: known for topic, known in self.topics.items()}

    @cached_property
    def weeks(self) -> Weeks:
        """Accuracy and time by week."""
        return weeks(self.history, datetime.now(UTC))

    @cached_property
    def recall(self) -> Recall:
        """What was recalled at reviews."""
        return recall_seen(self.history)

    @cached_property
    def ahead(self) -> Array:
        """Expected recall at AHEAD."""
        return recall_ahead(self.cards, self.now, AHEAD)

    @cached_property
    def calibration(self) -> Calibration:
        """Confidence against correctness."""
        return calibration(self.history)

    @cached_property
    def mistakes(self) -> tuple[Seen, ...]:
        """Known mistakes of all times."""
        return misconceptions_seen(self.history)

    def next_step(self, due: int) -> Step:
        """What to do next, with so many reviews left for today."""
        return next_step(len(self.history), due, self._lately, self.topics)

    @cached_property
    def _lately(self) -> tuple[Seen, ...]:
        since = self.now - timedelta(days=LATELY_DAYS)
        seen = misconceptions_seen(self.history, since.timestamp())
        often = [one for one in seen if one.times >= OFTEN]
        told = [one for one in often if one.key in MISCONCEPTIONS and self.topic_of(one.key)]
        return not_put_right(self.history, told)

    def topic_of(self, mistake: str) -> str | None:
        """The topic in which a mistake was made most, where it is still in the bank."""
        topics = {question.id: question.topic for question in bank()}
        return next((topics.get(s.question_id) for s in self.mistakes if s.key == mistake), None)


class Latest:
    """The latest snapshot of one learner; what it has read is not read again."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None

    def at(self, store: Store, learner: str, now: datetime) -> Snapshot:
        """The snapshot of `now`, a new one when there are new answers or a new hour has begun."""
        last = self.snapshot
        history = read_history(store, learner, last and last.history)
        if last is None or last.history is not history or last.now != now:
            self.snapshot = last = Snapshot(history, store, learner, now)
        return last


def snapshot() -> Snapshot:
    """The visitor's snapshot."""
    kept, who = store(), learner()
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return _latest(kept.place, kept.saving, who).at(kept, who, hour)


@st.cache_resource(max_entries=LEARNERS, show_spinner=False)
def _latest(place: str, saving: bool, who: str) -> Latest:
    return Latest()
