"""What a verb may be done to: phrases by the groups that frames name, with their articles."""

from __future__ import annotations

from functools import cache

from engine.translation.grammar.adjectives import BEFORE
from engine.translation.grammar.menus import (
    FAMILY,
    HOW_MANY,
    MENUS,
    NUMBERS,
    PEOPLE,
    PORTIONS,
    WEIGHTS,
    Menu,
)
from engine.translation.grammar.noun_phrases import (
    QUANTITIES,
    Phrase,
    name,
    noun_phrase,
    owned,
    pronoun,
)
from engine.translation.grammar.nouns import NOUNS, Noun
from engine.translation.grammar.pronouns import NAMES
from engine.translation.grammar.subjects import OWNING, Row, relatives_of
from engine.translation.grammar.weighted import Weighted


def fits(noun: Noun, article: str) -> bool:
    """Whether that noun takes that article: masses are not counted, relatives are someone's."""
    if article in ("indef", "order"):
        return noun.article == "count" or article == "order"
    if article == "many":
        return noun.german in ("Buch", "Freund")
    if article in ("number", "plural"):
        return bool(noun.plural) and noun.article != "mass"
    if article == "none":
        return noun.article != "count"
    if article == "much":
        return noun.article == "mass"
    if article == "portion":
        return noun.german in PORTIONS
    if article == "own":
        return noun.article != "mass" or noun.german == "Geld"
    return True


def portion(noun: Noun) -> Phrase:
    """ "eine Tasse Kaffee": the noun does not change, and neither does English."""
    measure, english = PORTIONS[noun.german]
    core = noun_phrase(noun, "none")
    text, translation = f"{measure} {noun.german}", f"{english} {noun.english}"
    dative = text.replace("ein ", "einem ").replace("eine ", "einer ")
    return core._replace(
        cases=(text, text, dative, ""),
        english=translation,
        english_object=translation,
        combinations=(f"{measure}+{noun.german}",),
    )


@cache
def determiners(article: str, noun: Noun, own: str) -> tuple[tuple[str, bool], ...]:
    """The determiners and numbers of one article of a menu: (determiner, plural)."""
    if article == "number":
        return tuple((number, True) for number in NUMBERS[: HOW_MANY.get(noun.groups[0], 3)])
    if article == "many":
        return (("viele", True), ("indef", True))
    if article == "plural":
        return (("indef", True),)
    if article == "own home":
        return ((own, False),) if own else ()
    if article == "much":
        return (("viel", False),)
    if article == "order":
        return (("indef", False),)
    if article.startswith(("own", "other")):
        if article.endswith("def") and "family" not in noun.groups:
            return (("def", False),)
        others = tuple(key for key in ("mein", "dein", "unser") if key != own)
        keys = (own, own, own, *others) if own and article != "other def" else others
        several = ((own or "mein", True),) if noun.german == "Freund" else ()
        return (*((key, False) for key in keys), *several)
    return ((article, False),)


def variants(noun: Noun, article: str, own: str, kein: str) -> list[Row]:
    """The phrases of one noun with one article of its menu, with and without adjectives."""
    if article == "portion":
        return [(portion(noun), 1.0)]
    if (
        article == "order"
        and noun.article == "mass"
        and noun.german not in ("Kaffee", "Tee", "Bier")
    ):
        return []
    if article == "order" and noun.article == "mass":
        counted = noun._replace(article="count")
        return [(noun_phrase(counted, "indef"), 1.0)]
    rows: list[Row] = []
    keys = determiners(article, noun, own)
    for determiner, plural in keys:
        if kein and determiner in ("indef", "none", *QUANTITIES):
            determiner = kein
            if kein == "kein0" and noun.article == "count" and not plural:
                continue
        rows.append((noun_phrase(noun, determiner, "", plural), 2 / len(keys)))
        plain = kein and {"food", "drink"} & set(noun.groups)
        described = () if plain else BEFORE.get(noun.groups[0], ())
        rows += [
            (noun_phrase(noun, determiner, adjective, plural), 1.2 / len(described) / len(keys))
            for adjective in described
        ]
    return rows


def people(menu: Menu) -> list[Row]:
    """The pronouns and names of a menu."""
    rows: list[Row] = []
    if not menu.nouns:
        return [(pronoun("Sie"), 1.0)]
    if menu.pronouns:
        keys = ("ich", "du", "er", "sie", "wir", "ihr", "they")
        rows += [(pronoun(key), 1.5) for key in keys if pronoun(key).cases[1]]
    if menu.names:
        rows += [(name(word), 1.0) for word in NAMES]
    return rows


def belonging(menu: Menu) -> list[Row]:
    """Things and relatives that are someone's: "das Auto meines Bruders"."""
    rows: list[Row] = []
    if set(FAMILY) <= set(menu.nouns):
        rows += [(phrase, weight * 0.2) for phrase, weight in relatives_of(1)]
    owners = [
        *(name(word) for word in OWNING),
        *(noun_phrase(NOUNS[word], how) for word in FAMILY if word != "Sohn" for how in ("mein",)),
        *(noun_phrase(NOUNS[word], "def") for word in ("Frau",)),
    ]
    things = [
        NOUNS[word]
        for word in dict.fromkeys(menu.nouns)
        if NOUNS[word].groups[0]
        in (
            "vehicle",
            "thing",
            "reading",
            "letter",
            "home",
            "picture",
            "small",
            "room",
            "animal",
            "question",
        )
    ]
    if "own" in menu.articles:
        for thing in things:
            for owner in owners:
                rows.append((owned(thing, owner), 0.25))
                rows += [
                    (owned(thing, owner, adjective), 0.04)
                    for adjective in BEFORE.get(thing.groups[0], ())
                ]
    return rows


@cache
def objects(group: str, own: str, kein: str, style: str) -> Weighted[Phrase]:
    """The phrases of a menu for a subject whose possessive is own.

    kein is "" in what is not denied, else the determiner of what has none: "kein" ("not any"),
    or "kein0" ("I do not eat meat"). style narrows them:
    "adjective", "genitive", "number", "new" (nothing definite but people), or "" for all.
    """
    menu = MENUS[group]
    rows: list[Row] = []
    for word in menu.nouns:
        noun = NOUNS[word]
        for article in menu.articles:
            if fits(noun, article) and not (kein and article in ("portion", "much", "order")):
                rows += [
                    (phrase, weight * WEIGHTS[article] / len(menu.nouns))
                    for phrase, weight in variants(noun, article, own, kein)
                ]
    total = sum(weight for _, weight in rows) or 1.0
    rows = [(phrase, weight / total * 10) for phrase, weight in rows]
    rows += people(menu)
    extra = belonging(menu)
    extra_total = sum(weight for _, weight in extra) or 1.0
    rows += [(phrase, weight / extra_total) for phrase, weight in extra]
    return Weighted((phrase, weight) for phrase, weight in rows if matches(phrase, style))


def matches(phrase: Phrase, style: str) -> bool:
    """Whether a phrase shows what a style asks for."""
    if style == "adjective":
        return any("+" in entry for entry in phrase.combinations) and " of " not in phrase.english
    if style == "genitive":
        return any(" of " in entry for entry in phrase.combinations)
    if style == "new":
        counted = phrase.cases[0].split(" ")[0] in QUANTITIES
        return not (phrase.definite or counted) or phrase.pronoun or phrase.word in PEOPLE
    if style == "number":
        return phrase.cases[0].split(" ")[0] in QUANTITIES
    return True
