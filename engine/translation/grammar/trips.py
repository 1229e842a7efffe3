"""Going somewhere to do something: "um ... zu", and one thing after another."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clauses import draw_clause
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.noun_phrases import join
from engine.translation.grammar.sentences import (
    Draft,
    finished,
)
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.wishes import Wish

# Where one goes, and what one does there: place -> frames.
TRIPS = {
    "Stadt": ("buy", "buy", "shop"),
    "Supermarkt": ("buy food", "shop"),
    "Park": ("soccer", "read"),
    "Kino": ("watch",),
    "Restaurant": ("eat", "drink"),
    "Garten": ("read", "soccer"),
    "Küche": ("cook", "cook", "eat", "drink"),
    "Büro": ("work", "write"),
    "Hause": ("cook", "read", "write", "call", "eat", "drink", "hear", "watch", "homework"),
    "Bett": ("read",),
    "Bahnhof": ("wait",),
}
MEALS = {("Restaurant", "eat"): "meal", ("Restaurant", "drink"): "ordered"}
DAILY = ("work", "buy food", "soccer", "read", "drink", "eat", "write")
NEAR = ("Küche", "Bett", "Garten", "Hause")  # one does not go there "next week"
TRIP_PLACES = tuple(TRIPS)


def trip(rng: Random, mode: str) -> tuple[str, str, str] | None:
    """The frame of the way ("go" or "drive"), the place, and the frame of what is done there."""
    place = TRIP_PLACES[int(rng.random() * len(TRIP_PLACES))]
    doing = TRIPS[place][int(rng.random() * len(TRIPS[place]))]
    way = "drive" if place in ("Stadt", "Büro", "Bahnhof") and rng.random() < 0.6 else "go"
    return (way, place, doing) if mode in ("", *FRAMES[doing].modes) else None


def when(place: str, past: bool) -> str:
    """The class of time of a trip there."""
    if place in NEAR:
        return "recent" if past else "today"
    return "past" if past else "future"


def activity(place: str, doing: str) -> Wish:
    """What is done there: something new, with nothing added."""
    return Wish(
        place_chance=0,
        time_chance=0,
        company_chance=0,
        style="new",
        what=MEALS.get((place, doing), ""),
    )


def then(rng: Random) -> Draft | None:
    """One thing after the other, the subject said once: "Ich bin ... gefahren und habe ..." """
    subject = SUBJECTS["adults"].draw(rng)
    mode = ("", "", "möchten", "wollen", "müssen")[int(rng.random() * 5)]
    found = trip(rng, mode)
    if found is None:
        return None
    way, place, doing = found
    tense = "present" if mode else "perfect"
    roll = rng.random()
    wish = Wish(tense, mode, places=(place,), company_chance=0.15, front=roll < 0.4, time_chance=0,
                time=when(place, not mode) if roll < 0.75 else "")  # fmt: skip
    first = draw_clause(rng, way, wish, subject)
    second = draw_clause(
        rng, doing, activity(place, doing)._replace(tense=tense, mode=mode), subject
    )
    if first is None or second is None:
        return None
    if mode:
        after = join(german.middle(second), second.german.infinitive)
        done = join(second.english.base, second.english.rest, english.tail(second))
    else:
        after = german.continued(second)
        done = english.predicate(second)
    return finished(
        f"{german.statement(first)} und {after}",
        f"{english.statement(first)} and {done}",
        ".",
        (*first.combinations, *second.combinations),
    )


def purpose(rng: Random) -> Draft | None:
    """ "Ich gehe in die Stadt, um ein Buch zu kaufen." """
    subject = SUBJECTS["adults"].draw(rng)
    past = rng.random() < 0.35
    found = trip(rng, "")
    if found is None or found[2] in ("call", "shop"):
        return None
    way, place, doing = found
    usual = doing in DAILY and place not in NEAR and rng.random() < 0.4
    time = "now" if rng.random() < 0.2 and not past else when(place, past)
    time = "habit" if usual and not past else time
    wish = Wish("perfect" if past else "present", places=(place,), company_chance=0.15,
                time=time if rng.random() < 0.5 else "", time_chance=0)  # fmt: skip
    first = draw_clause(rng, way, wish, subject)
    second = draw_clause(rng, doing, activity(place, doing), subject)
    if first is None or second is None:
        return None
    return finished(
        f"{german.statement(first)}, um {german.infinitive_with_zu(second)}",
        f"{english.statement(first)} {english.to_infinitive(second)}",
        ".",
        (*first.combinations, *second.combinations),
    )
