"""Indirect questions: "ob" and question words, the verb last."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clause import DIRECT, DIRECTION, INDIRECT, POSITION, Clause
from engine.translation.grammar.clauses import draw_clause
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.reported import lower_clause, unsplit
from engine.translation.grammar.sentences import Draft, finished
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import Wish

# What asks, as a whole sentence beginning: German, English, closing mark.
ASKING = Weighted(
    (
        (("ich weiß nicht", "I do not know", "."), 3.0),
        (("wir wissen nicht", "we do not know", "."), 1),
        (("weißt du", "do you know", "?"), 3),
        (("wissen Sie", "do you know", "?"), 2),
        (("kannst du mir sagen", "can you tell me", "?"), 2),
        (("können Sie mir sagen", "can you tell me", "?"), 2),
        (("er fragt", "he asks", "."), 1),
        (("sie fragt", "she asks", "."), 1),
    )
)


def whether(rng: Random) -> Draft | None:
    """ "Weißt du, ob er morgen kommt?" """
    first, second, mark = ASKING.draw(rng)
    below = lower_clause(rng)
    if below is None or below.negated or below.subject.person in (0, 3):
        return None
    if "you" in second and below.subject.english_person in (1, 4):
        return None
    if below.subject.word == "" and first.startswith(("er", "sie")) and below.subject.person == 2:
        return None
    return finished(
        f"{first}, ob {german.subordinate(below)}",
        f"{second} if {english.statement(below)}",
        mark,
        (*below.combinations, f"ob+{below.german.infinitive}"),
    )


# Question words and the frames they ask about; the clause itself then has no such part.
ASKED = Weighted(
    (
        (("wo", "where", ("live", "work", "shop", "play", "soccer"), ""), 4.0),
        (("wohin", "where", ("go", "drive"), ""), 3),
        (("wann", "when", ("come", "come along", "arrive"), ""), 3),
        (("wann", "when", ("train leaves", "train arrives", "begin", "get up"), "simple"), 3),
        (
            (
                "warum",
                "why",
                ("learn", "stay", "cook", "work", "go", "sleep", "wait", "look for"),
                "",
            ),
            3,
        ),
        (
            (
                "was",
                "what",
                ("eat", "drink", "read", "cook", "buy", "look for", "need", "write"),
                "",
            ),
            4,
        ),
    )
)


ASKS_FOR = {"wo": POSITION, "wohin": DIRECTION, "was": DIRECT, "wen": DIRECT, "wem": INDIRECT}


def without(clause: Clause, word: str) -> Clause:
    """The clause without the part that its question word asks for."""
    order = ASKS_FOR.get(word)
    return clause._replace(parts=tuple(part for part in clause.parts if part.order != order))


def wondering(rng: Random) -> Draft | None:
    """ "Ich weiß nicht, wo er wohnt." """
    first, second, mark = ASKING.draw(rng)
    word, english_word, keys, how = ASKED.draw(rng)
    key = keys[int(rng.random() * len(keys))]
    chance = 0.0 if word in ("wann", "wo") else 0.4
    if word == "warum" or word == "was":
        wish = Wish(time_chance=0.3, place_chance=0)
    else:
        wish = Wish(time_chance=chance, place_chance=0)
    if word == "was" and rng.random() < 0.4 and FRAMES[key].perfect:
        wish = wish._replace(tense="perfect")
    below = draw_clause(rng, key, wish._replace(simple=how == "simple", company_chance=0.1))
    if below is None or below.subject.person in (0, 3):
        return None
    if below.subject.word == "" and first.startswith(("er", "sie")) and below.subject.person == 2:
        return None
    if "you" in second and below.subject.english_person in (1, 4):
        return None
    if word == "wann" and any(part.order == 7 or part.order == 6 for part in below.parts):
        return None
    if unsplit(below) is None:
        return None
    bare = without(below, word)
    return finished(
        f"{first}, {word} {german.subordinate(bare)}",
        f"{second} {english_word} {english.statement(bare)}",
        mark,
        (*kept(below, word), f"{word}+{below.german.infinitive}"),
    )


def kept(clause: Clause, word: str) -> tuple[str, ...]:
    """The combinations of a clause that are left when a question word took a part's place."""
    if word in ("wann", "warum"):
        return clause.combinations
    subject = clause.subject
    return (f"{clause.german.infinitive} by {subject.word}",) if subject.word else ()
