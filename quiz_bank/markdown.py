"""Reads the bank's Markdown as HTML. HTML in it is shown, not used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

Formula = Callable[[str], str]


def reader(inline: Formula, display: Formula) -> MarkdownIt:
    """A reader of Markdown with tables, that shows the LaTeX between $ and $ by `inline`, and the
    one between $$ and $$ by `display`."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.use(dollarmath_plugin, double_inline=True)
    made.add_render_rule("math_inline", _by(inline))
    made.add_render_rule("math_inline_double", _by(display))
    made.add_render_rule("math_block", _by(display))
    return made


def _by(formula: Formula) -> Callable[..., str]:
    def rule(_: object, tokens: list[Token], k: int, *__: Any) -> str:
        return formula(tokens[k].content)

    return rule
