"""What follows from what: which actions a reason or a condition may go with."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from engine.translation.grammar.clause import Clause
from engine.translation.grammar.clauses import draw_clause
from engine.translation.grammar.conjugation import IHR
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.sentences import referring
from engine.translation.grammar.states import IMPERSONAL, state
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import Wish

WANTING = ("", "möchten", "wollen")
ABLE = ("", "können")


class Effect(NamedTuple):
    """An action of a frame that a reason leads to: with which modal verbs, where, denied or not."""

    frame: str
    modes: tuple[str, ...] = ("",)
    places: tuple[str, ...] = ()
    negated: bool = False
    times: tuple[str, ...] = ("", "today")
    what: str = ""


class Theme(NamedTuple):
    """States and the actions that follow from each of them."""

    states: tuple[str, ...]
    effects: tuple[Effect, ...]


INDOORS = (
    Effect("stay", ("", "müssen"), ("Hause",)),
    Effect("read", WANTING, ("Hause",)),
    Effect("watch", WANTING, ("Hause",)),
    Effect("play", ("",), ("Hause",)),
)
NOT_OUT = (
    Effect("go", ABLE, ("Park", "Garten"), negated=True),
    Effect("soccer", ABLE, negated=True),
)
ILL = (
    Effect("stay", ("", "müssen"), ("Hause", "Bett")),
    Effect("go", ("", "wollen", "müssen"), ("Bett", "Hause")),
    Effect("work", ABLE, ("Büro",), negated=True),
    Effect("come along", ABLE, negated=True),
    Effect("soccer", ABLE, negated=True),
)
BUSY = (
    Effect("come along", ABLE, negated=True),
    Effect("visit", ABLE, negated=True),
    Effect("soccer", ABLE, negated=True),
    Effect("help", ABLE, negated=True),
    Effect("go", ABLE, ("Kino", "Park", "Restaurant"), negated=True),
    Effect("shop", ABLE, negated=True),
    Effect("come", ABLE, ("Park", "Restaurant"), negated=True),
)
FREE = (
    Effect("visit", WANTING),
    Effect("cook", ("", "können")),
    Effect("read", ("", "können"), ("Garten", "Hause")),
    Effect("go", WANTING, ("Kino", "Park", "Stadt")),
    Effect("come along", ("", "können")),
    Effect("help", ("", "können")),
    Effect("call", WANTING),
)

REASONS = (
    Theme(("hungry",), (Effect("eat", WANTING, what="snack"), Effect("cook", ("", "möchten")),
                        Effect("buy food", ("", "wollen"), what="snack"))),
    Theme(("thirsty",), (Effect("drink", WANTING),)),
    Theme(("tired", "very tired", "sick"), ILL),
    Theme(("tired", "very tired"), (Effect("sleep", WANTING, ("Bett",)),)),
    Theme(("sick",), (Effect("go", ("", "müssen"), ("Arzt",)),)),
    Theme(("rain", "snow", "cold"), (*INDOORS, *NOT_OUT)),
    Theme(("warm",), (Effect("swim", WANTING), Effect("go", WANTING, ("Park", "Garten")),
                      Effect("drive", WANTING, ("Meer",)))),
    Theme(("no time", "work", "study"), (*BUSY, *BUSY)),
    Theme(("work",), (Effect("get up", ("müssen",)), Effect("stay", ("", "müssen"), ("Büro",)))),
    Theme(("time",), FREE),
    Theme(("late", "very late"), (Effect("go", ("", "müssen", "möchten", "wollen"), ("Hause",
    "Bett")),
                     Effect("sleep", ("möchten", "wollen"), ("Bett",)))),
)  # fmt: skip
CONDITIONS = tuple(theme for theme in REASONS if theme.states[0] not in ("no time",))
OBSTACLES = (
    Theme(("tired", "very tired", "sick", "no time", "work", "study"),
          tuple(Effect(effect.frame, ("möchten", "wollen"), effect.places)
                for effect in (*FREE, *BUSY))),
    Theme(("rain", "snow", "cold"), (
        Effect("soccer", ("möchten", "wollen")),
        Effect("go", ("möchten", "wollen"), ("Park", "Garten")),
        Effect("drive", ("möchten", "wollen"), ("Meer",)),
        Effect("go", ("müssen",), ("Arbeit", "Schule", "Supermarkt")))),
    Theme(("no money",), (Effect("buy", ("möchten", "wollen")), Effect("buy food", ("wollen",)),
                          Effect("drive", ("möchten", "wollen"), ("Berlin", "Meer")))),
    Theme(("tired", "very tired", "sick"), (Effect("work", ("müssen",)), Effect("get up",
    ("müssen",)),
                              Effect("go", ("müssen",), ("Arbeit", "Schule")))),
)  # fmt: skip


class Link(NamedTuple):
    """An action and the state that goes with it; the second of the two has a pronoun subject."""

    action: Clause
    state: Clause


def draw_link(
    rng: Random, themes: Weighted[Theme], simple: bool = False, state_first: bool = False
) -> Link | None:
    """An action with its reason, condition or obstacle."""
    theme = themes.draw(rng)
    key = theme.states[int(rng.random() * len(theme.states))]
    effect = theme.effects[int(rng.random() * len(theme.effects))]
    subject = SUBJECTS["plain" if rng.random() < 0.7 else "adults"].draw(rng)
    again = referring(subject)
    if again is None or subject.person == IHR:
        return None
    acting: Phrase = again if state_first and key not in IMPERSONAL else subject
    wish = Wish(
        mode=effect.modes[int(rng.random() * len(effect.modes))],
        negated=effect.negated,
        places=effect.places,
        what=effect.what,
        time=effect.times[int(rng.random() * len(effect.times))] if not simple else "",
        time_chance=0,
        place_chance=0.6,
        company_chance=0.25,
        simple=simple,
    )
    action = draw_clause(rng, effect.frame, wish, acting)
    if action is None:
        return None
    return Link(action, state(key, subject if state_first else again, simple))


def table(themes: tuple[Theme, ...]) -> Weighted[Theme]:
    """The themes, each as likely as it has states and actions."""
    return Weighted((theme, (len(theme.states) * len(theme.effects)) ** 0.5) for theme in themes)


REASON_TABLE, CONDITION_TABLE, OBSTACLE_TABLE = table(REASONS), table(CONDITIONS), table(OBSTACLES)
