"""Fills a clause: its objects, its places, and who or what goes with it."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.clause import (
    Part,
)
from engine.translation.grammar.frames import Frame
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.objects import objects
from engine.translation.grammar.parts import (
    AT_PLACES,
    HOMES,
    TO_PLACES,
    VEHICLE_ROWS,
    company,
    direct_object,
    indirect_object,
    overlap,
    people_of,
    through_object,
)
from engine.translation.grammar.wishes import (
    Wish,
    kein_word,
)

# What one has anew each time: not "every day he eats the apple".
CONSUMED = ("food", "drink", "cooked", "groceries", "text", "letter", "film", "goods")


def add_objects(
    rng: Random,
    frame: Frame,
    subject: Phrase,
    wish: Wish,
    when: str,
    parts: list[Part],
    names: list[str],
) -> str | None:
    """Adds the frame's objects; returns the determiner that denied one, None if it cannot be."""
    denied = ""
    kein = kein_word(frame, wish, when)
    if frame.whom:
        menu = objects(
            wish.whom or frame.whom, subject.own, "", wish.style if not frame.what else ""
        )
        phrase = menu.draw(rng) if menu else None
        if phrase is None or overlap(subject, phrase):
            return None
        parts.append(indirect_object(phrase))
        names += phrase.combinations
        if phrase.word:
            names.append(f"{frame.german}+{phrase.word}")
    if frame.what:
        menu = objects(wish.what or frame.what, subject.own, kein, wish.style)
        if not menu:
            return None
        phrase = menu.draw(rng)
        mentioned = {subject.word, *(entry.split("+")[-1] for entry in names)}
        if overlap(subject, phrase) or not mentioned.isdisjoint(people_of(phrase)):
            return None
        part = through_object(phrase, frame.through) if frame.through else direct_object(phrase)
        parts.append(part)
        names += phrase.combinations
        if phrase.word:
            names.append(f"{frame.german}+{phrase.word}")
        if len(parts) > 1 and part.english.startswith(f"{parts[0].english} "):
            return None
        denied = kein if part.german.startswith("kein") else ""
    return denied


def add_place(rng: Random, frame: Frame, wish: Wish, parts: list[Part], names: list[str]) -> None:
    """Adds a direction or position of the frame."""
    if frame.german == "wohnen" and rng.random() < 0.4:
        part, more = HOMES.draw(rng)
        parts.append(part)
        names += more
        return
    table, words = (TO_PLACES, frame.to) if frame.to else (AT_PLACES, frame.at)
    words = wish.places or words
    word = words[int(rng.random() * len(words))]
    parts.append(table[word])
    names.append(f"{frame.german}+{word}")


def add_company(
    rng: Random, subject: Phrase, others: list[str], parts: list[Part], names: list[str]
) -> None:
    """Adds "mit" or "ohne" someone who is not in the clause yet."""
    phrase = objects("relatives", subject.own, "", "").draw(rng)
    if overlap(subject, phrase) or phrase.word in others:
        return
    preposition = "mit" if rng.random() < 0.9 else "ohne"
    parts.append(company(phrase, preposition))
    if phrase.word:
        names.append(f"{preposition}+{phrase.word}")


def add_manner(
    rng: Random,
    frame: Frame,
    subject: Phrase,
    wish: Wish,
    parts: list[Part],
    names: list[str],
) -> None:
    """Adds where, with whom and by what, as likely as wished."""
    taken = [entry.split("+")[1] for entry in names if "+" in entry]
    chance = wish.place_chance + bool(wish.places)
    if frame.needs_place or ((frame.to or frame.at) and rng.random() < chance):
        add_place(rng, frame, wish, parts, names)
    away = not parts or not parts[-1].german.endswith("Bett")
    if frame.company and away and not wish.negated and rng.random() < wish.company_chance:
        add_company(rng, subject, taken, parts, names)
    elif frame.vehicles and rng.random() < 0.25:
        word, part = VEHICLE_ROWS[int(rng.random() * len(VEHICLE_ROWS))]
        parts.append(part)
        names.append(f"{frame.german}+mit {word}")
