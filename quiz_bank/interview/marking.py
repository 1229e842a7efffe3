"""What became of each question of an interview once it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID, uuid5

from quiz_bank.certify import variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.grading.results import Graded
from quiz_bank.interview.plan import Item
from quiz_bank.interview.responses import Response, from_text, in_one_line, places
from quiz_bank.interview.sitting import Sitting
from quiz_bank.model import Question, Rubric, Variant
from quiz_bank.progress import Attempt, new_attempt, rating_for

# open: not answered. unread: the answer could not be read. untold: own words whose points are
# still to be ticked by the learner. gone: no longer in the bank.
Status = Literal["graded", "open", "unread", "untold", "gone"]


@dataclass(frozen=True, eq=False)
class Marked:
    """A question of an interview that is over.

    text     the response as it was kept; ticked, the points of the rubric that the learner ticked.
    score    in [0, 1]; None while it does not count: own words before ticking, a question gone.
    seconds  spent on it.
    """

    position: int
    item: Item
    status: Status
    text: str
    response: Response
    seconds: float
    flagged: bool
    question: Question | None = None
    variant: Variant | None = None
    graded: Graded | None = None
    ticked: tuple[int, ...] = ()

    @property
    def score(self) -> float | None:
        """The score in [0, 1], 0 for no answer and one that could not be read."""
        if self.status in ("untold", "gone"):
            return None
        return self.graded.score if self.graded and self.status == "graded" else 0.0


def attempt_id(interview: str, position: int) -> str:
    """The id of the attempt at a position: ending an interview twice makes the same ones."""
    return str(uuid5(UUID(interview), str(position)))


def mark(
    sitting: Sitting, questions: Iterable[Question], kept: Iterable[Attempt]
) -> tuple[Marked, ...]:
    """Every question of the interview with its grade; `kept` holds the attempts at own words."""
    known = {question.id: question for question in questions}
    ticks = {attempt.id: attempt for attempt in kept}
    return tuple(_marked(sitting, k, known, ticks) for k in range(len(sitting.plan.items)))


def _marked(
    sitting: Sitting, k: int, known: Mapping[str, Question], ticks: Mapping[str, Attempt]
) -> Marked:
    item, text = sitting.plan.items[k], sitting.answers.get(k, "")
    gone = Marked(k, item, "gone", text, text, sitting.seconds[k], k in sitting.flagged)
    question = known.get(item.question_id)
    if question is None:
        return gone
    variant, response = variant_of(question, item.seed), from_text(question.kind, text)
    entry = replace(gone, status="open", response=response, question=question, variant=variant)
    if not response:
        return entry
    if question.kind == "own words":
        untold = replace(entry, status="untold")
        attempt = ticks.get(attempt_id(sitting.interview, k))
        return ticked(untold, _points(variant, attempt.response)) if attempt else untold
    graded = grade(question, variant, response)
    return replace(
        entry, status="unread" if graded.verdict == "invalid" else "graded", graded=graded
    )


def _points(variant: Variant, text: str) -> tuple[int, ...]:
    points = variant.answer.points if isinstance(variant.answer, Rubric) else ()
    return tuple(place for place in places(text) if place < len(points))


def attempts(
    sitting: Sitting, marked: Iterable[Marked], history: Iterable[Attempt], learner: str
) -> tuple[Attempt, ...]:
    """The attempts that the graded questions make, each with its rating; `history` holds the
    learner's attempts at these questions. They are the same however often they are made."""
    by_question: dict[str, list[Attempt]] = {}
    for attempt in history:
        by_question.setdefault(attempt.question_id, []).append(attempt)
    made = (attempt_of(sitting, entry, learner) for entry in marked if entry.status == "graded")
    return tuple(rated(a, by_question.get(a.question_id, []), q.seconds) for a, q in made)


def attempt_of(sitting: Sitting, entry: Marked, learner: str) -> tuple[Attempt, Question]:
    """The attempt that one graded question makes, not yet rated, and the question. Raises
    ValueError when it is not graded."""
    question, graded = entry.question, entry.graded
    if question is None or graded is None or graded.verdict == "invalid":
        raise ValueError(f"position {entry.position} has no grade")
    own_words = question.kind == "own words"
    attempt = new_attempt(
        question.id,
        entry.item.seed,
        in_one_line(entry.ticked if own_words else entry.response),
        graded.verdict,
        graded.score,
        learner=learner,
        seconds=entry.seconds,
        misconception=graded.misconception,
        way="interview",
    )
    own_id = attempt_id(sitting.interview, entry.position)
    return replace(attempt, id=own_id, at=sitting.closed), question


def rated(attempt: Attempt, history: Iterable[Attempt], expected: float) -> Attempt:
    """The attempt with the rating that follows from the attempts before it; `expected` seconds."""
    before = [a for a in history if a.at <= attempt.at and a.id != attempt.id]
    rating = rating_for(before, attempt, expected)
    return replace(attempt, rating=None if rating is None else int(rating))


def ticked(entry: Marked, points: Iterable[int]) -> Marked:
    """An answer in own words with the points that the learner ticked, and so graded. Raises
    ValueError when there is no such answer."""
    if entry.question is None or entry.variant is None or entry.status != "untold":
        raise ValueError(f"position {entry.position} has nothing to tick")
    chosen = tuple(points)
    graded = grade(entry.question, entry.variant, chosen)
    return replace(entry, status="graded", graded=graded, ticked=chosen)
