"""A report as one HTML file: nothing to load, nothing to run, every typed character escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from html import escape

from quiz_bank.interview import question_words, words
from quiz_bank.interview.marking import Marked
from quiz_bank.interview.question_words import Prose, Typed
from quiz_bank.interview.report import Report
from quiz_bank.interview.typeset import to_html

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { font-family: Georgia, serif; line-height: 1.25; font-weight: 600 }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid #8794a2 }
h3 { margin: 1.25rem 0 0.25rem; font-size: 1rem; font-family: inherit }
.wide { display: block; overflow-x: auto }
p, ul, ol, .wide { overflow-y: hidden }
p, ul, ol { overflow-x: auto; overflow-wrap: break-word }
table { border-collapse: collapse; width: 100% }
th, td { text-align: right; padding: 0.3rem 0.5rem; border-bottom: 1px solid #8794a2 }
th:first-child, td:first-child { text-align: left; hyphens: auto }
.topics td:not(:first-child) { white-space: nowrap }
.topics tr:last-child { font-weight: 600 }
pre { overflow-x: auto; padding: 0.6rem 0.8rem; border: 1px solid #8794a2; border-radius: 0.4rem }
pre.typed { white-space: pre-wrap; overflow-wrap: anywhere }
math[display="block"] { margin: 0.5rem 0 }
mtd[columnalign="right"] { text-align: right }
mtd[columnalign="left"] { text-align: left }
@media (max-width: 30rem) {
  .topics { font-size: 0.75rem }
  .topics th, .topics td { padding: 0.3rem 0.1rem }
}
@media print { h2 { break-after: avoid } body { margin: 0 auto } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(report: Report, zone: tzinfo | None = None) -> str:
    """The report as a whole page; dates in the time zone `zone`, by default the machine's."""
    name = f"Mock interview of {words.when(report, zone)}"
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(name)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f"<h1>{escape(name)}</h1>",
            *_overview(report),
            *(line for entry in report.marked for line in _question(entry)),
            "</body>\n</html>\n",
        ]
    )


def _overview(report: Report) -> Iterator[str]:
    yield f"<p>{escape(words.settings_line(report))}</p>"
    yield f"<p><strong>{escape(words.headline(report))}</strong></p>"
    yield "<h2>By topic</h2>"
    yield _table(report)
    if report.next:
        yield "<h2>What to review next</h2>\n<ul>"
        yield from (f"<li>{escape(words.next_line(topic))}</li>" for topic in report.next)
        yield "</ul>"
    yield f"<p>{escape(words.seed_line(report))}</p>"


def _table(report: Report) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in words.TOPIC_COLUMNS)
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in words.topic_rows(report)]
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    table = f'<table class="topics">\n<tr>{head}</tr>\n{body}\n</table>'
    return f'<div class="wide" tabindex="0">{table}</div>'


def _question(entry: Marked) -> Iterator[str]:
    yield f"<h2>{_heading(question_words.title(entry))}</h2>"
    yield f"<p>{escape(question_words.facts(entry))}</p>"
    for part in question_words.parts(entry):
        yield f"<h3>{escape(part.heading)}</h3>"
        yield from (_SHOWN[type(line)](line.text) for line in part.lines)


def _heading(text: str) -> str:
    """A title with its formulas, without the paragraph around it or a list made of its number."""
    number, _, title = text.partition(". ")
    return f"{number}. " + to_html(title).strip().removeprefix("<p>").removesuffix("</p>")


def _typed(text: str) -> str:
    return f'<pre class="typed">\n{escape(text)}</pre>'


_SHOWN: dict[type[Prose | Typed], Callable[[str], str]] = {Prose: to_html, Typed: _typed}
