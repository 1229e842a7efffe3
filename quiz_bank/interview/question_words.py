"""A question of a report in words, as data that the page, the HTML and the Markdown show alike.

Two sorts of text must not be mixed up: `Prose` is the bank's own Markdown, `Typed` is what the
learner typed and is only ever shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from quiz_bank.grading.tolerance import what_counts
from quiz_bank.interview.marking import Marked
from quiz_bank.interview.responses import Response
from quiz_bank.interview.words import clock, percent
from quiz_bank.model import Option, Order, Rubric, Stage, Variant
from quiz_bank.topics import TOPICS

VERDICTS = {
    "correct": "Right",
    "partial": "Partly right",
    "incorrect": "Wrong",
    "invalid": "Could not be read",
}
STATUSES = {
    "open": "Not answered",
    "unread": "Could not be read",
    "untold": "To be ticked by you",
    "gone": "No longer in the bank",
}
STAGES = {
    "correct": "right",
    "carried": "right from your own values before it",
    "incorrect": "wrong",
    "invalid": "not read",
    "blank": "blank",
}
ASK_TO_TICK = "Compare your answer with the model answer, and tick the points that it has."
QUESTION = "Question"
POINTS = "Points"
GRADED_BY_YOU = "You graded this one yourself."


@dataclass(frozen=True)
class Prose:
    """Markdown of the bank."""

    text: str


@dataclass(frozen=True)
class Typed:
    """What the learner typed."""

    text: str


@dataclass(frozen=True)
class Part:
    """A heading and what is said under it."""

    heading: str
    lines: tuple[Prose | Typed, ...]


def verdict(entry: Marked) -> str:
    """The verdict in words, with the score where it is partly right."""
    if entry.status != "graded" or entry.graded is None:
        return STATUSES[entry.status]
    share = f" ({percent(entry.graded.score)})" if entry.graded.verdict == "partial" else ""
    return VERDICTS[entry.graded.verdict] + share


def title(entry: Marked) -> str:
    """The question's number and title."""
    return f"{entry.position + 1}. {entry.question.title if entry.question else 'A question'}"


def facts(entry: Marked) -> str:
    """Topic, difficulty and time against the expected one, in one line."""
    time = f"{clock(entry.seconds)} minutes"
    if entry.question is None:
        return f"{entry.item.question_id} · {time}"
    topic = TOPICS[entry.question.topic].title
    flagged = " · flagged" if entry.flagged else ""
    return (
        f"{topic} · {entry.question.difficulty} · {time}, {clock(entry.question.seconds)} expected"
        f"{flagged}"
    )


def parts(entry: Marked) -> tuple[Part, ...]:
    """What there is to read about a question: what was asked and answered, the verdict and why,
    and the worked solution."""
    return tuple(_parts(entry))


def _parts(entry: Marked) -> Iterator[Part]:
    question, variant = entry.question, entry.variant
    if question is None or variant is None:
        yield Part("Your answer", (Typed(entry.text),))
        return
    offered = () if question.kind == "wrong line" else _offered(variant)
    yield Part(QUESTION, (Prose(variant.prompt), *offered))
    yield Part("Your answer", answered(variant, entry.response))
    if entry.status != "open":
        yield Part(verdict(entry), tuple(map(Prose, _why(entry))))
    if question.kind == "own words":
        yield Part("Model answer", (Prose(variant.solution),))
        yield Part(POINTS, _points(variant, entry))
    else:
        right = _right(variant)
        yield Part("Worked solution", (*right, Prose(variant.solution), *_counts(entry)))
    yield Part("Source", (Prose(question.source),))


def _offered(variant: Variant) -> tuple[Prose, ...]:
    """What there was to choose from or to put in order."""
    if isinstance(variant.answer, Order):
        return (Prose(_bullets(sorted(variant.answer.items))),)
    return (
        (Prose(_bullets(list(map(option_text, options)))),)
        if (options := _options(variant))
        else ()
    )


def _options(variant: Variant) -> tuple[Option, ...]:
    parts = variant.answer if isinstance(variant.answer, tuple) else ()
    return tuple(part for part in parts if isinstance(part, Option))


def option_text(option: Option) -> str:
    """An option in words; a picture by its letter and what it was computed from."""
    if option.picture is None:
        return option.text
    settings = "; ".join(f"{name}: {value}" for name, value in option.picture.settings.items())
    return f"Picture {option.text}" + (f" ({settings})" if settings else "")


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def answered(variant: Variant, response: Response) -> tuple[Prose | Typed, ...]:
    """The learner's answer: what was chosen in the bank's words, what was typed as it is."""
    if not response:
        return (Prose("None."),)
    answer = variant.answer
    if isinstance(response, str):
        return (Typed(response),)
    if isinstance(answer, Order):
        items = [answer.items[int(k)] for k in response if int(k) < len(answer.items)]
        return (Prose("\n".join(f"{n}. {item}" for n, item in enumerate(items, start=1))),)
    if options := _options(variant):
        chosen = [option_text(options[int(k)]) for k in response if int(k) < len(options)]
        return (Prose(_bullets(chosen)),)
    return (Typed("\n".join(f"{n}: {text}" for n, text in enumerate(response, start=1))),)


def _why(entry: Marked) -> Iterator[str]:
    """The grader's sentences, and for a derivation the verdict on each stage."""
    graded = entry.graded
    if entry.status == "untold":
        yield ASK_TO_TICK
    if graded is None:
        return
    own_words = entry.question is not None and entry.question.kind == "own words"
    if own_words:
        yield GRADED_BY_YOU
    feedback = "" if graded.stages or own_words else graded.feedback
    yield " ".join(filter(None, [graded.message, feedback, graded.warning]))
    if graded.stages and entry.variant is not None:
        stages = cast(tuple[Stage, ...], entry.variant.answer)
        yield _bullets(
            [
                f"${stage.symbol}$, {STAGES[g.verdict]}: {g.message} {g.feedback}".rstrip(": ")
                for stage, g in zip(stages, graded.stages, strict=True)
            ]
        )


def _points(variant: Variant, entry: Marked) -> tuple[Prose, ...]:
    points = variant.answer.points if isinstance(variant.answer, Rubric) else ()
    if entry.status != "graded":
        return (Prose(_bullets(points)),)
    marks = [
        f"{'Has it' if k in entry.ticked else 'Not in the answer'}: {point}"
        for k, point in enumerate(points)
    ]
    return (Prose(_bullets(marks)),)


def _right(variant: Variant) -> tuple[Prose, ...]:
    """The right options, where there are options."""
    right = [option_text(option) for option in _options(variant) if option.correct]
    if len(right) > 1:
        return (Prose(f"Right:\n\n{_bullets(right)}"),)
    return (Prose(f"Right: {right[0]}"),) if right else ()


def _counts(entry: Marked) -> tuple[Prose, ...]:
    """Which values count, where the verdict has not said so."""
    question, variant = entry.question, entry.variant
    if question is None or variant is None or question.kind != "number":
        return ()
    said = what_counts(cast(float, variant.answer), question.rtol, question.atol)
    is_said = entry.graded is not None and said in entry.graded.message
    return () if is_said else (Prose(f"{said[0].upper()}{said[1:]}."),)
