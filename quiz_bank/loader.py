"""Gathers the bank: prose from TOML files, parameterized questions from template modules.

A bank with a mistake does not load, and the error lists every mistake of every file at once. What
shows only in a drawn variant of a template is left to `quiz_bank.check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from quiz_bank.model import DIFFICULTIES, Bank, Question
from quiz_bank.prose_file import read_prose
from quiz_bank.template_checks import check_template
from quiz_bank.templates import TEMPLATES
from quiz_bank.topics import TOPICS

PROSE_FOLDER = Path(__file__).parent / "prose"


class BankError(ValueError):
    """The bank has mistakes: `mistakes` has one line each, "file:line: ..." or "file: id: ..."."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("the question bank has mistakes:\n" + "\n".join(self.mistakes))


@cache
def load_bank(folder: Path | None = None) -> Bank:
    """All questions, in order of chapter, topic and difficulty; read once and then kept.

    With `folder`, only the prose of the TOML files in it. Raises BankError listing all mistakes.
    """
    return gather(folder or PROSE_FOLDER, TEMPLATES if folder is None else {})


def gather(folder: Path, templates: Mapping[str, Sequence[Question]]) -> Bank:
    """The bank of a folder of TOML files and of template tables by file name.

    Raises BankError listing all mistakes, ids that occur twice included.
    """
    questions: list[Question] = []
    places: dict[str, list[str]] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        items, found = read_prose(path)
        mistakes += found
        questions += [item.question for item in items if item.question]
        for item in items:
            places.setdefault(item.id, []).append(f"{path.name}:{item.line}")
    for file, table in templates.items():
        for question in table:
            mistakes += [f"{file}: {question.id}: {fault}" for fault in check_template(question)]
            questions.append(question)
            places.setdefault(question.id, []).append(file)
    mistakes += [
        f"{again}: {name}: id: already used at {first}"
        for name, (first, *others) in places.items()
        for again in others
    ]
    if not questions and not mistakes:
        mistakes.append(f"{folder.name}: no question found")
    if mistakes:
        raise BankError(mistakes)
    return Bank(tuple(sorted(questions, key=_rank)))


def _rank(question: Question) -> tuple[int, int, int]:
    topics = list(TOPICS)
    return (
        question.chapter,
        topics.index(question.topic),
        DIFFICULTIES.index(question.difficulty),
    )
