"""The corpus as words, and word lists that the tests keep apart from the generator's tables."""

from __future__ import annotations

import re

from engine.translation.grammar import corpus

PAIRS = corpus()
_WORD = re.compile(r"[\w']+|[.,?!]")
_MARKS = set(".,?!")


def listed(text: str) -> set[str]:
    """The words of a list."""
    return set(text.split())


NOUN_GENDERS = {
    "m": "Bruder Vater Sohn Freund Mann Junge Jungen Lehrer Arzt Hund Apfel Kuchen Fisch Kaffee "
    "Tee Brief Film Schlüssel Bus Zug Tisch Kopf Bauch Hunger Durst Tag Abend Morgen Dank Bahnhof "
    "Park Supermarkt Garten Bruders Vaters Freundes",
    "f": "Schwester Mutter Tochter Freundin Frau Katze Suppe Milch Zeitung Tasche Wohnung Frage "
    "Zeit Angst Musik Tasse Nacht Schule Arbeit Stadt Küche Woche",
    "n": "Kind Mädchen Brot Fleisch Wasser Bier Buch Geschenk Handy Auto Fahrrad Haus Zimmer Bett "
    "Geld Wetter Glas Problem",
    "p": "Eltern Freunde Freunden Kinder Brüder Schwestern Äpfel Eier Bücher Blumen Hausaufgaben",
}
GENDER = {noun: gender for gender, nouns in NOUN_GENDERS.items() for noun in nouns.split()}
OTHER_CAPITALS = listed(
    """
    Anna Annas Maria Paul Pauls Tom Berlin Deutschland Deutsch Englisch Sie Ihnen Uhr Viertel
    Jahre Euro Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Wochenende
    Wiedersehen Hause Büro Kino Restaurant Meer Fußball
    """
)


def tokens(text: str) -> list[str]:
    """Words and marks."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    """The words alone."""
    return [token for token in tokens(text) if token not in _MARKS]


def uncapitalised(text: str) -> list[str]:
    """The tokens, the first in lower case unless it has its capital everywhere."""
    first, *rest = tokens(text)
    keeps = first in GENDER or first in OTHER_CAPITALS or first == "I"
    return [first if keeps else first[0].lower() + first[1:], *rest]


def clauses(text: str) -> list[list[str]]:
    """The words between commas."""
    return [part.split() for part in re.split(r"[.,?!]\s*", text) if part]
