"""The report as a file: formulas set, nothing to run, and what was typed stays text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from quiz_bank.certify import variant_of
from quiz_bank.interview.as_html import as_html
from quiz_bank.interview.as_markdown import as_markdown, fenced
from quiz_bank.interview.marking import mark
from quiz_bank.interview.report import report
from quiz_bank.interview.typeset import mathml, to_html
from quiz_bank.loader import load_bank
from quiz_bank.model import KINDS, Option

BANK = load_bank()
EACH_KIND = [next(q for q in BANK if q.kind == kind) for kind in KINDS]
TYPED = ("number", "vector", "matrix", "formula", "own words")
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "end of a block": "</pre></body><script>alert(1)</script>",
    "entity": "&lt;b&gt; &#60;script&#62;",
    "markdown": "**bold** [link](javascript:alert(1)) # heading | a | b |",
    "latex": r"$\frac{1}{0}$ $$\href{javascript:alert(1)}{x}$$",
    "fences": "```\n# out\n````\n~~~\n`````text\n</pre>",
    "lines": "one\rtwo\u2028# three\r\n\x0c# four\x85# five",
    "quotes": "\"'><b>&",
}
ELEMENTS = (
    "html head meta title style body h1 h2 h3 p strong em code pre div span table tr th td ul ol "
    "li math mrow mi mo mn mtext mfrac msub msup msubsup mover munder munderover msqrt mroot "
    "mtable mtr mtd mspace mstyle mpadded mphantom menclose"
)


class Reader(HTMLParser):
    """Which elements and attributes a page has, and what its typed blocks say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = set(), set()
        self.typed, self.open = [], False

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if ("class", "typed") in attributes:
            self.open = True
            self.typed.append("")

    def handle_endtag(self, tag):
        self.open = self.open and tag != "pre"

    def handle_data(self, data):
        if self.open:
            self.typed[-1] += data


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def made(sat, questions, answers):
    sitting = sat(questions, answers)
    return report(sitting, mark(sitting, BANK, ()))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_was_typed_is_text_in_the_html(text, sat):
    questions = [q for q in EACH_KIND if q.kind in TYPED]
    found = read(as_html(made(sat, questions, dict(enumerate([text] * len(questions))))))
    assert found.tags <= set(ELEMENTS.split())
    assert not [name for name in found.attributes if name.startswith("on") or name == "href"]
    assert {typed.removeprefix("\n") for typed in found.typed} == {text}
    assert len(found.typed) == len(questions)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_was_typed_is_one_fence_in_the_markdown(text, sat):
    questions = [q for q in EACH_KIND if q.kind in TYPED]
    markdown = as_markdown(made(sat, questions, dict(enumerate([text] * len(questions)))))
    tokens = MarkdownIt().parse(markdown)
    shown = re.sub("\r\n|[\r\x0c\x85\u2028]", "\n", text)
    places = [k for k, t in enumerate(tokens) if t.type == "inline" and t.content == "Your answer"]
    assert len(places) == len(questions)
    for k in places:
        assert (tokens[k + 2].type, tokens[k + 2].content) == ("fence", shown + "\n")
        assert tokens[k + 3].type == "heading_open"
    assert sum(t.type == "heading_open" and t.tag == "h1" for t in tokens) == 1
    assert not [t for t in tokens if t.type == "html_block"]


def test_staged_answers_are_text_too(sat):
    question = next(q for q in BANK if q.kind == "staged")
    text = json.dumps(["<script>", "```\n# x"])
    found = made(sat, [question], {0: text})
    assert "script" not in read(as_html(found)).tags
    assert fenced("1: <script>\n2: ```\n# x") in as_markdown(found)


def test_the_page_stands_alone(sat):
    page = as_html(made(sat, EACH_KIND, {}), ZoneInfo("America/New_York"))
    assert page.startswith("<!DOCTYPE html>")
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object)|url\(|@import", page)
    assert re.sub(r'xmlns="[^"]+"', "", page).count("http") == 1  # http-equiv
    assert "1 Mar 2026, 07:00" in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_question_answer_and_solution(kind, sat):
    question = next(q for q in BANK if q.kind == kind)
    markdown = as_markdown(made(sat, [question], {0: "1"}))
    variant = variant_of(question, 0)
    assert f"## 1. {question.title}" in markdown
    assert variant.prompt.strip() in markdown
    assert variant.solution.strip() in markdown
    assert ("### Model answer" if kind == "own words" else "### Worked solution") in markdown


def test_every_formula_of_the_bank_is_set():
    for question in BANK:
        variant = variant_of(question, 0)
        options = variant.answer if isinstance(variant.answer, tuple) else ()
        texts = [variant.prompt, variant.solution, question.title]
        texts += [t for o in options if isinstance(o, Option) for t in (o.text, o.feedback)]
        for text in texts:
            html = re.sub(r"<(pre|code).*?</\1>", "", to_html(text), flags=re.DOTALL)
            formulas = re.findall(r"<math.*?</math>", html, flags=re.DOTALL)
            assert not [f for f in formulas if "\\" in f or "<mi>&<" in f], question.id
            rest = re.sub(r"<math.*?</math>", "", html, flags=re.DOTALL)
            assert "$" not in rest, question.id
            assert "\\" not in rest, question.id


def test_a_formula_that_cannot_be_set_is_shown_as_text():
    assert mathml(r"<b> \frac{") == r"<code>&lt;b&gt; \frac{</code>"


def test_html_in_the_banks_markdown_is_shown():
    assert to_html("a <b>c</b> `<i>`") == ("<p>a &lt;b&gt;c&lt;/b&gt; <code>&lt;i&gt;</code></p>\n")


def test_aligned_lines_are_rows_of_cells():
    found = mathml(r"\begin{aligned} a &= b \\ c &= \frac{d}{2} \end{aligned}")
    assert found.count("<mtr>") == 2
    assert re.findall(r'columnalign="(\w+)"', found) == ["right", "left"] * 2
    assert "&#x02032;</mo>" in mathml("f'(z)")


def test_a_verdict_is_said_only_where_there_is_an_answer(sat):
    question = next(q for q in BANK if q.kind == "number")
    value = float(variant_of(question, 0).answer)
    for text, headings in (("", 0), (repr(value), 1)):
        markdown = as_markdown(made(sat, [question], {0: text}))
        assert markdown.count("### Right") == headings
        assert "### Not answered" not in markdown
        assert len(re.findall("any value between", markdown, re.IGNORECASE)) <= 1


def test_brackets_grow_with_their_matrix():
    found = mathml(r"W = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}")
    assert re.search(r'form="prefix">&#x0005B;</mo><mtable', found)
    assert re.search(r'</mtable><mo [^>]*form="postfix">&#x0005D;', found)
