"""What a visitor moves changes what is drawn: sliders, a click in a picture, Play."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Visit, labs

pytestmark = pytest.mark.browser

DRAWN = """() => JSON.stringify(
    [...document.querySelectorAll('[data-testid="stPlotlyChart"] .js-plotly-plot')].map(
        ({data, layout}) => [data, layout.shapes, layout.annotations]),
    (_, value) => ArrayBuffer.isView(value) ? Array.from(value) : value)"""
DRAWN_ANEW = f"(before) => !['[]', before].includes(({DRAWN})())"
SECONDS = 90  # until a run has begun on a busy machine
AT_MAXIMUM = "(slider) => slider.value === slider.max"
RECORD_FRAMES = """() => {
    const chart = document.querySelector('.st-key-race_picture .js-plotly-plot');
    window.played = [];
    chart.on('plotly_animatingframe', (event) => window.played.push(event.name));
    return chart._transitionData._frames.map((frame) => frame.name);
}"""


class Training(NamedTuple):
    """A lab that trains on a button: settings that make it slow, its progress, its pictures."""

    slug: str
    lab: str
    settings: dict[str, object]
    progress: str
    charts: int


RUNS = (
    Training(
        "vanishing_gradients",
        "Who learns",
        {"learning_depth": 30, "learning_epochs": 500, "learning_norm": "true"},
        r"Epoch \d+ of 500",
        2,
    ),
    Training(
        "sequence_models",
        "Memory task",
        {"memory_seed": 1},
        r"(RNN|LSTM|GRU) at T = \d+: step \d+ of at most 300$",
        3,
    ),
)


class Promise(NamedTuple):
    """A lab whose prediction is judged by the run that it starts: an option, the run's picture and
    what its progress says."""

    slug: str
    lab: str
    option: str
    picture: str
    progress: str


PROMISES = (
    Promise(
        "sequence_models",
        "Memory task",
        "None of them",
        "memory_training",
        r"^(RNN|LSTM|GRU) at T = \d+: step \d+ of at most 300$",
    ),
    Promise(
        "translation",
        "Train it",
        "Below 30",
        "train_translator_picture",
        r"^Step \d[\d,]* of [\d,]+, about \d+ (s|min \d+ s) left\.$",
    ),
)
SHOWS_NO_SLIDER = "Nested fields"  # its slider moves the error in the caption, not the rings
SETS_A_RUN = "Train it"  # its sliders say how to train; test_translation_training watches the run
DRAWING = [(slug, lab) for slug, lab in labs() if lab not in (SHOWS_NO_SLIDER, SETS_A_RUN)]


@pytest.mark.parametrize(("slug", "lab"), DRAWING, ids=[lab for _, lab in DRAWING])
def test_an_arrow_key_on_a_slider_changes_the_picture(slug, lab, server, visits):
    visit = visits()
    page = reveal(visit, server.url(slug, lab))
    before = page.evaluate(DRAWN)
    slider = page.get_by_test_id("stMain").get_by_role("slider").first
    slider.press("ArrowLeft" if slider.evaluate(AT_MAXIMUM) else "ArrowRight")
    page.wait_for_function(DRAWN_ANEW, arg=before)
    visit.settle()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_a_button_and_a_click_choose_a_ring(server, visits):
    visit = visits()
    page = reveal(visit, server.url("deep_learning", SHOWS_NO_SLIDER))
    before = page.evaluate(DRAWN)
    page.get_by_role("radio", name="Deep learning").click()
    expect(page).to_have_url(re.compile("Deep"))
    page.wait_for_function(DRAWN_ANEW, arg=before)
    before = page.evaluate(DRAWN)
    click_inside(page, "fields_picture", 0.5, 0.68)
    expect(page).to_have_url(re.compile("Generative"))
    page.wait_for_function(DRAWN_ANEW, arg=before)
    assert visit.problems == []


def test_a_click_on_the_contours_moves_the_start(server, visits):
    visit = visits()
    page = visit.open(server.url("optimizers", "Race"))
    before = page.evaluate(DRAWN)
    click_inside(page, "race_picture", 0.75, 0.3)
    expect(page).to_have_url(re.compile(r"_x=2\.\d+&.*_y=1\.\d+"))
    page.wait_for_function(DRAWN_ANEW, arg=before)
    assert visit.problems == []


def test_a_click_on_the_map_moves_the_chosen_point(server, visits):
    visit = visits()
    page = reveal(visit, server.url("optimizers", "Convergence map"))
    before = page.evaluate(DRAWN)
    click_inside(page, "map_picture", 0.25, 0.6)
    expect(page).to_have_url(re.compile("map_rate=.*map_beta="))
    page.wait_for_function(DRAWN_ANEW, arg=before)
    assert visit.problems == []


def test_play_shows_every_frame(server, visits):
    visit = visits()
    page = reveal(visit, server.url("optimizers", "Race"))
    frames = page.evaluate(RECORD_FRAMES)
    assert 10 <= len(frames) <= 60
    page.locator(".st-key-race_picture .updatemenu-button").first.click()
    page.wait_for_function("(last) => window.played.at(-1) === last", arg=frames[-1])
    assert page.evaluate("window.played") == frames
    assert visit.problems == []


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.lab)
def test_training_stops_when_told_and_goes_on(run, server, visits):
    visit = visits()
    page = visit.open(server.url(run.slug, run.lab, **run.settings))
    going = page.get_by_text(re.compile(f"^{run.progress}"))
    page.get_by_role("button", name="Train").click()
    expect(going).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    said = page.get_by_text(re.compile(rf"^Stopped\. {run.progress}"))
    expect(said).to_be_visible()
    at = said.inner_text()
    page.wait_for_timeout(1000)
    expect(said).to_have_text(at)
    page.get_by_role("button", name="Go on").click()
    expect(said).to_have_count(0)
    at = going.inner_text()
    expect(going).not_to_have_text(at)
    assert page.get_by_test_id("stPlotlyChart").count() <= 2 * run.charts  # and what they replace
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.lab)
def test_a_prediction_waits_in_its_place_for_the_run(promise, server, new_visit):
    visit = new_visit()
    page = visit.open(server.url(promise.slug, promise.lab))
    asked = page.get_by_text("Predict first.").bounding_box()
    page.get_by_role("button", name=promise.option).click()
    said = page.get_by_text(f"You said {promise.option}; the run will tell.")
    expect(said).to_be_visible()
    going = page.get_by_text(re.compile(promise.progress))
    expect(going).to_be_visible(timeout=1000 * SECONDS)
    assert abs(said.bounding_box()["y"] - asked["y"]) < 30
    expect(page.locator(f".st-key-{promise.picture} .main-svg").first).to_be_visible()
    assert visit.problems == []


def test_a_picture_saves_itself_as_svg(server, visits):
    page = visits().open(server.url("foundations", "Activations"))
    page.get_by_test_id("stPlotlyChart").first.hover()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download plot").first.click()
    assert download.value.suggested_filename == "gradient-gym.svg"
    assert "<svg" in download.value.path().read_text(encoding="utf-8")[:200]


def test_the_table_downloads_as_csv(server, visits):
    page = visits().open(server.url("foundations", "Softmax", softmax_table="true"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(rows) > 2
    assert len({row.count(",") for row in rows}) == 1


def reveal(visit: Visit, url: str) -> Page:
    page = visit.open(url)
    page.get_by_role("button", name="Just show me").click()
    page.get_by_text("Predict first.").wait_for(state="detached")
    return visit.settle()


def click_inside(page: Page, key: str, across: float, down: float) -> None:
    """Clicks a chart's plotting area at these shares of its width and height."""
    area = page.locator(f".st-key-{key} .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
