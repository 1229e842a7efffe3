"""The playground in a browser: opened, played, paused, and its numbers read."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from engine.playground.settings import Settings
from pages.ui.playground_fields import query
from tests.browser.driver import SETTLED, Server, Visit

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


def as_held(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def link_of(page: Page) -> str:
    """The link that Take along shows."""
    return page.get_by_test_id("stCode").first.inner_text().strip()


def downloaded(page: Page, name: str) -> str:
    with page.expect_download(timeout=1000 * SECONDS) as download:
        button(page, name).click()
    return Path(download.value.path()).read_text("utf-8")
