"""Which variant of a question to review with: a fresh one, or once more the one just missed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile

from fsrs import Rating

from quiz_bank.certify import certified_variants
from quiz_bank.model import Question
from quiz_bank.progress.records import Attempt

MOST_VARIANTS = 60  # after so many the first comes again: no one remembers its numbers


def next_variant(question: Question, history: Sequence[Attempt]) -> tuple[int, bool]:
    """The number of the variant to ask next, and whether it is the one missed last time, which is
    asked once more with its explanation.

    `history` holds the learner's attempts at the question, oldest first. A fresh number is that of
    the variants answered so far, or the next one whose variant has not been answered.
    """
    graded = [attempt for attempt in history if attempt.verdict != "invalid"]
    reviews = [attempt for attempt in graded if attempt.rating is not None]
    if question.kind != "own words" and reviews and reviews[-1].rating == Rating.Again:
        seed = reviews[-1].seed
        if sum(a.seed == seed and a.tries <= 1 for a in graded) == 1:
            return _number_of(question, seed), True
    return _fresh(question, {attempt.seed for attempt in graded}), False


def _number_of(question: Question, seed: int) -> int:
    return sum(1 for _ in takewhile(lambda s: s < seed, _first_seeds(question)))


def _fresh(question: Question, answered: set[int]) -> int:
    least = len(answered) % MOST_VARIANTS
    if not answered:
        return 0
    seeds = enumerate(_first_seeds(question))
    return next((n for n, seed in seeds if n >= least and seed not in answered), least)


def _first_seeds(question: Question) -> islice[int]:
    return islice(certified_variants(question), MOST_VARIANTS)
