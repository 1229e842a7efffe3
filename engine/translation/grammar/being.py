"""Building blocks of sentences with "sein"."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.adverbials import TIMES
from engine.translation.grammar.clause import DIRECT, PREDICATE, Clause, Part
from engine.translation.grammar.noun_phrases import Phrase, pronoun
from engine.translation.grammar.sentences import Draft, asked, said
from engine.translation.grammar.verbs import GERMAN_VERBS, english
from engine.translation.grammar.weighted import Weighted

ES = pronoun("es")
SEIN, BE = GERMAN_VERBS["sein"], english("be")
DEGREES = Weighted(((("", ""), 6.0), (("sehr", "very"), 3), (("zu", "too"), 1.5)))


def clause(
    subject: Phrase,
    *parts: Part,
    tense: str = "present",
    negated: bool = False,
    front: Part | None = None,
    combinations: tuple[str, ...] = (),
) -> Clause:
    """A clause with "sein"."""
    made = Clause(subject, SEIN, BE, parts, tense, negated=negated)
    return made._replace(front=front, combinations=combinations)


def predicate(german: str, english_text: str) -> Part:
    """What is said of the subject, last in both languages."""
    return Part(german, english_text, PREDICATE, DIRECT)


def pick(rng: Random, options: tuple[str, ...]) -> str:
    """One of them."""
    return options[int(rng.random() * len(options))]


def adverb(rng: Random, classes: tuple[str, ...], chance: float) -> tuple[Part, ...]:
    """A time, or none."""
    if rng.random() >= chance:
        return ()
    table = TIMES[pick(rng, classes)]
    return (table[int(rng.random() * len(table))],)


def turned(rng: Random, made: Clause, ask: float) -> Draft | None:
    """The clause as a statement or, with that chance, as a question."""
    return asked(made) if rng.random() < ask else said(made)
