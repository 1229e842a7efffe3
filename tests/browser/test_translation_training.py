"""The translation model trained in a browser: stop, go on, its words, its file, a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SHORT = {
    "train_translator_share": "5",
    "train_translator_hidden": "16",
    "train_translator_epochs": "2",
}
LONG = SHORT | {"train_translator_epochs": "20"}
SECONDS = 90  # for a run on a busy machine
PROGRESS = re.compile(r"^Step \d[\d,]* of [\d,]+, about \d+ (s|min \d+ s) left\.$")
STOPPED = re.compile(r"^Stopped\. Step (\d+) of [\d,]+, about ")


def start(page: Page) -> None:
    """Starts a run; its progress is then in sight."""
    page.get_by_role("button", name="Train the model").click()
    expect(page.get_by_text(PROGRESS)).to_be_visible(timeout=1000 * SECONDS)


def test_a_run_is_stopped_goes_on_and_translates(server, visits):
    visit = visits()
    page = visit.open(server.url("translation", "Train it", **SHORT))
    start(page)
    page.get_by_role("button", name="Stop").click()
    stopped = page.get_by_text(STOPPED)
    expect(stopped).to_be_visible()
    page.wait_for_timeout(700)
    before = stopped.inner_text()
    page.wait_for_timeout(700)
    assert stopped.inner_text() == before
    page.get_by_role("button", name="Go on").click()
    told = re.compile(r"^After 2 of 2 epochs, step \d+: training loss ")
    expect(page.get_by_text(told)).to_be_visible(timeout=1000 * SECONDS)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    visit.settle()
    table = page.get_by_test_id("stTable")
    expect(table.get_by_text("After epoch 2")).to_be_visible()
    assert table.locator("tbody tr").count() == 6
    page.get_by_role("slider", name="Replay: after epoch").press("Home")
    expect(table.get_by_text("After epoch 1")).to_be_visible()
    field = page.get_by_role("textbox", name="German sentence")
    field.fill("Xyz!")
    field.press("Enter")
    expect(page.get_by_text("Unknown to this model: Xyz.")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_a_run_goes_on_from_its_file_after_a_reload(server, visits, tmp_path):
    visit = visits()
    address = server.url("translation", "Train it", **LONG)
    page = visit.open(address)
    start(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()
    page.get_by_text("Keep this run as a file").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this run").click()
    file = tmp_path / "run.zip"
    download.value.save_as(file)
    step = int(STOPPED.match(page.get_by_text(STOPPED).inner_text())[1])
    page.reload()
    visit.settle()
    expect(page.get_by_text(STOPPED)).to_have_count(0)
    page.get_by_text("Keep this run as a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(f"This run has done {step} step")).to_be_visible()
    page.get_by_role("button", name="Go on from this file").click()
    expect(page.get_by_text(PROGRESS)).to_be_visible(timeout=1000 * SECONDS)
    page.get_by_role("button", name="Stop").click()
    stopped = page.get_by_text(STOPPED)
    expect(stopped).to_be_visible()
    assert int(STOPPED.match(stopped.inner_text())[1]) > step
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_a_control_or_a_reload_in_the_middle_ends_the_run(server, visits):
    visit = visits()
    page = visit.open(server.url("translation", "Train it", **LONG))
    for interrupt in (
        lambda: page.get_by_role("slider", name="Hidden units").press("ArrowRight"),
        page.reload,
    ):
        start(page)
        interrupt()
        expect(page.get_by_text(PROGRESS)).to_have_count(0)
        visit.settle()
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        expect(page.get_by_role("button", name="Train the model again")).to_have_count(0)
        page.wait_for_timeout(500)
        expect(page.get_by_role("heading", name="Held-out sentences")).to_have_count(0)
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []
