"""A visitor's sentence pairs: cleaned, counted, refused with reasons, and never an exception."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.csv_table import MAX_BYTES
from engine.translation import pairs as module
from engine.translation.pairs import (
    FEWEST_PAIRS,
    MOST_LETTERS,
    MOST_LINES,
    MOST_PAIRS,
    MOST_WORDS,
    read_line,
    read_pairs,
)

GOOD = [
    (f"Ich habe {k} Äpfel und er ist nicht da.", f"I have {k} apples and he is not there.")
    for k in range(2, 14)
]
TEXT = "".join(f"{english}\t{german}\n" for german, english in GOOD)
SWAPPED = "".join(f"{german}\t{english}\n" for german, english in GOOD)


def test_lines_of_manythings_are_read():
    told = read_pairs("Go.\tGeh.\tCC-BY 2.0 (France) Attribution: tatoeba.org #28 (CM)\n" + TEXT)
    assert told.problem is None
    assert told.pairs == (("Geh.", "Go."), *GOOD)
    assert told.pairs[0].german == "Geh."
    assert (told.lines, told.refusals, told.duplicates, told.unread) == (13, 0, 0, 0)


def test_lines_of_tatoeba_are_read():
    assert read_line("1276\tLet's go.\t77\tGehen wir.")[0] == ("Gehen wir.", "Let's go.")
    assert read_line("77\tGehen wir.\t1276\tLet's go.", swap=True)[0] == ("Gehen wir.", "Let's go.")


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\n\n \n"),
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace(" ", " \xa0 "),
        TEXT.replace("Äpfel", "Äp\u00adfel\u200b"),
    ],
    ids=[
        "bytes",
        "mark",
        "mark-in-text",
        "crlf",
        "cr",
        "blank-lines",
        "decomposed",
        "blanks",
        "unseen",
    ],
)
def test_the_same_pairs_in_many_guises(data):
    told = read_pairs(data)
    assert told.problem is None
    assert list(told.pairs) == GOOD


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Go.", "no tab: only one column"),
        ("\tGeh.", "the English side is empty"),
        ("Go.\t \t CC-BY", "the German side is empty"),
        ("Go.\t\u200b", "the German side is empty"),
        ("a " * (MOST_WORDS + 1) + "\tGeh.", f"the English side has more than {MOST_WORDS} words"),
        ("Go.\t" + "a" * (MOST_LETTERS + 1), f"the German side has more than {MOST_LETTERS} char"),
        ("Go.\tGe\x07h.", "the German side has a control character"),
        ("Go.\tGe\u202eh.", "the German side has a control character"),
        ("For.\tFÃ¼r.", "the German side has broken letters"),
        ("Taxi!\tTaxi!", "both sides are the same"),
    ],
)
def test_a_line_is_refused_with_its_number_reason_and_text(line, reason):
    told = read_pairs(f"{TEXT}{line}\n")
    assert told.problem is None
    assert len(told.pairs) == len(GOOD)
    (refused,) = told.refused
    assert refused.line == 13
    assert refused.reason.startswith(reason)
    assert told.reasons == {refused.reason: 1}
    assert len(refused.text) <= 60
    assert "\t" not in refused.text


def test_a_limit_is_not_beyond_itself():
    assert read_line("a " * MOST_WORDS + "\t" + "b" * MOST_LETTERS)[0] is not None


def test_duplicates_are_counted_and_other_translations_kept():
    told = read_pairs(TEXT + TEXT + "I go.\tIch gehe.\nI am going.\tIch gehe.\n")
    assert told.duplicates == 12
    assert told.lines == 26
    assert len(told.pairs) == 14


def test_names_of_columns_are_no_pair():
    told = read_pairs("English\tGerman\n" + TEXT)
    assert told.reasons == {"names of the columns": 1}
    assert len(told.pairs) == 12


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "There is no text. Expected are lines of an English sentence, a tab"),
        (" \n\t\n", "There is no text"),
        (b"", "There is no text"),
        (TEXT.encode("latin-1"), "in Latin-1 (Windows-1252) it is “Ä”"),
        (TEXT.encode("utf-16"), "text in UTF-16"),
        (TEXT.encode("utf-16-le"), "text in UTF-16"),
        (b"\x89PNG\r\n", "Byte 1 (line 1) is 0x89, which is not UTF-8"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"a\tb\n" * (MAX_BYTES // 4 + 1), "5,242,884 bytes; at most 5,242,880 (5 MB)"),
        (SWAPPED, "the other way round: German stands first, by 84 frequent German words"),
        (TEXT.replace("\t", " "), "so there is only one column"),
        (TEXT.replace("\t", ";"), "here semicolons divide the columns, not tabs"),
        (TEXT.replace("\t", "    "), "here blanks divide the columns"),
        ("Go.\tGeh.", "Only 1 different pair; at least 10 are needed"),
        ("Go.\tGeh.\n" * 50, "Only 1 different pair"),
        ("OK\tOK\n" * 50, "None of the 50 lines can be used; most often because both sides are"),
        ("OK\tOK", "The only line cannot be used: both sides are the same."),
    ],
)
def test_a_text_that_cannot_be_used_gets_one_sentence(data, words):
    told = read_pairs(data)
    assert told.problem is not None
    assert words in told.problem
    assert told.problem.endswith(".")


def test_swapped_columns_are_read_with_the_switch_and_told_without():
    assert list(read_pairs(SWAPPED, swap=True).pairs) == GOOD
    problem = read_pairs(TEXT, swap=True).problem
    assert problem is not None
    assert "English stands first" in problem
    assert "off" in problem
    assert read_pairs(TEXT).digest != read_pairs(TEXT, swap=True).digest


def test_markup_stays_text():
    lines = "".join(f"<b>{k}</b>\t<script>alert({k})</script>\n" for k in range(FEWEST_PAIRS))
    assert read_pairs(lines).pairs[3] == ("<script>alert(3)</script>", "<b>3</b>")


def test_only_the_first_pairs_and_lines_are_taken(monkeypatch):
    told = read_pairs("".join(f"{k}\tZahl {k}\n" for k in range(MOST_PAIRS + 7)))
    assert (len(told.pairs), told.lines, told.unread) == (MOST_PAIRS, MOST_PAIRS, 7)
    monkeypatch.setattr(module, "MOST_LINES", 10)
    told = read_pairs("Go.\tGeh.\n" * 25)
    assert (told.lines, told.duplicates, told.unread) == (10, 9, 15)


def test_refused_lines_are_kept_up_to_a_number_and_counted_beyond(monkeypatch):
    monkeypatch.setattr(module, "KEPT_REFUSALS", 3)
    told = read_pairs(TEXT + "no tab\n" * 20)
    assert len(told.refused) == 3
    assert told.refusals == 20


@pytest.mark.parametrize(
    "data",
    [
        b"a\tb\n" * 1_000_000,
        b"abc\n" * 1_000_000,
        b"\n" * 5_000_000,
        b"\t" * 5_000_000,
        b"a" * 5_000_000,
        ("a\ta" + "\u0301\u0323" * 1_200_000).encode(),
        b" a\t" + b" b" * 2_400_000,
        b"a\tb\r" * 1_000_000,
    ],
    ids=["duplicates", "one-column", "blank", "tabs", "one-line", "combining", "blanks", "cr"],
)
def test_a_million_lines_take_seconds_at_most(data):
    begin = time.process_time()
    told = read_pairs(data)
    assert time.process_time() - begin < 5  # measured: half a second
    assert told.problem
    assert told.lines <= MOST_LINES


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)), st.booleans())
def test_no_input_raises(data, swap):
    told = read_pairs(data, swap)
    assert told.problem is None or told.problem.endswith(".")
    for pair in told.pairs:
        for side in pair:
            assert side == " ".join(side.split())
            assert side
            assert not module.CONTROLS.search(side)
