"""The playground in a browser: a run is played, rewound, linked, cured and looked at closely."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from engine.playground.presets import PRESETS
from engine.playground.settings import Settings
from pages.ui.playground_closer import VIEWS
from tests.browser.accessibility import serious_findings
from tests.browser.driver import Visit
from tests.browser.playground_driver import (
    BLOWS_UP,
    IS_AT,
    MANY,
    SECONDS,
    STEP,
    TRAINING_LOSS,
    TWICE,
    as_held,
    assert_clean,
    button,
    downloaded,
    link_of,
    look,
    numbers,
    open_tab,
    opened,
    pause,
    play_beyond,
    rested,
    step_of,
)
from tests.browser.test_views import NARROW, OVERFLOW, WIDE

pytestmark = pytest.mark.browser


def test_play_goes_on_until_pause_and_the_address_shows_the_same(server, visits, new_visit):
    visit = visits()
    page = opened(server, visit, Settings())
    for _ in range(4):
        play_beyond(page, step_of(page))
        button(page, "Pause").evaluate(TWICE)
        rested(visit)
        at = numbers(page)
        page.wait_for_timeout(500)
        assert numbers(page) == at
        expect(button(page, "Play")).to_be_enabled()
    expect(page).to_have_url(re.compile(rf"[?&]play_step={step_of(page)}\b"))
    other = new_visit()
    other.page.goto(page.url)
    other.page.wait_for_function(IS_AT, arg=at[STEP], timeout=1000 * SECONDS)
    assert numbers(rested(other)) == at
    assert_clean(visit)
    assert_clean(other)


def test_a_step_an_epoch_and_back_to_the_start(server, visits):
    visit = visits()
    page = opened(server, visit, Settings())
    start = numbers(page)
    for name, step in (("One step", 1), ("One step", 2), ("One epoch", 15), ("One epoch", 30)):
        button(page, name).click()
        page.wait_for_function(IS_AT, arg=str(step))
        expect(page).to_have_url(re.compile(rf"play_step={step}\b"))
        rested(visit)
    assert numbers(page) != start
    button(page, "Reset").click()
    page.wait_for_function(IS_AT, arg="0")
    assert numbers(rested(visit)) == start
    expect(page).not_to_have_url(re.compile("play_step"))
    expect(button(page, "Reset")).to_be_disabled()
    assert_clean(visit)


def test_new_weights_are_those_of_the_next_seed_unless_it_is_locked(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(), 30)
    open_tab(page, "Network")
    seed = page.get_by_role("spinbutton", name="Seed of the weights").first
    before = numbers(page)
    open_tab(page, "Network")
    button(page, "New weights").click()
    page.wait_for_function(IS_AT, arg="0")
    expect(seed).to_have_value("2")
    new = numbers(rested(visit))
    expect(page).to_have_url(re.compile("play_seed=2"))
    expect(page).not_to_have_url(re.compile("play_step"))
    page.get_by_text("Lock", exact=True).first.click()
    expect(button(page, "New weights")).to_be_disabled()
    expect(seed).to_be_disabled()
    button(page, "One epoch").click()
    page.wait_for_function(IS_AT, arg="15")
    assert numbers(rested(visit))[TRAINING_LOSS] not in (new[TRAINING_LOSS], before[TRAINING_LOSS])
    button(page, "Reset").click()
    page.wait_for_function(IS_AT, arg="0")
    assert numbers(rested(visit)) == new
    assert_clean(visit)


def test_rewinding_shows_what_was_and_the_run_goes_on_from_there_as_before(server, visits):
    visit = visits()
    page = opened(server, visit, replace(Settings(), dropout=0.2, optimizer="Adam"))
    first = [numbers(page), *(an_epoch(visit, k) for k in range(1, 5))]
    assert len({tuple(was) for was in first}) == len(first)
    rewind = page.get_by_role("slider", name="Rewind to epoch").first
    for key, epoch in (("ArrowLeft", 3), ("Home", 0), ("End", 4), ("Home", 0), ("ArrowRight", 1)):
        rewind.press(key)
        page.wait_for_function(IS_AT, arg=first[epoch][STEP])
        assert numbers(rested(visit)) == first[epoch]
    assert [an_epoch(visit, k) for k in (2, 3, 4)] == first[2:]
    assert_clean(visit)


def an_epoch(visit: Visit, epoch: int) -> list[str]:
    """The numbers after one more epoch of 15 steps."""
    button(visit.page, "One epoch").click()
    visit.page.wait_for_function(IS_AT, arg=str(15 * epoch))
    return numbers(rested(visit))


def test_a_link_with_many_settings_gives_the_same_weights_to_another(server, visits, new_visit):
    visit, other = visits(), new_visit()
    page = opened(server, visit, MANY, 200, play_view="Take along")
    weights = json.loads(downloaded(page, "Weights (JSON)"))
    assert weights["step"] == 200
    assert Settings(**{k: as_held(v) for k, v in weights["settings"].items()}) == MANY
    other.page.goto(link_of(page) + "&play_view=Take+along")
    rested(other)
    assert numbers(other.page) == numbers(page)
    assert json.loads(downloaded(other.page, "Weights (JSON)")) == weights
    assert_clean(visit)
    assert_clean(other)


@pytest.mark.parametrize("cure", ["Learning rate", "Clip the gradient"])
def test_divergence_names_step_and_tensor_and_its_cure_plays(cure, server, visits):
    visit = visits()
    page = opened(server, visit, BLOWS_UP)
    button(page, "Play").click()
    warning = page.get_by_test_id("stAlert").filter(has_text="Diverged").first
    expect(warning).to_have_text(re.compile(r"Diverged at step \d+ in [\w ]+\."))
    rested(visit)
    expect(button(page, "Play")).to_be_disabled()
    ended = step_of(page)
    page.get_by_role("button", name=re.compile(f"^{cure}")).first.click()
    expect(warning).to_have_count(0)
    rested(visit)
    play_beyond(page, ended + 100)
    pause(visit)
    expect(warning).to_have_count(0)
    assert_clean(visit)


def test_a_run_worth_seeing_plays_and_its_address_keeps_it(server, visits):
    visit = visits()
    preset = PRESETS["clipped"]
    page = opened(server, visit, Settings(), play_speed=25, play_view="Take along")
    open_tab(page, "Runs worth seeing")
    page.get_by_role("button", name=preset.name, exact=True).click()
    ended = page.get_by_test_id("stAlert").filter(has_text=str(preset.epochs)).first
    expect(ended).to_be_visible(timeout=1000 * SECONDS)
    rested(visit)
    link, at = link_of(page), numbers(page)
    assert at[0] == str(preset.epochs)
    page.reload()
    page.wait_for_function(IS_AT, arg=at[STEP], timeout=1000 * SECONDS)
    rested(visit)
    assert numbers(page) == at
    assert link_of(page) == link
    weights = json.loads(downloaded(page, "Weights (JSON)"))
    assert weights["settings"] == preset.settings.as_dict()
    assert_clean(visit)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_closer_look_after_playing_is_clean(width, theme, server, visits):
    visit = visits(width, theme)
    page = opened(server, visit, Settings())
    play_beyond(page, 60)
    pause(visit)
    for name, _ in VIEWS.values():
        look(visit, name)
        assert max(page.evaluate(OVERFLOW)) <= 0, name
        assert serious_findings(page) == [], name
        assert_clean(visit)
