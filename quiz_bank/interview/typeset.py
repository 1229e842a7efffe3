"""The bank's Markdown as HTML, formulas as MathML. HTML in it is shown, not used."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

from quiz_bank.markdown import reader

ALIGNED = re.compile(r"\\(begin|end)\{aligned\}")  # the converter knows it by another name
PRIME = "<mi>&#x02032;</mi>"
_READABLE_PRIME = '<mo lspace="0" rspace="0" mathsize="140%">&#x02032;</mo>'
# A bracket beside a matrix grows with it only when it is said to be a bracket.
BEFORE = re.compile(r"<mo>(&#x\w+;)</mo>(?=<mtable)")
AFTER = re.compile(r"(?<=</mtable>)<mo>(&#x\w+;)</mo>")
_STRETCHED = r'<mo fence="true" stretchy="true" form="{}">\1</mo>'


def mathml(latex: str, display: bool = False) -> str:
    """The formula as MathML; as escaped text where it cannot be converted."""
    try:
        latex_known = ALIGNED.sub(r"\\\1{align*}", latex.strip())
        found = str(convert(latex_known, display="block" if display else "inline"))
        found = found.replace(PRIME, _READABLE_PRIME)
        return AFTER.sub(
            _STRETCHED.format("postfix"), BEFORE.sub(_STRETCHED.format("prefix"), found)
        )
    except Exception:  # the converter raises a dozen kinds of errors
        return f"<code>{escape(latex)}</code>"


def to_html(markdown: str) -> str:
    """Markdown of the bank as a fragment of HTML."""
    return str(_reader().render(markdown))


@cache
def _reader() -> MarkdownIt:
    return reader(mathml, lambda latex: f'<span class="wide">{mathml(latex, display=True)}</span>')
