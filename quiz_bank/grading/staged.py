"""Grades a derivation stage by stage, each from the learner's own values of the stages before it.

One early slip is marked once: what follows from it by the right rules counts as carried.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from quiz_bank.grading import text as typed
from quiz_bank.grading.diagnosis import Diagnosis, diagnose
from quiz_bank.grading.numbers import grade_number
from quiz_bank.grading.reading import MAX_CHARACTERS, read_number
from quiz_bank.grading.results import Graded, StageGrade, Unreadable, Verdict
from quiz_bank.grading.tolerance import ATOL, RTOL, same, what_counts
from quiz_bank.model import Stage, StageRule

SEPARATOR = ";"  # between the stages in one line of text

Values = Mapping[str, float]


def grade_stages(
    stages: Sequence[Stage], texts: Sequence[str | None], rtol: float = RTOL, atol: float = ATOL
) -> tuple[StageGrade, ...]:
    """One grade for each stage; texts beyond the last stage are ignored, missing ones are blank.

    A stage is right when it follows by its rule from the learner's own values before it, or is the
    true value itself. For a stage before it that is blank or unreadable its true value stands in,
    or what follows from the learner's values before that one.
    """
    truth, own, followed = true_values(stages), dict[str, float](), dict[str, float]()
    grades: list[StageGrade] = []
    slipped = False
    for k, stage in enumerate(stages):
        entry = (texts[k] if k < len(texts) else None) or ""
        sources = (truth, own, followed)
        grade = _grade(stage, entry, sources, slipped, rtol, atol)
        slipped = slipped or grade.verdict == "incorrect"
        read = grade.value is not None
        own[stage.name] = grade.value if grade.value is not None else truth[stage.name]
        followed[stage.name] = own[stage.name] if read else applied(stage.rule, followed)
        grades.append(grade)
    return tuple(grades)


def grade_staged(
    stages: Sequence[Stage], response: object, rtol: float = RTOL, atol: float = ATOL
) -> Graded:
    """All stages as one graded response: the score is the share of stages right or carried.

    Invalid, and so no attempt, when some stage cannot be read or every stage is blank. The mistake
    of the whole is that of its first wrong stage.
    """
    texts = split_texts(response)
    if len(texts) > len(stages):
        return _refused("too_many", f"There are {len(stages)} stages, and {len(texts)} values.")
    grades = grade_stages(stages, texts, rtol, atol)
    if all(grade.verdict == "blank" for grade in grades):
        return _refused(typed.BLANK, "Nothing was typed: give a number for each stage.")
    for number, grade in enumerate(grades, start=1):
        if grade.verdict == "invalid":
            return _refused("unreadable_stage", f"Stage {number}: {grade.message}", grades)
    score = sum(grade.counts for grade in grades) / len(grades)
    wrong = next((grade for grade in grades if grade.verdict == "incorrect"), None)
    return Graded(
        _verdict(score),
        score,
        _summary(grades),
        shown="; ".join(grade.shown or "blank" for grade in grades),
        misconception=wrong.misconception if wrong else None,
        feedback=wrong.feedback if wrong else "",
        fingerprint=("staged", tuple(grade.value for grade in grades)),
        stages=grades,
    )


def true_values(stages: Sequence[Stage]) -> dict[str, float]:
    """The true value of every stage by name, each by its rule from those before it."""
    values: dict[str, float] = {}
    for stage in stages:
        values[stage.name] = applied(stage.rule, values)
    return values


def applied(rule: StageRule, values: Values) -> float:
    """The rule's value as a float; NaN where a learner's numbers are too large for it."""
    try:
        with np.errstate(all="ignore"):
            return float(rule(values))
    except ArithmeticError:
        return math.nan


def understood(text: str | None) -> tuple[str, bool]:
    """What the text of one stage was read as, or why it was not; and whether it was read."""
    try:
        return read_number(text or "").shown, True
    except Unreadable as problem:
        return str(problem), False


def split_texts(response: object) -> tuple[str, ...]:
    """The texts of the stages: the entries of a sequence, or the parts of one text between
    semicolons. None and a blank text have no parts."""
    if isinstance(response, (list, tuple)):
        return tuple("" if entry is None else str(entry) for entry in response)
    text = "" if response is None else str(response)
    return tuple(text.split(SEPARATOR)) if text.strip() else ()


def _refused(code: str, message: str, grades: tuple[StageGrade, ...] = ()) -> Graded:
    return Graded("invalid", 0.0, message, error_code=code, stages=grades)


def _verdict(score: float) -> Verdict:
    if score == 1.0:
        return "correct"
    return "partial" if score else "incorrect"


def _summary(grades: Sequence[StageGrade]) -> str:
    """How many stages are right, carried and blank, in one sentence each."""
    number = Counter(grade.verdict for grade in grades)
    right, carried, blank = number["correct"], number["carried"], number["blank"]
    parts = [f"{right} of {len(grades)} stages {'is' if right == 1 else 'are'} right."]
    if carried:
        follows = "follows" if carried == 1 else "follow"
        parts.append(f"{carried} more {follows} rightly from your own earlier value.")
    if blank:
        parts.append(f"{blank} {'is' if blank == 1 else 'are'} blank.")
    return " ".join(parts)


def _grade(
    stage: Stage,
    text: str,
    sources: tuple[Values, Values, Values],
    slipped: bool,
    rtol: float,
    atol: float,
) -> StageGrade:
    """The grade of one text, from the true values, the learner's own, and those that follow."""
    true, expected, follows = (applied(stage.rule, values) for values in sources)
    blank = StageGrade(stage.name, "blank", None, expected, "Nothing was typed here.")
    if not typed.plain(text[:MAX_CHARACTERS]).strip():
        return blank
    reading = grade_number(text, true, rtol=rtol, atol=atol)
    if reading.value is None:
        return replace(blank, verdict="invalid", message=reading.message)
    value = float(np.real(reading.value))
    grade = replace(blank, value=value, shown=reading.shown)
    if reading.verdict == "correct":
        message = f"{grade.shown} is right: {what_counts(true, rtol, atol)}."
        return replace(grade, verdict="correct", message=message)
    for own in (expected, follows):
        if math.isfinite(own) and same(value, own, rtol, atol):
            return _carried(replace(grade, expected=own), slipped, what_counts(own, rtol, atol))
    found = _mistake(stage, value, expected, sources[1], rtol, atol)
    return replace(
        grade,
        verdict="incorrect",
        message=reading.message,
        misconception=found.key,
        feedback=found.feedback or reading.warning,
    )


def _carried(grade: StageGrade, slipped: bool, counts: str) -> StageGrade:
    """Right from the learner's own values; without a slip before it they were merely rounded."""
    message = f"{grade.shown} follows from your own values before it: {counts}."
    return replace(grade, verdict="carried" if slipped else "correct", message=message)


def _mistake(
    stage: Stage, value: float, expected: float, own: Values, rtol: float, atol: float
) -> Diagnosis:
    if not math.isfinite(expected):
        return Diagnosis()
    wrong = {key: applied(rule, own) for key, rule in stage.wrong.items()}
    return diagnose(value, expected, wrong, rtol, atol)
