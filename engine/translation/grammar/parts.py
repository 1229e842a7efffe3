"""The parts of a clause: objects in their cases, company, places, and who overlaps with whom."""

from __future__ import annotations

from functools import cache

from engine.translation.grammar.adjectives import BEFORE
from engine.translation.grammar.adverbials import PLACES, VEHICLES
from engine.translation.grammar.clause import (
    ACCUSATIVE_PRONOUN,
    DATIVE_OBJECT,
    DATIVE_PRONOUN,
    DEFINITE_OBJECT,
    DIRECT,
    INDEFINITE_OBJECT,
    INDIRECT,
    MANNER,
    PLACE,
    POSITION,
    PREDICATE,
    WITH,
    Part,
)
from engine.translation.grammar.conjugation import DU, ICH, IHR, WIR
from engine.translation.grammar.declension import ACCUSATIVE, DATIVE
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.noun_phrases import Phrase, noun_phrase
from engine.translation.grammar.nouns import GROUPS
from engine.translation.grammar.weighted import Weighted


def overlap(subject: Phrase, other: Phrase) -> bool:
    """Whether both name the same person, so that one of them would be "myself"."""
    if other.word and other.word == subject.word:
        return True
    if not (subject.pronoun and other.pronoun):
        return False
    first, second = subject.person, other.person
    if first == second or {first, second} in ({ICH, WIR}, {DU, IHR}):
        return True
    return "you" == other.english == subject.english or subject.cases[0] in other.cases[1:3]


def people_of(phrase: Phrase) -> set[str]:
    """The noun of a phrase and the one it belongs to."""
    owners = {entry.split(" of ")[1] for entry in phrase.combinations if " of " in entry}
    return owners | {phrase.word} if phrase.word else owners


@cache
def direct_object(phrase: Phrase) -> Part:
    """The phrase in the accusative: pronouns first, definite before "nicht", others later."""
    rank = ACCUSATIVE_PRONOUN if phrase.pronoun else INDEFINITE_OBJECT
    rank = DEFINITE_OBJECT if phrase.definite and not phrase.pronoun else rank
    rank = PREDICATE if phrase.word in ("Musik", "Deutsch", "Englisch") else rank
    return Part(phrase.cases[ACCUSATIVE], phrase.english_object, rank, DIRECT)


@cache
def indirect_object(phrase: Phrase) -> Part:
    """The phrase in the dative, before the direct object in both languages."""
    rank = DATIVE_PRONOUN if phrase.pronoun else DATIVE_OBJECT
    return Part(phrase.cases[DATIVE], phrase.english_object, rank, INDIRECT)


@cache
def through_object(phrase: Phrase, through: str) -> Part:
    """The phrase after a preposition that the verb asks for ("auf den Bus warten")."""
    preposition, case = through.split(" ")
    form = phrase.cases[DATIVE if case == "dative" else ACCUSATIVE]
    return Part(f"{preposition} {form}", phrase.english_object, INDEFINITE_OBJECT, DIRECT)


@cache
def company(phrase: Phrase, preposition: str) -> Part:
    """With or without someone."""
    case = DATIVE if preposition == "mit" else ACCUSATIVE
    english_word = "with" if preposition == "mit" else "without"
    return Part(
        f"{preposition} {phrase.cases[case]}",
        f"{english_word} {phrase.english_object}",
        MANNER,
        WITH,
    )


def homes() -> Weighted[tuple[Part, tuple[str, ...]]]:
    """Where one lives: "in einem alten Haus"."""
    rows = []
    for noun in GROUPS["home"]:
        for adjective in BEFORE["home"]:
            phrase = noun_phrase(noun, "indef", adjective)
            part = Part(f"in {phrase.cases[DATIVE]}", f"in {phrase.english}", PLACE, POSITION)
            rows.append(((part, (*phrase.combinations, f"in+{noun.german}")), 1.0))
    return Weighted(rows)


HOMES = homes()
TO_PLACES = {word: place.to() for word, place in PLACES.items()}
AT_PLACES = {word: place.at() for word, place in PLACES.items()}
VEHICLE_ROWS = tuple(VEHICLES.items())
GERMAN_FIXED = {
    key: Part(frame.fixed[0], frame.fixed[1], PREDICATE, DIRECT)
    for key, frame in FRAMES.items()
    if frame.fixed[0]
}
