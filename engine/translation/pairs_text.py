"""What can be wrong with a text of sentence pairs as a whole: its encoding, its columns, their
order. Each gets one sentence that says what was expected and what came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from engine.csv_table import MAX_BYTES

LOOKED_AT = 2_000  # pairs or lines that tell which column is which
EXPECTED = "Expected are lines of an English sentence, a tab and its German translation"
DELIMITERS = {";": "semicolons", "|": "bars", ",": "commas", "  ": "blanks"}
UTF16 = "text in UTF-16: save it as UTF-8"
SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive: unpack it",
    b"\x1f\x8b": "a gzip archive: unpack it",
    b"%PDF": "a PDF file: save its text as UTF-8",
    b"\xff\xfe": UTF16,
    b"\xfe\xff": UTF16,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORD = re.compile(r"[^\W\d_]+")
UMLAUT = re.compile("[äöüß]")
GERMAN = _words(
    "der die das den dem und ist nicht ich sie es ein eine einen wir du ihr zu mit hat habe auf "
    "sich er sind haben kann muss mir mich ihm uns im von für bei aus auch noch schon wie wo wer "
    "warum heute morgen geht kein keine"
)
ENGLISH = _words(  # without those that German has too, such as was, an, die
    "the is you i to a of he and not she it we have has this my your that are do does did can be "
    "at for with what where who how why his her they me him us no were will today tomorrow"
)


def decode(data: bytes | str) -> tuple[str, str | None]:
    """The text without a byte order mark, and the sentence that says why it cannot be read."""
    if len(data) > MAX_BYTES:
        most = f"{MAX_BYTES:,} ({MAX_BYTES // 2**20} MB)"
        return "", f"The text has {len(data):,} bytes; at most {most} are read."
    if isinstance(data, bytes):
        names = (name for start, name in SIGNATURES.items() if data.startswith(start))
        if name := next(names, UTF16 if data.count(0) > len(data) // 4 else ""):
            return "", f"Expected is a text file in UTF-8; this is {name} and try again."
        try:
            return data.decode("utf-8-sig"), None
        except UnicodeDecodeError as error:
            return "", _not_utf8(data, error)
    return data.removeprefix("\ufeff"), None


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    """Which byte is wrong, and what it would be in the encoding of old Western files."""
    byte = data[error.start]
    line = 1 + data.count(b"\n", 0, error.start)
    letter = bytes([byte]).decode("cp1252", "replace")
    guess = f"; in Latin-1 (Windows-1252) it is “{letter}”" if letter.isalpha() else ""
    return (
        f"Byte {error.start + 1:,} (line {line:,}) is {byte:#04x}, which is not UTF-8{guess}. "
        "Save the file as text in UTF-8 and try again."
    )


def column_problem(lines: Iterable[str]) -> str:
    """The sentence for lines none of which has a tab: what may divide their columns instead."""
    some = [line for _, line in zip(range(LOOKED_AT), filter(str.strip, lines), strict=False)]
    for delimiter, name in DELIMITERS.items():
        if some and sum(delimiter in line.strip() for line in some) > 0.9 * len(some):
            return f"{EXPECTED}; here {name} divide the columns, not tabs."
    return f"{EXPECTED}; these lines have no tab, so there is only one column."


def order_problem(pairs: Sequence[tuple[str, str]], swap: bool) -> str | None:
    """The sentence for pairs (German, English) whose sides seem to be swapped, else None."""
    german, english = (_counts(side) for side in zip(*pairs[:LOOKED_AT], strict=True))
    right = german["German"] + english["English"]
    wrong = german["English"] + english["German"]
    if wrong < 3 or wrong < 3 * right:
        return None
    first = "German" if not swap else "English"
    counted = english["German"] if not swap else german["English"]
    remedy = "Switch “German stands first” on" if not swap else "Switch “German stands first” off"
    return (
        f"The columns seem to be the other way round: {first} stands first, by {counted:,} "
        f"frequent {first} words{' or umlauts' if first == 'German' else ''} there. {remedy}."
    )


def _counts(sentences: Iterable[str]) -> Counter[str]:
    """How many words of the sentences are plainly of either language."""
    counts = Counter[str]()
    for sentence in sentences:
        for word in WORD.findall(sentence.casefold()):
            counts["German"] += word in GERMAN or UMLAUT.search(word) is not None
            counts["English"] += word in ENGLISH
    return counts
