"""A visitor's own sentence pairs in a browser: bad lines, wrong files, and training on them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, Visit

pytestmark = pytest.mark.browser

GOOD = [
    (f"I have {k} {thing}.", f"Ich habe {k} {ding}.")
    for k in range(2, 12)
    for thing, ding in (("apples", "Äpfel"), ("books", "Bücher"), ("keys", "Schlüssel"))
]
BAD = "no tab\n\tleer\nTaxi\tTaxi\n<b>Hi</b>\t" + "wort " * 30 + "\n"
TEXT = "".join(f"{english}\t{german}\tCC-BY 2.0 (France)\n" for english, german in GOOD)
QUICK = {
    "train_translator_pairs": "Own pairs",
    "train_translator_hidden": "16",
    "train_translator_epochs": "2",
}
SECONDS = 60


def upload(page: Page, name: str, content: bytes) -> None:
    field = page.locator("[data-testid=stFileUploader]").filter(has_text="Text file").first
    field.locator("input").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )


def opened(server: Server, visit: Visit) -> Page:
    page = visit.open(server.url("translation", "Train it", **QUICK))
    expect(page.get_by_text(re.compile(r"^Read: 300 pairs"))).to_be_visible(timeout=1000 * SECONDS)
    return page


def test_bad_lines_are_listed_and_the_others_are_learned_from(server, visits):
    visit = visits()
    page = opened(server, visit)
    upload(page, "own.txt", (TEXT + BAD).encode())
    expect(
        page.get_by_text(re.compile(r"^Read: 30 pairs from 34 lines\. Refused: 4 lines"))
    ).to_be_visible()
    page.get_by_text("Refused lines: 4").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    expect(page.get_by_text(re.compile("^To learn from: 27 pairs; held out: 3"))).to_be_visible()
    page.get_by_role("button", name="Train the model").click()
    expect(page.get_by_text(re.compile("^After 2 of 2 epochs"))).to_be_visible(
        timeout=1000 * SECONDS
    )
    expect(page.get_by_text("make BLEU a rough number")).to_be_visible()
    expect(page.get_by_test_id("stTable").get_by_text("After epoch 2")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_the_file_is_still_there_after_another_page(server, new_visit):
    visit = new_visit()
    page = opened(server, visit)
    upload(page, "own.txt", TEXT.encode())
    expect(page.get_by_text(re.compile("^Read: 30 pairs"))).to_be_visible()
    page.get_by_role("radio", name="Inside one step").click()
    expect(page.get_by_text(re.compile("^Read: 30 pairs"))).to_have_count(0)
    page.get_by_role("radio", name="Train it").click()
    page.get_by_role("radio", name="Own pairs").click()
    expect(page.get_by_text("Still here: own.txt.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Read: 30 pairs"))).to_be_visible()
    page.get_by_role("button", name="Remove this file").click()
    expect(page.get_by_text(re.compile(r"^Read: 300 pairs"))).to_be_visible()
    assert visit.problems == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("latin.txt", TEXT.encode("latin-1"), "in Latin-1 (Windows-1252) it is “Ä”"),
        ("utf16.txt", TEXT.encode("utf-16"), "this is text in UTF-16"),
        ("one.txt", TEXT.replace("\t", " ").encode(), "so there is only one column"),
        ("empty.txt", b"", "There is no text"),
        ("many.txt", b"a\tb\n" * 1_000_000, "Only 1 different pair"),
    ],
)
def test_a_wrong_file_is_one_sentence(server, visits, name, content, words):
    visit = visits()
    page = opened(server, visit)
    upload(page, name, content)
    expect(page.get_by_text(words)).to_be_visible(timeout=1000 * SECONDS)
    expect(page.get_by_role("button", name="Train the model")).to_have_count(0)
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_swapped_columns_are_told_and_read_with_the_switch(server, visits):
    visit = visits()
    page = opened(server, visit)
    swapped = "".join(f"{german}\t{english}\n" for english, german in GOOD)
    upload(page, "swapped.txt", swapped.encode())
    expect(page.get_by_text("German stands first, by")).to_be_visible()
    page.get_by_text("German stands first", exact=True).click()
    expect(page.get_by_text(re.compile("^Read: 30 pairs"))).to_be_visible()
    assert visit.problems == []
