"""Clauses that give a reason or a condition: being tired, having no time, the weather."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.translation.grammar.clause import (
    DIRECT,
    INDEFINITE_OBJECT,
    PREDICATE,
    Clause,
    Part,
)
from engine.translation.grammar.conjugation import EnglishVerb
from engine.translation.grammar.noun_phrases import Phrase, pronoun
from engine.translation.grammar.verbs import GERMAN_VERBS, english

ES = pronoun("es")
WEATHER_WORDS: Mapping[str, str] = {"kalt": "cold", "warm": "warm", "heiß": "hot"}


def being(word: str, english_word: str) -> Clause:
    """ "sein" with a predicate; the subject is put in later."""
    part = Part(word, english_word, PREDICATE, DIRECT)
    return Clause(ES, GERMAN_VERBS["sein"], english("be"), (part,), combinations=(f"sein+{word}",))


def having(word: str, verb: EnglishVerb, english_word: str, kein: bool = False) -> Clause:
    """ "haben" with a thing that English may put another way ("be hungry")."""
    part = Part(word, english_word, INDEFINITE_OBJECT, DIRECT)
    return Clause(
        ES,
        GERMAN_VERBS["haben"],
        verb,
        (part,),
        negated=kein,
        kein=kein,
        combinations=(f"haben+{word.split()[-1]}",),
    )


def doing(german_verb: str, english_verb: str, mode: str = "") -> Clause:
    """A verb alone, with a modal verb or without."""
    return Clause(
        ES,
        GERMAN_VERBS[german_verb],
        english(english_verb),
        mode=mode,
        progressive=True,
        combinations=(f"{mode}+{german_verb}",) if mode else (),
    )


STATES: Mapping[str, Clause] = MappingProxyType(
    {
        "tired": being("müde", "tired"),
        "very tired": being("sehr müde", "very tired"),
        "sick": being("krank", "sick"),
        "hungry": having("Hunger", english("be"), "hungry"),
        "thirsty": having("Durst", english("be"), "thirsty"),
        "time": having("Zeit", english("have"), "time"),
        "no time": having("keine Zeit", english("have"), "any time", kein=True),
        "no money": having("kein Geld", english("have"), "any money", kein=True),
        "work": doing("arbeiten", "work", "müssen"),
        "study": doing("lernen", "study", "müssen"),
        "rain": doing("regnen", "rain"),
        "snow": doing("schneien", "snow"),
        "cold": being("kalt", "cold"),
        "warm": being("warm", "warm"),
        "late": being("spät", "late"),
        "very late": being("sehr spät", "very late"),
    }
)
IMPERSONAL = ("rain", "snow", "cold", "warm", "late", "very late")


def state(key: str, subject: Phrase, simple: bool = False) -> Clause:
    """That state of the subject, or of the weather; simple asks for "it rains"."""
    clause = STATES[key]
    if key in IMPERSONAL:
        return clause._replace(progressive=clause.progressive and not simple)
    return clause._replace(subject=subject)
