"""Short facts: weather, time, age, price, name, what hurts, how it was."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.adjectives import BEFORE
from engine.translation.grammar.adverbials import CLOCK_TIMES, PLACES
from engine.translation.grammar.being import (
    BE,
    ES,
    SEIN,
    adverb,
    clause,
    pick,
    predicate,
    turned,
)
from engine.translation.grammar.clause import DIRECT, PREDICATE, Clause, Part
from engine.translation.grammar.conjugation import SIE
from engine.translation.grammar.english import inverted
from engine.translation.grammar.noun_phrases import noun_phrase
from engine.translation.grammar.nouns import NOUNS
from engine.translation.grammar.pronouns import NAMES
from engine.translation.grammar.sentences import Draft, asked, finished, said
from engine.translation.grammar.subjects import SUBJECTS, family, pronouns
from engine.translation.grammar.verbs import GERMAN_VERBS, english
from engine.translation.grammar.weighted import Weighted

AGES = {"zwei": "two", "drei": "three", "vier": "four", "fünf": "five", "sechs": "six",
        "sieben": "seven",
        "acht": "eight", "neun": "nine", "zehn": "ten", "elf": "eleven", "zwölf": "twelve",
        "zwanzig": "twenty"}  # fmt: skip
CHEAP = ("Brot", "Apfel", "Ei", "Kaffee", "Bier", "Suppe", "Zeitung", "Kuchen")
PRICES = (("acht", "zehn", "zwölf", "zwanzig"), ("zwei", "drei", "vier", "fünf"))  # dear, cheap
BODY = ("Kopf", "Bauch")


def age(rng: Random) -> Draft | None:
    """ "Mein Bruder ist zwölf Jahre alt.", "Wie alt bist du?" """
    subject = SUBJECTS["people"].draw(rng)
    names = (f"alt by {subject.word}",) if subject.word else ()
    if subject.combinations or (subject.word in ("Freund", "Eltern") and subject.person == SIE):
        return None
    if rng.random() < 0.35:
        made = Clause(subject, SEIN, BE, (), combinations=names)
        return asked(made, "wie alt", "how old") if subject.person not in (0, 3) else None
    if subject.person > 2:
        return None
    number = pick(rng, tuple(AGES)[1:])
    if subject.word in ("Vater", "Mutter", "Eltern", "Lehrer", "Arzt", "Mann", "Frau"):
        return None
    part = predicate(f"{number} Jahre alt", f"{AGES[number]} years old")
    return turned(rng, clause(subject, part, combinations=(*names, f"Jahre+{number}")), 0.1)


def price(rng: Random) -> Draft | None:
    """ "Wie viel kostet das Buch?", "Die Blumen kosten zehn Euro." """
    word = pick(rng, ("Buch", "Kuchen", "Kaffee", "Brot", "Fisch", "Blume", "Apfel",
                      "Zeitung", "Tasche", "Bier", "Suppe", "Ei"))  # fmt: skip
    many = word in ("Blume", "Ei") or (word == "Apfel" and rng.random() < 0.5)
    group = NOUNS[word].groups[0]
    adjective = (
        pick(rng, BEFORE[group])
        if rng.random() < 0.35 and group in BEFORE and word != "Zeitung"
        else ""
    )
    subject = noun_phrase(NOUNS[word], "def", adjective, many)
    verb, cost = GERMAN_VERBS["kosten"], english("cost")
    names = (f"kosten+{word}", *subject.combinations)
    if rng.random() < 0.4:
        return asked(Clause(subject, verb, cost, (), combinations=names), "wie viel", "how much")
    number = pick(rng, PRICES[word in CHEAP])
    part = predicate(f"{number} Euro", f"{AGES[number]} euros")
    made = Clause(subject, verb, cost, (part,), combinations=(*names, f"Euro+{number}"))
    return turned(rng, made, 0.1)


def hour(rng: Random) -> Draft | None:
    """ "Es ist halb acht.", "Ist es schon zehn Uhr?" """
    german, english_text = CLOCK_TIMES[int(rng.random() * len(CLOCK_TIMES))]
    roll = rng.random()
    words = (("", ""), ("jetzt ", " now"), ("schon ", " already"))[min(2, int(roll * 3))]
    text = predicate(f"{words[0]}{german}", f"{english_text}{words[1]}")
    if words[1] == " already":
        text = predicate(f"schon {german}", f"already {english_text}")
    if roll > 0.85:
        return finished(
            f"ist es schon {german}", f"is it already {english_text}", "?", (f"Uhr+{german}",)
        )
    return said(clause(ES, text, combinations=(f"Uhr+{german}",)))


NAMED = Weighted([*pronouns(0.1), *family(1)])


def called(rng: Random) -> Draft | None:
    """ "Ich heiße Anna.", "Mein Bruder heißt Tom.", "Wie heißt deine Schwester?" """
    subject = NAMED.draw(rng)
    if subject.word in ("Eltern", "Vater", "Mutter", "Sohn") or subject.person >= 3:
        return None
    verb = GERMAN_VERBS["heißen"].present[subject.person]
    owner = {"I": "my", "you": "your", "he": "his", "she": "her"}.get(subject.english)
    owner = owner or f"{subject.english}'s"
    if rng.random() < 0.35 and subject.english != "I":
        names = (f"heißen by {subject.word}",) if subject.word else ()
        return finished(f"wie {verb} {subject.cases[0]}", f"what is {owner} name", "?", names)
    woman = subject.own == "her" or subject.english in ("she",)
    words = [word for word in NAMES if (NAMES[word][1] == "her") == woman or subject.pronoun]
    word = words[int(rng.random() * len(words))]
    if subject.english in ("he", "she") and (NAMES[word][1] == "her") != (subject.english == "she"):
        return None
    return finished(
        f"{subject.cases[0]} {verb} {word}", f"{owner} name is {word}", ".", (f"heißen+{word}",)
    )


def from_where(rng: Random) -> Draft | None:
    """ "Ich komme aus Deutschland.", "Woher kommst du?" """
    subject = SUBJECTS["people"].draw(rng)
    verb = GERMAN_VERBS["kommen"]
    names = (f"aus by {subject.word}",) if subject.word else ()
    if rng.random() < 0.3 and subject.person not in (0, 3):
        made = Clause(subject, SEIN, BE, (), combinations=names)
        first = f"woher {verb.present[subject.person]} {subject.cases[0]}"
        return finished(first, f"where {inverted(made)} from", "?", names)
    word = pick(rng, ("Berlin", "Deutschland"))
    part = Part(
        f"aus {word}", f"from {PLACES[word].english_at.removeprefix('in ')}", PREDICATE, DIRECT
    )
    return turned(
        rng, Clause(subject, verb, BE, (part,), combinations=(*names, f"aus+{word}")), 0.15
    )


def pain(rng: Random) -> Draft | None:
    """ "Mein Kopf tut weh.", "Tut dein Bauch weh?" """
    word = pick(rng, BODY)
    own = pick(rng, ("mein", "mein", "dein", "sein"))
    when = adverb(rng, ("jetzt", "today", "often"), 0.4)
    subject = noun_phrase(NOUNS[word], own)
    verb, hurt = GERMAN_VERBS["wehtun"], english("hurt")
    made = Clause(subject, verb, hurt, when, combinations=(f"wehtun+{word}",))
    return turned(rng, made, {"dein": 0.8, "sein": 0.3}.get(own, 0.0))
