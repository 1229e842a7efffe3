"""Draws a clause: a frame, its subject, its objects and adverbials, with all that must agree."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from engine.translation.grammar.adverbials import GERN, TIMES
from engine.translation.grammar.clause import (
    DEFINITE_OBJECT,
    PARTICLE,
    Clause,
    Part,
)
from engine.translation.grammar.conjugation import DU, IHR
from engine.translation.grammar.filling import CONSUMED, add_manner, add_objects
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.parts import (
    GERMAN_FIXED,
)
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.verbs import GERMAN_VERBS, english
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import (
    DUTIES,
    REPEATED,
    UNFIT,
    Wish,
    addressed,
    clashes,
    indefinite,
    time_class,
)

ENGLISH = {key: english(frame.english) for key, frame in FRAMES.items()}


# Groups of subjects that a wish may replace by its own.
ANYONE = ("people", "adults", "sleepers")
GROWN = ("Vater", "Mutter", "Eltern", "Mann", "Frau", "Lehrer", "Arzt")


def frames(keys: Iterable[str]) -> Weighted[str]:
    """Those frames with their weights."""
    return Weighted((key, FRAMES[key].weight) for key in keys)


def draw_clause(rng: Random, key: str, wish: Wish, subject: Phrase | None = None) -> Clause | None:
    """A clause of that frame as wished, or None where the draw would be odd."""
    frame = FRAMES[key]
    group = wish.who if wish.who and frame.who in ANYONE else frame.who
    subject = subject or SUBJECTS[group].draw(rng)
    if frame.who == "pupils" and subject.word in GROWN:
        return None
    if frame.german == "ankommen" and wish.mode and not wish.time:
        wish = wish._replace(time="future")
    if key == "get up" and wish.time_chance and not (wish.negated or wish.time):
        wish = wish._replace(time="clock")
    if subject.person in (DU, IHR) and not addressed(frame, wish, subject):
        return None
    if indefinite(subject) and (wish.negated or wish.mode):
        return None
    when = time_class(rng, frame, wish) if wish.time or rng.random() < wish.time_chance else ""
    if wish.time and not when:
        return None
    if not wish.style and (when in REPEATED or wish.mode == "gern"):
        wish = wish._replace(style="new")
    parts: list[Part] = []
    names: list[str] = []
    denied = add_objects(rng, frame, subject, wish, when, parts, names)
    if denied is None:
        return None
    if when in REPEATED and frame.what in CONSUMED and parts[-1].rank == DEFINITE_OBJECT:
        return None
    if key in GERMAN_FIXED:
        parts.append(GERMAN_FIXED[key])
    add_manner(rng, frame, subject, wish, parts, names)
    if any(pair <= set(names) for pair in UNFIT):
        return None
    if when in REPEATED and "gehen+Arzt" in names:
        return None
    if wish.mode == "gern" and not DUTIES.isdisjoint(names):
        return None
    front = None
    nicht = wish.negated and not denied
    if when:
        table = TIMES[when]
        part = table[int(rng.random() * len(table))]
        if part.german == "nie" and any(other.german.startswith("ein") for other in parts):
            return None
        if wish.negated and part.german.startswith("jeden"):
            return None
        if clashes(part, frame, subject, names):
            return None
        if when == "often" and wish.negated:
            if denied or part.german in ("nie", "manchmal"):
                return None
            part = Part(f"nicht {part.german}", part.english, PARTICLE, part.order)
            nicht = False
        parts.append(part)
        names.append(
            f"{frame.german}+{part.german.split(' ')[-1]}"
            if when != "clock"
            else f"{frame.german}+{part.german}"
        )
        if wish.front and when != "often" and part.german != "gerade":
            front = part
    if wish.front and front is None:
        return None
    if wish.mode == "gern":
        parts.append(GERN)
    if wish.mode and wish.mode != "ordered":
        names.append(f"{wish.mode}+{frame.german}")
    if subject.word:
        names.append(f"{frame.german} by {subject.word}")
        names += subject.combinations
    progressive = not (
        frame.stative
        or wish.simple
        or (frame.lasting and not when)
        or when in (*REPEATED, "clock")
        or denied == "kein0"
    )
    return Clause(
        subject,
        GERMAN_VERBS[frame.german],
        ENGLISH[key],
        tuple(parts),
        wish.tense,
        wish.mode,
        wish.negated,
        bool(denied) or (wish.negated and not nicht),
        progressive,
        front,
        tuple(names),
    )
