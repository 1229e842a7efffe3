"""The playground in a browser: a run is played, rewound, linked, drawn, asked and taken along."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.playground.presets import PRESETS
from engine.playground.settings import Settings
from pages.ui.playground_closer import VIEWS
from pages.ui.playground_fields import query
from tests.browser.accessibility import serious_findings
from tests.browser.driver import ROOT, SETTLED, Server, Visit
from tests.browser.test_views import NARROW, OVERFLOW, WIDE

pytestmark = pytest.mark.browser

SECONDS = 60  # for a run or a script on a busy machine
STEP, TRAINING_LOSS = 1, 2  # among the numbers
NUMBERS = """((table) => {
    const [head, ...rows] = [...(table?.rows ?? [])].map((row) => [...row.cells]);
    const at = head?.[0].innerText.match(/^Epoch ([\\d,]+), step ([\\d,]+)$/);
    const values = rows.flatMap((row) => row.slice(1).map((cell) => cell.innerText));
    return at ? [at[1], at[2], ...values] : [];
})([...document.querySelectorAll('[data-testid="stMain"] table')].find(
    (table) => table.rows[0]?.cells[0]?.innerText.startsWith('Epoch ')))"""  # of the moment shown
READ = f"() => {NUMBERS}"
IS_AT = f"(step) => ({NUMBERS})[{STEP}] === step"
IS_BEYOND = f"(step) => Number(({NUMBERS})[{STEP}]?.replaceAll(',', '')) > step"
RESTS = f"""() => !document.querySelector('.st-key-play_pause')
    && document.querySelector('.st-key-play_play') && ({NUMBERS}).length === 6 && ({SETTLED})()"""
ENDS_HIDDEN = """() => [...document.querySelectorAll('[data-testid="stSliderTickBar"]')].every(
    (ends) => getComputedStyle(ends).opacity === "0")"""
TWICE = "(button) => { button.click(); button.click(); }"

MANY = Settings(
    data="spiral",
    classes=3,
    n=240,
    noise=0.15,
    share=0.7,
    data_seed=5,
    features=("x1", "x2", "sin1"),
    units=(6, 6, 3),
    activations=("relu", "tanh", "gelu"),
    initializer="he_normal",
    batch_norm=True,
    dropout=0.2,
    residual=True,
    seed=7,
    optimizer="Adam",
    rate=0.01,
    beta=0.8,
    beta2=0.99,
    schedule="cosine",
    horizon=50,
    batch_size=20,
    penalty="l2",
    clip="norm",
    limit=1.0,
)
BLOWS_UP = Settings(data="plane", activations=("relu", "relu"), rate=10.0)
SMALL = Settings(n=60)


def opened(server: Server, visit: Visit, settings: Settings, step: int = 0, **more: object) -> Page:
    """The playground with these settings at a step, when it rests."""
    values = query(settings, step) | more
    visit.problems.clear()
    visit.page.goto(server.url("playground") + "?" + urlencode(values, doseq=True))
    return rested(visit)


def rested(visit: Visit) -> Page:
    """Waits until the run stands and everything is drawn."""
    visit.page.wait_for_function(RESTS, timeout=1000 * SECONDS)
    return visit.page


def numbers(page: Page) -> list[str]:
    """Epoch, step, loss and accuracy or R² in training, and on test points, as they are shown."""
    shown: list[str] = page.evaluate(READ)
    return shown


def step_of(page: Page) -> int:
    return int(numbers(page)[STEP].replace(",", ""))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def open_tab(page: Page, name: str) -> None:
    """Shows a tab of the settings."""
    page.get_by_role("tab", name=name, exact=True).first.click()


def play_beyond(page: Page, step: int) -> None:
    button(page, "Play").click()
    page.wait_for_function(IS_BEYOND, arg=step, timeout=1000 * SECONDS)


def pause(visit: Visit) -> Page:
    button(visit.page, "Pause").click()
    return rested(visit)


def tab(page: Page, name: str) -> None:
    """Opens a tab of the controls."""
    page.get_by_role("tab", name=name).click()


def look(visit: Visit, name: str) -> Page:
    """Opens a closer look."""
    visit.page.mouse.move(0, 0)  # so that no slider shows its ends, which fade in and out
    visit.page.get_by_role("radio", name=name, exact=True).press(" ")
    expect(visit.page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    visit.page.wait_for_function(ENDS_HIDDEN)
    return visit.settle()


def assert_clean(visit: Visit) -> None:
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


# ---- the way through a run ---------------------------------------------------------------------


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
    tab(page, "Network")
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


def as_held(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def link_of(page: Page) -> str:
    """The link that Take along shows."""
    return page.get_by_test_id("stCode").first.inner_text().strip()


def downloaded(page: Page, name: str) -> str:
    with page.expect_download(timeout=1000 * SECONDS) as download:
        button(page, name).click()
    return Path(download.value.path()).read_text("utf-8")


# ---- data of one's own -------------------------------------------------------------------------

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


# ---- the board ---------------------------------------------------------------------------------

AT_EACH = """(keys, places) => {
    const box = keys.getBoundingClientRect();
    return places.map(([x, y]) => {
        const at = { clientX: box.left + x, clientY: box.top + y, pointerType: 'mouse' };
        keys.dispatchEvent(new PointerEvent('pointermove', at));
        return keys.style.cursor;
    });
}"""  # what the pointer looks like at each place


HAS_POINTS = r"""(count) => [...document.querySelectorAll('.st-key-play_board *')].some((host) => {
    const told = host.shadowRoot?.querySelector('canvas[role=img]')?.getAttribute('aria-label');
    const parts = [...(told ?? '').matchAll(/(\d+) (training|test) points?/g)];
    return parts.length && parts.reduce((sum, part) => sum + Number(part[1]), 0) === count;
})"""


def board(page: Page) -> Locator:
    return page.get_by_role("application").first


def pointers(page: Page, places: list[tuple[float, float]]) -> list[str]:
    found: list[str] = board(page).evaluate(AT_EACH, places)
    return found


def click_board(page: Page, x: float, y: float) -> None:
    board(page).click(position={"x": x, "y": y}, force=True)


def surface(page: Page) -> tuple[float, float, float]:
    """Left, top and side of the large picture within the board, while points are drawn."""
    box = board(page).bounding_box()
    xs, ys = range(int(box["width"])), range(int(box["height"]))
    y = next(y for y in ys if "crosshair" in pointers(page, [(0.85 * box["width"], y)]))
    inside = [kind == "crosshair" for kind in pointers(page, [(x, y + 4) for x in xs])]
    return inside.index(True), y, sum(inside)


def drawn(page: Page) -> list[list[float]]:
    """The points as the text of all of them says, which the tab Data shows."""
    open_tab(page, "Data")
    text = page.get_by_role("textbox", name=re.compile("^All points")).first
    expect(text).to_be_visible()
    points = [[float(v) for v in part.split(",")] for part in text.input_value().split(";") if part]
    expect(page.get_by_text(re.compile(rf"^{len(points)} points, up to")).first).to_be_visible()
    return points


def expect_points(page: Page, count: int) -> None:
    """Waits until the board says that it shows so many points, for training and for tests."""
    page.wait_for_function(HAS_POINTS, arg=count)


def test_a_click_draws_one_point_also_while_playing(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(data="drawn", points="-3,0,0;3,0,1"))
    left, top, side = surface(page)
    click_board(page, left + 0.25 * side, top + 0.2 * side)
    expect_points(page, 3)
    rested(visit)
    x, y, label = drawn(page)[2]
    reach = 6
    assert (x, y, label) == (
        pytest.approx(-reach / 2, abs=0.3),
        pytest.approx(0.6 * reach, abs=0.3),
        0,
    )
    button(page, "Play").click()
    page.wait_for_function(IS_BEYOND, arg=0)
    for k, (across, down) in enumerate(((0.7, 0.3), (0.3, 0.7), (0.6, 0.8)), 4):
        click_board(page, left + across * side, top + down * side)
        expect_points(page, k)
    before = step_of(page)
    page.wait_for_function(IS_BEYOND, arg=before)  # it plays on
    pause(visit)
    assert len(drawn(page)) == 6
    expect_points(page, 6)
    open_tab(page, "Data")
    button(page, "Undo").click()
    expect_points(page, 5)
    assert_clean(visit)


def test_keys_draw_one_point(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(data="drawn", points="-3,0,0;3,0,1"))
    board(page).focus()
    for key in ("Home", *["ArrowRight"] * 7):  # inputs, W1, hidden 1, ..., the output, the picture
        board(page).press(key)
    board(page).press("ArrowUp")
    board(page).press("Enter")
    expect_points(page, 3)
    rested(visit)
    assert drawn(page)[2] == [0.0, 0.5, 0.0]
    open_tab(page, "Data")
    field = page.get_by_role("spinbutton", name="x₁", exact=True).first
    field.fill("2")
    field.press("Tab")
    button(page, "Add point").click()
    expect_points(page, 4)
    rested(visit)
    assert drawn(page)[3] == [2.0, 0.0, 0.0]
    assert_clean(visit)


def test_a_weight_is_pinned_by_a_choice_by_keys_and_by_a_click(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(), 60, play_view="Why")
    pinned = page.get_by_role("combobox", name="Pin a weight").first
    checked = page.get_by_text("the central difference, taken now, gives").first
    expect(checked).to_have_count(0)
    pinned.click()
    pinned.fill("W2: unit 3 → unit 2")
    pinned.press("Enter")
    expect(checked).to_be_visible()
    expect(page).to_have_url(re.compile("play_weight=W2"))
    rested(visit)
    said = checked.inner_text()
    board(page).focus()
    for key in ("Home", "ArrowRight", "ArrowDown", "Enter"):
        board(page).press(key)
    expect(pinned).to_have_value("W1: x₁ → unit 2")
    expect(checked).not_to_have_text(said)
    rested(visit)
    x, height = (board(page).bounding_box()[name] for name in ("width", "height"))
    x *= 0.13  # between the inputs and the first layer
    places = [(x, y) for y in range(60, int(height) - 60)]
    lines = [
        at for at, kind in zip(places, pointers(page, places), strict=True) if kind == "pointer"
    ]
    click_board(page, *lines[-6])  # well within reach of the lowest line
    expect(pinned).to_have_value(re.compile("^W1: x₂ → unit"))
    expect(checked).to_be_visible()
    rested(visit)
    assert_clean(visit)


# ---- runs that end -----------------------------------------------------------------------------


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
    tab(page, "Runs worth seeing")
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


# ---- taken along -------------------------------------------------------------------------------


def run_script(text: str, folder: Path) -> str:
    """What the script prints, which is started in a folder of its own and must end well."""
    script = folder / "script.py"
    script.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def taken(server, visits):
    """A run of many settings, paused, with its files."""
    visit = visits()
    yield opened(server, visit, MANY, 160, play_view="Take along")
    assert_clean(visit)


def test_weights_and_history_are_files_that_can_be_read(taken):
    shown = numbers(taken)
    weights = json.loads(downloaded(taken, "Weights (JSON)"))
    assert weights["step"] == 160
    assert f"{weights['scores']['training_loss']:.3g}" == shown[TRAINING_LOSS]
    rows = list(csv.DictReader(io.StringIO(downloaded(taken, "History (CSV)"))))
    columns = ["training_loss", "test_loss", "training_accuracy", "test_accuracy"]
    assert list(rows[0])[2:] == columns
    assert list(rows[0])[:2] == ["epoch", "step"]
    assert rows[0]["step"] == "0"
    assert len(rows) > 10


def test_the_numpy_script_repeats_the_run(taken, tmp_path):
    said = run_script(downloaded(taken, "NumPy script"), tmp_path)
    assert said.endswith("The weights are those of the page, bit for bit.\n")


@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed")
def test_the_pytorch_script_repeats_the_run(taken, tmp_path):
    assert "weights agree with the page's" in run_script(
        downloaded(taken, "PyTorch script"), tmp_path
    )


# ---- every view --------------------------------------------------------------------------------


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
