"""The Errata page: every filter, every card, every link, and whatever is typed or linked."""

from __future__ import annotations

import itertools
import re
from urllib.parse import parse_qs

import numpy as np
import pytest

from pages.handbook.all_errata import ERRATA
from pages.handbook.model import SEVERITIES
from pages.handbook.search import find
from pages.ui.contents import PAGES
from pages.ui.errata_cards import TITLES
from tests.pages.app import visit

EVERY = {e.id: (chapter, e) for chapter, entries in ERRATA.items() for e in entries}
PER_PAGE = 8
PAGE_COUNT = -(-len(EVERY) // PER_PAGE)
CARD = re.compile(r"\*\*([BH]\d+)\*\* · ")
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")
NUMBERS = {"Any": None, "With a number": True, "Wording only": False}
NOTHING = "Nothing fits. Clear the search or set a filter back to Any."

SCRAWLS = {
    "brackets": "[(",
    "regular expression": ".*",
    "backslash": "\\",
    "latex": r"\frac{1}{0} \def\x{\x\x}\x",
    "markup": "<script>alert(1)</script> **bold** ${1+1}",
    "long": "a" * 10_000,
    "many words": "a " * 5_000,
    "control characters": "1\x00\x1b[2J",
    "another alphabet": "пять \u202e五 🤷",
    "blank": " \t ",
    "dot": ".",
}


def cards(app) -> dict[str, str]:
    """The texts of the cards shown, by id."""
    found = ((CARD.match(m.value), m.value) for m in app.markdown)
    return {match[1]: text for match, text in found if match}


def said(app) -> str:
    """What the page says about how many fit."""
    (text,) = [m.value for m in app.markdown if re.match(r"\*\*\d+\*\* fits?\b", m.value)]
    return text


@pytest.fixture(scope="module")
def pages():
    """All pages of cards, as links open them."""
    return [visit("errata", {"errata_page": str(k + 1)}) for k in range(PAGE_COUNT)]


def test_the_pages_show_every_erratum_once(pages):
    assert not any(app.exception for app in pages)
    names = [name for app in pages for name in cards(app)]
    assert names == [erratum.id for _, erratum in find(ERRATA)]
    assert [len(cards(app)) for app in pages[:-1]] == [PER_PAGE] * (PAGE_COUNT - 1)
    assert said(pages[1]) == f"**{len(EVERY)}** fit, 9 to 16 are shown."


def test_the_sentence_at_the_top_counts_all(pages):
    text = pages[0].markdown[1].value
    counts = [sum(e.severity == s for _, e in EVERY.values()) for s in SEVERITIES]
    numbers = [int(n) for n in re.findall(r"\*\*(\d+)\*\*", text)]
    assert numbers == [len(EVERY), *counts, sum(bool(e.measure) for _, e in EVERY.values())]


def test_every_card_is_whole(pages):
    for app in pages:
        for name, text in cards(app).items():
            chapter, erratum = EVERY[name]
            place = f"Chapter {chapter}" if chapter.isdecimal() else TITLES[chapter]
            kind = f"{erratum.severity}: {SEVERITIES[erratum.severity]}"
            lines = text.split("\n\n")
            assert lines[0] == f"**{name}** · {place} · {kind}"
            assert lines[1:3] == [
                f"Printed: {erratum.printed}",
                f":material/check: {erratum.corrected}",
            ]
            assert len(lines) == 3 + bool(erratum.measure)


def test_every_number_that_decides_is_there_and_finite(pages):
    texts = {name: text for app in pages for name, text in cards(app).items()}
    for name, (_, erratum) in EVERY.items():
        if erratum.measure is None:
            assert erratum.severity != "A"
            continue
        sentence = texts[name].partition(":material/calculate: ")[2]
        assert sentence == erratum.measure()
        found = [float(n.rstrip(",").replace(",", "")) for n in NUMBER.findall(sentence)]
        assert found
        assert np.isfinite(found).all()


def test_a_picture_stands_beside_every_erratum_that_has_curves(pages):
    drawn = {chart.key for app in pages for chart in app.get("plotly_chart")} - {None}
    keys = {key.removeprefix("errata_curves_") for key in drawn if "curves" in key}
    assert keys in (set(), {name for name, (_, e) in EVERY.items() if e.curves})
    shown = [m.value for app in pages for m in app.markdown if "corrected form stays" in m.value]
    assert len(shown) == sum(bool(e.curves) for _, e in EVERY.values())


def test_every_link_leads_to_a_lab_of_the_chapter_with_its_errata_open(pages):
    labeled = {name: e for name, (chapter, e) in EVERY.items() if e.labs}
    links = [link.proto for app in pages for link in app.get("page_link")]
    assert len(links) == len(labeled)
    for link in links:
        entry, query = PAGES[link.page], parse_qs(link.query_string)
        lab = {name: slug for slug, name in entry.labs.items()}[query["lab"][0]]
        assert query == {"lab": [entry.labs[lab]], f"{lab}_handbook": ["true"]}
        assert link.label == f"{entry.title}: {entry.labs[lab]}"


def test_a_link_shows_the_erratum():
    app = visit("foundations", {"lab": "Softmax", "softmax_handbook": "true"})
    assert "H19" in cards(app)


@pytest.mark.parametrize("chapter", ["Any", *ERRATA])
def test_filters_combine(chapter):
    app = visit("errata")
    app.selectbox(key="errata_chapter").set_value(TITLES.get(chapter, chapter))
    severities = {"Any": None} | {f"{k}: {words}": k for k, words in SEVERITIES.items()}
    for severity, number in itertools.product(severities, NUMBERS):
        app.selectbox(key="errata_severity").set_value(severity)
        app.selectbox(key="errata_number").set_value(number).run()
        assert not app.exception
        only = None if chapter == "Any" else chapter
        wanted = find(ERRATA, "", only, severities[severity], NUMBERS[number])
        assert list(cards(app)) == [e.id for _, e in wanted[:PER_PAGE]]
        if wanted:
            assert said(app).startswith(f"**{len(wanted)}** fit")
        else:
            assert [info.value for info in app.info] == [NOTHING]


def test_another_selection_starts_with_its_first_page():
    app = visit("errata", {"errata_page": "2"})
    app.selectbox(key="errata_chapter").set_value(TITLES["Post"]).run()
    assert list(cards(app)) == [e.id for _, e in find(ERRATA, chapter="Post")[:PER_PAGE]]
    app.text_input(key="errata_search").set_value("b07").run()
    assert list(cards(app)) == ["B07"]
    assert said(app) == "**1** fits."


@pytest.mark.parametrize("text", SCRAWLS.values(), ids=SCRAWLS)
def test_whatever_is_searched_is_answered(text):
    app = visit("errata")
    app.text_input(key="errata_search").set_value(text).run()
    assert not app.exception
    wanted = find(ERRATA, text)
    assert list(cards(app)) == [e.id for _, e in wanted[:PER_PAGE]]
    assert len(app.info) == (not wanted)


@pytest.mark.parametrize("text", SCRAWLS.values(), ids=SCRAWLS)
@pytest.mark.parametrize("name", ["search", "chapter", "severity", "number", "page", "table"])
def test_whatever_a_link_asks_for_is_answered(name, text):
    app = visit("errata", {f"errata_{name}": text})
    assert not app.exception
    assert cards(app) or app.info


@pytest.mark.parametrize("page", ["0", "-1", "999", "1.5", "nan", "1e9", ""])
def test_a_page_that_is_not_there_is_the_first(page):
    app = visit("errata", {"errata_page": page})
    assert not app.exception
    assert list(cards(app)) == [e.id for _, e in find(ERRATA)[:PER_PAGE]]


def test_a_link_keeps_the_whole_selection():
    query = {
        "errata_chapter": TITLES["Post"],
        "errata_severity": "B: misleading or inconsistent",
        "errata_number": "With a number",
        "errata_page": "2",
    }
    app = visit("errata", query)
    wanted = find(ERRATA, "", "Post", "B", True)
    assert list(cards(app)) == [e.id for _, e in wanted[PER_PAGE:]]
    assert cards(app)


def test_the_table_has_what_the_filters_leave():
    query = {"errata_chapter": TITLES["8"], "errata_table": "true"}
    app = visit("errata", query)
    table = app.dataframe[0].value
    assert list(table["id"]) == [e.id for _, e in find(ERRATA, chapter="8")]
    assert set(table["chapter"]) == {"8"}
    assert (table["number that decides"] != "").sum() == len(find(ERRATA, "", "8", None, True))
    app.text_input(key="errata_search").set_value("peepholes").run()
    assert list(app.dataframe[0].value["id"]) == ["H116"]
