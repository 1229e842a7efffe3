"""The words of the grammar with what they mean, for readers without German."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.translation.grammar.adjectives import FEELINGS, SAID_ENGLISH
from engine.translation.grammar.adverbials import HOURS, PLACES, TIMES
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.nouns import NOUNS
from engine.translation.grammar.verbs import GERMAN_VERBS

ARTICLES = {"m": "der", "f": "die", "n": "das"}


class Gloss(NamedTuple):
    """A German word with what one learns beside it, what it means, and what kind of word it is."""

    german: str
    english: str
    kind: str


def glossary() -> tuple[Gloss, ...]:
    """Nouns with article and plural, verbs with participle, adjectives, numbers, times, places."""
    return (
        *_nouns(),
        *_verbs(),
        *_table({**SAID_ENGLISH, **FEELINGS}, "adjective"),
        *_table(HOURS, "number"),
        *_table(_times(), "time"),
        *_places(),
    )


def _table(words: Mapping[str, str], kind: str) -> list[Gloss]:
    return [Gloss(german, english, kind) for german, english in words.items()]


def _times() -> dict[str, str]:
    """All but the hours of the clock, each once."""
    parts = (part for name, row in TIMES.items() if name != "clock" for part in row)
    return {part.german: part.english for part in parts}


def _places() -> list[Gloss]:
    """Where to and where, as far as a place has both."""
    return [
        Gloss(
            ", ".join(filter(None, (place.german_to, place.german_at))),
            ", ".join(filter(None, (place.english_to, place.english_at))),
            "place",
        )
        for place in PLACES.values()
    ]


def _nouns() -> list[Gloss]:
    rows = []
    for noun in sorted(NOUNS.values()):
        plural = f", {noun.plural}" if noun.plural else ""
        kind = "noun"
        if "hunger" in noun.groups:
            row, kind = (f"{noun.german} haben", f"to be {noun.english}"), "phrase"
        elif "language" in noun.groups:
            row = noun.german, noun.english
        elif noun.article == "plural":
            row = f"die {noun.plural}", noun.english_plural
        else:
            row = f"{ARTICLES[noun.gender]} {noun.german}{plural}", noun.english
        rows.append(Gloss(*row, kind))
    return rows


def _verbs() -> list[Gloss]:
    """Verbs that a frame translates, all their meanings together."""
    meanings: dict[str, dict[str, None]] = {}
    for frame in FRAMES.values():
        if frame.english != "be":  # "Hunger haben" is among the nouns
            meanings.setdefault(frame.german, {})[frame.english] = None
    rows = []
    for name, english in sorted(meanings.items()):
        participle = GERMAN_VERBS[name].participle
        german = f"{name} ({participle})" if participle else name
        rows.append(Gloss(german, ", ".join(map(_infinitive, english)), "verb"))
    return rows


def _infinitive(phrase: str) -> str:
    return phrase if phrase.startswith("would ") else f"to {phrase}"
