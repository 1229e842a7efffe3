"""Typed sequences: what is read, and what is refused in which words."""

from __future__ import annotations

import pytest

from engine.by_hand.sequence_text import BOUND, LONGEST, read_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 0, -0.5", (1.0, 0.0, -0.5)),
        ("1 0 −0.5", (1.0, 0.0, -0.5)),
        ("[1; 2;3]", (1.0, 2.0, 3.0)),
        ("  1e2,\n.5 ", (100.0, 0.5)),
        ("-0", (0.0,)),
        ("1000,-1000", (BOUND, -BOUND)),
        (",".join("1" * LONGEST), (1.0,) * LONGEST),
    ],
)
def test_numbers_are_read(text, values):
    assert read_numbers(text) == (values, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no number"),
        (" , ;", "no number"),
        (",".join("1" * (LONGEST + 1)), "13 numbers"),
        ("1 " * 10_000, "10,000 numbers"),
        ("1, x", "Entry 2 cannot be read"),
        ("nan", "Entry 1 cannot be read"),
        ("1, inf", "Entry 2 cannot be read"),
        ("1,2,1e308", "Entry 3 is beyond 1000"),
        ("1e999", "Entry 1 is beyond 1000"),
        ("9" * 10_000, "Entry 1 is beyond 1000"),
        ("1000.1", "Entry 1 is beyond 1000"),
        ("五", "Entry 1 cannot be read"),
        ("٣", "Entry 1 cannot be read"),
        ("<b>1</b>", "Entry 1 cannot be read"),
        ("1__2", "Entry 1 cannot be read"),
        ("\x00", "Entry 1 cannot be read"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(text, words):
    values, problem = read_numbers(text)
    assert values == ()
    assert words in problem
    assert problem.endswith(".")
    assert len(problem) < 120
