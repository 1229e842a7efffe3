"""Sentences of two clauses: reasons, conditions, contrasts, and two people's doings."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.sentences import (
    Draft,
    finished,
    subordinate_first,
    with_subordinate,
)
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.themes import (
    CONDITION_TABLE,
    OBSTACLE_TABLE,
    REASON_TABLE,
    draw_link,
)
from engine.translation.grammar.wishes import Wish

BECAUSE = ("weil", "because")
IF = ("wenn", "if")
AT_HOME = frames(
    ("cook", "read", "write", "hear", "watch", "drink", "eat", "call", "homework", "sleep")
)
OUT = frames(
    ("cook", "read", "write", "visit", "call", "help", "buy", "buy food", "go", "drive", "shop",
     "work", "stay", "soccer", "swim", "learn", "eat", "watch")
)  # fmt: skip


def reason(rng: Random) -> Draft | None:
    """ "Ich bleibe zu Hause, weil ich krank bin.", sometimes the reason first."""
    first = rng.random() < 0.2
    link = draw_link(rng, REASON_TABLE, state_first=first)
    if link is None:
        return None
    names = (*link.action.combinations, *link.state.combinations)
    if first:
        return finished(*subordinate_first(BECAUSE, link.state, link.action), ".", names)
    return finished(*with_subordinate(link.action, BECAUSE, link.state), ".", names)


def condition(rng: Random) -> Draft | None:
    """ "Wenn es regnet, bleiben wir zu Hause.", in either order; both presents are simple."""
    first = rng.random() < 0.65
    link = draw_link(rng, CONDITION_TABLE, simple=True, state_first=first)
    if link is None:
        return None
    names = (*link.action.combinations, *link.state.combinations)
    if first:
        return finished(*subordinate_first(IF, link.state, link.action), ".", names)
    return finished(*with_subordinate(link.action, IF, link.state), ".", names)


def contrast(rng: Random) -> Draft | None:
    """ "Ich möchte mitkommen, aber ich habe keine Zeit." """
    link = draw_link(rng, OBSTACLE_TABLE)
    if link is None:
        return None
    return finished(
        f"{german.statement(link.action)}, aber {german.statement(link.state)}",
        f"{english.statement(link.action)}, but {english.statement(link.state)}",
        ".",
        (*link.action.combinations, *link.state.combinations),
    )


def main_reason(rng: Random) -> Draft | None:
    """With "denn" the reason is a main clause; with "deshalb" the action follows, inverted."""
    therefore = rng.random() < 0.5
    link = draw_link(rng, REASON_TABLE, state_first=therefore)
    if link is None:
        return None
    names = (*link.action.combinations, *link.state.combinations)
    action, state = link
    if therefore:
        return finished(
            f"{german.statement(state)}, deshalb {german.inverted(action)}",
            f"{english.statement(state)}, so {english.statement(action)}",
            ".",
            names,
        )
    return finished(
        f"{german.statement(action)}, denn {german.statement(state)}",
        f"{english.statement(action)} because {english.statement(state)}",
        ".",
        names,
    )


def both(rng: Random) -> Draft | None:
    """Two people, each doing something: "Mein Vater kocht und meine Mutter liest." """
    past = rng.random() < 0.4
    table = OUT if past else AT_HOME
    first, second = table.draw(rng), table.draw(rng)
    if FRAMES[first].german == FRAMES[second].german:
        return None
    one, other = SUBJECTS["adults"].draw(rng), SUBJECTS["adults"].draw(rng)
    if one.english_person == other.english_person and (one.pronoun or other.pronoun):
        return None
    if one.word == other.word or "sie" == one.cases[0] == other.cases[0]:
        return None
    wish = Wish("perfect" if past else "present", time="past" if past else "", time_chance=0,
                front=past and rng.random() < 0.6, place_chance=0.4, company_chance=0)  # fmt: skip
    clauses = (
        draw_clause(rng, first, wish, one),
        draw_clause(rng, second, wish._replace(time="", front=False), other),
    )
    if clauses[0] is None or clauses[1] is None:
        return None
    return finished(
        f"{german.statement(clauses[0])} und {german.statement(clauses[1])}",
        f"{english.statement(clauses[0])} and {english.statement(clauses[1])}",
        ".",
        (*clauses[0].combinations, *clauses[1].combinations),
    )
