"""When and where: times by what tense they ask for, places with their direction and position."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from engine.translation.grammar.clause import (
    AT_CLOCK,
    CLOCK,
    DAY,
    DIRECTION,
    MANNER,
    MIDDLE,
    PARTICLE,
    PLACE,
    POSITION,
    TIME,
    WITH,
    Part,
)
from engine.translation.grammar.numbers import NUMBERS

HOURS: Mapping[str, str] = {
    **NUMBERS,
    "elf": "eleven",
    "zwölf": "twelve",
}
WEEKDAYS: Mapping[str, str] = {
    "Montag": "Monday",
    "Dienstag": "Tuesday",
    "Mittwoch": "Wednesday",
    "Donnerstag": "Thursday",
    "Freitag": "Friday",
    "Samstag": "Saturday",
    "Sonntag": "Sunday",
}


def day(german: str, english: str) -> Part:
    """An adverbial of time that follows everything in English."""
    return Part(german, english, TIME, DAY)


def clock_times() -> tuple[tuple[str, str], ...]:
    """Every hour, half hour and quarter that is used: ("halb acht", "half past seven")."""
    names = list(HOURS.items())
    rows = [(f"{german} Uhr", f"{english} o'clock") for german, english in names]
    for (_, before), (german, _) in itertools.pairwise(names):
        rows.append((f"halb {german}", f"half past {before}"))
    for german, english in names:
        rows.append((f"Viertel nach {german}", f"a quarter past {english}"))
        rows.append((f"Viertel vor {german}", f"a quarter to {english}"))
    return tuple(rows)


CLOCK_TIMES = clock_times()
_CLOCK = tuple(
    Part(f"um {german}", f"at {english}", CLOCK, AT_CLOCK) for german, english in CLOCK_TIMES
)
_WEEKDAYS = tuple(day(f"am {german}", f"on {english}") for german, english in WEEKDAYS.items())
_TODAY = (day("heute", "today"), day("heute Abend", "tonight"))
_TOMORROW = (day("morgen", "tomorrow"), day("morgen Abend", "tomorrow evening"))
_WEEK = (day("nächste Woche", "next week"), day("am Wochenende", "on the weekend"))
_AFTER = (day("nach der Arbeit", "after work"),)
_YESTERDAY = (day("gestern", "yesterday"), day("gestern Abend", "yesterday evening"))

# What a sentence may say about when. The present of an action is progressive with "now", "future"
# or nothing, and simple with "habit", "often" or "clock".
TIMES: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "now": (day("gerade", "right now"), day("jetzt", "now")),
        "today": _TODAY,
        "future": (*_TOMORROW, *_TOMORROW, *_TODAY, *_WEEK, *_WEEKDAYS, *_AFTER),
        "past": (
            *_YESTERDAY,
            *_YESTERDAY,
            day("letzte Woche", "last week"),
            day("heute Morgen", "this morning"),
            day("am Wochenende", "on the weekend"),
            *_WEEKDAYS,
            *_AFTER,
        ),
        "recent": (*_YESTERDAY, day("heute Morgen", "this morning")),
        "jetzt": (day("jetzt", "now"),),
        "habit": (
            day("jeden Tag", "every day"),
            day("jeden Morgen", "every morning"),
            day("jeden Abend", "every evening"),
            day("am Abend", "in the evening"),
            day("am Morgen", "in the morning"),
        ),
        "of the day": (day("am Abend", "in the evening"), day("am Morgen", "in the morning")),
        "often": tuple(
            Part(german, english, PARTICLE, MIDDLE)
            for german, english in (
                ("oft", "often"),
                ("immer", "always"),
                ("manchmal", "sometimes"),
                ("nie", "never"),
            )
        ),
        "clock": _CLOCK,
    }
)

SCHON = Part("schon", "already", PARTICLE, MIDDLE)
GERN = Part("gern", "", PARTICLE, MIDDLE)
AUCH = Part("auch", "too", PARTICLE, DAY)


class Place(NamedTuple):
    """Where to and where, as each language says it; german_to is empty for what has none."""

    word: str
    german_to: str
    english_to: str
    german_at: str
    english_at: str

    def to(self) -> Part:
        """The direction ("in die Schule")."""
        return Part(self.german_to, self.english_to, PLACE, DIRECTION)

    def at(self) -> Part:
        """The position ("in der Schule")."""
        return Part(self.german_at, self.english_at, PLACE, POSITION)


# key: (direction, position), German before English.
_PLACES: Mapping[str, tuple[str, str, str, str]] = {
    "Hause": ("nach Hause", "home", "zu Hause", "at home"),
    "Schule": ("in die Schule", "to school", "in der Schule", "at school"),
    "Arbeit": ("zur Arbeit", "to work", "", ""),
    "Büro": ("ins Büro", "to the office", "im Büro", "at the office"),
    "Kino": ("ins Kino", "to the movies", "im Kino", "at the movies"),
    "Park": ("in den Park", "to the park", "im Park", "in the park"),
    "Garten": ("in den Garten", "into the garden", "im Garten", "in the garden"),
    "Küche": ("in die Küche", "into the kitchen", "in der Küche", "in the kitchen"),
    "Restaurant": (
        "ins Restaurant",
        "to the restaurant",
        "im Restaurant",
        "at the restaurant",
    ),
    "Supermarkt": (
        "in den Supermarkt",
        "to the supermarket",
        "im Supermarkt",
        "at the supermarket",
    ),
    "Bahnhof": ("zum Bahnhof", "to the station", "am Bahnhof", "at the station"),
    "Arzt": ("zum Arzt", "to the doctor", "", ""),
    "Stadt": ("in die Stadt", "to the city", "in der Stadt", "in the city"),
    "Berlin": ("nach Berlin", "to Berlin", "in Berlin", "in Berlin"),
    "Deutschland": ("nach Deutschland", "to Germany", "in Deutschland", "in Germany"),
    "Meer": ("ans Meer", "to the sea", "am Meer", "by the sea"),
    "im Meer": ("", "", "im Meer", "in the sea"),
    "Bett": ("ins Bett", "to bed", "im Bett", "in bed"),
}
PLACES: Mapping[str, Place] = MappingProxyType(
    {word: Place(word, *row) for word, row in _PLACES.items()}
)

# How one travels: German and English.
VEHICLES: Mapping[str, Part] = MappingProxyType(
    {
        word: Part(german, english, MANNER, WITH)
        for word, german, english in (
            ("Bus", "mit dem Bus", "by bus"),
            ("Zug", "mit dem Zug", "by train"),
            ("Auto", "mit dem Auto", "by car"),
            ("Fahrrad", "mit dem Fahrrad", "by bike"),
        )
    }
)
