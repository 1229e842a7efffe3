"""The playground in a browser: a table of one's own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.playground.settings import Settings
from tests.browser.playground_driver import (
    TRAINING_LOSS,
    assert_clean,
    button,
    numbers,
    open_tab,
    opened,
    pause,
    play_beyond,
    rested,
)

pytestmark = pytest.mark.browser

COLORS = ("green", "blue", "red")
TABLE = "width,height,color\n" + "".join(
    f"{k % 7 + 5 * (k % 3)},{k % 5 - 4 * (k % 3)},{COLORS[k % 3]}\n" for k in range(60)
)
BAD = {
    "one_class.csv": (b"a,b,kind\n" + b"1,2,x\n3,4,x\n" * 20, "kind is the same in every row"),
    "short.csv": (b"a,b,kind\n1,2,x\n", "Only 1 usable row; at least"),
    "empty.csv": (b"", "The table is empty"),
    "labels.csv": ("".join(f"{k},{k},l{k}\n" for k in range(40)).encode(), "40 different labels"),
}


def give(page: Page, name: str, content: bytes) -> None:
    field = page.get_by_test_id("stFileUploader").first.locator("input")
    field.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_a_table_of_ones_own_is_reported_and_played(server, new_visit):
    visit = new_visit()
    page = opened(server, visit, Settings(data="own"))
    open_tab(page, "Data")
    expect(page.get_by_text(re.compile("^Read: 90 rows"))).to_be_visible()
    give(page, "own.csv", TABLE.encode())
    expect(page.get_by_text(re.compile("^Read: 60 rows, split by comma, names in"))).to_be_visible()
    expect(
        page.get_by_text("3 classes: blue (20), green (20) and red (20). Features: width and")
    ).to_be_visible()
    rested(visit)
    before = float(numbers(page)[TRAINING_LOSS])
    play_beyond(page, 300)
    pause(visit)
    assert float(numbers(page)[TRAINING_LOSS]) < before
    assert_clean(visit)


def test_a_table_that_cannot_be_used_is_one_sentence(server, new_visit):
    visit = new_visit()
    page = opened(server, visit, Settings(data="own"))
    open_tab(page, "Data")
    for name, (content, words) in BAD.items():
        give(page, name, content)
        expect(page.get_by_test_id("stAlert").filter(has_text=words).first).to_be_visible()
        expect(page.get_by_text("The table cannot be used yet").first).to_be_visible()
        visit.settle()
        expect(button(page, "Play")).to_have_count(0)
        assert_clean(visit)
    give(page, "own.csv", TABLE.encode())
    expect(page.get_by_text(re.compile("^Read: 60 rows"))).to_be_visible()
    rested(visit)
    assert_clean(visit)
