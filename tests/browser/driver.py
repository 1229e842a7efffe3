"""The app as a visitor meets it: a server process, and a page that keeps what goes wrong on it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request
from playwright.sync_api import TimeoutError as PageTimeout

from pages.ui.contents import CONTENTS

ROOT = Path(__file__).parents[2]
FLAGS = {
    "--server.headless": "true",
    "--server.address": "127.0.0.1",
    "--server.fileWatcherType": "none",
}
SECONDS_TO_START = 60

# Streamlit asks for these two below a deep link's path first, then finds them at the root.
BASE_PATH_PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")

SECONDS_TO_SETTLE = 90  # on a busy machine

# What the page still waits for; an exception ends the waiting.
UNSETTLED = """() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const app = document.querySelector('[data-testid="stApp"]');
    const waits = {
        'a connection': app?.dataset.testConnectionState !== 'CONNECTED',
        'the end of a run': app?.dataset.testScriptState !== 'notRunning',
        'a title': !all('h1').length,
        'elements': all('[data-testid*="Skeleton"], [data-stale="true"]').length > 0,
        'charts': all('[data-testid="stPlotlyChart"]').some((c) => !c.querySelector('.main-svg')),
    };
    const isWrong = all('[data-testid="stException"]').length > 0;
    return isWrong ? [] : Object.keys(waits).filter((name) => waits[name]);
}"""
SETTLED = f"() => !({UNSETTLED})().length"


def views() -> list[tuple[str, str | None]]:
    """Every place of the app: (page's slug, lab's name in the URL or None)."""
    return [(entry.slug, lab) for entry in CONTENTS for lab in entry.labs.values() or [None]]


def labs() -> list[tuple[str, str]]:
    """The places that are labs."""
    return [(slug, lab) for slug, lab in views() if lab]


@dataclass(frozen=True)
class Server:
    """A running app, and the file that keeps its progress."""

    process: subprocess.Popen[bytes]
    port: int
    database: Path

    def url(self, slug: str = "", lab: str | None = None, **query: object) -> str:
        """The address of a page, with query values."""
        slug = "" if slug == "home" else slug
        query = ({"lab": lab} if lab else {}) | query
        return f"http://127.0.0.1:{self.port}/{slug}" + (f"?{urlencode(query)}" if query else "")


@contextmanager
def running(database: Path) -> Iterator[Server]:
    """The app on a free port of its own; killed at the end, as a crash would."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += [part for flag in FLAGS.items() for part in flag]
    with database.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"GRADIENT_GYM_DB": str(database)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(process, port)
        yield Server(process, port, database)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with code {process.returncode}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no healthy server after {SECONDS_TO_START} s")


@dataclass
class Visit:
    """A browser page and every error, and every request to another host, seen on it so far."""

    page: Page
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        is_probe = "404" in message.text and BASE_PATH_PROBE.search(url)
        if message.type == "error" and not is_probe:
            self.problems.append(f"console: {message.text} ({url})")

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):  # None: data: and blob:
            self.problems.append(f"request to another host: {request.url[:200]}")

    def open(self, url: str) -> Page:
        """Loads the address afresh and waits until everything on it is drawn."""
        self.problems.clear()
        self.page.goto(url)
        return self.settle()

    def settle(self) -> Page:
        """Waits until the run has ended and every chart is drawn."""
        settle(self.page)
        return self.page


def settle(page: Page) -> None:
    """Waits until the run has ended and every chart is drawn; says what is missing if it is not."""
    try:
        page.wait_for_function(SETTLED, polling=50, timeout=1000 * SECONDS_TO_SETTLE)
    except PageTimeout as error:
        waits = ", ".join(page.evaluate(UNSETTLED)) or "nothing any more"
        raise AssertionError(f"after {SECONDS_TO_SETTLE} s the page waits for {waits}") from error
