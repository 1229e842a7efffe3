"""The bank's Markdown as Anki shows it: HTML, all else escaped, formulas for its MathJax."""

from __future__ import annotations

import re
from html import escape

_FENCE = re.compile(r"^```[^\n]*\n(.*?)\n?^```[ \t]*$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(
    r"(?P<block>\$\$(?P<display>.+?)\$\$)"
    r"|(?P<dollars>(?<!\\)\$(?P<formula>[^$]+?)(?<!\\)\$)"
    r"|(?P<ticks>`(?P<code>[^`]+)`)"
    r"|(?P<stars>\*\*(?P<bold>.+?)\*\*)"
    r"|(?<![\w*])\*(?=\S)(?P<slanted>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?P<money>\\\$)",
    re.DOTALL,
)
_BULLET = re.compile(r"^(?:[-*]|\d+\.) +")


def anki_html(markdown: str) -> str:
    """Paragraphs, lists, bold, italics, code, listings and $formulas$ of the Markdown as HTML; all
    else is shown as it stands. Formulas come as \\( \\) and \\[ \\]."""
    parts, at = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_blocks(markdown[at : fence.start()]), f"<pre>{_escaped(fence[1])}</pre>"]
        at = fence.end()
    return "".join([*parts, _blocks(markdown[at:])])


def _blocks(text: str) -> str:
    """Paragraphs and lists of a text without listings."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())


def _block(block: str) -> str:
    lines = block.strip().splitlines()
    items: list[list[str]] = []
    lead: list[str] = []
    for line in lines:
        if bullet := _BULLET.match(line):
            items.append([line[bullet.end() :]])
        else:
            (items[-1] if items else lead).append(line.strip())
    paragraph = f"<p>{anki_line(' '.join(lead))}</p>" if lead else ""
    kind = "ol" if items and lines[len(lead)][0].isdigit() else "ul"
    listed = "".join(f"<li>{anki_line(' '.join(item))}</li>" for item in items)
    return paragraph + (f"<{kind}>{listed}</{kind}>" if items else "")


def anki_line(text: str) -> str:
    """One line: bold, italics, code and formulas; everything else escaped."""
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [_escaped(text[at : found.start()]), _span(found)]
        at = found.end()
    return "".join([*parts, _escaped(text[at:])])


def _span(found: re.Match[str]) -> str:
    if found["block"]:
        return rf"\[{_escaped(found['display'].strip())}\]"
    if found["dollars"]:
        return rf"\({_escaped(found['formula'].strip())}\)"
    if found["ticks"]:
        return f"<code>{_escaped(found['code'])}</code>"
    if found["money"]:
        return "$"
    if found["slanted"]:
        return f"<i>{anki_line(found['slanted'])}</i>"
    return f"<b>{anki_line(found['bold'])}</b>"


def _escaped(text: str) -> str:
    return escape(text, quote=False)
