"""What can be said with each verb: who can do it, to what, where, when and with whom."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

ALL = ("now", "today", "future", "past", "habit", "often")
ONCE = ("today", "future", "past")
MODAL_VERBS = ("können", "müssen", "wollen", "möchten", "dürfen")
PLEASURES = ("können", "wollen", "möchten", "dürfen")
WISHES = ("wollen", "möchten")
HOME = ("Hause", "Küche")
TOWNS = ("Berlin", "Deutschland")
GOING = ("Hause", "Schule", "Arbeit", "Büro", "Kino", "Park", "Garten", "Restaurant", "Supermarkt",
         "Bahnhof", "Arzt", "Stadt", "Bett")  # fmt: skip
DRIVING = (*TOWNS, "Hause", "Schule", "Arbeit", "Büro", "Stadt", "Meer", "Bahnhof")


class Frame(NamedTuple):
    """One verb in one sense.

    who, what and whom name groups of choices.py (subject, direct and indirect object); through
    is the German preposition of a prepositional object with its case; fixed is a complement that
    never changes ("Fußball"). stative verbs take the simple present, lasting ones do unless a
    time such as "today" or "now" is named.
    """

    german: str
    english: str
    who: str = "people"
    what: str = ""
    whom: str = ""
    through: str = ""
    fixed: tuple[str, str] = ("", "")
    at: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    times: tuple[str, ...] = ALL
    needs_place: bool = False
    company: bool = False
    vehicles: bool = False
    stative: bool = False
    lasting: bool = False
    gern: bool = False
    modes: tuple[str, ...] = MODAL_VERBS
    perfect: bool = True
    present: bool = True
    negatable: bool = True
    weight: int = 4


FRAMES: Mapping[str, Frame] = MappingProxyType(
    {
        # food and drink
        "eat": Frame("essen", "eat", what="food", at=("Hause", "Küche", "Restaurant", "Garten"),
                     company=True, modes=PLEASURES, gern=True, weight=7),
        "drink": Frame("trinken", "drink", what="drink", at=("Hause", "Küche", "Garten",
                     "Restaurant"),
                       company=True, modes=PLEASURES, gern=True, weight=7),
        "cook": Frame("kochen", "cook", what="cooked", at=HOME, company=True, gern=True),
        "buy food": Frame("kaufen", "buy", what="groceries", at=("Supermarkt",)),
        "buy": Frame("kaufen", "buy", what="goods", at=("Stadt",), times=ONCE),
        "shop": Frame("einkaufen", "shop", at=("Supermarkt", "Stadt"), company=True, gern=True),
        # reading, media, learning
        "read": Frame("lesen", "read", what="text", at=("Hause", "Garten", "Bett", "Park"),
                      gern=True, weight=7),
        "write": Frame("schreiben", "write", what="letter", at=("Hause", "Büro")),
        "watch": Frame("sehen", "watch", what="film", at=("Hause", "Kino"), company=True,
                       modes=PLEASURES, gern=True, weight=3),
        "hear": Frame("hören", "listen to", what="music", at=("Hause", "Bett", "Garten"),
                      company=True, modes=PLEASURES, gern=True, negatable=False, weight=4),
        "learn": Frame("lernen", "learn", what="language", at=("Schule", *TOWNS), company=True,
                       gern=True, negatable=False),
        "speak": Frame("sprechen", "speak", what="language", at=("Hause", "Schule", "Büro"),
                       times=("often",), stative=True, perfect=False, weight=6),
        "homework": Frame("machen", "do", who="pupils", what="homework", at=("Hause", "Küche"),
                          modes=("müssen", "wollen"), negatable=False, weight=5),
        "soccer": Frame("spielen", "play", fixed=("Fußball", "soccer"), company=True,
                     modes=PLEASURES, gern=True,
                        at=("Park", "Schule", "Garten")),
        "play": Frame("spielen", "play", who="small ones",
                      at=("Garten", "Park", "Hause"), company=True, modes=PLEASURES, gern=True),
        # people
        "see": Frame("sehen", "see", what="sights", times=("past",), stative=True, modes=()),
        "visit": Frame("besuchen", "visit", what="relatives", at=TOWNS, gern=True, weight=5),
        "know": Frame("kennen", "know", what="acquaintances", times=(), stative=True, modes=(),
                      perfect=False, weight=7),
        "love": Frame("lieben", "love", who="plain", what="relatives", times=(), stative=True,
                      modes=(), perfect=False, negatable=False, weight=10),
        "call": Frame("anrufen", "call", what="relatives", weight=5),
        "help": Frame("helfen", "help", whom="relatives", at=(*HOME, "Garten"), gern=True,
                      weight=5),
        "talk": Frame("sprechen", "talk to", what="advisers", through="mit dative",
                      gern=True, weight=3),
        "wait": Frame("warten", "wait for", what="awaited", through="auf accusative",
                      at=("Bahnhof", "Restaurant", "Park"), times=("now", "past", "often")),
        "give": Frame("geben", "give", what="handed", whom="relatives", times=ONCE, weight=4),
        # things
        "have": Frame("haben", "have", what="belongings", times=(), stative=True, modes=(),
                      perfect=False, weight=6),
        "have time": Frame("haben", "have", what="time", times=ONCE, stative=True, modes=(),
                           perfect=False),
        "hungry": Frame("haben", "be", what="hunger", times=("now", "often"), stative=True,
                        modes=(), perfect=False),
        "need": Frame("brauchen", "need", what="needs", times=("today", "now"), stative=True,
                      modes=(), perfect=False, weight=7),
        "like": Frame("mögen", "like", what="likes", times=(), stative=True, modes=(),
                      perfect=False, weight=5),
        "would like": Frame("möchten", "would like", what="orders", times=(), stative=True,
                            modes=(), perfect=False, negatable=False, weight=3),
        "look for": Frame("suchen", "look for", what="lost", times=("now", "past"),
                     modes=("müssen",), weight=7),
        "find": Frame("finden", "find", what="lost", times=("past",), stative=True, present=False,
                     modes=(), at=("Hause", "Garten", "Park", "Küche"), weight=6),
        "forget": Frame("vergessen", "forget", what="left behind", times=("past",),
                        at=("Hause", "Schule", "Büro", "Restaurant"), present=False, modes=(),
                        weight=8),
        "understand": Frame("verstehen", "understand", what="understood", times=(), stative=True,
                            modes=("können",), weight=6),
        # coming and going
        "go": Frame("gehen", "go", to=GOING, needs_place=True, company=True, gern=True, weight=7),
        "drive": Frame("fahren", "go", to=DRIVING, needs_place=True, company=True, vehicles=True,
                       gern=True, weight=7),
        "come": Frame("kommen", "come", to=("Hause", "Schule", "Park", "Bahnhof", "Restaurant"),
                      times=(*ONCE, "often"), company=True, vehicles=True, weight=4),
        "come along": Frame("mitkommen", "come along", to=("Kino", "Stadt", "Park", "Meer"),
                            times=ONCE, weight=4),
        "arrive": Frame("ankommen", "arrive", at=(*TOWNS, "Bahnhof", "Hause"),
                        times=(*ONCE, "clock"), modes=("müssen",), weight=5),
        "train leaves": Frame("abfahren", "leave", who="transit", times=("clock", "now", "past"),
                              modes=(), negatable=False, weight=8),
        "train arrives": Frame("ankommen", "arrive", who="transit", at=("Bahnhof", "Berlin"),
                               times=("clock", "past"), modes=(), negatable=False, weight=2),
        "begin": Frame("anfangen", "start", who="events", times=("clock", "past"),
                     modes=(),
                       negatable=False, weight=8),
        "get up": Frame("aufstehen", "get up", times=("clock", "clock", "now", "future", "past"),
                        modes=("müssen", "wollen", "können"), weight=13),
        "stay": Frame("bleiben", "stay", at=("Hause", "Bett", "Büro", "Berlin", "Schule"),
                      needs_place=True, times=ONCE, company=True, weight=4),
        "work": Frame("arbeiten", "work", who="adults", at=("Büro", "Hause", "Garten", "Restaurant",
                      "Supermarkt", *TOWNS), lasting=True, gern=True, weight=5),
        "live": Frame("wohnen", "live", at=(*TOWNS, "Stadt", "Meer"), needs_place=True, times=(),
                      stative=True, perfect=False, modes=WISHES, weight=7),
        "sleep": Frame("schlafen", "sleep", who="sleepers", at=("Bett", "Hause", "Garten"),
                       times=("now", "past", "often"), negatable=True, weight=4),
        "swim": Frame("schwimmen", "swim", at=("im Meer",), company=True, modes=PLEASURES,
                     gern=True, weight=3),
    }
)  # fmt: skip
