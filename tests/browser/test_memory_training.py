"""The memory task trained in a browser: another setting, a reload, the replay, the prediction."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_controls import DRAWN, DRAWN_ANEW

pytestmark = pytest.mark.browser

SHORT = {"memory_longest": 20, "memory_steps": 100, "memory_hidden": 8}
SECONDS = 60  # for a run on a busy machine
PROGRESS = re.compile(r"^(RNN|LSTM|GRU) at T = \d+: step \d+ of at most 300$")


def train(page: Page) -> Locator:
    """Starts a run; its progress, which is in sight."""
    page.get_by_role("button", name="Train the cells").click()
    going = page.get_by_text(PROGRESS)
    expect(going).to_be_visible()
    return going


def test_a_control_or_a_reload_in_the_middle_ends_the_run(server, visits):
    visit = visits()
    page = visit.open(server.url("sequence_models", "Memory task", memory_seed=1))
    for interrupt in (
        lambda: page.get_by_role("slider", name="Forget bias").press("ArrowLeft"),
        page.reload,
    ):
        going = train(page)
        interrupt()
        expect(going).to_have_count(0)
        visit.settle()
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        expect(page.get_by_role("button", name="Train the cells again")).to_have_count(0)
        expect(page.get_by_role("slider", name="Forget bias")).to_have_value("3.5")
        page.wait_for_timeout(500)
        expect(page.get_by_role("heading", name="Training at T")).to_have_count(0)
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_a_run_that_ended_replays_by_its_slider(server, visits):
    visit = visits()
    page = visit.open(server.url("sequence_models", "Memory task", **SHORT))
    page.get_by_role("button", name="Train the cells").click()
    replay = page.get_by_role("slider", name="Replay: training step")
    expect(replay).to_be_visible(timeout=1000 * SECONDS)
    expect(page.get_by_text(re.compile(r"^At T = 20: RNN "))).to_be_visible()
    visit.settle()
    before = page.evaluate(DRAWN)
    replay.press("Home")
    page.wait_for_function(DRAWN_ANEW, arg=before)
    expect(page.get_by_text(re.compile(r"^After 0 steps: RNN "))).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []
