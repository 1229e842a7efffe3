"""Whose progress it is and where it is kept: own machine, account, browser. And what is said."""

from __future__ import annotations

import json
import logging
import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import browser_keeping
from pages.ui.browser_keeping import PROBLEMS, Browser
from pages.ui.keeping import WORDS
from pages.ui.progress import PLACES, store
from quiz_bank.progress import LOCAL, Store, export, new_attempt, open_store
from tests.pages.app import APP

ANN = {"is_logged_in": True, "iss": "https://id.example", "sub": "ann", "email": "ann@example.org"}
BOB = ANN | {"sub": "bob", "email": "bob@example.org"}
AUTH = {"redirect_uri": "https://gym.example/oauth2callback", "cookie_secret": "x" * 32}
PROVIDER = {"client_id": "a", "client_secret": "b", "server_metadata_url": "https://id.example/c"}
ACCOUNT = re.compile("account-[0-9a-f]{64}")
ID = "0c5d1a5e-3f0e-4d6c-9a55-7d2f5b0c8e11"
OWN, OTHER = "http://localhost:8501/", "https://gym.example/"


def opened(url: str = OTHER, slug: str = "home", **user: Any) -> AppTest:
    """A page in a new session of this user at this address."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["url"] = url
    app.user = user
    return app.switch_page(f"pages/{slug}.py").run()


def words(app: AppTest) -> str:
    return "\n".join(str(node.value) for kind in ("markdown", "warning") for node in app.get(kind))


def answer(app: AppTest) -> AppTest:
    """Gives up on the first question, which is an attempt."""
    return app.button(key="practice_solution").click().run()


def learners(kept: Store) -> set[str]:
    with kept._disk.connect() as connection:
        return set(connection.exec_driver_sql("SELECT learner FROM attempts").scalars())


def answered_by(**visitor: Any) -> set[str]:
    """The learners in the store after one answer of this visitor's."""
    assert not answer(opened(slug="practice", **visitor)).exception
    return learners(store())


def test_on_the_own_machine_there_is_one_learner(progress):
    for url in (OWN, "http://127.0.0.1:8501/", "http://[::1]:8501/practice"):
        assert answered_by(url=url) == {LOCAL}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", []),
        ("::ffff:203.0.113.9", []),
        ("2001:db8::1", []),
        ("", []),
        ("no address", []),
        ("::ffff:127.0.0.1", [("Via", "1.1 proxy")]),
        ("127.0.0.1", [("X-Forwarded-For", "203.0.113.9")]),
        ("::1", [("x-real-ip", "203.0.113.9")]),
        ("127.0.0.1", [("forwarded", "for=203.0.113.9")]),
    ],
)
def test_nobody_from_afar_passes_for_the_own_machine(progress, monkeypatch, address, headers):
    client = SimpleNamespace(remote_ip=address, headers=headers, cookies={})
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: client)
    assert LOCAL not in answered_by(url=OWN)


@pytest.mark.parametrize("address", [None, "127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_the_own_machine_is_known_by_every_address_it_has(progress, monkeypatch, address):
    headers = [("Host", "localhost:8501")]
    client = SimpleNamespace(remote_ip=address, headers=headers, cookies={})
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: client)
    assert answered_by(url=OWN) == {LOCAL}


@pytest.mark.parametrize("url", ["http://[", "x", "", "http://localhost.evil.example/", "//"])
def test_an_address_that_cannot_be_read_breaks_nothing(progress, url):
    assert len(answered_by(url=url)) == 1


@pytest.mark.parametrize("url", [OWN, OTHER])
def test_an_account_is_the_learner_on_every_machine(progress, url):
    (learner,) = answered_by(url=url, **ANN)
    assert ACCOUNT.fullmatch(learner)
    assert "ann" not in learner


def test_an_anonymous_visit_elsewhere_has_a_name_of_its_own(progress):
    (first,) = answered_by()
    assert UUID(first.removeprefix("visit-")).version == 4
    assert len(answered_by()) == 2


@pytest.mark.parametrize("user", [{}, {"is_logged_in": False}, ANN | {"is_logged_in": "yes"}])
def test_who_is_not_signed_in_has_no_account(progress, user):
    assert not any(map(ACCOUNT.fullmatch, answered_by(**user)))


@pytest.mark.parametrize("missing", ["iss", "sub"])
def test_a_provider_that_names_nobody_gives_no_account(progress, missing):
    user = {name: value for name, value in ANN.items() if name != missing}
    assert not any(map(ACCOUNT.fullmatch, answered_by(**user)))


def test_an_account_is_known_by_issuer_and_subject_together(progress):
    same = ANN | {"email": "ann@new.example", "name": "Ann"}
    assert answered_by(**ANN) == answered_by(**same)
    assert len(answered_by(**BOB)) == 2
    assert len(answered_by(**ANN | {"iss": "https://other.example"})) == 3
    assert len(answered_by(**ANN | {"iss": "https://id.exampl", "sub": "eann"})) == 4


def test_two_accounts_never_see_each_others_progress(progress):
    answer(opened(slug="practice", **ANN))
    assert "Continue:" in links(opened(**ANN))
    assert "Continue:" not in links(opened(**BOB))
    assert "Continue:" not in links(opened())
    assert exported_to(BOB)["attempts"] == exported_to({})["attempts"] == []
    assert len(exported_to(ANN)["attempts"]) == 1


def links(app: AppTest) -> str:
    return "\n".join(node.proto.label for node in app.get("page_link"))


def exported_to(user: dict[str, Any]) -> dict[str, Any]:
    """What the download on Home hands to this user."""
    learner = learner_of(opened(**user))
    document: dict[str, Any] = json.loads(export(store(), learner))
    return document


def learner_of(app: AppTest) -> str:
    script = AppTest.from_function(_tell_learner)
    script.context["url"], script.user = app.context["url"], app.user
    learner: str = script.run().text[0].value
    return learner


def _tell_learner() -> None:
    import streamlit as st

    from pages.ui.progress import learner

    st.text(learner())


@pytest.mark.parametrize(
    ("place", "url", "user"),
    [("machine", OWN, {}), ("account", OTHER, ANN), ("browser", OTHER, {})],
)
def test_home_says_where_progress_is_kept(progress, place, url, user):
    assert set(PLACES) == set(WORDS)
    said = words(opened(url, **user))
    assert WORDS[place].format(place=progress.place) in said
    assert sum(sentence.format(place=progress.place) in said for sentence in WORDS.values()) == 1


@pytest.mark.parametrize("problem", PROBLEMS)
def test_home_says_when_the_browser_keeps_nothing(progress, problem):
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["url"] = OTHER
    app.session_state[browser_keeping.NAME] = Browser(problem=problem)
    said = words(app.run())
    assert f"{PROBLEMS[problem]}. New answers are lost when you close the tab" in said
    assert WORDS["browser"] not in said


def test_a_failing_database_does_not_trouble_whose_browser_keeps_it(keep_progress_in, tmp_path):
    (tmp_path / "no folder").write_text("")
    broken = keep_progress_in(tmp_path / "no folder" / "progress.db")
    assert broken.problem
    assert broken.problem not in words(opened())
    assert broken.problem in words(opened(OWN))
    assert broken.problem in words(opened(**ANN))


def test_a_restored_file_goes_to_the_browser_too(progress, tmp_path):
    with_one = open_store(tmp_path / "other.db")
    with_one.add(new_attempt("a/b", 0, "1", "correct", 1.0))
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["url"] = OTHER
    app.session_state[browser_keeping.NAME] = Browser(id=ID)
    app.run().file_uploader[0].set_value(("p.json", export(with_one, LOCAL), "application/json"))
    app.run()
    assert [s.value for s in app.success] == ["1 answers restored, 0 were there already."]
    (attempt,) = progress.attempts(f"browser-{ID}")
    assert list(app.session_state[browser_keeping.NAME].outbox) == [attempt.id]
    app.run()
    assert [s.value for s in app.success] == ["1 answers restored, 0 were there already."]
    with_one.close()


def test_a_refused_file_says_why_and_changes_nothing(progress):
    app = opened(**ANN)
    app.file_uploader[0].set_value(("p.json", b"[]", "application/json")).run()
    assert "not a Gradient Gym backup" in app.error[0].value
    assert learners(progress) == set()


def test_without_secrets_nothing_is_said_or_logged(progress, caplog):
    with caplog.at_level(logging.WARNING):
        app = opened()
    assert not app.exception
    assert not app.warning
    assert not [b.label for b in app.button if "Sign" in b.label]
    assert [r for r in caplog.records if "secret" in r.getMessage().lower()] == []


def signing_in(auth: Any, **user: Any) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["url"] = OTHER
    app.secrets = {"auth": auth}
    app.user = user
    return app.run()


@pytest.mark.parametrize(
    ("auth", "labels"),
    [
        (AUTH | PROVIDER, ["Sign in"]),
        (AUTH | {"google": PROVIDER}, ["Sign in with Google"]),
        (AUTH | {"a": PROVIDER, "b": PROVIDER}, ["Sign in with A", "Sign in with B"]),
        (AUTH | PROVIDER | {"client_kwargs": {"prompt": "login"}}, ["Sign in"]),
        (AUTH, []),
        ({}, []),
        ("nonsense", []),
        ([1, 2], []),
    ],
)
def test_there_is_a_button_for_each_way_to_sign_in(progress, auth, labels):
    app = signing_in(auth)
    assert not app.exception
    assert [b.label for b in app.button if "Sign" in b.label] == labels


def test_who_is_signed_in_is_told_so_and_can_sign_out(progress):
    app = signing_in(AUTH | PROVIDER, **ANN | {"email": "**ann** <b>$x$</b>"})
    assert [t.value for t in app.text if "Signed in" in t.value] == [
        "Signed in as **ann** <b>$x$</b>."
    ]
    assert [b.label for b in app.button if "Sign" in b.label] == ["Sign out"]


def test_signing_in_that_is_half_set_up_is_said_in_words(progress):
    app = signing_in({"client_id": "a"})
    next(b for b in app.button if b.label == "Sign in").click().run()
    assert not app.exception
    assert "Signing in does not work" in app.error[0].value


def test_the_secrets_name_the_database(progress, tmp_path):
    store.clear()
    url = f"sqlite:///{tmp_path / 'named.db'}"
    app = AppTest.from_file(APP, default_timeout=60)
    app.secrets = {"connections": {"progress": {"url": url}}}
    app.run()
    assert not app.exception
    assert (tmp_path / "named.db").exists()
    assert str(tmp_path / "named.db") in words(app)


@pytest.mark.parametrize("connections", ["nonsense", {}, {"progress": "x"}, {"progress": {}}])
def test_secrets_without_a_database_leave_the_default(progress, connections):
    store.clear()
    app = AppTest.from_file(APP, default_timeout=60)
    app.secrets = {"connections": connections}
    assert progress.place in words(app.run())
