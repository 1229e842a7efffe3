"""What a server must survive: a deep link as its first request, and its own sudden end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pages.ui.contents import CONTENTS
from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from quiz_bank.model import Question

pytestmark = pytest.mark.browser

BANK = tuple(load_bank())


@pytest.mark.parametrize("slug", [entry.slug for entry in CONTENTS if entry.labs])
def test_a_cold_server_answers_a_deep_link_with_our_navigation(slug, start_server, new_visit):
    entry = next(entry for entry in CONTENTS if entry.slug == slug)
    lab = list(entry.labs.values())[-1]
    visit = new_visit()
    page = visit.open(start_server().url(slug, lab))
    assert page.get_by_role("heading", level=1).inner_text() == entry.title
    assert page.get_by_role("radio", name=lab).is_checked()
    sidebar = page.get_by_test_id("stSidebarNavItems")
    assert sidebar.get_by_test_id("stNavSectionHeader").count() == len(
        {entry.section for entry in CONTENTS} - {""}
    )
    links = sidebar.get_by_role("link").all()
    names = ["Home", *(entry.title for entry in CONTENTS if entry.slug != "home")]
    assert len(links) == len(names)
    for link, name in zip(links, names, strict=True):
        expect(link).to_contain_text(name)
    assert visit.problems == []


def test_answers_outlive_a_killed_server(start_server, new_visit):
    choice = next(q for q in BANK if q.kind == "choice")
    number = next(q for q in BANK if q.kind == "number" and q.chapter == choice.chapter)
    first = start_server()
    page = new_visit().open(first.url("practice", question=choice.title))
    page.get_by_test_id("stMain").get_by_text(right_option(choice)).click()
    assert_correct(page)
    page = new_visit().open(first.url("practice", question=number.title))
    page.get_by_role("textbox").fill(repr(float(draw(number, 0)[1].answer)))
    assert_correct(page)
    first.process.kill()
    first.process.wait()

    page = new_visit().open(start_server().url())
    total = sum(q.chapter == choice.chapter for q in BANK)
    expect(page.get_by_text(f"2 of {total} right").first).to_be_visible()
    page.get_by_role("link", name=f"Continue: {number.title}").click()
    expect(page.get_by_role("heading", name=number.title).first).to_be_visible()


def right_option(question: Question) -> str:
    return next(option.text for option in draw(question, 0)[1].answer if option.correct)


def assert_correct(page: Page) -> None:
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()
