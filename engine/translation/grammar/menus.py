"""What a verb may be done to: nouns by the groups that frames name, with their articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.translation.grammar.noun_phrases import (
    QUANTITIES,
)
from engine.translation.grammar.nouns import GROUPS
from engine.translation.grammar.pronouns import NAMES

FAMILY = tuple(noun.german for noun in GROUPS["family"])
FOOD = tuple(noun.german for noun in GROUPS["food"])
PEOPLE = (*FAMILY, *NAMES, "Lehrer", "Arzt", "Mann", "Frau", "Kind", "Bus", "Zug", "Hausaufgaben")
DRINKS = tuple(noun.german for noun in GROUPS["drink"])
GIFTS = tuple(noun.german for noun in GROUPS["gift"])
NUMBERS = tuple(word for word in QUANTITIES if not word.startswith("viel"))


HOW_MANY = {"flower": 9, "family": 2, "child": 2}  # the largest number, less one, by group


class Menu(NamedTuple):
    """Nouns and how they come: articles (def, indef, own, number, many, none) and pronouns."""

    nouns: tuple[str, ...]
    articles: tuple[str, ...]
    pronouns: bool = False
    names: bool = False


HAVING = ("indef", "number")
MENUS: Mapping[str, Menu] = {
    "food": Menu(FOOD, ("def", "indef", "number", "none")),
    "meal": Menu(("Fisch", "Fleisch", "Suppe", "Kuchen"), ("indef", "none")),
    "ordered": Menu(("Kaffee", "Tee", "Wasser"), ("none", "portion")),
    "snack": Menu(FOOD, ("indef", "none")),
    "siblings": Menu(("Bruder", "Schwester", "Kind"), ("number",)),
    "drink": Menu(DRINKS, ("none", "def", "portion")),
    "cooked": Menu(tuple(noun.german for noun in GROUPS["cooked"]), ("none", "number", "def")),
    "groceries": Menu((*FOOD, *DRINKS), ("none", "indef", "number")),
    "goods": Menu((*GIFTS, "Auto", "Tisch", "Bett", "Geschenk", "Haus"),
                  ("indef", "def", "number")),
    "text": Menu(("Buch", "Buch", "Zeitung", "Brief"), ("def", "indef", "plural", "own")),
    "letter": Menu(("Brief",), ("def", "indef", "plural")),
    "film": Menu(("Film",), ("def", "indef")),
    "homework": Menu(("Hausaufgaben",), ("own home",)),
    "music": Menu(("Musik",), ("none",)),
    "language": Menu(("Deutsch", "Englisch"), ("none",)),
    "sights": Menu(("Hund", "Katze", "Mann", "Frau", "Kind", "Auto", "Bus", "Lehrer"),
                   ("def", "indef"), True, True),
    "relatives": Menu(FAMILY, ("own",), True, True),
    "formal": Menu((), ()),
    "acquaintances": Menu((*FAMILY, "Mann", "Frau", "Lehrer", "Arzt"), ("other def",), True, True),
    "advisers": Menu((*FAMILY, "Lehrer", "Arzt", "Frau"), ("own def",), True, True),
    "awaited": Menu((*FAMILY, "Bus", "Zug", "Arzt", "Lehrer"), ("own def",), True, True),
    "handed": Menu((*GIFTS, "Schlüssel", "Brief", "Geld", "Geschenk", "Zeitung"),
                   ("def", "indef", "own")),
    "belongings": Menu(("Auto", "Fahrrad", "Hund", "Katze", "Haus", "Wohnung", "Bruder",
                 "Schwester",
                        "Sohn", "Tochter", "Kind", "Freund", "Handy", "Geld", "Frage", "Buch"),
                       (*HAVING, "none", "many")),
    "time": Menu(("Zeit",), ("none",)),
    "hunger": Menu(("Hunger", "Durst", "Angst"), ("none",)),
    "needs": Menu(("Schlüssel", "Auto", "Handy", "Tasche", "Fahrrad", "Geld", "Zeit", "Wasser",
                   "Bett", "Zimmer", "Ei", "Brot", "Milch"),
                  ("def", "indef", "own", "number", "none"), True),
    "likes": Menu((*FOOD[3:], *DRINKS, "Musik", "Hund", "Katze", "Film", "Buch", "Lehrer", "Haus"),
                  ("def", "own def", "none"), True, True),
    "orders": Menu(("Kaffee", "Tee", "Bier", "Apfel", "Ei", "Kuchen", "Wasser", "Hund", "Fahrrad",
                    "Handy", "Milch"), ("order", "portion")),
    "lost": Menu(("Schlüssel", "Tasche", "Handy", "Hund", "Katze", "Buch", "Geld", "Brief"),
                 ("def", "own")),
    "left behind": Menu(("Schlüssel", "Tasche", "Handy", "Buch", "Geld", "Brief"), ("def", "own")),
    "understood": Menu(("Frage", "Film", "Buch", "Brief", "Lehrer", "Arzt"), ("def",), True),
}  # fmt: skip

WEIGHTS = {"def": 3.0, "indef": 3, "own": 3, "own def": 3, "other def": 3, "none": 4,
           "number": 1.5, "many": 3.0, "plural": 1.0, "own home": 1.0,
           "much": 1.0, "portion": 3, "order": 3}  # fmt: skip
PORTIONS = {
    "Wasser": ("ein Glas", "a glass of"),
    "Milch": ("ein Glas", "a glass of"),
    "Bier": ("ein Glas", "a glass of"),
    "Kaffee": ("eine Tasse", "a cup of"),
    "Tee": ("eine Tasse", "a cup of"),
}
