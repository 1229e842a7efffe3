"""Clauses inside clauses: "dass", "ob" and question words, the verb last."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clause import Clause
from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.conjugation import DU, ICH, IHR, WIR
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.noun_phrases import Phrase
from engine.translation.grammar.sentences import Draft, finished
from engine.translation.grammar.states import state
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.verbs import GERMAN_VERBS
from engine.translation.grammar.verbs import english as english_verb
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import NO_DU, Wish, indefinite

# Verbs that report: German, English, weight.
SAYING = Weighted(
    (
        (("glauben", "think"), 4.0),
        (("wissen", "know"), 3),
        (("hoffen", "hope"), 3),
        (("sagen", "say"), 3),
    )
)
# Judgments that "dass" follows.
JUDGMENTS = (
    ("es ist schön", "it is nice"),
    ("es ist gut", "it is good"),
    ("ich bin glücklich", "I am happy"),
    ("es tut mir leid", "I am sorry"),
)
GLAD = frames(("come", "come along", "help", "visit", "cook", "live", "stay"))
TELLING = frames(key for key, frame in FRAMES.items() if frame.present and key != "would like")
STATE_KEYS = (
    "tired",
    "sick",
    "hungry",
    "thirsty",
    "no time",
    "time",
    "work",
    "study",
    "rain",
    "cold",
)
PAST = frames(key for key, frame in FRAMES.items() if frame.perfect)


def lower_clause(rng: Random, subject: Phrase | None = None) -> Clause | None:
    """A clause that may be reported: present, perfect, or with a modal verb."""
    roll = rng.random()
    if roll < 0.2:
        who = subject or SUBJECTS["adults"].draw(rng)
        if who.person == IHR:
            return None
        return state(STATE_KEYS[int(rng.random() * len(STATE_KEYS))], who)
    if roll < 0.5:
        return unsplit(draw_clause(rng, PAST.draw(rng), Wish("perfect"), subject))
    mode = "" if roll < 0.75 else ("können", "müssen", "wollen")[int(rng.random() * 3)]
    key = TELLING.draw(rng)
    if mode and mode not in FRAMES[key].modes:
        return None
    negated = FRAMES[key].negatable and rng.random() < 0.12 and mode != "müssen"
    return unsplit(draw_clause(rng, key, Wish(mode=mode, negated=negated), subject))


def unsplit(clause: Clause | None) -> Clause | None:
    """The clause unless its verb would be a rare form: a separable verb joined, with "du"."""
    if clause is None or indefinite(clause.subject):
        return None
    if not clause.german.prefix or clause.mode or clause.tense != "present":
        return clause
    rare = clause.subject.person == ICH and clause.german.infinitive != "aufstehen"
    return None if rare or clause.subject.person in (DU, IHR) else clause


SEPARABLE = frames(
    key for key, frame in FRAMES.items() if GERMAN_VERBS[frame.german].prefix and frame.present
)


def joined_verb(rng: Random) -> Draft | None:
    """A separable verb at the end of its clause: "Ich glaube, dass ich morgen ankomme." """
    table = SUBJECTS["joined"]
    key = SEPARABLE.draw(rng)
    subject = table.draw(rng) if FRAMES[key].who == "people" else None
    below = unsplit(draw_clause(rng, key, Wish(time_chance=0.8), subject))
    return reporting(rng, below)


def that(rng: Random) -> Draft | None:
    """ "Ich glaube, dass er morgen nach Berlin fährt." """
    return reporting(rng, lower_clause(rng))


def hoped(clause: Clause) -> bool:
    """Whether one would hope it: not that someone is sick or has to do something."""
    states = ("sein", "haben", "regnen", "schneien", "lernen", "suchen", "vergessen", "aufstehen")
    return clause.mode != "müssen" and not clause.negated and clause.german.infinitive not in states


def reporting(rng: Random, below: Clause | None) -> Draft | None:
    """The clause as what someone says, thinks, hopes or knows; with "du" it is asked."""
    verb = SAYING.draw(rng)
    speaker = SUBJECTS["plain"].draw(rng)
    above = Clause(speaker, GERMAN_VERBS[verb[0]], english_verb(verb[1]))
    if below is None or speaker.person == IHR or (speaker.person == DU and verb[0] in NO_DU):
        return None
    if verb[0] == "hoffen" and not hoped(below):
        return None
    if speaker.person in (ICH, WIR) and below.subject.person in (ICH, WIR):
        return None
    if verb[0] == "sagen" and speaker.person == ICH:
        return None
    if below.subject.english_person == 1 == above.subject.english_person:
        return None
    if above.subject.word and above.subject.word == below.subject.word:
        return None
    if speaker.person == DU:
        return finished(
            f"{german.inverted(above)}, dass {german.subordinate(below)}",
            f"{english.inverted(above)} that {english.statement(below)}",
            "?",
            below.combinations,
        )
    return finished(
        f"{german.statement(above)}, dass {german.subordinate(below)}",
        f"{english.statement(above)} that {english.statement(below)}",
        ".",
        (*below.combinations, f"{verb[0]}+{below.german.infinitive}"),
    )


def judged(rng: Random) -> Draft | None:
    """ "Es ist schön, dass du kommst." """
    opening = JUDGMENTS[int(rng.random() * len(JUDGMENTS))]
    if opening[1] == "I am sorry":
        key = ("sick", "tired", "no time", "work")[int(rng.random() * 4)]
        below: Clause | None = state(key, SUBJECTS["plain"].draw(rng))
    else:
        below = unsplit(draw_clause(rng, GLAD.draw(rng), Wish()))
    if (
        below is None
        or below.subject.person == IHR
        or (below.subject.cases[0] == "ich" and opening[1] != "I am happy")
    ):
        return None
    return finished(
        f"{opening[0]}, dass {german.subordinate(below)}",
        f"{opening[1]} that {english.statement(below)}",
        ".",
        (*below.combinations, f"{opening[0]}+{below.german.infinitive}"),
    )
