"""German and English noun phrases: articles, adjective endings, case forms of nouns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Gender = Literal["m", "f", "n", "p"]  # masculine, feminine, neuter, plural
CASES = ("nominative", "accusative", "dative", "genitive")
NOMINATIVE, ACCUSATIVE, DATIVE, GENITIVE = range(4)

# One word for each case, in the order of CASES (Duden, Die Grammatik: the article).
DEFINITE: Mapping[Gender, tuple[str, str, str, str]] = {
    "m": ("der", "den", "dem", "des"),
    "f": ("die", "die", "der", "der"),
    "n": ("das", "das", "dem", "des"),
    "p": ("die", "die", "den", "der"),
}
# What "ein", "kein" and the possessives add to their stem.
INDEFINITE_ENDING: Mapping[Gender, tuple[str, str, str, str]] = {
    "m": ("", "en", "em", "es"),
    "f": ("e", "e", "er", "er"),
    "n": ("", "", "em", "es"),
    "p": ("e", "e", "en", "er"),
}

# What an adjective adds: weak after "der", mixed after "ein", strong where no article shows case.
WEAK: Mapping[Gender, tuple[str, str, str, str]] = {
    "m": ("e", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("e", "e", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
MIXED: Mapping[Gender, tuple[str, str, str, str]] = {
    "m": ("er", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("es", "es", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
STRONG: Mapping[Gender, tuple[str, str, str, str]] = {
    "m": ("er", "en", "em", "en"),
    "f": ("e", "e", "er", "er"),
    "n": ("es", "es", "em", "en"),
    "p": ("e", "e", "en", "er"),
}


def adjective_stem(adjective: str) -> str:
    """The stem that endings are added to: "teuer" loses its second e ("teure")."""
    return adjective[:-2] + "r" if adjective.endswith("euer") else adjective


def noun_forms(singular: str, gender: Gender, weak: bool = False) -> tuple[str, str, str, str]:
    """The singular in four cases: -(e)s in the genitive, weak nouns -n everywhere but first."""
    if weak:
        return singular, singular + "n", singular + "n", singular + "n"
    genitive = singular if gender == "f" else singular + genitive_ending(singular)
    return singular, singular, singular, genitive


def genitive_ending(singular: str) -> str:
    """ "es" after a hiss and on short words ("Mannes"), else "s" ("Vaters", "Autos")."""
    hiss = singular.endswith(("s", "ß", "x", "z", "tz"))
    syllables = sum(
        letter in "aeiouäöüy" and (i == 0 or singular.lower()[i - 1] not in "aeiouäöüy")
        for i, letter in enumerate(singular.lower())
    )
    return "es" if hiss or (syllables == 1 and singular[-1] not in "aeiou") else "s"


def plural_forms(plural: str) -> tuple[str, str, str, str]:
    """The plural in four cases: -n in the dative unless it ends in n or s ("Kindern", "Autos")."""
    dative = plural if plural.endswith(("n", "s")) else plural + "n"
    return plural, plural, dative, plural


def indefinite_article(following: str) -> str:
    """ "an" before a vowel sound, else "a"."""
    return "an" if following[0].lower() in "aeio" else "a"


def owner_form(english: str) -> str:
    """The English possessive: "brother's", and only an apostrophe after a plural s."""
    return english + ("'" if english.endswith("s") else "'s")
