"""The questions without drawn numbers as an Anki package: a deck per topic, ids that stay."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np

from quiz_bank.exports.anki_text import anki_html, anki_line
from quiz_bank.model import PROSE_KINDS, Bank, Option, Order, Question, Rubric, Variant
from quiz_bank.topics import TOPICS

ROOT = "Gradient Gym"
MODEL_ID = 1_732_190_001  # Anki knows the kind of note by it; never changed
LETTERS = "ABCDEFGHIJKL"

_CSS = (
    ".card { font-family: sans-serif; font-size: 18px; text-align: left; line-height: 1.45;"
    " max-width: 44em; margin: 0 auto; padding: 0 12px; }\n"
    "pre { font-size: 15px; overflow-x: auto; padding: 8px; border: 1px solid #8794A2; }\n"
    ".source { font-size: 14px; }"
)


def exported(bank: Bank) -> tuple[Question, ...]:
    """The questions that go into the package: those whose answer is in words."""
    return tuple(question for question in bank if question.kind in PROSE_KINDS)


def deck(questions: Iterable[Question]) -> bytes:
    """The Anki package (.apkg) of prose questions. Importing it again changes the notes that are
    there and adds none twice: a note goes by its question's id, a deck by its topic."""
    import genanki  # type: ignore[import-untyped]  # only here: most visitors never need it

    model = genanki.Model(
        MODEL_ID,
        ROOT,
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Source"}],
        templates=[
            {
                "name": "Question and answer",
                "qfmt": "{{Question}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}<p class="source">{{Source}}</p>',
            }
        ],
        css=_CSS,
    )
    decks: dict[str, Any] = {}
    for question in questions:
        if question.topic not in decks:
            name = f"{ROOT}::{TOPICS[question.topic].title}"
            decks[question.topic] = genanki.Deck(deck_id(question.topic), name)
        decks[question.topic].add_note(
            genanki.Note(
                model=model,
                fields=list(sides(question)),
                guid=genanki.guid_for(ROOT, question.id),
                tags=sorted(question.tags),
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(list(decks.values())).write_to_file(str(path))
        return path.read_bytes()


def deck_id(topic: str) -> int:
    """The topic's deck: a number from 2^30 on that stays, as Anki wants it."""
    return (1 << 30) + zlib.crc32(topic.encode()) % (1 << 30)


def sides(question: Question) -> tuple[str, str, str]:
    """Front, back and source of a prose question as HTML. The options come in the same order every
    time, for the package is one for all."""
    rng = np.random.default_rng(zlib.crc32(question.id.encode()))
    variant = question.make(rng)
    if isinstance(variant.answer, Order):
        front, back = _order(variant.answer, rng)
    elif isinstance(variant.answer, Rubric):
        front, back = "", _rubric(variant.answer)
    else:
        front, back = _options(question, cast(tuple[Option, ...], variant.answer))
    solution = anki_html(variant.solution)
    return (
        _front(question, variant) + front,
        back + solution,
        f"Source: {anki_line(question.source)}",
    )


def _front(question: Question, variant: Variant) -> str:
    return f"<p><b>{anki_line(question.title)}</b></p>{anki_html(variant.prompt)}"


def _rubric(rubric: Rubric) -> str:
    points = "".join(f"<li>{anki_line(point)}</li>" for point in rubric.points)
    return f"<p><b>A good answer</b></p><ul>{points}</ul><p><b>In full</b></p>"


def _order(order: Order, rng: np.random.Generator) -> tuple[str, str]:
    places = rng.permutation(len(order.items)).tolist()
    letter = {item: LETTERS[k] for k, item in enumerate(places)}
    listed = "".join(f"<li>{anki_line(order.items[item])}</li>" for item in places)
    right = " ".join(letter[item] for item in range(len(order.items)))
    more = ", or another order that keeps what depends on what" if order.before else ""
    return f'<ol type="A">{listed}</ol>', f"<p><b>{right}</b>{more}</p>"


def _options(question: Question, options: tuple[Option, ...]) -> tuple[str, str]:
    """A list of the options, lettered but for the lines of a listing, which the prompt has."""
    if question.kind == "wrong line":
        names, front = [option.text for option in options], ""
    else:
        names = list(LETTERS[: len(options)])
        listed = "".join(f"<li>{anki_line(option.text)}</li>" for option in options)
        several = "<p>Several may be right.</p>" if question.kind == "choices" else ""
        front = f'{several}<ol type="A">{listed}</ol>'
    told = list(zip(names, options, strict=True))
    right = ", ".join(name for name, option in told if option.correct)
    wrong = "".join(
        f"<li><b>{anki_line(name)}</b>: {anki_line(option.feedback)}</li>"
        for name, option in told
        if not option.correct and option.feedback
    )
    return front, f"<p><b>{anki_line(right)}</b></p>" + (f"<ul>{wrong}</ul>" if wrong else "")
