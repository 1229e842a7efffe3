"""The sentence around one target word: examples, what has been fed, and what the label may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.by_hand.sentence import SOURCE
from engine.seq2seq.batch import Ids
from engine.studies.word_step import WordStep
from engine.translation.shipped import HeldOut
from engine.translation.translator import Reading
from engine.translation.words import split
from pages.figures.base import listed, number
from pages.figures.translate_reading import plain
from pages.figures.word_step import spoken

POST = ("Wie geht es dir?", "How are you?")  # the post's sentence as the corpus has it
MOST = 8  # kinds of sentences with an example
LONGEST = 30  # letters of an unknown word that are repeated
LENGTHS = range(6, 10)  # words and marks of an example


def examples(tested: Iterable[HeldOut]) -> dict[str, str]:
    """German sentences with their translations: the first held-out one that the model gets wrong,
    the post's, and one of each of the first kinds."""
    by_kind: dict[str, tuple[str, str]] = {}
    wrong: list[tuple[str, str]] = []
    for row in tested:
        if len(split(row.german)) in LENGTHS:
            by_kind.setdefault(row.kind, row[:2])
            if row.output != row.reference:
                wrong.append(row[:2])
    return dict([*wrong[:1], POST, *list(by_kind.values())[:MOST]])


def describe_reading(
    reading: Reading, words: Sequence[str], target: Ids, position: int, is_own: bool
) -> str:
    """The sentence, its translation with the target word marked, and where that comes from."""
    german = plain(" ".join(reading.tokens))
    english = marked([spoken(words[k]) for k in target], position)
    before = "the word" if position == 1 else f"the {position} words"
    fed = f"{before} before" if position else "the start mark alone"
    origin = "the model’s own greedy translation" if is_own else "the corpus’s translation"
    return (
        f"{german} → {english}  \nThe target is {origin}; the decoder is fed {fed} (teacher "
        f"forcing).{_unknown(reading)}"
    )


def marked(words: Sequence[str], position: int) -> str:
    """The words in a line, the one at the position in bold and brackets."""
    return " ".join(
        f"**[{plain(word)}]**" if k == position else plain(word) for k, word in enumerate(words)
    )


def _unknown(reading: Reading) -> str:
    """Which words the model does not know."""
    if not reading.unknown:
        return ""
    tokens = (reading.tokens[k] for k in reading.unknown)
    names = dict.fromkeys(
        plain(token if len(token) <= LONGEST else f"{token[: LONGEST - 1]}…") or "·"
        for token in tokens
    )
    return f" Not in the vocabulary, read as (unknown): {listed([f'“{name}”' for name in names])}."


def describe_post(translation: Sequence[str], position: int, step: WordStep) -> str:
    """The post's sentence and translation, and which numbers stand behind it."""
    a = number(float(step.vector[0]))
    return (
        f"{' '.join(SOURCE)} → {marked(translation, position)}  \nThe post has one output, a₂ = "
        f"{a}; it stands here at each of the {len(translation)} words. W_y is chosen, as on the "
        "page LSTM by hand."
    )


def word_number(typed: str, words: Sequence[str]) -> int | None:
    """The number of a typed word, however it is capitalized; None if it is no word of these."""
    wanted = typed.strip()
    by_name = {spoken(word).casefold(): k for k, word in enumerate(words)}
    exact = {spoken(word): k for k, word in enumerate(words)}
    return exact.get(wanted, by_name.get(wanted.casefold()))


def not_a_word(typed: str, words: Sequence[str], right: int) -> str:
    """Why the label stays as it is."""
    stays = f"The label stays “{plain(spoken(words[right]))}”."
    shown = plain(typed)
    if not shown:
        return f"Type one of the {len(words):,} words of the vocabulary. {stays}"
    return f"The vocabulary of {len(words):,} words has no “{shown}”. {stays}"
