"""What to review now: what is due, siblings spaced apart, cut at the learner's daily cap.

Nothing is lost when the cap cuts: what it leaves is still due tomorrow, and longer overdue then, so
a backlog after a break is worked off at the cap's pace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from quiz_bank.model import Question
from quiz_bank.progress.records import CardState

LEAST_CAP, DEFAULT_CAP, MOST_CAP = 5, 20, 100  # reviews a day
AHEAD = timedelta(minutes=20)  # a miss that comes back this soon comes at the end of today's queue
SMALL_WORDS = {"a", "after", "against", "and", "by", "for", "in", "of", "on", "or", "the", "words"}


@dataclass(frozen=True)
class Today:
    """The reviews of a day.

    queue  what to ask, in order
    done   how many questions were reviewed today and do not wait in the queue again
    left   what is due as well but is more than the cap allows: it comes tomorrow
    """

    queue: tuple[Question, ...]
    done: int
    left: tuple[Question, ...] = ()

    @property
    def total(self) -> int:
        """How many questions today has, those done included."""
        return self.done + len(self.queue)


def plan_today(
    cards: Iterable[CardState],
    reviewed: Sequence[str],
    questions: Iterable[Question],
    now: datetime,
    cap: int = DEFAULT_CAP,
) -> Today:
    """The reviews that are left for today.

    cards      when each question is due, in UTC; those not among `questions` are left out
    reviewed   ids of the questions reviewed today, the latest last; each counts once
    cap        how many questions may be reviewed in a day. One that was reviewed today and is due
               again does not count again, and a miss that is due within AHEAD comes at the end.
    """
    known, done = {question.id: question for question in questions}, set(reviewed)
    ordered = in_order(card for card in cards if card.question_id in known)
    due = [known[card.question_id] for card in ordered if card.due <= now]
    soon = [known[c.question_id] for c in ordered if c.question_id in done and misses(c, now)]
    fresh_left = max(0, cap - len(done))
    last = known.get(reviewed[-1]) if reviewed else None
    queue: list[Question] = []
    while allowed := due if fresh_left else [q for q in due if q.id in done]:
        last = _move(allowed, last, due, queue)
        fresh_left -= last.id not in done
    while soon:
        last = _move(soon, last, soon, queue)
    return Today(tuple(queue), len(done - {q.id for q in queue}), tuple(due))


def _move(
    choice: Sequence[Question],
    last: Question | None,
    waiting: list[Question],
    queue: list[Question],
) -> Question:
    """Moves the one of the choice that is furthest from the last to the end of the queue."""
    question = furthest(choice, last)
    waiting.remove(question)
    queue.append(question)
    return question


def in_order(cards: Iterable[CardState]) -> list[CardState]:
    """The cards, the longest overdue first."""
    return sorted(cards, key=lambda card: (card.due, card.question_id))


def misses(card: CardState, now: datetime) -> bool:
    """Whether the card is not due yet but comes back soon, at the first step of (re)learning."""
    return now < card.due <= now + AHEAD and card.fsrs.get("step") == 0


def furthest(questions: Sequence[Question], last: Question | None) -> Question:
    """The first question that is no sibling of the last one: of another topic, and of another
    subject where its topic allows that; else the first. `questions` must not be empty."""
    if last is None:
        return questions[0]
    previous, words = last.topic, subject_words(last)

    def kinship(question: Question) -> int:
        same_subject = not words.isdisjoint(subject_words(question))
        return 2 * (question.topic == previous) + same_subject

    strangers = (question for question in questions if not kinship(question))
    return next(strangers, None) or min(questions, key=kinship)


def subject_words(question: Question) -> frozenset[str]:
    """The words of a question's name that tell its subject: adam-in-words and adam-first-step are
    about the same one."""
    return _name_words(question.id)


@lru_cache(maxsize=1_000)
def _name_words(question_id: str) -> frozenset[str]:
    return frozenset(question_id.partition("/")[2].split("-")) - SMALL_WORDS


@dataclass(frozen=True)
class Deck:
    """A set of cards, in the order to go through it: due ones, the longest overdue first, new ones
    in the set's order, then misses that come back soon. `known` of them come back only after a day
    or more."""

    due: tuple[Question, ...]
    new: tuple[Question, ...]
    soon: tuple[Question, ...]
    known: int

    @property
    def queue(self) -> tuple[Question, ...]:
        return self.due + self.new + self.soon


def deck_of(cards: Iterable[CardState], questions: Sequence[Question], now: datetime) -> Deck:
    """The deck of these questions; `cards` may hold others as well."""
    known = {question.id: question for question in questions}
    ordered = in_order(card for card in cards if card.question_id in known)
    met = {card.question_id for card in ordered}
    return Deck(
        due=tuple(known[c.question_id] for c in ordered if c.due <= now),
        new=tuple(q for q in questions if q.id not in met),
        soon=tuple(known[c.question_id] for c in ordered if misses(c, now)),
        known=sum(is_known(card) for card in ordered),
    )


def is_known(card: CardState) -> bool:
    """Whether a card's last interval is a day or more: it has left the steps of learning."""
    return card.fsrs.get("step") is None


def next_due(
    cards: Iterable[CardState], questions: Iterable[Question], now: datetime
) -> datetime | None:
    """When the next of these questions is due after `now`; None when none is."""
    ids = {question.id for question in questions}
    return min((c.due for c in cards if c.question_id in ids and c.due > now), default=None)
