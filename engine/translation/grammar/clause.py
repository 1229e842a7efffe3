"""The abstract clause that both languages are made from, so that they mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from engine.translation.grammar.conjugation import EnglishVerb, GermanVerb
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.verbs import ENGLISH_VERBS, GERMAN_VERBS

# Where a part stands in the German middle field, left to right. "nicht" comes after definite
# objects and times and before manner and place; new things ("ein Buch") come after these.
(
    ACCUSATIVE_PRONOUN,
    DATIVE_PRONOUN,
    DATIVE_OBJECT,
    TIME,
    CLOCK,
    DEFINITE_OBJECT,
    PARTICLE,
    NICHT,
    MANNER,
    PLACE,
    INDEFINITE_OBJECT,
    PREDICATE,
) = range(12)

# Where a part stands in English after the verb; MIDDLE stands with the verb itself ("often").
(
    MIDDLE,
    INDIRECT,
    DIRECT,
    DIRECTION,
    WITH,
    POSITION,
    AT_CLOCK,
    DAY,
) = range(8)


class Part(NamedTuple):
    """An object or adverbial in both languages, and its place in each."""

    german: str
    english: str
    rank: int
    order: int


class Mode(NamedTuple):
    """A modal verb. English has an auxiliary ("can"), or a verb before the infinitive ("have to").

    german is None for "gern", which is a particle in German and "like to" in English.
    """

    german: GermanVerb | None
    auxiliary: str
    past_auxiliary: str
    chain: EnglishVerb | None
    rest: str


def mode(german: str, auxiliary: str, past: str, chain: str, rest: str) -> Mode:
    """The mode with those verbs; an empty name stands for none."""
    return Mode(
        GERMAN_VERBS[german] if german else None,
        auxiliary,
        past,
        ENGLISH_VERBS[chain] if chain else None,
        rest,
    )


MODES: Mapping[str, Mode] = MappingProxyType(
    {
        "können": mode("können", "can", "could", "", ""),
        "müssen": mode("müssen", "", "", "have", "to"),
        "wollen": mode("wollen", "", "", "want", "to"),
        "möchten": mode("möchten", "would", "", "", "like to"),
        "dürfen": mode("dürfen", "may", "", "", ""),
        "gern": mode("", "", "", "like", "to"),
    }
)


class Clause(NamedTuple):
    """Who does what, when, where: everything the two languages need, in neither's order.

    tense is "present", "perfect" (the German perfect) or "past" (war, hatte, konnte); both become
    the English simple past. progressive asks for "is reading" where the verb has it.
    """

    subject: Phrase
    german: GermanVerb
    english: EnglishVerb
    parts: tuple[Part, ...] = ()
    tense: str = "present"
    mode: str = ""
    negated: bool = False
    kein: bool = False
    progressive: bool = False
    front: Part | None = None
    combinations: tuple[str, ...] = ()
