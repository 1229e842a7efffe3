"""Reads one TOML file of prose questions and names the line of each mistake in it.

tomllib keeps no positions, so a light scan of the text finds the line of every table and key.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from quiz_bank.checks import Fault, check_prose
from quiz_bank.model import Answer, Option, Order, Question, Rubric, Variant

TABLE = re.compile(r"\s*\[\[\s*(question|question\.options)\s*\]\]")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
LONG_QUOTE = re.compile(r'"""|\'\'\'')
AT_LINE = re.compile(r"at line (\d+)")

Way = tuple[str | int, ...]
Lines = dict[Way, int]


class Item(NamedTuple):
    """A table of the file: its id, its question (None when it has mistakes), and its line."""

    id: str
    question: Question | None
    line: int


def read_prose(path: Path) -> tuple[list[Item], list[str]]:
    """The items of a file in order, and all its mistakes as "file:line: what is wrong"."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        return [], [f"{path.name}:{line}: not valid TOML: {error}"]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [], [f"{path.name}:{line}: not UTF-8 text: {error.reason}"]
    lines = line_index(text)
    mistakes = [
        f"{path.name}:{lines.get((key,), 1)}: {key} is not a known key; expected [[question]]"
        for key in document
        if key != "question"
    ]
    tables = document.get("question")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [], [*mistakes, f"{path.name}:1: expected at least one [[question]] table"]
    items = []
    for number, table in enumerate(tables):
        faults = list(check_prose(table))
        name = str(table.get("id", f"question {number + 1}"))
        mistakes += [
            f"{path.name}:{_line(lines, number, fault)}: {name}: {fault}" for fault in faults
        ]
        items.append(Item(name, None if faults else to_question(table), lines.get((number,), 1)))
    return items, mistakes


def _line(lines: Lines, number: int, fault: Fault) -> int:
    """The line of a fault, or of the nearest table around it that has one."""
    way: Way = (number, *fault.where)
    while way not in lines and len(way) > 1:
        way = way[:-1]
    return lines.get(way, 1)


def line_index(text: str) -> Lines:
    """Line numbers by way: (key,) at the top, (question,), (question, key),
    (question, "options", option), (question, "options", option, key); tables count from 0."""
    lines: Lines = {}
    question = option = -1
    here: Way = ()
    quote = None
    for number, line in enumerate(text.splitlines(), start=1):
        if quote is None:
            if table := TABLE.match(line):
                if table[1] == "question":
                    question, option = question + 1, -1
                    here = (question,)
                else:
                    option += 1
                    here = (question, "options", option)
                lines[here] = number
            elif key := KEY.match(line):
                lines.setdefault((*here, key[1]), number)
        for found in LONG_QUOTE.findall(line):
            quote = found if quote is None else None if quote == found else quote
    return lines


def to_question(table: dict[str, Any]) -> Question:
    """The question of a table that has passed `check_prose`."""
    answer, keeps_order = _answer(table), table["kind"] == "wrong line"

    def make(rng: np.random.Generator) -> Variant:
        return Variant(
            prompt=table["prompt"].strip(),
            answer=answer if keeps_order else _shuffled(answer, rng),
            solution=table["solution"].strip(),
            hints=tuple(table.get("hints", ())),
        )

    head = ("id", "chapter", "topic", "title", "difficulty", "kind", "source", "seconds")
    return Question(**{key: table[key] for key in head}, make=make, tags=frozenset(table["tags"]))


def _answer(table: dict[str, Any]) -> Answer:
    if table["kind"] == "order":
        pairs = tuple((first, second) for first, second in table.get("before", ()))
        return Order(tuple(table["items"]), pairs)
    if table["kind"] == "own words":
        return Rubric(tuple(table["points"]))
    return tuple(Option(**option) for option in table["options"])


def _shuffled(answer: Answer, rng: np.random.Generator) -> Answer:
    if isinstance(answer, tuple):
        return tuple(answer[index] for index in rng.permutation(len(answer)))
    return answer
