"""The verbs: principal parts in two tables, one for each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.translation.grammar.conjugation import (
    EnglishVerb,
    GermanVerb,
    english_gerund,
    english_past,
    english_third,
    german_present,
    regular_second,
    regular_third,
)
from engine.translation.grammar.verb_table import ENGLISH_TABLE, GERMAN_TABLE, IRREGULAR


def german_verb(row: str) -> GermanVerb:
    """The verb of one line of the German table."""
    name, second, third, participle, auxiliary = row.split()
    prefix, _, stem = name.rpartition("-")
    second = regular_second(stem) if second == "." else second
    third = regular_third(stem) if third == "." else third
    present = german_present(stem, second, third)
    return GermanVerb(prefix + stem, present, (), participle, auxiliary, prefix)


def irregular_verb(name: str) -> GermanVerb:
    """A verb of the table of irregular verbs."""
    present, past, participle, auxiliary = IRREGULAR[name]
    return GermanVerb(name, tuple(present.split()), tuple(past.split()), participle, auxiliary, "")


def english_verb(row: str) -> EnglishVerb:
    """The verb of one line of the English table."""
    base, third, gerund, past = row.split()
    return EnglishVerb(
        base,
        english_third(base) if third == "." else third,
        english_gerund(base) if gerund == "." else gerund,
        english_past(base) if past == "." else past,
        "",
    )


_GERMAN = [german_verb(row) for row in GERMAN_TABLE.strip().splitlines()]
GERMAN_VERBS: Mapping[str, GermanVerb] = MappingProxyType(
    {verb.infinitive: verb for verb in _GERMAN} | {name: irregular_verb(name) for name in IRREGULAR}
)
ENGLISH_VERBS: Mapping[str, EnglishVerb] = MappingProxyType(
    {row.split()[0]: english_verb(row) for row in ENGLISH_TABLE.strip().splitlines()}
)


def english(phrase: str) -> EnglishVerb:
    """The verb of a phrase such as "look for": the head's forms with the rest kept beside them."""
    head, _, rest = phrase.partition(" ")
    return ENGLISH_VERBS[head]._replace(rest=rest)
