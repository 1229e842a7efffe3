"""The weather, and how things were: "es regnet", "ich war müde"."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.adjectives import FEELINGS
from engine.translation.grammar.adverbials import PLACES
from engine.translation.grammar.being import (
    DEGREES,
    ES,
    adverb,
    clause,
    pick,
    predicate,
    turned,
)
from engine.translation.grammar.clause import MIDDLE, Clause, Part
from engine.translation.grammar.noun_phrases import noun_phrase
from engine.translation.grammar.nouns import NOUNS
from engine.translation.grammar.sentences import Draft, said
from engine.translation.grammar.states import WEATHER_WORDS
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.verbs import GERMAN_VERBS, english


def falling(rng: Random, where: tuple[Part, ...]) -> Draft | None:
    """ "Es regnet heute.", "In Berlin schneit es.", "Es regnet nicht oft." """
    verb, english_word = (("regnen", "rain"), ("schneien", "snow"))[rng.random() < 0.45]
    when = adverb(rng, ("today", "now", "often", "often"), 0.8)
    often = any(part.order == MIDDLE for part in when)
    denied = often and when[0].german in ("oft", "immer") and rng.random() < 0.4
    if denied:
        when = (when[0]._replace(german=f"nicht {when[0].german}"),)
    ahead = bool(when) and not often and when[0].german != "gerade" and rng.random() < 0.4
    made = Clause(
        ES,
        GERMAN_VERBS[verb],
        english(english_word),
        (*where, *when),
        progressive=not often,
        negated=denied,
        kein=denied,
        front=when[0] if ahead else None,
        combinations=(f"{verb}+es",),
    )
    return turned(rng, made, 0.0 if ahead or denied else 0.6 if often else 0.2)


def weather(rng: Random) -> Draft | None:
    """Rain and snow, or "Es ist kalt.", "Das Wetter war gestern gut." """
    roll = rng.random()
    word = pick(rng, ("Berlin", "Deutschland", "Deutschland", "Stadt", "Meer"))
    where = (PLACES[word].at(),) if rng.random() < 0.5 else ()
    if roll < 0.6:
        return falling(rng, where)
    when = adverb(rng, ("today", "now", "often", "often"), 0.7)
    ahead = when and rng.random() < 0.4 and when[0].order and when[0].german != "gerade"
    front = when[0] if ahead else None
    past = rng.random() < 0.3
    when = adverb(rng, ("past",), 0.7) if past else when
    if when and when[0].english.startswith("after"):
        return None
    front = when[0] if front and when else None
    word = pick(rng, tuple(WEATHER_WORDS))
    where = () if any(part.order == MIDDLE for part in when) else where
    degree = DEGREES.draw(rng)
    part = predicate(f"{degree[0]} {word}".strip(), f"{degree[1]} {WEATHER_WORDS[word]}".strip())
    subject = ES
    if roll > 0.8:
        subject = noun_phrase(NOUNS["Wetter"], "def")
        word, english_word = (("schön", "nice"), ("gut", "good"), ("schlecht", "bad"))[
            int(rng.random() * 3)
        ]
        part = predicate(word, english_word)
    made = clause(subject, part, *where, *when, tense="past" if past else "present", front=front,
                  combinations=(f"{subject.cases[0]}+{word}",))  # fmt: skip
    return turned(rng, made, 0.0 if front else 0.2)


def had(rng: Random) -> Draft | None:
    """ "Ich war müde.", "Wir hatten keine Zeit.", "Er konnte nicht kommen." """
    subject = SUBJECTS["adults"].draw(rng)
    if subject.person in (1, 4):
        return None
    when = adverb(rng, ("past",), 0.5)
    names = (f"war by {subject.word}",) if subject.word else ()
    front = when[0] if when and rng.random() < 0.4 else None
    if rng.random() < 0.5:
        word = pick(rng, tuple(FEELINGS))
        degree = pick(rng, ("", "", "sehr ")) if word in ("müde", "glücklich") else ""
        part = predicate(degree + word, degree.replace("sehr", "very") + FEELINGS[word])
        made = clause(subject, part, *when, tense="past", front=front,
                      negated=not degree and rng.random() < 0.15,
                      combinations=(*names, f"war+{word}"))  # fmt: skip
        return said(made)
    rows = (("Hunger", "be", "hungry", False), ("keinen Hunger", "be", "hungry", True),
            ("Durst", "be", "thirsty", False), ("Angst", "be", "afraid", False),
            ("Zeit", "have", "time", False), ("keine Zeit", "have", "any time", True),
            ("kein Geld", "have", "any money", True), ("einen Hund", "have", "a dog", False),
            ("viel Zeit", "have", "a lot of time", False), ("viel Geld", "have", "a lot of money",
            False),
            ("kein Auto", "have", "a car", True))  # fmt: skip
    german, verb, english_text, negated = rows[int(rng.random() * len(rows))]
    if german in ("einen Hund", "kein Auto", "kein Geld"):
        when, front = (), None
    part = predicate(german, english_text)
    made = Clause(subject, GERMAN_VERBS["haben"], english(verb), (part, *when), "past",
                  negated=negated, kein=negated, front=front,
                  combinations=(*names, f"hatte+{german.split()[-1]}"))  # fmt: skip
    return said(made)
