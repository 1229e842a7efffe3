"""One variant of a question in the learner's hands: what has happened with it so far, and how an
answer to it is kept."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import streamlit as st

from pages.ui.progress import learner, save
from quiz_bank.certify import draw
from quiz_bank.grading.results import Graded
from quiz_bank.model import Question, Variant
from quiz_bank.progress import Attempt, Way, new_attempt
from quiz_bank.progress.repeats import MOST_VARIANTS


@dataclass
class Sitting:
    """What has happened with one variant so far; plain data that lives in the session.

    turn      tells the fields of this sitting from those of an earlier one with the same variant
    words     what was written before the model answer was shown, at `revealed`
    explained whether the solution is shown from the start, after a miss
    kept      the attempts that were kept, the latest last
    """

    question_id: str
    number: int
    turn: str = ""
    explained: bool = False
    began: float = field(default_factory=time.monotonic)
    hints: int = 0
    seen: list[Hashable] = field(default_factory=list)
    response: Any = None
    graded: Graded | None = None
    is_over: bool = False
    words: str = ""
    revealed: datetime | None = None
    seconds: float = 0.0
    sure: int | None = None
    kept: list[Attempt] = field(default_factory=list)


def sitting_in(slot: str, question: Question, number: int = 0) -> Sitting:
    """The sitting of this slot: the first at variant `number`, a new one for another question."""
    key = f"{slot}_sitting"
    current = st.session_state.setdefault(key, Sitting(question.id, number))
    if current.question_id != question.id:
        current = st.session_state[key] = Sitting(question.id, 0)
    return current


def sit_down(slot: str, question: Question, number: int, explained: bool = False) -> None:
    """Begins a new sitting in this slot, whatever was there."""
    turn = st.session_state[f"{slot}_turn"] = st.session_state.get(f"{slot}_turn", 0) + 1
    st.session_state[f"{slot}_sitting"] = Sitting(question.id, number, f"_{turn}", explained)


def another(slot: str) -> None:
    """Goes on to the next variant of the same question, from the last to the first."""
    old = st.session_state[f"{slot}_sitting"]
    st.session_state[f"{slot}_sitting"] = Sitting(old.question_id, (old.number + 1) % MOST_VARIANTS)


@st.cache_resource(max_entries=500, show_spinner=False)
def drawn(question_id: str, number: int, _question: Question) -> tuple[int, Variant]:
    """The seed of that variant and the variant itself, drawn once for all visitors."""
    return draw(_question, number)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question as it is asked: its variant, the place of the page, and the sitting there."""

    question: Question
    seed: int
    variant: Variant
    slot: str
    sitting: Sitting
    way: Way

    @property
    def key(self) -> str:
        """What the keys of the answer's fields begin with."""
        return f"{self.slot}_{self.question.id}_{self.seed}{self.sitting.turn}"

    @property
    def sure(self) -> int | None:
        """How sure the learner said to be, in percent, while that is asked."""
        return st.session_state.get(f"{self.key}_sure")


def keep(
    asked: Asked, response: str, verdict: Any, graded: Graded, rating: int | None = None
) -> None:
    """Keeps an attempt at once. The time of own words is that of the reveal, from which the
    learner was told when the question comes back."""
    sitting = asked.sitting
    tries = len(sitting.seen) + (verdict == "shown")
    sure = sitting.sure if sitting.revealed else asked.sure
    attempt = new_attempt(
        asked.question.id,
        asked.seed,
        response,
        verdict,
        graded.score,
        learner=learner(),
        hints=max(sitting.hints, int(sitting.explained)),
        tries=tries,
        seconds=sitting.seconds if sitting.revealed else time.monotonic() - sitting.began,
        misconception=graded.misconception,
        way=asked.way,
        confidence=sure if tries == 1 else None,
    )
    attempt = replace(attempt, at=sitting.revealed or attempt.at)
    save(asked.question, attempt, rating)
    sitting.kept.append(attempt)


def hint(sitting: Sitting) -> None:
    """Shows one hint more."""
    sitting.hints += 1


def hint_button(asked: Asked) -> None:
    """The button for the next hint, where one is left and the solution is not shown yet."""
    sitting = asked.sitting
    left = len(asked.variant.hints) - sitting.hints
    if left and not sitting.is_over and not sitting.explained:
        key = f"{asked.slot}_hint"
        st.button(f"Hint ({left} left)", key=key, on_click=hint, args=(sitting,))


def hints_shown(asked: Asked) -> None:
    """The hints that were asked for so far."""
    for text in asked.variant.hints[: asked.sitting.hints]:
        st.info(text, icon=":material/lightbulb:")
