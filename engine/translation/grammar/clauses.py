"""Draws a clause: a frame, its subject, its objects and adverbials, with all that must agree."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from engine.translation.grammar.adverbials import GERN
from engine.translation.grammar.clause import DEFINITE_OBJECT, Clause, Part
from engine.translation.grammar.conjugation import DU, IHR
from engine.translation.grammar.filling import CONSUMED, add_manner, add_objects
from engine.translation.grammar.frames import FRAMES, Frame
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.parts import GERMAN_FIXED
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.timing import Said, draw_timing
from engine.translation.grammar.verbs import GERMAN_VERBS, english
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import (
    DUTIES,
    REPEATED,
    UNFIT,
    Wish,
    addressed,
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
    wish = _with_time(key, wish)
    if not _speaks(frame, wish, subject):
        return None
    when = time_class(rng, frame, wish) if wish.time or rng.random() < wish.time_chance else ""
    if wish.time and not when:
        return None
    if not wish.style and (when in REPEATED or wish.mode == "gern"):
        wish = wish._replace(style="new")
    parts: list[Part] = []
    names: list[str] = []
    denied = add_objects(rng, frame, subject, wish, when, parts, names)
    if denied is None or _always_the_same(frame, when, parts):
        return None
    if key in GERMAN_FIXED:
        parts.append(GERMAN_FIXED[key])
    add_manner(rng, frame, subject, wish, parts, names)
    if _unfit(wish, when, names):
        return None
    timing = draw_timing(rng, Said(frame, subject, wish, when, denied, parts, names))
    if timing is None:
        return None
    if wish.mode == "gern":
        parts.append(GERN)
    return Clause(
        subject,
        GERMAN_VERBS[frame.german],
        ENGLISH[key],
        tuple(parts),
        wish.tense,
        wish.mode,
        wish.negated,
        bool(denied) or timing.denies,
        _progressive(frame, wish, when, denied),
        timing.front,
        (*names, *_of_the_verb(frame, wish, subject)),
    )


def _with_time(key: str, wish: Wish) -> Wish:
    """Arriving, if one has to, is to come; getting up is at some hour."""
    if FRAMES[key].german == "ankommen" and wish.mode and not wish.time:
        return wish._replace(time="future")
    if key == "get up" and wish.time_chance and not (wish.negated or wish.time):
        return wish._replace(time="clock")
    return wish


def _speaks(frame: Frame, wish: Wish, subject: Phrase) -> bool:
    """Whether that subject may do it, in a form of the verb that is used here."""
    if frame.who == "pupils" and subject.word in GROWN:
        return False
    if subject.person in (DU, IHR) and not addressed(frame, wish, subject):
        return False
    return not (indefinite(subject) and (wish.negated or wish.mode))


def _always_the_same(frame: Frame, when: str, parts: list[Part]) -> bool:
    """Whether the very same thing would be used up again and again."""
    is_known = bool(parts) and parts[-1].rank == DEFINITE_OBJECT
    return when in REPEATED and frame.what in CONSUMED and is_known


def _unfit(wish: Wish, when: str, names: list[str]) -> bool:
    """Whether combinations are odd together, or odd as a habit or a pleasure."""
    return (
        any(pair <= set(names) for pair in UNFIT)
        or (when in REPEATED and "gehen+Arzt" in names)
        or (wish.mode == "gern" and not DUTIES.isdisjoint(names))
    )


def _progressive(frame: Frame, wish: Wish, when: str, denied: str) -> bool:
    """Whether English says it is going on; see the rules of tense in `frames`."""
    return not (
        frame.stative
        or wish.simple
        or (frame.lasting and not when)
        or when in (*REPEATED, "clock")
        or denied == "kein0"
    )


def _of_the_verb(frame: Frame, wish: Wish, subject: Phrase) -> list[str]:
    """The combinations of the verb with its mode and its subject."""
    names = [f"{wish.mode}+{frame.german}"] if wish.mode and wish.mode != "ordered" else []
    if subject.word:
        names += [f"{frame.german} by {subject.word}", *subject.combinations]
    return names
