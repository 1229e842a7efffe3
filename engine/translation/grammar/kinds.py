"""The kinds of sentences, each with its share of the corpus and the function that draws one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from engine.translation.grammar import (
    descriptions,
    facts,
    greetings,
    indirect,
    joined,
    phrases,
    questions,
    reported,
    requests,
    trips,
    weather,
)
from engine.translation.grammar.clauses import frames
from engine.translation.grammar.drawings import (
    BELONGING,
    COUNTED,
    DATIVE,
    DENIED,
    LASTING,
    LIKED,
    PERFECT,
    PLACED,
    PRESENT,
    THINGS,
    Drawing,
    denied_perfect,
    modal,
    one_of,
    past_modal,
    plain,
    separable,
)
from engine.translation.grammar.wishes import Wish


class Kind(NamedTuple):
    """A kind of sentence: its label, its share of the corpus, and how one is drawn."""

    label: str
    weight: float
    draw: Drawing


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "greeting": Kind(
            "greeting", 2.6, one_of((greetings.greeting, 4), (greetings.introduction, 1))
        ),
        "phrase": Kind("set phrase", 2, phrases.set_phrase),
        "answer": Kind("yes, no, maybe", 3, phrases.answer),
        "request": Kind("polite request", 2, one_of((requests.request, 2), (requests.telling, 1))),
        "statement": Kind("statement", 6, one_of((plain(PRESENT), 1), (plain(LASTING), 1))),
        "description": Kind(
            "description with sein",
            8.5,
            one_of(
                (descriptions.feeling, 2),
                (descriptions.quality, 3),
                (descriptions.this_is, 1.3),
                (descriptions.kind_of_thing, 1.5),
            ),
        ),
        "location": Kind(
            "where something is",
            3.5,
            one_of((descriptions.location, 4), (descriptions.where_is, 1)),
        ),
        "fact": Kind(
            "name, age, price, body",
            6.5,
            one_of(
                (facts.called, 2),
                (facts.from_where, 1),
                (facts.age, 2),
                (facts.price, 3),
                (facts.pain, 0.7),
            ),
        ),
        "time": Kind("time and weather", 7, one_of((facts.hour, 1), (weather.weather, 2))),
        "yes/no question": Kind(
            "yes/no question", 6, one_of((questions.yes_or_no, 2), (questions.to_you, 2))
        ),
        "w-question": Kind(
            "question with a question word",
            7,
            one_of((questions.with_word, 4), (questions.who_does, 2)),
        ),
        "negation": Kind(
            "negation", 5, one_of((plain(DENIED, Wish(negated=True)), 3), (denied_perfect, 1))
        ),
        "modal": Kind("modal verb", 5, one_of((modal, 3), (questions.with_modal, 1.2))),
        "past": Kind("war, hatte, konnte", 5, one_of((weather.had, 1), (past_modal, 1.5))),
        "perfect": Kind("perfect tense", 5, plain(PERFECT, Wish("perfect", time_chance=0.55))),
        "separable": Kind("separable verb", 3.5, separable),
        "gern": Kind("liking with gern", 3, plain(LIKED, Wish(mode="gern"))),
        "dative": Kind(
            "dative object",
            3,
            one_of((plain(DATIVE), 1), (plain(DATIVE, Wish(tense="perfect")), 1)),
        ),
        "genitive": Kind(
            "genitive",
            3,
            one_of(
                (plain(PRESENT, Wish(who="genitive")), 1),
                (plain(BELONGING, Wish(style="genitive")), 1.5),
                (plain(BELONGING, Wish(style="genitive", tense="perfect")), 1),
            ),
        ),
        "adjective": Kind(
            "adjective endings",
            4.5,
            one_of(
                (plain(THINGS, Wish(style="adjective")), 1),
                (plain(THINGS, Wish(style="adjective", tense="perfect")), 0.7),
            ),
        ),
        "number": Kind(
            "numbers",
            2,
            one_of(
                (plain(COUNTED, Wish(style="number")), 1),
                (plain(frames(("have",)), Wish(what="siblings", who="plain")), 1.3),
                (plain(COUNTED, Wish(style="number", tense="perfect")), 1),
            ),
        ),
        "place": Kind("direction and position", 3, plain(PLACED, Wish(place_chance=1.0))),
        "habit": Kind(
            "habit",
            4,
            one_of(
                (plain(PRESENT, Wish(time="habit", who="third")), 1),
                (plain(PRESENT, Wish(time="often", who="third")), 1),
            ),
        ),
        "fronted": Kind(
            "time in front, inversion",
            5,
            one_of(
                (plain(PRESENT, Wish(front=True, time_chance=1)), 1.2),
                (plain(PERFECT, Wish(front=True, time_chance=1, tense="perfect")), 1),
            ),
        ),
        "dass": Kind(
            "clause with dass",
            12,
            one_of((reported.that, 3), (reported.judged, 1), (reported.joined_verb, 1.9)),
        ),
        "ob": Kind("indirect question", 7, one_of((indirect.whether, 1), (indirect.wondering, 1))),
        "weil": Kind("reason", 13, one_of((joined.reason, 2), (joined.main_reason, 1))),
        "wenn": Kind("condition", 10, joined.condition),
        "und": Kind(
            "two main clauses",
            34,
            one_of((joined.both, 2), (trips.then, 2), (joined.contrast, 1.5)),
        ),
        "um zu": Kind("purpose", 12, trips.purpose),
    }
)
