"""The whole bank under every rule: what is wrong with it, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quiz_bank.blueprint import COLUMNS, Coverage, coverage, shortages
from quiz_bank.certify import conflict, variant_of
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.model import DIFFICULTIES, Bank, Question
from quiz_bank.proofs import unproved
from quiz_bank.template_checks import check_draw

SEEDS = range(50)
LEAST_CERTIFIED = 0.6  # of the seeds; below that, drawing one takes too long


def check(bank: Bank) -> Iterator[str]:
    """Everything wrong with the bank beyond what the loader refuses, a line for each: keys that
    are not proved, templates with too few certified seeds, and holes."""
    for question in bank:
        yield from (f"{question.id}: {fault}" for fault in check_question(question))
    yield from holes(bank)


def check_question(question: Question) -> Iterator[str]:
    """A template that draws what it should not, keys not proved over SEEDS, and too few certified
    seeds among them."""
    if question.is_template and (faults := list(check_draw(question))):
        yield from map(str, faults)
        return
    reasons = []
    for seed in SEEDS if question.is_template else SEEDS[:1]:
        variant = variant_of(question, seed)
        if fault := unproved(question, variant):
            yield f"seed {seed}: {fault}"
        if reason := conflict(question, variant):
            reasons.append(f"seed {seed}: {reason}")
    if question.is_template and len(reasons) > (1 - LEAST_CERTIFIED) * len(SEEDS):
        yield f"{len(reasons)} of {len(SEEDS)} seeds are not certified; {reasons[-1]}"


def holes(bank: Bank) -> Iterator[str]:
    """What the blueprint asks for and the bank lacks."""
    for row in coverage(bank):
        yield from (f"{row.subject}: {hole}" for hole in row.holes)
    yield from shortages(bank)
    essential = {question.id for question in bank if "essential" in question.tags}
    for subject, item in ESSENTIALS.items():
        if item not in essential:
            yield f"essential subject {subject}: no item {item} with the tag essential"


def table(bank: Bank) -> str:
    """The coverage of the blueprint as aligned text: a row for each subject, and a last one with
    the sums. Each cell has what is there; a hole is marked by what is wanted."""
    rows = list(coverage(bank))
    head = ("subject", "E/M/H", *COLUMNS, "items")
    lines = [head, *map(_line, rows), _sums(rows, len(bank))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def _line(row: Coverage) -> tuple[str, ...]:
    short = {hole.split(":")[0] for hole in row.holes}
    cells = (
        f"{count or '·'}{'!' if name in short else ''}"
        for name, count in zip(COLUMNS, row.columns, strict=True)
    )
    levels = "/".join(map(str, row.levels)) + "!" * any(level in short for level in DIFFICULTIES)
    return (row.subject, levels, *cells, str(sum(row.levels)))


def _sums(rows: Sequence[Coverage], items: int) -> tuple[str, ...]:
    levels = "/".join(map(str, map(sum, zip(*(row.levels for row in rows), strict=True))))
    columns = map(str, map(sum, zip(*(row.columns for row in rows), strict=True)))
    return ("all", levels, *columns, str(items))


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join((first, *rest))
