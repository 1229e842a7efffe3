"""Chooses the questions of an interview by the blueprint: subjects by the role, difficulties by
the level, and the ways of answering mixed, until the time is full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from quiz_bank.blueprint import BLUEPRINT
from quiz_bank.certify import MAX_MISSES, CertificationError, certified
from quiz_bank.interview.plan import Item, Plan
from quiz_bank.interview.settings import (
    KINDS_BY_WAY,
    MIX,
    PROFILES,
    ROLES,
    WEIGHTS,
    Level,
    Role,
    Way,
)
from quiz_bank.model import DIFFICULTIES, Question

LARGEST_SHARE = 1 / 3  # of the time that one question may take
AGAIN = 0.25  # how much less likely each question of a subject makes the next of that subject
SEEDS = 1_000_000

SUBJECTS = {topic: name for name, subject in BLUEPRINT.items() for topic in subject.topics}
WAYS: dict[str, Way] = {kind: way for way, kinds in KINDS_BY_WAY.items() for kind in kinds}
HOW_IT_IS_ASKED = {"wrong", "line", "staged", "what", "why", "how", "when", "the", "a", "of"}


def skill(question: Question) -> str:
    """What a question is about: its topic and the first word of its id that does not say how it
    is asked. Questions with the same skill stand for each other in an interview."""
    words = question.id.partition("/")[2].split("-")
    telling = next((word for word in words if word not in HOW_IT_IS_ASKED), words[0])
    return f"{question.topic}/{telling}"


def sample(
    questions: Iterable[Question], minutes: int, level: Level, role: Role, seed: int
) -> Plan:
    """The interview that the seed draws: the questions of `choose`, each with a certified seed."""
    rng = np.random.default_rng(seed)
    chosen = choose(questions, minutes, level, role, rng)
    items = tuple(Item(q.id, _certified_seed(q, int(rng.integers(SEEDS)))) for q in chosen)
    return Plan(minutes, level, role, seed, items)


def choose(
    questions: Iterable[Question], minutes: int, level: Level, role: Role, rng: np.random.Generator
) -> list[Question]:
    """Questions for an interview: no two of one skill, their expected time at most `minutes` and
    as near to it as they allow; easier ones come first."""
    chosen = list(_chosen(tuple(questions), 60 * minutes, level, role, rng))
    return sorted(chosen, key=lambda question: DIFFICULTIES.index(question.difficulty))


@dataclass
class _Filling:
    """What has been chosen so far: seconds left, seconds by way, and questions by subject."""

    left: float
    seconds: Counter[Way] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)

    def take(self, question: Question) -> None:
        self.left -= question.seconds
        self.seconds[WAYS[question.kind]] += question.seconds
        self.subjects[SUBJECTS[question.topic]] += 1


def _chosen(
    questions: Sequence[Question], total: float, level: Level, role: Role, rng: np.random.Generator
) -> Iterator[Question]:
    shares = PROFILES[role].shares
    strata = Counter(map(_stratum, questions))
    left = [(q, skill(q)) for q in questions if q.seconds <= LARGEST_SHARE * total]
    filling = _Filling(total)
    while left:
        ways = {WAYS[q.kind] for q, _ in left}
        way = max(shares, key=lambda w: (w in ways, shares[w] - filling.seconds[w] / total))
        own = [(q, name) for q, name in left if WAYS[q.kind] == way]
        weights = np.array([_weight(q, level, role, strata, filling) for q, _ in own])
        question, taken = own[int(rng.choice(len(own), p=weights / weights.sum()))]
        filling.take(question)
        left = [(q, name) for q, name in left if q.seconds <= filling.left and name != taken]
        yield question


def _stratum(question: Question) -> tuple[str, str, str]:
    return SUBJECTS[question.topic], WAYS[question.kind], question.difficulty


def _weight(
    question: Question,
    level: Level,
    role: Role,
    strata: Counter[tuple[str, str, str]],
    filling: _Filling,
) -> float:
    """Subject and difficulty decide, not how many questions the bank happens to hold of them."""
    subject = SUBJECTS[question.topic]
    wanted = WEIGHTS[subject][ROLES.index(role)] * MIX[level][question.difficulty]
    return wanted * AGAIN ** filling.subjects[subject] / strata[_stratum(question)]


def _certified_seed(question: Question, start: int) -> int:
    """The first certified seed from `start` on. Raises CertificationError as `draw` does."""
    for seed in count(start):
        if certified(question, seed):
            return seed
        if seed - start == MAX_MISSES:
            break
    raise CertificationError(f"{question.id}: no certified seed from {start} on")
