"""Questions: with a question word, with "wer" as the subject, and formal requests."""

from __future__ import annotations

from random import Random

from engine.translation.grammar import english, german
from engine.translation.grammar.clause import MIDDLE, Part
from engine.translation.grammar.clauses import draw_clause, frames
from engine.translation.grammar.conjugation import DU, ER, ICH, IHR, SIE, WIR
from engine.translation.grammar.frames import FRAMES
from engine.translation.grammar.indirect import kept, without
from engine.translation.grammar.noun_phrases import Phrase, pronoun
from engine.translation.grammar.sentences import Draft, asked, finished
from engine.translation.grammar.subjects import SUBJECTS
from engine.translation.grammar.weighted import Weighted
from engine.translation.grammar.wishes import Wish

# German word, English word, frames that may be asked, and the tenses they are asked in.
ROWS = Weighted(
    (
        (("wo", "where", ("live", "work", "shop", "play", "soccer", "wait", "sleep", "learn"),
          ("present", "perfect")), 4.0),
        (("wohin", "where", ("go", "drive"), ("present", "perfect")), 4),
        (("wann", "when", ("come", "come along", "arrive", "visit", "go", "drive", "call", "shop"),
          ("present", "perfect")), 5),
        (("wann", "when", ("get up", "train leaves", "train arrives", "begin"), ("routine",)), 4),
        (("warum", "why", ("learn", "stay", "cook", "work", "go", "sleep", "wait", "look for",
                           "call", "help"), ("present", "perfect")), 5),
        (("was", "what", ("eat", "drink", "read", "cook", "buy"),
          ("present", "perfect", "modal")), 5),
        (("was", "what", ("look for", "write", "watch"), ("present", "perfect")), 2),
        (("was", "what", ("need", "find"), ("present", "perfect")), 1.5),
        (("wen", "who", ("visit", "call", "know", "look for"), ("present", "perfect", "modal")), 3),
    )
)  # fmt: skip
DO = Part("", "", 0, 0)
WHO = Phrase(("wer", "wen", "wem", ""), "who", "who", ER, ER, True, False, "", "", ())
WHO_DOES = frames(
    ("come", "come along", "cook", "help", "buy food", "shop", "read", "learn", "speak", "know",
     "have", "need", "drive", "go", "work", "call", "eat", "drink", "live", "get up", "would like",
     "visit", "write")
)  # fmt: skip
MODES = ("möchten", "wollen", "können", "müssen")


def people_asked(rng: Random, who: str) -> Phrase:
    """Whom a question is about: mostly those spoken to."""
    return SUBJECTS["you" if who in ("people", "adults", "pupils", "sleepers") else who].draw(rng)


def with_word(rng: Random) -> Draft | None:
    """ "Wohin fährst du morgen?", "Was hat er gelesen?" """
    word, english_word, keys, tenses = ROWS.draw(rng)
    key = keys[int(rng.random() * len(keys))]
    how = tenses[int(rng.random() * len(tenses))]
    frame = FRAMES[key]
    mode = MODES[int(rng.random() * len(MODES))] if how == "modal" else ""
    if mode not in (*frame.modes, "") or (how == "perfect" and not frame.perfect):
        return None
    if how == "present" and not frame.present:
        return None
    wish = Wish(
        "perfect" if how == "perfect" else "present",
        mode,
        time_chance=0 if word == "wann" else 0.4,
        place_chance=0.2 if word in ("wann", "warum", "was", "wen") else 0,
        company_chance=0.15,
        simple=how == "routine",
    )
    clause = draw_clause(rng, key, wish, people_asked(rng, frame.who))
    if clause is None:
        return None
    if any(part.order == MIDDLE for part in clause.parts):
        return None
    bare = without(clause, word)
    return asked(bare._replace(combinations=kept(clause, word)), word, english_word)


def who_does(rng: Random) -> Draft | None:
    """ "Wer kommt morgen mit?": the question word is the subject, so English has no "do"."""
    key = WHO_DOES.draw(rng)
    frame = FRAMES[key]
    roll = rng.random()
    tense = "perfect" if frame.perfect and roll < 0.35 else "present"
    mode = "" if tense == "perfect" or roll < 0.7 else ("können", "möchten")[roll < 0.85]
    if mode not in (*frame.modes, "") or (tense == "present" and not frame.present):
        return None
    clause = draw_clause(rng, key, Wish(tense, mode, time_chance=0 if key == "speak" else 0.5), WHO)
    if clause is None:
        return None
    return finished(
        german.statement(clause),
        english.statement(clause),
        "?",
        (*clause.combinations, f"wer+{frame.german}"),
    )


ASKABLE = frames(key for key, frame in FRAMES.items() if frame.present)
PAST = frames(key for key, frame in FRAMES.items() if frame.perfect)
FORMAL = pronoun("Sie")


def yes_or_no(rng: Random) -> Draft | None:
    """ "Kommst du morgen?", "Haben Sie Hunger?", "Hast du das Buch gelesen?" """
    past = rng.random() < 0.25
    key = (PAST if past else ASKABLE).draw(rng)
    clause = draw_clause(
        rng, key, Wish("perfect" if past else "present"), people_asked(rng, FRAMES[key].who)
    )
    return asked(clause) if clause is not None else None


TO_YOU = frames(
    ("live", "speak", "know", "understand", "like", "need", "learn", "sleep", "get up", "work",
     "help", "call", "cook", "visit", "homework", "see", "watch", "drink", "soccer")
)  # fmt: skip


def to_you(rng: Random) -> Draft | None:
    """What one asks a friend: "Verstehst du die Frage?" """
    key = "forget" if rng.random() < 0.06 else TO_YOU.draw(rng)
    wish = Wish() if FRAMES[key].present else Wish("perfect")
    clause = draw_clause(rng, key, wish, pronoun("du"))
    return asked(clause) if clause is not None else None


MAY_I = Weighted(((ICH, 3.0), (WIR, 2), (DU, 4), (SIE, 3), (IHR, 2.5), (ER, 1)))
PERSONS = {ICH: "ich", WIR: "wir", DU: "du", SIE: "Sie", IHR: "ihr", ER: "er"}
POLITE = frames(
    ("help", "come along", "buy food", "cook", "call", "give", "go", "drive",
     "stay", "speak", "eat", "drink", "read", "play", "soccer", "visit", "shop", "buy", "watch")
)  # fmt: skip


ASKED_OF_YOU = ("möchten", "wollen", "können", "können", "müssen")


def with_modal(rng: Random) -> Draft | None:
    """ "Kannst du mir helfen?", "Darf ich mitkommen?" """
    person = MAY_I.draw(rng)
    options = ("können", "dürfen", "müssen") if person in (ICH, WIR) else ASKED_OF_YOU
    mode = options[int(rng.random() * len(options))]
    key = "help" if rng.random() < 0.1 else POLITE.draw(rng)
    if mode not in FRAMES[key].modes or FRAMES[key].who not in ("people", "adults"):
        return None
    offered = key == "help" and person in (ICH, WIR) and rng.random() < 0.8
    wish = Wish(mode=mode, whom="formal" if offered else "")
    clause = draw_clause(rng, key, wish, pronoun(PERSONS[person]))
    return asked(clause) if clause is not None else None
