"""Greetings, goodbyes and set phrases, alone and put together."""

from __future__ import annotations

from random import Random

from engine.translation.grammar.pronouns import NAMES
from engine.translation.grammar.sentences import Draft, finished

HELLO = (
    ("hallo", "hello"),
    ("guten Morgen", "good morning"),
    ("guten Tag", "good day"),
    ("guten Abend", "good evening"),
)
GOODBYE = (
    ("gute Nacht", "good night"),
    ("auf Wiedersehen", "goodbye"),
    ("tschüss", "bye"),
    ("bis morgen", "see you tomorrow"),
    ("bis bald", "see you soon"),
    ("bis heute Abend", "see you tonight"),
)
THANKS = (("danke", "thank you"), ("vielen Dank", "thank you very much"))
# Said on their own or after a greeting, with their closing mark.
REMARKS = (
    ("wie geht es dir", "how are you", "?"),
    ("wie geht es Ihnen", "how are you", "?"),
    ("wie geht es Ihnen heute", "how are you today", "?"),
    ("kann ich Ihnen helfen", "can I help you", "?"),
    ("wie geht es dir heute", "how are you today", "?"),
    ("wie geht es euch", "how are you", "?"),
    ("es geht mir gut", "I am fine", "."),
    ("mir geht es gut", "I am fine", "."),
    ("es geht mir nicht gut", "I am not well", "."),
    ("uns geht es gut", "we are fine", "."),
    ("ich liebe dich", "I love you", "."),
    ("wie heißt du", "what is your name", "?"),
    ("kein Problem", "no problem", "."),
    ("was ist das", "what is that", "?"),
    ("wer ist das", "who is that", "?"),
    ("wer bist du", "who are you", "?"),
    ("was machst du", "what are you doing", "?"),
    ("was machst du heute", "what are you doing today", "?"),
    ("was machst du heute Abend", "what are you doing tonight", "?"),
    ("was machen wir morgen", "what are we doing tomorrow", "?"),
    ("was hast du gestern gemacht", "what did you do yesterday", "?"),
    ("wie spät ist es", "what time is it", "?"),
    ("wie ist das Wetter", "how is the weather", "?"),
    ("ich weiß nicht", "I do not know", "."),
    ("ich weiß es nicht", "I do not know it", "."),
    ("ich verstehe nicht", "I do not understand", "."),
    ("das ist gut", "that is good", "."),
    ("das ist sehr schön", "that is very beautiful", "."),
    ("komm bitte", "please come", "!"),
    ("warte bitte", "please wait", "!"),
    ("hilf mir bitte", "please help me", "!"),
    ("warten Sie bitte", "please wait", "!"),
    ("bis bald", "see you soon", "!"),
)
SORRY = (
    ("Entschuldigung", "excuse me"),
    ("es tut mir leid", "I am sorry"),
)
AFTER_SORRY = tuple(row for row in REMARKS if row[0] in ("wie spät ist es", "ich verstehe nicht",
                    "was ist das", "wer ist das", "wie heißt du", "ich weiß nicht", "wer bist du",
                    "ich weiß es nicht"))  # fmt: skip
AFTER_HELLO = tuple(row for row in REMARKS if row[2] == "?" and "das" not in row[0]) + tuple(
    row for row in REMARKS if row[0] in ("es geht mir gut", "mir geht es gut")
)
AFTER_THANKS = (
    *tuple(row for row in REMARKS if "geht" in row[0] and row[2] == "."),
    ("das ist sehr schön", "that is very beautiful", "."),
)
NAMED = ("", *NAMES)


def pick(rng: Random, options: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """One of the rows."""
    return options[int(rng.random() * len(options))]


def greeting(rng: Random) -> Draft | None:
    """ "Guten Morgen, Anna!", "Hallo, wie geht es dir?", "Danke, Tom, es geht mir gut." """
    name = NAMED[int(rng.random() * len(NAMED))]
    roll = rng.random()
    address = f", {name}" if name else ""
    if roll < 0.25:
        return leaving(rng, address)
    if roll < 0.4:
        first, second = pick(rng, (*HELLO, *GOODBYE, *THANKS, *SORRY))
        return finished(
            f"{first}{address}", f"{second}{address}", "!", (f"{first}+{name}",) if name else ()
        )
    openers, remarks = ((HELLO, AFTER_HELLO), (THANKS, AFTER_THANKS), (SORRY, AFTER_SORRY))[
        0 if roll < 0.7 else 1 if roll < 0.85 else 2
    ]
    first, second = pick(rng, openers)
    remark, translation, mark = pick(rng, remarks)
    if name and rng.random() < 0.5:
        if "Ihnen" in remark or "Sie" in remark or "euch" in remark:
            return None
        return finished(
            f"{first}{address}, {remark}",
            f"{second}{address}, {translation}",
            mark,
            (f"{first}+{remark}", f"{first}+{name}"),
        )
    return finished(f"{first}, {remark}", f"{second}, {translation}", mark, (f"{first}+{remark}",))


def leaving(rng: Random, address: str) -> Draft | None:
    """ "Tschüss, Anna, bis morgen!", "Danke, bis bald!" """
    first, second = pick(rng, (*GOODBYE[:3], *THANKS))
    after, later = pick(rng, GOODBYE[3:] if rng.random() < 0.7 else GOODBYE)
    if first == after:
        return None
    return finished(
        f"{first}{address}, {after}", f"{second}{address}, {later}", "!", (f"{first}+{after}",)
    )


ABOUT = (
    ("", ""),
    (" und ich komme aus Berlin", " and I am from Berlin"),
    (" und ich komme aus Deutschland", " and I am from Germany"),
    (" und ich wohne in Berlin", " and I live in Berlin"),
    (" und ich wohne in Deutschland", " and I live in Germany"),
    (" und ich lerne Englisch", " and I am learning English"),
    (" und ich lerne Deutsch", " and I am learning German"),
)


def introduction(rng: Random) -> Draft | None:
    """ "Guten Tag, ich heiße Anna und ich wohne in Berlin." """
    first, second = pick(rng, (("", ""), *HELLO))
    name = NAMED[1 + int(rng.random() * (len(NAMED) - 1))]
    about, translation = pick(rng, ABOUT)
    comma = ", " if first else ""
    return finished(
        f"{first}{comma}ich heiße {name}{about}",
        f"{second}{comma}my name is {name}{translation}",
        ".",
        (f"heißen+{name}", f"heißen{about}"),
    )
