"""Chromium and the servers that it visits. Contexts are shared where a test leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import CHROMIUM
from tests.browser.driver import Server, Visit, running

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NewVisit = Callable[..., Visit]
expect.set_options(timeout=20_000)  # ms: a busy machine is no mistake


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests that leave no trace on it."""
    with running(tmp_path_factory.mktemp("server") / "progress.db") as server:
        yield server


@pytest.fixture
def start_server(browser: Browser, tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts cold servers that share one progress file."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(running(tmp_path / "progress.db"))


@pytest.fixture(scope="module")
def visits(browser: Browser) -> Iterator[NewVisit]:
    """One visit for each (width, theme, person), kept so that the browser's cache is warm."""
    kept: dict[tuple[int, str, str], Visit] = {}

    def visit(width: int = 1280, theme: str = "light", person: str = "") -> Visit:
        if (width, theme, person) not in kept:
            kept[width, theme, person] = _new_visit(browser, width, theme)
        return kept[width, theme, person]

    yield visit
    for visit_kept in kept.values():
        visit_kept.page.context.close()


@pytest.fixture
def new_visit(browser: Browser) -> Iterator[NewVisit]:
    """Visits in contexts of their own, as by another person."""
    opened: list[Visit] = []

    def visit(width: int = 1280, theme: str = "light") -> Visit:
        opened.append(_new_visit(browser, width, theme))
        return opened[-1]

    yield visit
    for visit_opened in opened:
        visit_opened.page.context.close()


def _new_visit(browser: Browser, width: int, theme: str) -> Visit:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    return Visit(context.new_page())
