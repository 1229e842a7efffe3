"""Greetings and set phrases, alone and put together, and short answers."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.conjugation import DU, IHR
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.greetings import NAMED, REMARKS, pick
from engine.translation.grammar.noun_phrases import Phrase, noun_phrase
from engine.translation.grammar.nouns import NOUNS
from engine.translation.grammar.sentences import Draft, finished
from engine.translation.grammar.subjects import SUBJECTS, family
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import Wish

WELL = Weighted(
    [row for row in family(1) if row[0].word]
    + [(noun_phrase(NOUNS[word], "def"), 0.3) for word in ("Kind", "Katze", "Hund")]
)


def set_phrase(rng: Random) -> Draft | None:
    """A remark alone, with a name, or "Wie geht es deinem Bruder?"."""
    if rng.random() < 0.4:
        phrase = WELL.draw(rng)
        return how_is(rng, phrase)
    remark, translation, mark = pick(rng, REMARKS)
    name = NAMED[int(rng.random() * len(NAMED))]
    if not name or "Sie" in remark or "Ihnen" in remark or "euch" in remark:
        return finished(remark, translation, mark)
    return finished(f"{remark}, {name}", f"{translation}, {name}", mark, (f"{remark}+{name}",))


def how_is(rng: Random, phrase: Phrase) -> Draft:
    """How someone is: asked, or told."""
    plural = phrase.person == 5
    names = (f"geht es+{phrase.word}", *phrase.combinations)
    if rng.random() < 0.5:
        text = f"wie geht es {phrase.cases[2]}"
        return finished(text, f"how {'are' if plural else 'is'} {phrase.english}", "?", names)
    denied = rng.random() < 0.3
    state = "not well" if denied else "fine"
    return finished(
        f"{phrase.cases[2]} geht es {'nicht ' if denied else ''}gut",
        f"{phrase.english} {'are' if plural else 'is'} {state}",
        ".",
        names,
    )


ANSWERS = frames(
    key
    for key, frame in FRAMES.items()
    if frame.present and frame.negatable and key not in ("arrive", "get up")
)


def answer(rng: Random) -> Draft | None:
    """ "Ja, ich komme morgen.", "Nein, ich habe keine Zeit.", "Leider kann ich nicht kommen." """
    yes = rng.random() < 0.5
    key = ANSWERS.draw(rng)
    mode = ("", "", "können", "müssen", "wollen")[int(rng.random() * 5)]
    if mode not in (*FRAMES[key].modes, "") or (mode == "müssen" and not yes):
        return None
    wish = Wish(mode=mode, negated=not yes, place_chance=0.3, company_chance=0.15, time_chance=0.4)
    clause = draw_clause(rng, key, wish, SUBJECTS["plain"].draw(rng))
    if clause is None or clause.subject.person in (DU, IHR):
        return None
    if not yes and rng.random() < 0.4:
        return finished(
            f"leider {german.inverted(clause)}",
            f"unfortunately {english.statement(clause)}",
            ".",
            clause.combinations,
        )
    word, translation = ("ja", "yes") if yes else ("nein", "no")
    if yes and rng.random() < 0.15:
        return finished(
            f"kein Problem, {german.statement(clause)}",
            f"no problem, {english.statement(clause)}",
            ".",
            clause.combinations,
        )
    if yes and rng.random() < 0.3:
        return finished(
            f"vielleicht {german.inverted(clause)}",
            f"maybe {english.statement(clause)}",
            ".",
            clause.combinations,
        )
    return finished(
        f"{word}, {german.statement(clause)}",
        f"{translation}, {english.statement(clause)}",
        ".",
        clause.combinations,
    )
