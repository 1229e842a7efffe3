"""Single clauses drawn as sentences: statements, modal verbs, the past, separable verbs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.conjugation import ICH
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.sentences import Draft, asked, said
from engine.translation.grammar.verbs import GERMAN_VERBS
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import PLAIN, Wish

Drawing = Callable[[Random], Draft | None]

PRESENT = frames(key for key, frame in FRAMES.items() if frame.present)
PERFECT = frames(key for key, frame in FRAMES.items() if frame.perfect)
LIKED = frames(key for key, frame in FRAMES.items() if frame.gern)
DENIED = frames(key for key, frame in FRAMES.items() if frame.present and frame.negatable)
SEPARABLE = tuple(key for key, frame in FRAMES.items() if GERMAN_VERBS[frame.german].prefix)
DATIVE = frames(key for key, frame in FRAMES.items() if frame.whom)
PLACED = frames(key for key, frame in FRAMES.items() if (frame.to or frame.at) and frame.present)
THINGS = frames(
    ("buy", "have", "need", "look for", "read", "find", "give", "like", "drink", "eat",
     "see", "write", "watch", "buy food")
)  # fmt: skip
BELONGING = frames(("look for", "find", "read", "visit", "call", "help", "know", "like"))
LASTING = frames(("love", "like", "know", "understand", "speak", "see", "need", "have"))
COUNTED = frames(("eat", "have", "buy food", "buy", "need"))
MODE_WEIGHTS = Weighted(
    (("können", 4.0), ("müssen", 4), ("wollen", 4), ("möchten", 4), ("dürfen", 2))
)


def either(rng: Random, drawings: Weighted[Drawing]) -> Draft | None:
    """A sentence of one of several drawings."""
    return drawings.draw(rng)(rng)


def one_of(*rows: tuple[Drawing, float]) -> Drawing:
    """The drawing that takes one of several, with weights."""
    return partial(either, drawings=Weighted(rows))


def statement(rng: Random, wish: Wish, table: Weighted[str]) -> Draft | None:
    """A statement of a frame of that table."""
    key = table.draw(rng)
    if not (FRAMES[key].present if wish.tense == "present" else FRAMES[key].perfect):
        return None
    clause = draw_clause(rng, key, wish)
    return said(clause) if clause is not None else None


def modal(rng: Random) -> Draft | None:
    """A modal verb with the infinitive at the end; some denied."""
    mode = MODE_WEIGHTS.draw(rng)
    key = PRESENT.draw(rng)
    frame = FRAMES[key]
    if mode not in frame.modes:
        return None
    negated = frame.negatable and mode not in ("möchten", "müssen") and rng.random() < 0.2
    clause = draw_clause(rng, key, Wish(mode=mode, negated=negated))
    return said(clause) if clause is not None else None


def past_modal(rng: Random) -> Draft | None:
    """ "Ich konnte gestern nicht kommen.", "Er musste arbeiten." """
    mode = ("können", "müssen", "wollen")[int(rng.random() * 3)]
    key = PERFECT.draw(rng)
    if mode not in FRAMES[key].modes or key == "get up":
        return None
    negated = mode != "müssen" and FRAMES[key].negatable and rng.random() < 0.4
    clause = draw_clause(rng, key, Wish("past", mode, negated=negated))
    if clause is None or clause.subject.person in (1, 4):
        return None
    return said(clause)


def denied_perfect(rng: Random) -> Draft | None:
    """ "Ich habe das Buch nicht gelesen." """
    key = PERFECT.draw(rng)
    if not FRAMES[key].negatable:
        return None
    clause = draw_clause(rng, key, Wish("perfect", negated=True, time_chance=0.3))
    return said(clause) if clause is not None else None


def separable(rng: Random) -> Draft | None:
    """Separable verbs in the present, the perfect and with modal verbs."""
    key = SEPARABLE[int(rng.random() * len(SEPARABLE))]
    frame = FRAMES[key]
    roll = rng.random()
    if roll < 0.55 or not frame.modes:
        wish = Wish("perfect" if roll > 0.45 and frame.perfect else "present")
    else:
        wish = Wish(mode=frame.modes[int(rng.random() * len(frame.modes))])
    clause = draw_clause(rng, key, wish._replace(time_chance=0.6))
    if clause is None:
        return None
    return asked(clause) if roll > 0.9 and clause.subject.person != ICH else said(clause)


def plain(table: Weighted[str], wish: Wish = PLAIN) -> Drawing:
    """Statements of those frames with that wish."""
    return partial(statement, wish=wish, table=table)
