"""Sentences with "sein" and other short facts: how, where, how old, how much, what time."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.adjectives import BEFORE, FEELINGS, SAID, SAID_ENGLISH
from engine.translation.grammar.adverbials import PLACES
from engine.translation.grammar.being import (
    BE,
    DEGREES,
    ES,
    SEIN,
    adverb,
    clause,
    pick,
    predicate,
    turned,
)
from engine.translation.grammar.clause import PLACE, POSITION, Clause, Part
from engine.translation.grammar.conjugation import IHR, SIE
from engine.translation.grammar.noun_phrases import Phrase, name, noun_phrase, owned
from engine.translation.grammar.nouns import NOUNS
from engine.translation.grammar.sentences import Draft, asked
from engine.translation.grammar.subjects import OWNING, SUBJECTS

SHOWN = ("Auto", "Haus", "Bruder", "Schwester", "Vater", "Mutter", "Freund", "Freundin", "Eltern",
         "Buch", "Hund", "Katze", "Zimmer", "Lehrer", "Tasche", "Schlüssel", "Fahrrad", "Kind",
         "Geld", "Kaffee", "Blume", "Ei", "Eltern", "Sohn", "Tochter", "Handy")  # fmt: skip
THINGS = ("Auto", "Fahrrad", "Haus", "Wohnung", "Zimmer", "Buch", "Film", "Tasche",
          "Handy", "Kaffee", "Tee", "Suppe", "Wasser", "Apfel", "Kuchen", "Brot", "Tisch", "Bett",
          "Hund", "Katze", "Brief", "Geschenk", "Lehrer", "Lehrer")  # fmt: skip
SMALL_THINGS = ("Schlüssel", "Buch", "Handy", "Tasche", "Brief", "Zeitung", "Geld", "Geschenk")
SPOTS = {
    "Tisch": ("auf dem Tisch", "on the table"),
    "Tasche": ("in der Tasche", "in the bag"),
    "meine Tasche": ("in meiner Tasche", "in my bag"),
    "Bett": ("auf dem Bett", "on the bed"),
    "Auto": ("im Auto", "in the car"),
    "Küche": ("in der Küche", "in the kitchen"),
    "Zimmer": ("in meinem Zimmer", "in my room"),
    "Haus": ("im Haus", "in the house"),
}
PASSING = ("gut", "schön", "teuer", "kalt", "warm", "heiß", "interessant")
OWNERS = ("Bruder", "Schwester", "Vater", "Mutter", "Freund", "Freundin", "Tochter", "Eltern")
WHERE_PEOPLE_ARE = ("Hause", "Schule", "Büro", "Kino", "Garten", "Küche", "Berlin",
                    "Deutschland", "Park", "Stadt", "Bett", "Supermarkt", "Restaurant",
                    "Bahnhof", "Meer")  # fmt: skip


def feeling(rng: Random) -> Draft | None:
    """ "Ich bin heute sehr müde.", "Bist du krank?" """
    word = pick(rng, tuple(FEELINGS))
    degree = DEGREES.draw(rng) if word in ("müde", "glücklich") else ("", "")
    if degree[0] == "zu" and word != "müde":
        return None
    negated = rng.random() < 0.15 and not degree[0]
    when = adverb(rng, ("today", "often", "jetzt"), 0.4)
    if negated and when and when[0].order == 0:
        return None
    asking = rng.random() < 0.25 and not negated
    subject = SUBJECTS["you" if asking else "adults"].draw(rng)
    part = predicate(f"{degree[0]} {word}".strip(), f"{degree[1]} {FEELINGS[word]}".strip())
    names = (f"sein+{word}", *((f"{word} by {subject.word}",) if subject.word else ()))
    made = clause(
        subject, part, *when, negated=negated, combinations=(*names, *subject.combinations)
    )
    return turned(rng, made, float(asking))


def thing(rng: Random, word: str) -> Phrase:
    """ "das Auto", "mein Auto", "das Auto meines Bruders"."""
    noun = NOUNS[word]
    roll = rng.random()
    many = noun.article == "plural"
    if noun.article == "mass" or roll < 0.4 or word in ("Film", "Apfel", "Kuchen"):
        return noun_phrase(noun, "def", "", many)
    if roll < 0.75:
        return noun_phrase(noun, pick(rng, ("mein", "dein", "sein", "unser")), "", many)
    owners = [noun_phrase(NOUNS[word], "mein") for word in OWNERS]
    owner = name(pick(rng, OWNING)) if roll < 0.85 else owners[int(rng.random() * len(owners))]
    return owned(noun, owner, "", many)


def quality(rng: Random) -> Draft | None:
    """ "Das Haus ist sehr alt.", "Der Kaffee ist nicht warm." """
    word = pick(rng, THINGS)
    group = NOUNS[word].groups[0]
    said_of = pick(rng, (*BEFORE[group], *SAID.get(group, ()) * 2))
    degree = DEGREES.draw(rng)
    if degree[0] == "zu" and said_of in (
        "gut",
        "schön",
        "neu",
        "frisch",
        "interessant",
        "blau",
        "rot",
    ):
        return None
    if degree[0] and said_of in ("blau", "rot", "neu", "frisch"):
        degree = ("", "")
    subject = thing(rng, word)
    past = rng.random() < 0.3 and said_of in PASSING
    negated = rng.random() < 0.2 and degree[0] != "zu"
    part = predicate(
        f"{degree[0]} {said_of}".strip(), f"{degree[1]} {SAID_ENGLISH[said_of]}".strip()
    )
    made = clause(
        subject, part, tense="past" if past else "present", negated=negated,
        combinations=(f"{said_of}+{word}", *subject.combinations),
    )  # fmt: skip
    return turned(rng, made, 0.0 if negated else 0.25)


def this_is(rng: Random) -> Draft | None:
    """ "Das ist mein Bruder.", "Ist das dein Auto?", "Das sind meine Eltern." """
    noun = NOUNS[pick(rng, SHOWN)]
    ask = rng.random() < 0.3
    if rng.random() < 0.75:
        determiners = ("dein", "sein") if ask else ("mein", "dein", "sein", "unser")
        shown = noun_phrase(noun, pick(rng, determiners))
    else:
        shown = owned(noun, name(pick(rng, OWNING)))
    return pointed(rng, shown, Clause(ES, SEIN, BE, negated=not ask and rng.random() < 0.2), ask)


def kind_of_thing(rng: Random) -> Draft | None:
    """ "Das ist ein schönes Haus.", "Das war kein guter Film." """
    noun = NOUNS[pick(rng, THINGS)]
    if noun.article != "count" or "letter" in noun.groups:
        return None
    ask = rng.random() < 0.2
    denied = not ask and rng.random() < 0.2
    tense = "past" if rng.random() < 0.3 else "present"
    adjective = pick(rng, BEFORE[noun.groups[0]])
    shown = noun_phrase(noun, "kein" if denied else "indef", adjective)
    return pointed(rng, shown, Clause(ES, SEIN, BE, (), tense, negated=denied, kein=denied), ask)


def pointed(rng: Random, shown: Phrase, frame: Clause, ask: bool) -> Draft | None:
    """What "das" is: "that" of one thing, "those" of several."""
    many = shown.person == SIE
    subject = ES._replace(
        cases=("das",) * 4,
        english="those" if many else "that",
        person=shown.person,
        english_person=shown.person,
    )
    names = (f"das+{shown.word}", *shown.combinations)
    part = predicate(shown.cases[0], shown.english)
    return turned(
        rng, frame._replace(subject=subject, parts=(part,), combinations=names), float(ask)
    )


def location(rng: Random) -> Draft | None:
    """ "Der Schlüssel ist auf dem Tisch.", "Ist Anna zu Hause?", "Wir waren gestern im Kino." """
    if rng.random() < 0.35:
        word = pick(rng, SMALL_THINGS)
        spot = pick(rng, tuple(SPOTS))
        if word in spot:
            return None
        subject, where = thing(rng, word), SPOTS[spot]
        part = Part(*where, PLACE, POSITION)
        made = clause(subject, part, negated=rng.random() < 0.15,
                      combinations=(f"{word}+{where[0]}", *subject.combinations))  # fmt: skip
        return turned(rng, made, 0.25 if not made.negated else 0.0)
    past = rng.random() < 0.4
    place = pick(rng, WHERE_PEOPLE_ARE)
    asking = rng.random() < 0.3
    subject = SUBJECTS["you" if asking else "adults"].draw(rng)
    if past and subject.person == IHR:
        return None
    when = adverb(rng, ("past",) if past else ("jetzt", "today", "often"), 0.5)
    names = (f"sein+{place}", *((f"sein by {subject.word}",) if subject.word else ()))
    made = clause(subject, PLACES[place].at(), *when, tense="past" if past else "present",
                  negated=rng.random() < 0.12 and not asking and (not when or when[0].order != 0),
                  combinations=names)  # fmt: skip
    return turned(rng, made, float(asking))


def where_is(rng: Random) -> Draft | None:
    """ "Wo ist mein Schlüssel?", "Wo warst du gestern?" """
    past = rng.random() < 0.3
    if past:
        subject, names = SUBJECTS["you"].draw(rng), ("wo+war",)
        if subject.person == IHR:
            return None
    elif rng.random() < 0.5:
        place = pick(rng, ("Bahnhof:der:station", "Supermarkt:der:supermarket", "Park:der:park"))
        word, article, english_word = place.split(":")
        subject = ES._replace(cases=(f"{article} {word}",) * 4, english=f"the {english_word}")
        names = (f"wo+{word}",)
    else:
        word = pick(rng, (*SMALL_THINGS, "Auto", "Fahrrad", "Hund", "Katze"))
        subject, names = thing(rng, word), (f"wo+{word}",)
    when = adverb(rng, ("past",), 0.6) if past else ()
    made = Clause(subject, SEIN, BE, when, tense="past" if past else "present", combinations=names)
    return asked(made, "wo", "where")
