"""The time of a clause: which one, whether it comes first, and where it takes the "nicht"."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from engine.translation.grammar.adverbials import TIMES
from engine.translation.grammar.clause import PARTICLE, Part
from engine.translation.grammar.frames import Frame
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.wishes import Wish, clashes

NOT_OFTEN = ("nie", "manchmal")  # "nicht nie" is not said


class Said(NamedTuple):
    """What a clause says so far; `when` is a class of TIMES, `denied` its denied determiner. Parts
    and names grow."""

    frame: Frame
    subject: Phrase
    wish: Wish
    when: str
    denied: str
    parts: list[Part]
    names: list[str]


class Timing(NamedTuple):
    """The part that comes first, if one does, and whether the time has the "nicht" with it."""

    front: Part | None = None
    denies: bool = False


def draw_timing(rng: Random, said: Said) -> Timing | None:
    """Adds a time of the clause's class, if it has one; None where it would be odd."""
    wish, when = said.wish, said.when
    if not when:
        return None if wish.front else Timing()
    table = TIMES[when]
    part = table[int(rng.random() * len(table))]
    denies = wish.negated and when == "often"
    if _odd(part, said) or (denies and (said.denied or part.german in NOT_OFTEN)):
        return None
    if denies:
        part = Part(f"nicht {part.german}", part.english, PARTICLE, part.order)
    said.parts.append(part)
    word = part.german if when == "clock" else part.german.split(" ")[-1]
    said.names.append(f"{said.frame.german}+{word}")
    comes_first = wish.front and when != "often" and part.german != "gerade"
    if wish.front and not comes_first:
        return None
    return Timing(part if comes_first else None, denies)


def _odd(part: Part, said: Said) -> bool:
    """Whether that time does not go with the rest."""
    something = any(other.german.startswith("ein") for other in said.parts)
    return (
        (part.german == "nie" and something)
        or (said.wish.negated and part.german.startswith("jeden"))
        or clashes(part, said.frame, said.subject, said.names)
    )
