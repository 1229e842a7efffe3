"""Verb forms of both languages, from the principal parts in the tables of verbs.py."""

from __future__ import annotations

from typing import NamedTuple

ICH, DU, ER, WIR, IHR, SIE = range(6)  # persons; formal "Sie" takes the forms of "sie" (they)


class GermanVerb(NamedTuple):
    """A verb's forms: present[person], past[person] where used, participle, prefix if it splits.

    infinitive and participle are written with the prefix, the finite forms without it.
    """

    infinitive: str
    present: tuple[str, ...]
    past: tuple[str, ...]
    participle: str
    auxiliary: str
    prefix: str

    def subordinate(self, form: str) -> str:
        """A finite form at the end of its clause, joined to its prefix: "aufstehe"."""
        return self.prefix + form


class EnglishVerb(NamedTuple):
    """A verb's forms and the words that follow them: "look" + "for", "get" + "up"."""

    base: str
    third: str
    gerund: str
    past: str
    rest: str


def german_present(infinitive: str, second: str, third: str) -> tuple[str, ...]:
    """The six present forms of a verb whose du and er forms are given ("liest", "liest")."""
    stem = infinitive.removesuffix("en") if infinitive.endswith("en") else infinitive[:-1]
    regular = stem + ("et" if stem.endswith(("t", "d", "chn", "ffn", "gn")) else "t")
    first = stem.removesuffix("e") + "e" if stem.endswith("el") else stem + "e"
    return first, second, third, infinitive, regular, infinitive


def regular_second(infinitive: str) -> str:
    """The regular du form: -st, -est after t and d, -t after a hiss ("heißt")."""
    stem = infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]
    if stem.endswith(("t", "d", "chn", "ffn", "gn")):
        return stem + "est"
    return stem + ("t" if stem.endswith(("s", "ß", "z", "x")) else "st")


def regular_third(infinitive: str) -> str:
    """The regular er form: -t, -et after t and d."""
    stem = infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]
    return stem + ("et" if stem.endswith(("t", "d", "chn", "ffn", "gn")) else "t")


def english_third(base: str) -> str:
    """The third person singular: -s, -es after a hiss or o, y to ies after a consonant."""
    if base.endswith(("s", "sh", "ch", "x", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def english_gerund(base: str) -> str:
    """The -ing form of a verb that drops its silent e; doubled consonants are in the table."""
    return (base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing"


def english_past(base: str) -> str:
    """The regular past: -ed, -d after e, y to ied after a consonant."""
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"


BE_PRESENT = ("am", "are", "is", "are", "are", "are")
BE_PAST = ("was", "were", "was", "were", "were", "were")
