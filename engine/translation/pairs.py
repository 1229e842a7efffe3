"""Sentence pairs that a visitor brings, as Tatoeba and manythings.org give them: read leniently.

A line is "Go.<tab>Geh.<tab>attribution": English, German, and what is ignored. Nothing here raises
for any input, and the work is linear in its size: what cannot be read is told in the report, line
by line. Sentences are kept as they are, markup and all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple

from engine.csv_table import Refused
from engine.translation.pairs_text import EXPECTED, column_problem, decode, order_problem
from engine.translation.words import split

MOST_LINES = 200_000  # read at most
MOST_PAIRS = 50_000  # taken at most
FEWEST_PAIRS = 10  # what is left to learn from and to hold out
MOST_WORDS, MOST_LETTERS = 20, 250  # of a sentence; marks count as words
KEPT_REFUSALS = 500  # refused lines that are kept with their text; all are counted
SHOWN_LETTERS = 60

NO_TAB = "no tab: only one column"
NAMES = "names of the columns"
SAME = "both sides are the same"
EMPTY = "the {side} side is empty"
ENDLESS = f"the {{side}} side has more than {MOST_LETTERS} characters"
LONG = f"the {{side}} side has more than {MOST_WORDS} words and marks"
CONTROL = "the {side} side has a control character"
BROKEN = "the {side} side has broken letters, such as Ã¼ for ü"

HEADERS = {"english", "german", "englisch", "deutsch", "en", "de", "eng", "deu", "ger"}
CONTROLS = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\uffff\ud800-\udfff]"
)
MISREAD = re.compile("Ã[¤¶¼Ÿ„–œ]|â€")  # UTF-8 taken for Latin-1
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")  # soft hyphens and the like
FAULTS: dict[
    str, Callable[[str], object]
] = {  # why a side without blanks around it is refused, in the order of looking
    EMPTY: lambda text: not text,
    ENDLESS: lambda text: len(text) > MOST_LETTERS,
    CONTROL: CONTROLS.search,
    BROKEN: MISREAD.search,
    LONG: lambda text: len(split(text)) > MOST_WORDS,
}


class SentencePair(NamedTuple):
    """A sentence and its translation, each with single blanks and composed letters (NFC)."""

    german: str
    english: str


@dataclass(frozen=True, eq=False)
class PairList:
    """What became of a text of pairs.

    `pairs` are those taken, each once; `duplicates` counts repetitions. `refused` holds the first
    refused lines, `reasons` the number of all of them by reason. `lines` counts lines with text
    that were read, `unread` those after the last that was. `problem` is the sentence that says why
    nothing here can be used, or None. `digest` tells one list from another.
    """

    pairs: tuple[SentencePair, ...] = ()
    refused: tuple[Refused, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    lines: int = 0
    unread: int = 0
    problem: str | None = None
    digest: str = ""

    @property
    def refusals(self) -> int:
        """How many lines were refused."""
        return sum(self.reasons.values())


def read_pairs(data: bytes | str, swap: bool = False) -> PairList:
    """Pairs from UTF-8 bytes or text, with the report of what was read and what refused.

    `swap` says that German stands first. At most MOST_LINES lines are read and MOST_PAIRS pairs
    taken; fewer than FEWEST_PAIRS are a problem. Four columns that begin with a number are read as
    Tatoeba's own export: number, sentence, number, sentence.
    """
    text, problem = decode(data)
    if problem:
        return PairList(problem=problem)
    lines = re.sub("\r\n?", "\n", text).split("\n", MOST_LINES)
    rest = lines.pop() if len(lines) > MOST_LINES else ""
    found = _read(lines, swap)
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return replace(
        found,
        unread=found.unread + (rest.rstrip("\n").count("\n") + 1 if rest.strip() else 0),
        problem=_problem(found, lines, swap),
        digest=f"{digest} {swap}",
    )


def read_line(line: str, swap: bool = False) -> tuple[SentencePair | None, str]:
    """The pair of one line, or None and the reason why there is none."""
    columns = line.split("\t", 4)
    if len(columns) > 3 and columns[0].strip().isdecimal():
        columns = columns[1::2]
    if len(columns) < 2:
        return None, NO_TAB
    english, german = (columns[1], columns[0]) if swap else columns[:2]
    english, reason = clean(english, "English")
    if not reason:
        german, reason = clean(german, "German")
    if reason:
        return None, reason
    if english == german:
        return None, SAME
    return SentencePair(german, english), ""


def clean(text: str, side: str) -> tuple[str, str]:
    """A sentence with single blanks and composed letters, and why it is refused or "".

    Long ones are refused first, since composing takes long for some texts.
    """
    text = text.strip()
    for reason, is_faulty in FAULTS.items():
        if is_faulty(text):
            return text, reason.format(side=side)
    if not text.isascii():
        text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    text = " ".join(text.split())
    return text, "" if text else EMPTY.format(side=side)


def shortened(line: str) -> str:
    """The start of a line, to be shown: tabs as ⇥, control characters as blanks."""
    start = CONTROLS.sub(" ", line[: 2 * SHOWN_LETTERS].replace("\t", " ⇥ ")).strip()
    return start if len(start) <= SHOWN_LETTERS else f"{start[: SHOWN_LETTERS - 1]}…"


def _read(lines: Sequence[str], swap: bool) -> PairList:
    """The pairs of the lines, until there are enough."""
    pairs: dict[SentencePair, None] = {}
    refused: list[Refused] = []
    reasons: Counter[str] = Counter()
    read = duplicates = number = 0
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        read += 1
        pair, reason = read_line(line, swap)
        if pair and number == 1 and {side.casefold() for side in pair} <= HEADERS:
            pair, reason = None, NAMES
        if pair is None:
            reasons[reason] += 1
            if len(refused) < KEPT_REFUSALS:
                refused.append(Refused(number, reason, shortened(line)))
        elif pair in pairs:
            duplicates += 1
        else:
            pairs[pair] = None
            if len(pairs) == MOST_PAIRS:
                break
    unread = sum(bool(line) and not line.isspace() for line in lines[number:])
    return PairList(tuple(pairs), tuple(refused), dict(reasons), duplicates, read, unread)


def _problem(found: PairList, lines: Sequence[str], swap: bool) -> str | None:
    """Why the pairs found cannot be used, in one sentence."""
    if not found.lines:
        return f"There is no text. {EXPECTED}."
    if not found.pairs and found.reasons.get(NO_TAB) == found.refusals:
        return column_problem(lines)
    if found.pairs and (problem := order_problem(found.pairs, swap)):
        return problem
    if not found.pairs:
        reason = max(found.reasons, key=found.reasons.__getitem__)
        if found.lines == 1:
            return f"The only line cannot be used: {reason}."
        return f"None of the {found.lines:,} lines can be used; most often because {reason}."
    if len(found.pairs) < FEWEST_PAIRS:
        n = len(found.pairs)
        return (
            f"Only {n} different {'pair' if n == 1 else 'pairs'}; at least {FEWEST_PAIRS} are "
            "needed, to learn from most and hold out the others."
        )
    return None
