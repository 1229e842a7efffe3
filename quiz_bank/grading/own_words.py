"""Grades an answer in one's own words: the learner ticks the points of the rubric that it has."""

from __future__ import annotations

from quiz_bank.grading.choices import picked_places
from quiz_bank.grading.results import Graded, Verdict
from quiz_bank.model import Rubric


def grade_own_words(rubric: Rubric, ticked: object) -> Graded:
    """The share of points ticked; no tick is a wrong answer, not a missing one. What is not a
    sequence of points is invalid. Nothing reads the words themselves."""
    picks = picked_places(rubric.points, ticked)
    if picks is None:
        return Graded(
            "invalid", 0.0, "Tick the points that your answer has.", error_code="nothing_ticked"
        )
    held, total = sorted(set(picks)), len(rubric.points)
    missed = [point for k, point in enumerate(rubric.points) if k not in held]
    return Graded(
        _verdict(len(held), total),
        len(held) / total,
        f"{len(held)} of {total} points.",
        shown="; ".join(rubric.points[k] for k in held),
        feedback=f"Not yet: {'; '.join(missed)}" if missed else "",
        fingerprint=("own words", tuple(held)),
    )


def _verdict(held: int, total: int) -> Verdict:
    return "correct" if held == total else "partial" if held else "incorrect"
