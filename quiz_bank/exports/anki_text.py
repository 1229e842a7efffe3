"""The bank's Markdown as Anki shows it: HTML, all else escaped, formulas for its MathJax."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from quiz_bank.markdown import reader


def anki_html(markdown: str) -> str:
    """The Markdown as HTML; formulas come as \\( \\) and \\[ \\]."""
    return str(_reader().render(markdown)).strip()


def anki_line(text: str) -> str:
    """One line of it, without a paragraph around it."""
    return str(_reader().renderInline(text))


@cache
def _reader() -> MarkdownIt:
    made = reader(lambda latex: rf"\({_escaped(latex)}\)", lambda latex: rf"\[{_escaped(latex)}\]")
    made.add_render_rule("fence", _listing)
    return made


def _listing(_: object, tokens: list[Token], k: int, *__: Any) -> str:
    return f"<pre>{_escaped(tokens[k].content)}</pre>"


def _escaped(text: str) -> str:
    return escape(text.strip("\n "), quote=False)
