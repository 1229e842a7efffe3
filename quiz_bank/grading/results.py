"""What grading hands back: one record per answer kind, and `Graded` for all kinds alike."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.types import Array

Verdict = Literal["correct", "partial", "incorrect", "invalid"]
StageVerdict = Literal["correct", "carried", "incorrect", "invalid", "blank"]
FormulaVerdict = Literal["equivalent", "different", "invalid", "refused"]
Shown = str | Array


class Unreadable(ValueError):
    """Text that is not an answer. `code` names the rule; the message says what would be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class NumberGrade:
    """A graded number. `shown` is what was understood; `warning` says when too few digits were
    typed for the tolerance. `value` is None when the text is unreadable or blank."""

    verdict: Literal["correct", "incorrect", "invalid"]
    value: float | complex | None
    message: str
    error_code: str | None = None
    shown: str = ""
    warning: str = ""


@dataclass(frozen=True)
class ParsedMatrix:
    """A matrix that was read: `value` has shape (), (d,) or (n, d); None when unreadable."""

    value: Array | None
    message: str = ""
    error_code: str | None = None
    warning: str = ""


@dataclass(frozen=True)
class MatrixGrade:
    """A graded array. `cells` marks the right cells and has the shape of the truth; `score` is in
    [0, 1]; `diagnosis` names how the whole array differs, when exactly one relation holds."""

    verdict: Verdict
    score: float
    message: str
    value: Array | None = None
    cells: NDArray[np.bool_] | None = None
    diagnosis: str | None = None
    error_code: str | None = None
    warning: str = ""


@dataclass(frozen=True)
class StageGrade:
    """One graded stage of a derivation.

    verdict   carried is right from the learner's own earlier slip; invalid and blank cost nothing
              by themselves and have no value.
    expected  what the rule gives from the learner's own values before this stage.
    shown     what was understood; empty when nothing was.
    """

    name: str
    verdict: StageVerdict
    value: float | None
    expected: float
    message: str
    shown: str = ""
    misconception: str | None = None
    feedback: str = ""

    @property
    def counts(self) -> bool:
        """Whether this stage is right or carried."""
        return self.verdict in ("correct", "carried")


@dataclass(frozen=True)
class FormulaGrade:
    """A graded formula. `latex` shows what was understood; empty when the text is unreadable."""

    verdict: FormulaVerdict
    message: str
    error_code: str | None = None
    latex: str = ""


@dataclass(frozen=True, eq=False)
class Graded:
    """One graded response of any kind.

    verdict        invalid costs no attempt and writes no review.
    score          in [0, 1].
    shown          what was understood: text, LaTeX (formula) or array (vector, matrix).
    misconception  key of `quiz_bank.misconceptions`, when exactly one matches.
    fingerprint    equal for responses with the same parsed value; None when invalid.
    stages         the grade of each stage of a staged derivation.
    """

    verdict: Verdict
    score: float
    message: str
    shown: Shown = ""
    misconception: str | None = None
    feedback: str = ""
    fingerprint: Hashable = None
    error_code: str | None = None
    warning: str = ""
    cells: NDArray[Any] | None = None
    stages: tuple[StageGrade, ...] = ()
