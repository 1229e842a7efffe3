"""An anonymous visitor's progress, in their own browser: it outlives tabs and servers, is theirs
alone, and is not lost without a word."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pages.ui.browser_keeping import PROBLEMS, TAIL
from pages.ui.browser_records import as_text
from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from quiz_bank.model import Question
from quiz_bank.progress import LOCAL, export, new_attempt, open_store
from tests.browser import driver
from tests.browser.accessibility import serious_findings
from tests.browser.chromium import CHROMIUM
from tests.browser.conftest import ARGUMENTS
from tests.browser.driver import Server, settle

pytestmark = pytest.mark.browser

HOST = "gym.test"  # whoever comes by localhost is on their own machine
CHOICES = [q for q in load_bank() if q.kind == "choice"]
FIRST = CHOICES[0]
SECOND, THIRD = [q for q in CHOICES if q.chapter == FIRST.chapter and q.topic == FIRST.topic][1:3]
KEY, RECORD = "gradient-gym/learner", "gradient-gym/record/"
KEPT = f"() => Object.keys(localStorage).filter((key) => key.startsWith('{RECORD}')).length"
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def elsewhere(browser: Browser) -> Iterator[Browser]:
    """A Chromium that finds the server under HOST."""
    mapped = [*ARGUMENTS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    opened = browser.browser_type.launch(executable_path=CHROMIUM, args=mapped)
    yield opened
    opened.close()


@pytest.fixture
def new_context(elsewhere: Browser) -> Iterator[NewContext]:
    """A browser of another person, with what it keeps."""
    with ExitStack() as stack:

        def context(width: int = 1280, theme: str = "light") -> BrowserContext:
            made = elsewhere.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                reduced_motion="reduce",
            )
            stack.callback(made.close)
            return made

        yield context


class Host:
    """A server that can be started anew, as after a crash, with nothing but its address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.starts = folder, driver._free_port(), 0
        self.stack = ExitStack()
        self.start()

    def start(self) -> None:
        """Ends the server, as a crash would, and starts another with an empty database."""
        self.stack.close()
        self.starts += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(driver, "_free_port", lambda: self.port)  # an origin has its port
            running = driver.running(self.folder / f"{self.starts}.db")
            self.server: Server = self.stack.enter_context(running)

    def url(self, slug: str = "", **query: object) -> str:
        """The address of a page as from elsewhere."""
        return self.server.url(slug, **query).replace("127.0.0.1", HOST)

    def attempts(self) -> list[tuple[str, str]]:
        """The pairs (learner, question) in its database, none before its first visitor."""
        if not self.server.database.exists():
            return []
        with closing(sqlite3.connect(self.server.database)) as connection:
            has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'")
            query = "SELECT learner, question_id FROM attempts ORDER BY at"
            return connection.execute(query).fetchall() if has_table.fetchone() else []


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host for the whole file; a test may start it anew."""
    host = Host(tmp_path_factory.mktemp("host"))
    yield host
    host.stack.close()


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    settle(page)
    page.wait_for_function(f"() => localStorage.getItem('{KEY}')")
    return page


def choose_right(page: Page, question: Question) -> None:
    main_of(page)  # the visitor begins once the page has met the browser
    right = next(option.text for option in draw(question, 0)[1].answer if option.correct)
    page.get_by_test_id("stMain").get_by_text(right).first.click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()


def answered(context: BrowserContext, host: Host, question: Question) -> Page:
    """A tab in which the question was answered, and the browser keeps that."""
    page = opened(context, host.url("practice", question=question.title))
    before = page.evaluate(KEPT)
    choose_right(page, question)
    wait_for_records(page, before + 1)
    return page


def wait_for_records(page: Page, count: int) -> None:
    page.wait_for_function(f"({KEPT})() === {count}")


def main_of(page: Page) -> str:
    """All that the page says, once it has met the browser."""
    page.wait_for_timeout(1_000)
    settle(page)
    return page.get_by_test_id("stMain").aria_snapshot()


def right_on_home(context: BrowserContext, host: Host, count: int) -> Page:
    """Home in a new tab, after it says how many were right."""
    page = opened(context, host.url())
    total = sum(q.topic == FIRST.topic for q in load_bank())
    expect(page.get_by_text(f"{count} of {total} right").first).to_be_visible()
    return page


@pytest.mark.parametrize(("width", "theme"), [*product((1280, 390), ("light", "dark"))])
def test_an_answer_outlives_tab_server_and_database(width, theme, host, new_context):
    context = new_context(width, theme)
    answered(context, host, FIRST).close()
    (before,) = host.attempts()[-1:]
    host.start()
    assert host.attempts() == []
    page = right_on_home(context, host, 1)
    expect(page.get_by_text("saved at once in this browser").first).to_be_visible()
    assert serious_findings(page) == []
    assert host.attempts() == [before]
    progress, empty = (opened(c, host.url("progress")) for c in (context, new_context(width)))
    assert main_of(progress) != main_of(empty)
    assert host.attempts() == [before]


def test_an_open_tab_carries_its_progress_to_a_new_server(host, new_context):
    context = new_context()
    page = answered(context, host, FIRST)
    (before,) = host.attempts()[-1:]
    host.start()
    settle(page)
    for _ in range(200):
        if host.attempts():
            break
        page.wait_for_timeout(100)
    assert host.attempts() == [before]
    page.goto(host.url("practice", question=SECOND.title))
    settle(page)
    choose_right(page, SECOND)
    wait_for_records(page, 2)
    assert host.attempts() == [before, (before[0], SECOND.id)]


def test_two_tabs_at_once_lose_nothing(host, new_context):
    context = new_context()
    tabs = [opened(context, host.url("practice", question=q.title)) for q in (FIRST, SECOND)]
    for page, question in zip(tabs, (FIRST, SECOND), strict=True):
        choose_right(page, question)
    for page in tabs:
        wait_for_records(page, 2)
    assert len({learner for learner, _ in host.attempts()[-2:]}) == 1
    host.start()
    right_on_home(context, host, 2)
    assert {question for _, question in host.attempts()} == {FIRST.id, SECOND.id}


def test_a_long_session_on_one_page_is_kept_whole(host, new_context):
    context = new_context()
    page = opened(context, host.url("practice", kind="choice"))
    for count in range(1, TAIL + 4):
        title = page.get_by_role("heading", level=2).first.inner_text()
        page.get_by_role("button", name="Show solution").click()
        wait_for_records(page, count)
        page.get_by_role("button", name="Next question").click()
        expect(page.get_by_role("heading", level=2).first).not_to_have_text(title)
        settle(page)
    kept = sorted(question for _, question in host.attempts()[-TAIL - 3 :])
    host.start()
    right_on_home(context, host, 0)
    assert sorted(question for _, question in host.attempts()) == kept


def test_clearing_the_browser_forgets(host, new_context):
    context = new_context()
    page = answered(context, host, FIRST)
    page.evaluate("localStorage.clear()")
    page.goto(host.url("practice", question=SECOND.title))
    settle(page)
    choose_right(page, SECOND)
    wait_for_records(page, 1)
    first, second = host.attempts()[-2:]
    assert first[0] != second[0]
    right_on_home(context, host, 1)


def test_an_open_tab_brings_nothing_back_that_was_cleared(host, new_context):
    context = new_context()
    page = answered(context, host, FIRST)
    page.evaluate("localStorage.clear()")
    page.get_by_role("combobox", name="Question").click()
    page.get_by_role("combobox", name="Question").fill(SECOND.title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=SECOND.title).first).to_be_visible()
    choose_right(page, SECOND)
    wait_for_records(page, 1)
    right_on_home(context, host, 1)


def test_another_browser_knows_nothing(host, new_context):
    answered(new_context(), host, FIRST)
    right_on_home(new_context(), host, 0)


def test_the_own_machine_leaves_nothing_in_the_browser(host, new_context):
    page = new_context().new_page()
    page.goto(host.server.url("practice", question=FIRST.title))
    settle(page)
    choose_right(page, FIRST)
    assert host.attempts()[-1] == (LOCAL, FIRST.id)
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('grad'))") == []


def test_only_the_apps_own_keys_are_read_and_bad_ones_are_left_out(host, new_context):
    context = new_context()
    good = new_attempt(FIRST.id, 0, "0", "correct", 1.0)
    others = {
        "another-app": "top secret",
        f"{RECORD}1": "no record",
        f"{RECORD}2": json.dumps({"version": 2, "attempts": [{"id": good.id}]}),
        f"{RECORD}{good.id}": as_text(good),
    }
    context.add_init_script(f"Object.assign(localStorage, {json.dumps(others)})")
    page = context.new_page()
    sent: list[bytes] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(raw(frame)))
    )
    page.goto(host.url())
    total = sum(q.topic == FIRST.topic for q in load_bank())
    expect(page.get_by_text(f"1 of {total} right").first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert good.id.encode() in b"".join(sent)
    assert b"top secret" not in b"".join(sent)


def raw(frame: Any) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()


def bytes_of_a_rerun(context: BrowserContext, host: Host, records: int) -> int:
    """What one change of a filter costs on the way there and back, once all has settled."""
    kept = [new_attempt(FIRST.id, k, "0", "incorrect", 0.0) for k in range(records)]
    items = {f"{RECORD}{a.id}": as_text(a) for a in kept}
    opened(context, host.url("glossary")).evaluate(
        "(items) => Object.assign(localStorage, items)", items
    )
    page = context.new_page()
    moved: list[int] = []
    for event in ("framesent", "framereceived"):
        page.on(
            "websocket",
            lambda socket, event=event: socket.on(event, lambda f: moved.append(len(raw(f)))),
        )
    page.goto(host.url("glossary"))
    settle(page)
    page.wait_for_timeout(2_500)  # the records are handed over
    settle(page)
    moved.clear()
    page.get_by_role("textbox").first.fill("softmax")
    page.get_by_role("textbox").first.press("Enter")
    page.wait_for_timeout(1500)
    settle(page)
    assert moved
    return sum(moved)


def test_the_traffic_of_a_rerun_does_not_grow_with_the_records(host, new_context):
    few, many = (bytes_of_a_rerun(new_context(), host, count) for count in (2, 3_000))
    assert many < few + 2_000


def test_a_restored_backup_reaches_the_browser_in_lots(host, new_context, tmp_path):
    count = 1_200 + TAIL
    backup = open_store(tmp_path / "backup.db")
    backup.add(*(new_attempt(FIRST.id, k, "0", "incorrect", 0.0) for k in range(count)))
    page = opened(new_context(), host.url())
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {
            "name": "p.json",
            "mimeType": "application/json",
            "buffer": export(backup, LOCAL),
        }
    )
    expect(
        page.get_by_text(f"{count} answers restored, 0 were there already.").first
    ).to_be_visible()
    wait_for_records(page, count)
    backup.close()


FILL = """() => {
    for (let size = 1 << 20; size >= 1; size >>= 1) {
        try { for (let k = 0; ; k++) localStorage.setItem(`full ${size} ${k}`, "x".repeat(size)) }
        catch {}
    }
}"""
FREE = """() => Object.keys(localStorage).filter((key) => key.startsWith("full"))
    .forEach((key) => localStorage.removeItem(key))"""


def test_a_full_browser_is_said_in_words_until_there_is_room(host, new_context):
    context = new_context()
    page = opened(context, host.url("practice", question=FIRST.title))
    page.evaluate(FILL)
    choose_right(page, FIRST)
    expect(page.get_by_text(PROBLEMS["full"]).first).to_be_visible()
    page.evaluate(FREE)
    page.get_by_role("link", name="Home").click()
    wait_for_records(page, 1)
    expect(page.get_by_text("saved at once in this browser").first).to_be_visible()
    expect(page.get_by_text(PROBLEMS["full"])).to_have_count(0)


def test_a_browser_that_keeps_nothing_is_said_in_words(host, new_context):
    context = new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        "{ get() { throw new DOMException('denied', 'SecurityError') } })"
    )
    page = context.new_page()
    page.goto(host.url())
    expect(page.get_by_text(PROBLEMS["forbidden"]).first).to_be_visible()
    expect(page.get_by_role("button", name="Download progress")).to_be_visible()
    sidebar = page.get_by_test_id("stSidebarNavItems")
    sidebar.get_by_role("link", name="Practice", exact=True).click()
    expect(page.get_by_text(PROBLEMS["forbidden"]).first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
