"""The rules that every item of the bank must meet, and those of prose; `template_checks` has the
rest.

A rule takes a value and returns what is wrong with it in words, or None. Checks of a whole item
return `Fault`s: where in the item, and what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from quiz_bank.model import DIFFICULTIES, KINDS, PROSE_KINDS, TEMPLATE_KINDS
from quiz_bank.topics import TOPICS

ID = re.compile(r"[a-z][a-z0-9]*/[a-z0-9]+(-[a-z0-9]+)*")
TAGS = frozenset({"essential", "complete"})
LINE = re.compile(r"# line (\d+)$", flags=re.MULTILINE)

Rule = Callable[[Any], str | None]


class Fault(NamedTuple):
    """A mistake in an item: the way to it by key (and option number), and what is wrong."""

    where: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        parts = (str(part + 1) if isinstance(part, int) else part for part in self.where)
        return f"{'.'.join(parts)}: {self.message}"


def _text(value: Any) -> str | None:
    if isinstance(value, str) and value.strip():
        return None
    return f"expected a text that is not empty, got {value!r}"


def _one_of(choices: Collection[Any]) -> Rule:
    def rule(value: Any) -> str | None:
        if isinstance(value, (str, int)) and value in choices:
            return None
        return f"expected one of {', '.join(map(str, choices))}, got {value!r}"

    return rule


def _texts(least: int, most: int) -> Rule:
    def rule(value: Any) -> str | None:
        if not isinstance(value, (list, tuple)) or any(_text(entry) for entry in value):
            return f"expected a list of texts that are not empty, got {value!r}"
        if not least <= len(value) <= most:
            return f"expected {least} to {most} texts, got {len(value)}"
        if len(set(value)) < len(value):
            return "expected texts that differ"
        return None

    return rule


def _id(value: Any) -> str | None:
    if isinstance(value, str) and ID.fullmatch(value):
        return None
    return f"expected topic/kebab-name, got {value!r}"


def _seconds(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and 10 <= value <= 1800:
        return None
    return f"expected whole seconds from 10 to 1800, got {value!r}"


def _tags(value: Any) -> str | None:
    if isinstance(value, (list, frozenset)) and len(value) == 1 and set(map(str, value)) <= TAGS:
        return None
    return f"expected one of the tags {', '.join(sorted(TAGS))}, got {value!r}"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else f"expected true or false, got {value!r}"


HEAD: dict[str, Rule] = {
    "id": _id,
    "chapter": _one_of(sorted({topic.chapter for topic in TOPICS.values()})),
    "topic": _one_of(TOPICS),
    "title": _text,
    "difficulty": _one_of(DIFFICULTIES),
    "kind": _one_of(KINDS),
    "source": _text,
    "seconds": _seconds,
    "tags": _tags,
}
TEXTS: dict[str, Rule] = {"prompt": _text, "solution": _text, "hints": _texts(1, 3)}
OPTION: dict[str, Rule] = {"text": _text, "correct": _flag, "feedback": _text}
BODIES = {
    "choice": {"options"},
    "choices": {"options"},
    "order": {"items", "before"},
    "wrong line": {"options"},
    "own words": {"points"},
}


def check_table(
    table: Mapping[str, Any], rules: Mapping[str, Rule], optional: Collection[str] = ()
) -> Iterator[Fault]:
    """Missing keys, and values that break their rule."""
    for key, rule in rules.items():
        if key in table:
            message = rule(table[key])
            if message:
                yield Fault((key,), message)
        elif key not in optional:
            yield Fault((key,), "is missing")


def check_head(table: Mapping[str, Any]) -> Iterator[Fault]:
    """What all items share before a variant is drawn: each key by its rule, and id, topic and
    chapter fitting together."""
    yield from check_table(table, HEAD)
    topic, item = table.get("topic"), table.get("id")
    if not isinstance(topic, str) or topic not in TOPICS:
        return
    if isinstance(item, str) and ID.fullmatch(item) and not item.startswith(f"{topic}/"):
        yield Fault(("id",), f"expected to begin with {topic}/, got {item!r}")
    chapter = TOPICS[topic].chapter
    if table.get("chapter") != chapter and not HEAD["chapter"](table.get("chapter")):
        yield Fault(("chapter",), f"topic {topic} belongs to chapter {chapter}")


def check_prose(table: Mapping[str, Any]) -> Iterator[Fault]:
    """All mistakes of one prose question as read from TOML."""
    yield from check_head(table)
    yield from check_table(table, TEXTS)
    kind = table.get("kind")
    body = BODIES.get(kind, set()) if isinstance(kind, str) else set()
    known = HEAD.keys() | TEXTS.keys() | (body or set().union(*BODIES.values()))
    yield from (Fault((key,), "is not a known key here") for key in table if key not in known)
    if kind in TEMPLATE_KINDS:
        yield Fault(("kind",), f"prose can be {', '.join(PROSE_KINDS)}; {kind} needs a template")
    if "options" in body:
        yield from _check_options(table.get("options"), single=kind != "choices")
    if kind == "wrong line":
        yield from _check_lines(table.get("prompt"), table.get("options"))
    if "items" in body:
        yield from _check_order(table.get("items"), table.get("before", []))
    if "points" in body:
        yield from check_table(table, {"points": _texts(3, 6)})


def _check_lines(prompt: Any, options: Any) -> Iterator[Fault]:
    """The listing numbers its lines from 1, and the options are these lines in their order."""
    numbers = LINE.findall(prompt) if isinstance(prompt, str) else []
    if not numbers or numbers != [str(k + 1) for k in range(len(numbers))]:
        yield Fault(("prompt",), 'expected a listing with lines that end in "# line 1", "# line 2"')
        return
    tables = options if isinstance(options, list) else []
    texts = [option.get("text") for option in tables if isinstance(option, dict)]
    if texts != [f"Line {n}" for n in numbers]:
        yield Fault(("options",), f"expected the options Line 1 to Line {len(numbers)}")


def _check_options(options: Any, single: bool) -> Iterator[Fault]:
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        yield Fault(("options",), "expected [[question.options]] tables")
        return
    if len(options) < 3:
        yield Fault(("options",), f"expected at least 3 options, got {len(options)}")
    for number, option in enumerate(options):
        right = option.get("correct") is True
        optional = ("correct", "feedback") if right else ("correct",)
        for fault in check_table(option, OPTION, optional):
            yield Fault(("options", number, *fault.where), fault.message)
        for key in option.keys() - OPTION.keys():
            yield Fault(("options", number, key), "is not a known key here")
    texts = [str(option.get("text")).strip() for option in options]
    if len(set(texts)) < len(texts):
        yield Fault(("options",), "expected options whose texts differ")
    right_ones = sum(option.get("correct") is True for option in options)
    if right_ones != 1 if single else not 1 <= right_ones < len(options):
        wanted = "exactly one right option" if single else "right and wrong options"
        yield Fault(("options",), f"expected {wanted}, got {right_ones} right of {len(options)}")


def _check_order(items: Any, before: Any) -> Iterator[Fault]:
    fault = _texts(3, 8)(items)
    if fault:
        yield Fault(("items",), fault)
        return
    if not isinstance(before, list) or not all(_is_pair(pair, len(items)) for pair in before):
        yield Fault(
            ("before",),
            f"expected pairs [i, j] with 0 <= i < j < {len(items)}: items stand in a right order",
        )


def _is_pair(pair: Any, size: int) -> bool:
    if (
        not isinstance(pair, list)
        or len(pair) != 2
        or any(type(index) is not int for index in pair)
    ):
        return False
    first, second = pair
    return bool(0 <= first < second < size)
