"""Builds staged derivations: parts become stages with their words, and all of them a solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from quiz_bank.grading.staged import true_values
from quiz_bank.model import Stage, StageRule
from quiz_bank.templates.latex import equals

Values = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Part:
    """A stage to be: `words` say what it is, `formula` (LaTeX) how it comes about, and `filled`
    writes the formula with the values before it."""

    name: str
    symbol: str
    words: str
    formula: str
    filled: Callable[[Values], str]
    rule: StageRule
    wrong: Mapping[str, StageRule] = field(default_factory=dict)


def stages_of(parts: Sequence[Part]) -> tuple[Stage, ...]:
    """The stages of these parts, each with its worked line."""
    values = true_values([Stage(p.name, p.symbol, p.words, p.rule) for p in parts])
    return tuple(
        Stage(part.name, part.symbol, part.words, part.rule, part.wrong, _line(part, values))
        for part in parts
    )


def solution_of(stages: Sequence[Stage]) -> str:
    """The worked lines of all stages, one paragraph each."""
    return "\n\n".join(stage.solution for stage in stages)


def _line(part: Part, values: Values) -> str:
    filled, value = part.filled(values), equals(values[part.name])
    words = part.words[0].upper() + part.words[1:]
    return f"{words}: ${part.symbol} = {part.formula} = {filled} {value}$."
