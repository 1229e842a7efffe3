"""What a question is: the records that the loader fills, the grader reads and the pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.types import Array

Kind = Literal[
    "number",
    "vector",
    "matrix",
    "formula",
    "picture",
    "staged",
    "choice",
    "choices",
    "order",
    "wrong line",
    "own words",
]
Difficulty = Literal["easy", "medium", "hard"]

NUMERIC_KINDS: tuple[Kind, ...] = ("number", "vector", "matrix")  # of 0, 1 and 2 dimensions
TEMPLATE_KINDS: tuple[Kind, ...] = (*NUMERIC_KINDS, "formula", "picture", "staged")
PROSE_KINDS: tuple[Kind, ...] = ("choice", "choices", "order", "wrong line", "own words")
KINDS: tuple[Kind, ...] = TEMPLATE_KINDS + PROSE_KINDS
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")

Curve = tuple[Array, Array]  # x (n,) and y (n,)


@dataclass(frozen=True, eq=False)
class Picture:
    """What a small picture shows, as plain data; the pages decide how it looks.

    lines, points, bars  name -> (x, y); a line is broken where y is NaN.
    contours             (x (n,), y (m,), values (m, n)): a function over a plane.
    settings             what it was computed from: name in words -> value in words.
    """

    x_title: str
    y_title: str
    settings: Mapping[str, str]
    lines: Mapping[str, Curve] = field(default_factory=dict)
    points: Mapping[str, Curve] = field(default_factory=dict)
    bars: Mapping[str, Curve] = field(default_factory=dict)
    contours: tuple[Array, Array, Array] | None = None
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Option:
    """One option of a choice. A wrong one carries the mistake behind it, as feedback.

    The options of a question about pictures have a letter as their text."""

    text: str
    correct: bool = False
    feedback: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Formula:
    """A formula answer: the derivative of `objective` with respect to `wrt`, both in answer syntax.

    `reference` and `objective` are read by the same parser as a learner's answer. Variables are
    sampled in (-2, 2), those in `positive` in (0.05, 2), those in `unit_interval` in (0.02, 0.98).
    """

    reference: str
    variables: tuple[str, ...]
    objective: str
    wrt: str
    positive: tuple[str, ...] = ()
    unit_interval: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """An ordering answer: `items` in one right order; `before` holds the pairs (i, j), by index
    into `items`, that a right order must respect. Empty means the given order is the only one."""

    items: tuple[str, ...]
    before: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Rubric:
    """What a good answer in one's own words says. The learner ticks the points that theirs has;
    the question's solution is the model answer."""

    points: tuple[str, ...]


StageRule = Callable[[Mapping[str, float]], float]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of a derivation that is graded stage by stage.

    rule      the value of this stage from the values of the stages before it, by name.
    wrong     misconception key -> the rule with that one mistake.
    symbol    LaTeX; `prompt` says in Markdown what is asked for, `solution` how it comes about.
    """

    name: str
    symbol: str
    prompt: str
    rule: StageRule
    wrong: Mapping[str, StageRule] = field(default_factory=dict)
    solution: str = ""


Answer = float | Array | Formula | Order | Rubric | tuple[Option, ...] | tuple[Stage, ...]


def _as_it_is(gradient: Array) -> Array:
    return gradient


@dataclass(frozen=True)
class Variant:
    """A question with its numbers drawn.

    answer     float (number), (d,) array (vector), (n, d) array (matrix), Formula, Order, Rubric
               (own words), the tuple of Stages of a staged derivation, or the tuple of Options
               of a choice, a picture or a wrong line.
    objective  scalar function whose central-difference gradient at `at`, passed through `key`,
               must give `answer`: the proof that the key is right (number, vector and matrix;
               for a staged derivation it gives the values of all stages).
    wrong      misconception key -> the answer that a person with that misconception would give,
               computed by the question's own program with one rule broken.
    """

    prompt: str
    answer: Answer
    solution: str
    objective: Callable[[Array], float] | None = None
    at: Array | None = None
    key: Callable[[Array], float | Array] = _as_it_is
    hints: tuple[str, ...] = ()
    wrong: Mapping[str, float | Array | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One item of the bank. `make` draws a variant; prose questions ignore the generator except
    for the order of their options. `id` is topic/kebab-name and never reused."""

    id: str
    chapter: int
    topic: str
    title: str
    difficulty: Difficulty
    kind: Kind
    source: str
    seconds: int
    make: Callable[[np.random.Generator], Variant]
    tags: frozenset[str] = frozenset()
    rtol: float = 1e-3
    atol: float = 1e-8

    @property
    def is_template(self) -> bool:
        return self.kind in TEMPLATE_KINDS


@dataclass(frozen=True)
class Bank:
    """All questions, in order of chapter, topic and difficulty."""

    questions: tuple[Question, ...]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def __getitem__(self, question_id: str) -> Question:
        """The question of that id; KeyError when there is none."""
        return next((q for q in self if q.id == question_id), None) or self._missing(question_id)

    def _missing(self, question_id: str) -> Question:
        raise KeyError(f"no question {question_id!r} in the bank of {len(self)}")
