"""Chooses the seeds whose wrong answers can be told apart from the truth and from each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count, islice
from typing import cast
from zlib import crc32

import numpy as np

from engine.types import Array
from quiz_bank import pictures
from quiz_bank.grading.comparison import Comparison, comparison, stage_comparisons
from quiz_bank.grading.diagnosis import ROUNDED, apart, classes
from quiz_bank.model import Option, Question, Stage, Variant

MAX_MISSES = 200


class CertificationError(LookupError):
    """A question has no certified seed among those that were tried."""


def variant_of(question: Question, seed: int) -> Variant:
    """The variant of `question` that `seed` draws; always the same one.

    The id takes part, so that one seed does not put the right option of every question first.
    """
    return question.make(np.random.default_rng([seed, crc32(question.id.encode())]))


def certified(question: Question, seed: int) -> bool:
    """Whether every wrong answer of this variant lies more than three tolerances from the truth,
    and none gives the same answer as another class of mistakes, the structural ones included; for
    pictures, whether any two of them differ clearly."""
    return not conflict(question, variant_of(question, seed))


def certified_variants(question: Question) -> Iterator[int]:
    """The certified seeds of `question` by rising seed, without end. Raises CertificationError
    after 200 seeds in a row that are not certified."""
    return (seed for seed, _ in _draws(question))


def draw(question: Question, n: int) -> tuple[int, Variant]:
    """The n-th certified seed of `question`, counted from 0, and its variant. Raises
    CertificationError after 200 seeds in a row that are not certified."""
    return next(islice(_draws(question), n, None))


def _draws(question: Question) -> Iterator[tuple[int, Variant]]:
    """The certified seeds, each with its variant."""
    misses = 0
    for seed in count():
        variant = variant_of(question, seed)
        reason = conflict(question, variant)
        if not reason:
            misses = 0
            yield seed, variant
            continue
        misses += 1
        if misses == MAX_MISSES:
            raise CertificationError(
                f"{question.id}: none of {MAX_MISSES} seeds is certified; at the last, {reason}"
            )


def conflict(question: Question, variant: Variant) -> str:
    """Why this variant is not certified, in words; empty when it is."""
    if not question.is_template:
        return ""
    if question.kind == "picture":
        return pictures.conflict(cast(tuple[Option, ...], variant.answer))
    if question.kind == "staged":
        return _stage_conflict(question, cast(tuple[Stage, ...], variant.answer))
    return _case_conflict(comparison(question, variant))


def _stage_conflict(question: Question, stages: tuple[Stage, ...]) -> str:
    """The first stage with a conflict. Each stage is judged from the true values before it; a
    wrong rule that has no number counts as one that is not finite."""
    for stage, case in zip(stages, stage_comparisons(question, stages), strict=True):
        reason = _case_conflict(case)
        if reason:
            return f"stage {stage.name}: {reason}"
    return ""


def _case_conflict(case: Comparison) -> str:
    if not case.truth.size or not np.isfinite(case.truth).all():
        return "the answer is not finite"
    return _harmless(case) or _coinciding(case)


def _harmless(case: Comparison) -> str:
    for key, answer in case.wrong.items():
        if key != ROUNDED and not apart(answer, case.truth, case.rtol, case.atol):
            return f"{key} gives the right answer"
    return ""


def _coinciding(case: Comparison) -> str:
    found = classes(case.truth, case.wrong, case.rtol, case.atol)
    for one, other in combinations(found, 2):
        structural = one not in case.wrong and other not in case.wrong
        if not structural and _meet(found[one], found[other], case):
            return f"{one} and {other} give the same answer"
    return ""


def _meet(some: list[Array], others: list[Array], case: Comparison) -> bool:
    return any(not apart(a, b, case.rtol, case.atol) for a in some for b in others)
