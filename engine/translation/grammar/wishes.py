"""What a clause is wished to show, and what does not go together in it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from engine.translation.grammar.clause import (
    Part,
)
from engine.translation.grammar.conjugation import ER, IHR
from engine.translation.grammar.frames import Frame
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.verbs import GERMAN_VERBS

PLAIN_KEIN = ("food", "drink", "cooked", "hunger", "likes", "language")  # "I do not eat meat"
# Combinations that are odd together.
UNFIT = (
    {"essen+Apfel", "essen+Restaurant"},
    {"essen+Ei", "essen+Restaurant"},
    {"essen+Brot", "essen+Restaurant"},
    {"trinken+Milch", "trinken+Restaurant"},
    {"fahren+Bahnhof", "fahren+mit Zug"},
)
# What is not said with "gern".
DUTIES = {
    f"{verb}+{place}"
    for verb in ("gehen", "fahren")
    for place in ("Arzt", "Arbeit", "Büro", "Bahnhof", "Schule", "Supermarkt", "Hause")
}
REPEATED = ("habit", "often", "of the day")
# Verbs whose du form is left out.
NO_DU = ("hoffen", "sagen", "schwimmen", "geben", "warten", "suchen", "bleiben",
         "schreiben", "hören", "lieben")  # fmt: skip


class Wish(NamedTuple):
    """What a clause should show.

    time is a class of TIMES, or empty for any of the frame's; the chances are probabilities. who,
    what, whom and places narrow the frame's own.
    """

    tense: str = "present"
    mode: str = ""
    negated: bool = False
    style: str = ""
    time: str = ""
    time_chance: float = 0.75
    place_chance: float = 0.6
    company_chance: float = 0.35
    front: bool = False
    simple: bool = False
    who: str = ""
    what: str = ""
    whom: str = ""
    places: tuple[str, ...] = ()


PLAIN = Wish()


def addressed(frame: Frame, wish: Wish, subject: Phrase) -> bool:
    """Whether "du" or "ihr" may be the subject: where that form of the verb is an everyday one.

    "ihr" is kept to forms that "er" has too, so that the vocabulary stays small.
    """
    several = subject.person == IHR
    if wish.mode == "ordered":
        return True
    if wish.mode not in ("", "gern"):
        return wish.mode == "können" if several else wish.mode != "dürfen"
    if wish.tense == "perfect" or frame.german == "haben":
        return True
    verb = GERMAN_VERBS[frame.german]
    return verb.present[IHR] == verb.present[ER] if several else frame.german not in NO_DU


def kein_word(frame: Frame, wish: Wish, when: str) -> str:
    """The determiner that denies this frame's object, empty for a clause not denied."""
    if not wish.negated or not frame.what:
        return ""
    general = wish.tense == "present" and not wish.mode and when in ("", *REPEATED)
    plain = frame.what in PLAIN_KEIN and general
    return "kein0" if plain or frame.what == "hunger" else "kein"


def time_class(rng: Random, frame: Frame, wish: Wish) -> str:
    """The class of time that this clause gets, empty for none."""
    if wish.time == "recent":
        return "recent"
    if wish.tense == "past":
        return "past" if "past" in frame.times else ""
    if wish.tense != "present" and not wish.time:
        allowed = [word for word in frame.times if word in ("past", "clock")]
        return allowed[int(rng.random() * len(allowed))] if allowed else ""
    past = wish.tense != "present"
    allowed = [word for word in frame.times if (word == "past") == past]
    if wish.mode == "gern":
        return "of the day" if "habit" in allowed else ""
    if wish.mode == "ordered":
        allowed = [word for word in allowed if word in ("today", "future")]
    elif wish.mode:
        allowed = [word for word in allowed if word not in ("now", "often")]
    if wish.negated:
        allowed = [word for word in allowed if word not in ("now", "clock")]
    if wish.time:
        return wish.time if wish.time in allowed else ""
    return allowed[int(rng.random() * len(allowed))] if allowed else ""


def indefinite(subject: Phrase) -> bool:
    """Whether the subject is someone new ("ein alter Mann"), of whom little more is said."""
    return subject.english.startswith(("a ", "an "))


def clashes(time: Part, frame: Frame, subject: Phrase, names: list[str]) -> bool:
    """Whether that time is odd here: beer in the morning, work after work."""
    if "Morgen" in time.german and not {"trinken+Bier", "gehen+Bett"}.isdisjoint(names):
        return True
    if time.german != "nach der Arbeit":
        return False
    young = subject.word in ("Kind", "Junge", "Mädchen", "Hund", "Katze")
    places = {"Büro", "Arbeit", "Schule"} & {entry.split("+")[-1] for entry in names}
    return (
        young or bool(places) or frame.german in ("arbeiten", "aufstehen", "anfangen", "abfahren")
    )
