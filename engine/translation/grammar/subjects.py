"""Who may be the subject: tables of phrases with weights, by the groups that frames name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from engine.translation.grammar.adjectives import BEFORE
from engine.translation.grammar.noun_phrases import Phrase, name, noun_phrase, owned, pronoun
from engine.translation.grammar.nouns import GROUPS, NOUNS
from engine.translation.grammar.pronouns import NAMES
from engine.translation.grammar.weighted import Weighted

Row = tuple[Phrase, float]

PRONOUN_WEIGHTS = {"ich": 20.0, "du": 5, "er": 10, "sie": 10, "wir": 10, "ihr": 3, "they": 6}
OWNERS = {"mein": 5.0, "dein": 2, "sein": 1.5, "unser": 1.5}


def pronouns(scale: float = 1) -> list[Row]:
    """The personal pronouns, without "es" and formal "Sie"."""
    return [(pronoun(key), weight * scale) for key, weight in PRONOUN_WEIGHTS.items()]


def names(weight: float) -> list[Row]:
    """Every name."""
    return [(name(word), weight) for word in NAMES]


def family(weight: float) -> list[Row]:
    """ "mein Bruder", "unsere Eltern", some friends in the plural."""
    rows = []
    for noun in GROUPS["family"]:
        rows += [(noun_phrase(noun, own), weight * share) for own, share in OWNERS.items()]
    friends = NOUNS["Freund"]
    rows += [(noun_phrase(friends, own, "", True), weight * 2) for own in OWNERS]
    return rows


def strangers(weight: float) -> list[Row]:
    """ "der Mann", "die alte Frau", "der neue Lehrer", "die Kinder"."""
    rows = []
    for noun in (*GROUPS["person"], *GROUPS["child"], *GROUPS["job"]):
        rows.append((noun_phrase(noun, "def"), weight * 2))
        rows += [
            (noun_phrase(noun, how, adjective), weight / 2)
            for adjective in BEFORE[noun.groups[0]]
            for how in ("def", "indef")
        ]
        if noun.plural:
            rows.append((noun_phrase(noun, "def", "", True), weight))
    return rows


OWNING = ("Anna", "Paul")  # names in the genitive; two, so that the vocabulary stays small


def relatives_of(weight: float) -> list[Row]:
    """ "der Bruder meiner Freundin", "Annas Mutter"."""
    people = [NOUNS[word] for word in ("Bruder", "Schwester", "Vater", "Mutter", "Sohn", "Tochter")]
    owners = [
        *(name(word) for word in OWNING),
        *(noun_phrase(NOUNS[word], own) for word in ("Freund", "Freundin") for own in ("mein",)),
        *(noun_phrase(NOUNS[word], "mein") for word in ("Vater", "Mutter", "Bruder", "Schwester")),
    ]
    return [
        (owned(noun, owner), weight)
        for noun in people
        for owner in owners
        if sensible(noun.german, owner.word)
    ]


def sensible(relative: str, owner: str) -> bool:
    """Whether one says it so: not "the father of my brother", who is simply my father."""
    if owner in ("Vater", "Mutter"):
        return relative in ("Bruder", "Schwester")
    if owner in ("Bruder", "Schwester"):
        return relative in ("Sohn", "Tochter")
    return True


def phrases(words: Iterable[str], *determiners: str, weight: float = 1) -> list[Row]:
    """Those nouns with those determiners."""
    return [(noun_phrase(NOUNS[word], how), weight) for word in words for how in determiners]


def event(german: str, english: str) -> Phrase:
    """What starts at a certain time; English says "school" without an article."""
    return noun_phrase(NOUNS["Zeit"], "def")._replace(
        cases=(german,) * 4, english=english, english_object=english, word=german.split()[-1]
    )


_PEOPLE = [*pronouns(), *names(4), *family(0.22), *strangers(0.22), *relatives_of(0.06)]
_ANIMALS = [
    *phrases(("Hund", "Katze"), "def", weight=4),
    *phrases(("Hund", "Katze"), "mein", "unser", weight=2),
    *[(noun_phrase(NOUNS[word], "def", how), 1.0)
      for word in ("Hund", "Katze") for how in ("klein", "groß", "alt")],
    *[(noun_phrase(NOUNS[word], "indef", how), 4.0)
      for word in ("Hund", "Katze") for how in ("klein", "groß")],
]  # fmt: skip
_YOUNG = [
    *phrases(("Kind", "Junge", "Mädchen"), "def", weight=4),
    *[(noun_phrase(NOUNS["Kind"], how, "", True), 4.0) for how in ("def", "mein", "unser")],
    *phrases(("Sohn", "Tochter"), "mein", "unser", weight=2),
]

SUBJECTS: Mapping[str, Weighted[Phrase]] = MappingProxyType(
    {
        "people": Weighted(_PEOPLE),
        "adults": Weighted(
            [*pronouns(), *names(4), *relatives_of(0.06), *strangers(0.1)]
            + [row for row in family(0.22) if row[0].word not in ("Sohn", "Tochter")]
        ),
        "pupils": Weighted([*pronouns(0.5), *names(3), *_YOUNG]),
        "small ones": Weighted([*_YOUNG, *_ANIMALS]),
        "sleepers": Weighted([*_PEOPLE, *_ANIMALS]),
        "transit": Weighted(phrases(("Bus", "Zug"), "def")),
        "events": Weighted(
            [*phrases(("Film",), "def", weight=4)]
            + [(noun_phrase(NOUNS["Film"], "def", how), 1.0) for how in ("neu",)]
            + [(event("die Schule", "school"), 3.0), (event("die Arbeit", "work"), 3.0)]
        ),
        "formal": Weighted([(pronoun("Sie"), 1.0)]),
        "third": Weighted(
            [(pronoun("er"), 6.0), (pronoun("sie"), 6), *names(2), *family(0.15), *strangers(0.1)]
        ),
        "joined": Weighted([*pronouns(), *[(pronoun("ich"), 40.0)], *names(4)]),
        "genitive": Weighted(relatives_of(1)),
        "plain": Weighted([*pronouns(), *names(4)]),
        "you": Weighted(
            [
                (pronoun("du"), 14.0),
                (pronoun("Sie"), 3),
                (pronoun("ihr"), 2),
                (pronoun("er"), 2),
                (pronoun("sie"), 2),
                (pronoun("they"), 2),
                *names(1),
                *family(0.08),
            ]
        ),
    }
)
