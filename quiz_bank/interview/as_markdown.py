"""A report as Markdown; what was typed stands in fences that nothing in it can close."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import tzinfo

from quiz_bank.interview import question_words, words
from quiz_bank.interview.marking import Marked
from quiz_bank.interview.question_words import Prose, Typed
from quiz_bank.interview.report import Report

SHORTEST_FENCE = 3
BACKTICKS = re.compile("`+")
LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def as_markdown(report: Report, zone: tzinfo | None = None) -> str:
    """The report with formulas between dollars; dates in the time zone `zone`, by default the
    machine's."""
    blocks = [
        f"# Mock interview of {words.when(report, zone)}",
        words.settings_line(report),
        f"**{words.headline(report)}**",
        "## By topic",
        _table(report),
        *_next(report),
        words.seed_line(report),
        *(block for entry in report.marked for block in _question(entry)),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(report: Report) -> str:
    columns = words.TOPIC_COLUMNS
    rows = [columns, ("---", *["---:"] * (len(columns) - 1)), *words.topic_rows(report)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _next(report: Report) -> Iterator[str]:
    if report.next:
        yield "## What to review next"
        yield "\n".join(f"- {words.next_line(topic)}" for topic in report.next)


def _question(entry: Marked) -> Iterator[str]:
    yield f"## {question_words.title(entry)}"
    yield question_words.facts(entry)
    for part in question_words.parts(entry):
        yield f"### {part.heading}"
        yield from (_SHOWN[type(line)](line.text) for line in part.lines)


def _prose(text: str) -> str:
    return text.strip()


def fenced(text: str) -> str:
    """The text in a fence that is longer than any run of backticks in it."""
    text = LINE_BREAKS.sub("\n", text)
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    fence = "`" * max(SHORTEST_FENCE, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


_SHOWN: dict[type[Prose | Typed], Callable[[str], str]] = {Prose: _prose, Typed: fenced}
