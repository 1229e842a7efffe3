"""What to say of a text: why it is not translated, and what of it the model cannot know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from engine.seq2seq.decoding import LIMIT
from pages.figures.base import counted, listed
from pages.figures.translate import Translation

LONGEST = 300  # characters of a text
MOST_WORDS = 40  # words and punctuation marks
TOLD = 4  # unknown words that are named
ESCAPED = re.compile(r"\\(.)")
MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def plain(text: str) -> str:
    """The text for Markdown, so that it is shown letter by letter."""
    return MARKS.sub(r"\\\1", "".join(filter(str.isprintable, text)).strip())


def spoken(markdown: str) -> str:
    """What a sentence in Markdown says, as `plain` and bold type have made it."""
    return ESCAPED.sub(r"\1", markdown.replace("**", ""))


def refusal(text: str, tokens: Sequence[str]) -> str | None:
    """Why a text is not translated; None where it is. `tokens` are its words."""
    if not text.strip():
        return "There is no text. Write a German sentence or choose an example."
    if len(text) > LONGEST:
        return (
            f"This text has {len(text):,} characters; at most {LONGEST} are translated at once. It "
            "stays in the field: shorten it there."
        )
    if not any(letter.isalpha() or letter.isdigit() for letter in text):
        return "There is no word in this text, only signs. Write a German sentence."
    if len(tokens) > MOST_WORDS:
        return (
            f"This text has {len(tokens)} words and marks; at most {MOST_WORDS} are translated at "
            "once. It stays in the field: shorten it there."
        )
    return None


def remarks(made: Translation, longest: int) -> list[str]:
    """What the model cannot know of the text, a sentence each, in Markdown.

    longest: the words and marks of the longest sentence on which the model was tested.
    """
    sentences = _unknown(made) if made.unknown else []
    if len(made.source) > longest:
        sentences.append(
            f"This has {len(made.source)} words and marks. The model learned from short sentences; "
            f"the longest that it was tested on has {longest}: expect mistakes."
        )
    if not made.ended:
        sentences.append(f"Cut after {LIMIT} words: the model did not write an end.")
    return sentences


def _unknown(made: Translation) -> list[str]:
    """Which words are unknown, what they are read as, and what is like them."""
    words = list(dict.fromkeys(made.source[k] for k in sorted(made.unknown)))
    known = [word for word in made.translator.source.words if word[0].isalpha()]
    told = [_nearest(word, known) for word in words[:TOLD]]
    if more := words[TOLD:]:
        told.append(f"{counted(len(more), 'other word')}")
    is_one = len(words) == 1
    sentences = [
        f"Unknown: {listed(told)}. The model knows {len(known):,} German words and reads "
        f"{'this one' if is_one else 'each of these'} as the same \\<unknown\\>."
    ]
    return [*_language(made, words), *sentences]


def _language(made: Translation, unknown: Sequence[str]) -> list[str]:
    """Whether so many words are unknown that the text may not be German."""
    words = [word for word in made.source if any(map(str.isalnum, word))]
    strange = [word for word in words if word in unknown]
    if len(strange) * 2 < len(words) or not strange:
        return []
    written = {word.casefold() for word in made.translator.target.words}
    english = [word for word in strange if word.casefold() in written]
    if len(english) * 2 > len(strange) and len(strange) > 1:
        return [
            f"This looks like English: {len(english)} of {counted(len(words), 'word')} are in the "
            "English vocabulary and not in the German one. The model reads German."
        ]
    share = "None of the words is" if strange == words else f"Only {len(words) - len(strange)} of "
    share += "" if strange == words else f"{counted(len(words), 'word')} are"
    return [f"{share} known, so the translation is a guess. Is this German?"]


def _nearest(word: str, known: Sequence[str]) -> str:
    """The word with the known one that is most like it, if any is."""
    by_case = {other.casefold(): other for other in known}
    found = get_close_matches(word.casefold(), by_case, n=1, cutoff=0.7)
    short = word if len(word) <= 30 else word[:29] + "…"
    hint = f" (did you mean “{plain(by_case[found[0]])}”?)" if found else ""
    return f"**{plain(short)}**{hint}"
