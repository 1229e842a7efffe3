"""German word order: the finite verb second, first or last, and what follows it at the end."""

from __future__ import annotations

from operator import attrgetter

from engine.translation.grammar.clause import MODES, NICHT, Clause, Part
from engine.translation.grammar.conjugation import GermanVerb
from engine.translation.grammar.noun_phrases import join
from engine.translation.grammar.verbs import GERMAN_VERBS

_rank = attrgetter("rank")
_NICHT = Part("nicht", "", NICHT, 0)


def finite(verb: GermanVerb, tense: str, person: int) -> str:
    """The form that agrees with the subject, without its prefix."""
    return (verb.past if tense == "past" else verb.present)[person]


def main_verb(clause: Clause) -> tuple[str, str]:
    """The finite verb, and what stands at the end of a main clause: the verb bracket."""
    person, verb = clause.subject.person, clause.german
    modal = MODES[clause.mode].german if clause.mode else None
    if modal is not None:
        return finite(modal, clause.tense, person), verb.infinitive
    if clause.tense == "perfect":
        return GERMAN_VERBS[verb.auxiliary].present[person], verb.participle
    return finite(verb, clause.tense, person), verb.prefix


def last_verb(clause: Clause) -> str:
    """The verbs at the end of a subordinate clause, the finite one last and never split."""
    form, end = main_verb(clause)
    if clause.german.prefix and end == clause.german.prefix:
        return clause.german.subordinate(form)
    return join(end, form)


def middle(clause: Clause) -> str:
    """Objects, adverbials and "nicht" in their order."""
    parts = [part for part in clause.parts if part is not clause.front]
    if clause.negated and not clause.kein:
        parts.append(_NICHT)
    parts.sort(key=_rank)
    return " ".join([part.german for part in parts if part.german])


def statement(clause: Clause) -> str:
    """The main clause, finite verb second; a fronted part puts the subject after the verb."""
    form, end = main_verb(clause)
    subject = clause.subject.cases[0]
    if clause.front is None:
        return join(subject, form, middle(clause), end)
    return join(clause.front.german, form, subject, middle(clause), end)


def inverted(clause: Clause) -> str:
    """The finite verb first: a yes/no question, or what follows a question word."""
    form, end = main_verb(clause)
    return join(form, clause.subject.cases[0], middle(clause), end)


def subordinate(clause: Clause) -> str:
    """The verb last, after a conjunction that the caller puts before it."""
    return join(clause.subject.cases[0], middle(clause), last_verb(clause))


def continued(clause: Clause) -> str:
    """A second main clause after "und" that shares its subject, which is left out."""
    form, end = main_verb(clause)
    return join(form, middle(clause), end)


def infinitive_with_zu(clause: Clause) -> str:
    """What stands after "um": the clause's parts, "zu" and the infinitive."""
    verb = clause.german
    stem = verb.infinitive.removeprefix(verb.prefix)
    return join(middle(clause), f"{verb.prefix}zu{stem}" if verb.prefix else f"zu {stem}")
