"""English word order: subject, verb, object, place, time, with do-support and auxiliaries."""

from __future__ import annotations

from operator import attrgetter

from engine.translation.grammar.clause import AT_CLOCK, MIDDLE, MODES, Clause, Part
from engine.translation.grammar.conjugation import BE_PAST, BE_PRESENT, ER, EnglishVerb
from engine.translation.grammar.noun_phrases import join

_order = attrgetter("order")


def finite(verb: EnglishVerb, tense: str, person: int) -> str:
    """The form of a full verb that agrees with the subject."""
    if tense != "present":
        return verb.past
    return verb.third if person == ER else verb.base


def leading_verb(clause: Clause) -> EnglishVerb:
    """The verb that agrees: the clause's own, or that of "have to", "want to", "like to"."""
    mode = MODES.get(clause.mode)
    if mode is None or mode.chain is None:
        return clause.english
    return mode.chain._replace(rest=join(mode.rest, clause.english.base, clause.english.rest))


def auxiliary(clause: Clause) -> tuple[str, str]:
    """The auxiliary and what follows it; the auxiliary is empty for a simple full verb."""
    person, tense = clause.subject.english_person, clause.tense
    mode = MODES.get(clause.mode)
    verb = leading_verb(clause)
    if mode is not None and mode.auxiliary:
        word = mode.auxiliary if tense == "present" else mode.past_auxiliary
        return word, join(mode.rest, verb.base, verb.rest)
    if verb.base == "would":
        return verb.base, verb.rest
    if verb.base == "be":
        return (BE_PRESENT if tense == "present" else BE_PAST)[person], verb.rest
    if clause.progressive and tense == "present" and not clause.mode:
        return BE_PRESENT[person], join(verb.gerund, verb.rest)
    return "", ""


def supported(clause: Clause) -> tuple[str, str]:
    """The auxiliary and the rest, with "do" where negation or a question needs one."""
    word, rest = auxiliary(clause)
    if word:
        return word, rest
    verb = leading_verb(clause)
    past = clause.tense != "present"
    do = "did" if past else "does" if clause.subject.english_person == ER else "do"
    return do, join(verb.base, verb.rest)


def leads(front: Part | None) -> bool:
    """Whether a part that is first in German is first in English too: times are, places not."""
    return front is not None and front.order >= AT_CLOCK


def tail(clause: Clause) -> str:
    """Everything after the verb, ordered: objects, manner, place, time."""
    front = leads(clause.front)
    parts = sorted(
        [
            part
            for part in clause.parts
            if part.order != MIDDLE and not (front and part is clause.front)
        ],
        key=_order,
    )
    return " ".join([part.english for part in parts if part.english])


def middle(clause: Clause) -> str:
    """The adverbs that stand with the verb ("often")."""
    return " ".join([part.english for part in clause.parts if part.order == MIDDLE])


def predicate(clause: Clause) -> str:
    """The verb and all that follows it, without the subject."""
    adverb = middle(clause)
    if clause.negated:
        word, rest = supported(clause)
        denied = "cannot" if word == "can" else f"{word} not"
        return join(denied, adverb, rest, tail(clause))
    word, rest = auxiliary(clause)
    if word:
        return join(word, adverb, rest, tail(clause))
    verb = leading_verb(clause)
    form = finite(verb, clause.tense, clause.subject.english_person)
    return join(adverb, form, verb.rest, tail(clause))


def statement(clause: Clause) -> str:
    """The clause as a statement; a fronted part stays in front."""
    front = clause.front.english if clause.front is not None and leads(clause.front) else ""
    return join(front, clause.subject.english, predicate(clause))


def inverted(clause: Clause) -> str:
    """The auxiliary before the subject: a question without its question word."""
    word, rest = supported(clause)
    negation = "not" if clause.negated else ""
    return join(word, clause.subject.english, negation, middle(clause), rest, tail(clause))


def to_infinitive(clause: Clause) -> str:
    """ "to" and the infinitive with its objects: a purpose."""
    return join("to", clause.english.base, clause.english.rest, tail(clause))
