"""Signing in with a provider of OpenID Connect: progress is the account's, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from tests.browser import driver
from tests.browser.driver import Server, settle
from tests.browser.provider import Provider, provider

pytestmark = pytest.mark.browser

BANK = list(load_bank())
CHOICE = next(q for q in BANK if q.kind == "choice")
TOTAL = sum(q.topic == CHOICE.topic for q in BANK)
SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{cookie_secret}"
client_id = "gym"
client_secret = "any"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def keeper() -> Iterator[Provider]:
    """The provider."""
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def server(keeper: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose secrets name the provider."""
    folder: Path = tmp_path_factory.mktemp("accounts")
    secrets, port = folder / "secrets.toml", driver._free_port()
    secrets.write_text(SECRETS.format(port=port, cookie_secret="s" * 64, provider=keeper.url))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "_free_port", lambda: port)
        patch.setitem(driver.FLAGS, "--secrets.files", str(secrets))
        with driver.running(folder / "progress.db") as running:
            yield running


def home(context: BrowserContext, server: Server, right: int) -> Page:
    page = context.new_page()
    page.goto(server.url())
    expect(page.get_by_text(f"{right} of {TOTAL} right").first).to_be_visible()
    return page


def sign_in(page: Page, keeper: Provider, subject: str) -> None:
    keeper.subject = subject
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {subject}@example.org.").first).to_be_visible()
    expect(page.get_by_text("saved at once under your account").first).to_be_visible()


def answer(page: Page, server: Server) -> None:
    page.goto(server.url("practice", question=CHOICE.title))
    settle(page)
    right = next(option.text for option in draw(CHOICE, 0)[1].answer if option.correct)
    page.get_by_test_id("stMain").get_by_text(right).first.click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()


def test_progress_follows_the_account_and_stays_with_it(server, keeper, new_visit):
    ann, bob = (new_visit().page.context for _ in range(2))
    page = home(ann, server, 0)
    sign_in(page, keeper, "ann")
    answer(page, server)
    page = home(ann, server, 1)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text(f"0 of {TOTAL} right").first).to_be_visible()

    page = home(bob, server, 0)
    sign_in(page, keeper, "bob")
    home(bob, server, 0)

    elsewhere = new_visit(390).page.context
    page = home(elsewhere, server, 0)
    sign_in(page, keeper, "ann")
    home(elsewhere, server, 1)
