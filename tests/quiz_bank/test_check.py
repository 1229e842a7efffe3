"""The check of the whole bank: it passes, and every kind of fault makes it fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quiz_bank.__main__ import main
from quiz_bank.blueprint import BLUEPRINT, COLUMNS, coverage
from quiz_bank.certify import variant_of
from quiz_bank.check import SEEDS, check_question, holes, table
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.loader import load_bank
from quiz_bank.model import TEMPLATE_KINDS, Bank, Formula
from quiz_bank.proofs import unproved
from quiz_bank.topics import TOPICS

BANK = load_bank()
ONE_ANSWER = (
    *TEMPLATE_KINDS,
    "choice",
    "wrong line",
)  # of the others any set or order may be right
ONE_OF_EACH = [next(q for q in BANK if q.kind == kind) for kind in ONE_ANSWER]


def spoiled(answer):
    """The same answer with one mistake in it."""
    if isinstance(answer, Formula):
        return replace(answer, reference=f"({answer.reference}) * 1.01")
    if isinstance(answer, tuple) and hasattr(answer[0], "rule"):
        first, *others = answer
        return (replace(first, rule=lambda values: first.rule(values) * 1.01), *others)
    if isinstance(answer, tuple):
        return tuple(replace(option, correct=False) for option in answer)
    return np.asarray(answer) * 1.01 + 0.01


def slipping(variant):
    """The same variant, whose slips all give the right answer."""
    return replace(variant, wrong=dict.fromkeys(variant.wrong, variant.answer))


def test_the_blueprint_is_the_one_asked_for():
    """The sums of its table."""
    columns = zip(*(subject.columns for subject in BLUEPRINT.values()), strict=True)
    sums = dict(zip(COLUMNS, map(sum, columns), strict=False))
    assert sums == {
        "number": 65,
        "formula": 15,
        "matrix": 12,
        "choice": 30,
        "order": 11,
        "wrong line": 17,
        "picture": 12,
        "own words": 20,
    }
    assert sum(sum(subject.levels) for subject in BLUEPRINT.values()) == 182
    covered = [topic for subject in BLUEPRINT.values() for topic in subject.topics]
    assert sorted(covered) == sorted(TOPICS)


def test_the_bank_has_no_hole():
    assert list(holes(BANK)) == []
    assert len(ESSENTIALS) == 50


def test_an_empty_bank_is_all_holes():
    found = list(holes(Bank(())))
    wanted = sum(1 for s in BLUEPRINT.values() for n in (*s.columns, *s.levels) if n)
    assert len(found) == wanted + len(ESSENTIALS) + 3
    assert "0 items of 182" in found


@pytest.mark.parametrize("question", ONE_OF_EACH, ids=lambda question: question.kind)
def test_a_wrong_key_is_found(question):
    def make(rng):
        variant = question.make(rng)
        return replace(variant, answer=spoiled(variant.answer))

    wrong = replace(question, make=make)
    assert not unproved(question, variant_of(question, 0))
    assert unproved(wrong, variant_of(wrong, 0))
    assert list(check_question(wrong))


def test_too_few_certified_seeds_are_a_fault():
    number = ONE_OF_EACH[0]
    always = replace(number, make=lambda rng: slipping(number.make(rng)))
    assert any(f"{len(SEEDS)} of {len(SEEDS)} seeds" in fault for fault in check_question(always))


def test_the_table_shows_counts_and_marks_holes():
    rows = table(BANK).splitlines()
    assert len(rows) == len(BLUEPRINT) + 2
    assert len({len(row) for row in rows}) == 1
    assert "!" not in table(BANK)
    assert table(Bank(())).count("!") >= len(BLUEPRINT) - 1
    assert sum(sum(row.levels) for row in coverage(BANK)) == len(BANK)
    assert rows[-1].split()[-1] == str(len(BANK))


def test_the_command_says_how_to_use_it():
    assert main([]).startswith("usage")


def test_a_hole_fails_the_command(monkeypatch, capsys):
    few = Bank(tuple(q for q in BANK if q.topic == "gru"))
    monkeypatch.setattr("quiz_bank.__main__.load_bank", lambda: few)
    failure = main(["check"])
    assert "faults:" in failure
    assert f"{len(few)} items" in capsys.readouterr().out
