"""Noun phrases in both languages at once: article, adjective, noun, and whose it is."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from engine.translation.grammar.adjectives import ADJECTIVES
from engine.translation.grammar.conjugation import DU, ER, ICH, SIE, WIR
from engine.translation.grammar.declension import (
    CASES,
    DEFINITE,
    INDEFINITE_ENDING,
    MIXED,
    STRONG,
    WEAK,
    Gender,
    adjective_stem,
    indefinite_article,
    noun_forms,
    owner_form,
    plural_forms,
)
from engine.translation.grammar.nouns import Noun
from engine.translation.grammar.numbers import NUMBERS
from engine.translation.grammar.pronouns import NAMES, POSSESSIVES, PRONOUNS

QUANTITIES = {
    **NUMBERS,
    "viele": "many",
    "viel": "a lot of",
}
OWN = {ICH: "mein", DU: "dein", ER: "sein", WIR: "unser", SIE: "their"}


class Phrase(NamedTuple):
    """A noun phrase or pronoun: German in the four cases, English as subject and as object.

    own is the possessive that points back to it ("sein"), empty where none is used.
    """

    cases: tuple[str, ...]
    english: str
    english_object: str
    person: int
    english_person: int
    definite: bool
    pronoun: bool
    own: str
    word: str
    combinations: tuple[str, ...]


@cache
def pronoun(key: str) -> Phrase:
    """The personal pronoun of that key in PRONOUNS."""
    first, second, third, english, english_object, person, english_person = PRONOUNS[key]
    own = "her" if key == "sie" else "" if key in ("Sie", "es") else OWN.get(person, "")
    cases = (first, second, third, "")
    return Phrase(cases, english, english_object, person, english_person, True, True, own, "", ())


@cache
def name(word: str) -> Phrase:
    """A person's name; its genitive stands before the noun ("Annas Auto")."""
    own = "her" if NAMES[word][1] == "her" else "sein"
    cases = (word, word, word, word + "s")
    return Phrase(cases, word, word, ER, ER, True, False, own, word, ())


def endings(determiner: str, gender: Gender) -> tuple[str, str, str, str]:
    """The adjective endings after that determiner, one for each case."""
    if determiner == "def":
        return WEAK[gender]
    strong = determiner in QUANTITIES or (
        determiner in ("none", "indef") and (determiner == "none" or gender == "p")
    )
    return STRONG[gender] if strong else MIXED[gender]


def articles(determiner: str, gender: Gender) -> tuple[str, ...]:
    """The determiner's word in each case, empty where it has none."""
    if determiner == "def":
        return DEFINITE[gender]
    if determiner == "none" or (determiner == "indef" and gender == "p"):
        return ("",) * 4
    if determiner in QUANTITIES:
        return (determiner,) * 4
    stem = {"indef": "ein", "kein": "kein", "kein0": "kein"}.get(determiner)
    stem = stem or POSSESSIVES[determiner][0]
    return tuple(stem + ending for ending in INDEFINITE_ENDING[gender])


def english_determiner(determiner: str, noun: Noun, plural: bool, following: str) -> str:
    """The English word for a determiner, empty where there is none."""
    counted = noun.article == "count" and not plural
    if determiner == "def":
        return "the"
    if determiner in ("indef", "kein", "kein0"):
        without = "any" if determiner == "kein" else ""
        return indefinite_article(following) if counted else without
    if determiner == "none":
        return ""
    return QUANTITIES.get(determiner) or POSSESSIVES[determiner][1]


def join(*words: str) -> str:
    """The words that are not empty, with single spaces."""
    return " ".join(word for word in words if word)


@cache
def noun_phrase(noun: Noun, determiner: str, adjective: str = "", plural: bool = False) -> Phrase:
    """A determiner (key of POSSESSIVES or QUANTITIES, def, indef, kein, none) with its noun."""
    many = plural or noun.article == "plural"
    gender: Gender = "p" if many else noun.gender
    word = noun.plural if many else noun.german
    forms = plural_forms(word) if many else noun_forms(word, gender, noun.weak)
    stem = adjective_stem(adjective)
    ending = endings(determiner, gender)
    article = articles(determiner, gender)
    cases = tuple(
        join(article[case], stem + ending[case] if adjective else "", forms[case])
        for case in range(len(CASES))
    )
    last = noun.english_plural if many else noun.english
    described = join(english_adjective(adjective, noun), last)
    english = join(english_determiner(determiner, noun, many, described), described)
    combinations = (f"{adjective}+{noun.german}",) if adjective else ()
    definite = determiner == "def" or determiner in POSSESSIVES
    person = SIE if many else ER
    own = "their" if many else noun_own(noun)
    return Phrase(
        cases, english, english, person, person, definite, False, own, noun.german, combinations
    )


def english_adjective(adjective: str, noun: Noun) -> str:
    """The English adjective: children are "little", things "small"."""
    if adjective == "klein" and noun.groups[0] == "child":
        return "little"
    return ADJECTIVES.get(adjective, "")


def noun_own(noun: Noun) -> str:
    """The possessive that points back to a person; "das Mädchen" is left without one."""
    if not {"family", "person", "child", "job"} & set(noun.groups):
        return ""
    if noun.german in ("Kind", "Mädchen"):
        return ""
    return "her" if noun.gender == "f" else "sein"


@cache
def owned(noun: Noun, owner: Phrase, adjective: str = "", plural: bool = False) -> Phrase:
    """What belongs to someone: "das alte Auto meines Bruders", "Annas altes Auto"."""
    core = noun_phrase(noun, "none" if owner.word in NAMES else "def", adjective, plural)
    genitive = owner.cases[3]
    before = owner.word in NAMES
    cases = tuple(join(genitive, form) if before else join(form, genitive) for form in core.cases)
    bare = noun_phrase(noun, "none", adjective, plural).english
    english = join(owner_form(owner.english), bare)
    return core._replace(
        cases=cases,
        english=english,
        english_object=english,
        definite=True,
        combinations=(*core.combinations, f"{noun.german} of {owner.word}"),
    )
