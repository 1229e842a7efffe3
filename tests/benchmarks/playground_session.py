"""The playground while it plays: pictures a second in Chromium, and another session meanwhile."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

from tests.benchmarks.pages import FLOOR_APP
from tests.benchmarks.server import ROOT, serving
from tests.benchmarks.table import Result
from tests.benchmarks.translation_session import measure
from tests.browser.chromium import CHROMIUM
from tests.browser.conftest import ARGUMENTS

PICTURES, TIMES_FLOOR = 10, 5.0
SECONDS = 6
NETWORKS = {
    "default network": "",
    "six layers of 16 units": "play_layers=6&"
    + "&".join(f"play_units_{k}=16" for k in range(1, 7)),
}
COUNT = """(seconds) => new Promise((done) => {
    const seen = new Set();
    const look = () => {
        seen.add(document.querySelector("th")?.innerText);
    };
    const timer = setInterval(look, 4);
    setTimeout(() => { clearInterval(timer); done(seen.size - 1); }, 1000 * seconds);
})"""


def run() -> Iterator[tuple[str, Result]]:
    with serving(FLOOR_APP) as floor, serving(ROOT / "app.py") as app:
        for name, query in NETWORKS.items():
            yield f"pictures, {name}", pictures(app, query)
            yield f"others, {name}", others(floor, app, query)


def pictures(port: int, query: str) -> Result:
    """How many steps are seen on the page in a second of playing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/playground?{query}")
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        seen = page.evaluate(COUNT, SECONDS) / SECONDS
        browser.close()
    return Result(f"{seen:.1f} a second", f"at least {PICTURES}", seen >= PICTURES)


def others(floor: int, app: int, query: str) -> Result:
    """A control change in another session beside the one that plays, against the floor app's."""
    base, alone, beside = asyncio.run(measure(floor, app, "playground", query, "Play"))
    median = statistics.median(beside)
    measured = f"{median / base:.1f} x floor, {median * 1e3:.1f} ms; alone {alone * 1e3:.1f} ms"
    return Result(measured, f"at most {TIMES_FLOOR:.0f}", median <= TIMES_FLOOR * base)
