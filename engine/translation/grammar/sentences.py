"""From clauses to sentences: capitals, marks, and the ways in which two clauses are joined."""

from __future__ import annotations

from typing import NamedTuple

from engine.translation.grammar import english, german
from engine.translation.grammar.clause import Clause
from engine.translation.grammar.conjugation import ER, SIE
from engine.translation.grammar.noun_phrases import Phrase, pronoun


class Draft(NamedTuple):
    """A sentence before it has a kind: both languages and its combinations."""

    german: str
    english: str
    combinations: tuple[str, ...]


def finished(first: str, second: str, mark: str, combinations: tuple[str, ...] = ()) -> Draft:
    """Both sentences with capital first letters and their closing mark."""
    return Draft(
        first[0].upper() + first[1:] + mark, second[0].upper() + second[1:] + mark, combinations
    )


def said(clause: Clause, mark: str = ".") -> Draft:
    """The clause as a statement."""
    texts = german.statement(clause), english.statement(clause)
    return finished(*texts, mark, clause.combinations)


def asked(clause: Clause, german_word: str = "", english_word: str = "") -> Draft | None:
    """The clause as a question, yes/no or with its word; None about someone new or "never"."""
    if clause.subject.english.startswith(("a ", "an ")):
        return None
    if any(part.english == "never" for part in clause.parts):
        return None
    first = f"{german_word} {german.inverted(clause)}".strip()
    second = f"{english_word} {english.inverted(clause)}".strip()
    names = clause.combinations
    if german_word:
        names = (*names, f"{german_word}+{clause.german.infinitive}")
    return finished(first, second, "?", names)


def referring(subject: Phrase) -> Phrase | None:
    """The pronoun that takes up a subject, None for "das Mädchen", where German wavers."""
    if subject.pronoun:
        return subject
    if subject.person == SIE:
        return pronoun("they")
    keys = {"her": "sie", "sein": "er"}
    key = keys.get(subject.own) if subject.person == ER else None
    return pronoun(key) if key else None


def with_subordinate(
    main: Clause, conjunction: tuple[str, str], lower: Clause, comma: str = ""
) -> tuple[str, str]:
    """The main clause, then the subordinate one; comma is the English comma, if any."""
    return (
        f"{german.statement(main)}, {conjunction[0]} {german.subordinate(lower)}",
        f"{english.statement(main)}{comma} {conjunction[1]} {english.statement(lower)}",
    )


def subordinate_first(conjunction: tuple[str, str], lower: Clause, main: Clause) -> tuple[str, str]:
    """The subordinate clause first; the German main clause then begins with its verb."""
    return (
        f"{conjunction[0]} {german.subordinate(lower)}, {german.inverted(main)}",
        f"{conjunction[1]} {english.statement(lower)}, {english.statement(main)}",
    )
