"""The road lab: what a step shows, where its links go, and what is hidden before the answer."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from pages.figures.road_stops import NAMES, STOPS
from pages.ui.contents import PAGES
from pages.ui.lab import OPEN
from quiz_bank.loader import load_bank
from tests.pages.app import controls, drawers, visit

LAB = {"lab": "Eight steps"}


def words(app):
    return " ".join(m.value for m in app.markdown)


def links(app):
    return [(link.proto.page, link.proto.label) for link in app.get("page_link")]


def button(app, label):
    return next(b for b in app.button if b.label == label)


@pytest.mark.parametrize("at", range(8), ids=NAMES)
def test_a_step_shows_its_labs_files_and_questions(at):
    app = visit("translation", LAB | {"road_step": str(at + 1)})
    assert not app.exception
    stop, said = STOPS[at], words(app)
    assert f"**Step {at + 1}: {stop.name}.** {stop.question}" in said
    assert all(f"`engine/{file}`" in said for file in stop.files)
    for page, lab in stop.labs:
        name = f"{PAGES[page].title}: {PAGES[page].labs[lab]}"
        assert (page, name) in links(app) if page != "translation" else button(app, name)
    asked = [q for q in load_bank() if q.topic in stop.topics]
    assert f"**{len(asked):,} quiz question" in said
    assert len(app.metric) == 3


def test_the_drawers_have_every_step():
    app = visit("translation", LAB | drawers("road"))
    assert not app.exception
    said = words(app)
    assert all(f"**{k + 1} {name}**" in said for k, name in enumerate(NAMES))
    table = next(d.value for d in app.dataframe if "quiz questions" in d.value)
    assert table["name"].tolist() == list(NAMES)


def test_the_other_model_has_other_numbers():
    app = visit("translation", LAB | {"road_step": "5"})
    before = app.metric[0].value
    controls(app)["road_model"].set_value("bottleneck")
    app.run()
    assert not app.exception
    assert app.metric[0].value != before
    assert "attention 16" not in words(app)


@pytest.mark.parametrize("at", range(8), ids=NAMES)
def test_the_links_name_labs_that_their_pages_open(at):
    app = visit("translation", LAB | {"road_step": str(at + 1)})
    queries = [link.proto.query_string for link in app.get("page_link")]
    labs = [(page, lab) for page, lab in STOPS[at].labs if page != "translation"]
    for (page, lab), query in zip(labs, queries, strict=False):
        wanted = dict(parse_qsl(query))
        assert wanted == {OPEN: PAGES[page].labs[lab]}
        opened = visit(page, wanted)
        assert not opened.exception
        assert opened.session_state["lab"] == lab
        assert OPEN not in opened.query_params


def test_a_lab_of_the_same_page_is_opened():
    app = visit("translation", LAB | {"road_step": "3"})
    button(app, "Translation: Inside one step").click().run()
    assert not app.exception
    assert app.session_state["lab"] == "word_step"
    assert "Step 3: Forward pass" not in words(app)
