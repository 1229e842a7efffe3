"""Requests: the formal imperative and that of "du"."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clause import DATIVE_PRONOUN, MIDDLE, Clause, Part
from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.noun_phrases import join, pronoun
from engine.translation.grammar.sentences import Draft, finished
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import Wish

REQUESTS = frames(
    (
        "go",
        "drive",
        "come",
        "wait",
        "help",
        "read",
        "give",
        "call",
        "stay",
        "buy food",
        "write",
        "speak",
    )
)
# The du imperatives that are used, by infinitive.
IMPERATIVES = {"kommen": "komm", "mitkommen": "komm", "warten": "warte", "helfen": "hilf"}
TELLING = frames(("come", "come along", "wait", "help"))
BITTE = Part("bitte", "", DATIVE_PRONOUN, MIDDLE)  # follows the pronouns


def ordered(rng: Random, table: Weighted[str], key: str) -> Clause | None:
    """What someone is asked to do, without a word of how often or of "your"."""
    wish = Wish(mode="ordered", time_chance=0.3, place_chance=0.3, company_chance=0.2)
    clause = draw_clause(rng, table.draw(rng), wish, pronoun(key))
    if clause is None or any(
        part.order == MIDDLE or part.german == "gerade" for part in clause.parts
    ):
        return None
    if key == "Sie" and any("your" in part.english for part in clause.parts):
        return None
    return clause._replace(mode="", parts=(*clause.parts, BITTE))


def pleased(clause: Clause) -> str:
    """The English request: "please" and the base form."""
    return join("please", clause.english.base, clause.english.rest, english.tail(clause))


def request(rng: Random) -> Draft | None:
    """The formal imperative: "Warten Sie bitte auf den Bus!" """
    clause = ordered(rng, REQUESTS, "Sie")
    if clause is None:
        return None
    return finished(german.inverted(clause), pleased(clause), "!", clause.combinations)


def telling(rng: Random) -> Draft | None:
    """The du imperative: "Komm bitte nach Hause!" """
    clause = ordered(rng, TELLING, "du")
    if clause is None:
        return None
    verb = clause.german
    text = join(IMPERATIVES[verb.infinitive], german.middle(clause), verb.prefix)
    return finished(text, pleased(clause), "!", clause.combinations)
