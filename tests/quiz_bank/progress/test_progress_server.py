"""PostgreSQL that stops, refuses or hangs: said in words without a password, and nothing lost."""

from __future__ import annotations

import socket
import threading
import time

import psycopg
import pytest
from sqlalchemy import URL, make_url

from quiz_bank.progress import connect, open_store
from quiz_bank.progress.connect import address, describe
from quiz_bank.progress.schema import _lock_key
from tests.quiz_bank.progress.postgresql import PASSWORD, USER, free_port


@pytest.fixture
def place(cluster) -> str:
    return cluster.url()


def goes_on(store, attempt, words: str) -> None:
    """An answer is taken and seen, and the problem is said."""
    saved = store.add(attempt)
    assert saved.added == 1
    assert words in saved.problem
    assert saved.problem == store.problem
    assert PASSWORD not in saved.problem + store.place
    assert attempt in store.attempts(attempt.learner)


def test_a_server_that_restarts_between_two_answers_is_not_noticed(cluster, store, make_attempt):
    store.add(make_attempt(1))
    with cluster.stopped():
        pass
    assert store.attempts("local") == (make_attempt(1),)
    with cluster.stopped():
        pass
    assert store.add(make_attempt(2)).problem is None
    assert store.saving


def test_answers_given_while_the_server_is_down_are_stored_when_it_is_back(
    cluster, place, store, make_attempt, opened
):
    store.add(make_attempt(1))
    with cluster.stopped():
        goes_on(store, make_attempt(2), "cannot be reached")
        goes_on(store, make_attempt(3, learner="ann"), "cannot be reached")
        late = opened(place, fuzz=False)
        goes_on(late, make_attempt(4), "cannot be reached")
    assert store.add(make_attempt(5)).problem is None
    assert late.retry() is None
    other = opened(place, fuzz=False)
    assert [a.seed for a in other.attempts("local")] == [1, 2, 4, 5]
    assert [a.seed for a in other.attempts("ann")] == [3]
    replayed = open_store("sqlite://", fuzz=False)
    replayed.add(*other.everything("local"))
    assert other.cards("local") == replayed.cards("local")


def test_reading_is_enough_to_store_what_waits(cluster, place, store, make_attempt, monkeypatch):
    monkeypatch.setattr("quiz_bank.progress.store.PAUSE", 0.0)
    with cluster.stopped():
        goes_on(store, make_attempt(1), "cannot be reached")
    assert store.attempts("local") == (make_attempt(1),)
    assert store.saving
    assert open_store(place).attempts("local") == (make_attempt(1),)


def test_a_connection_cut_in_mid_session(cluster, store, make_attempt):
    store.add(make_attempt(1))
    cluster.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
    )
    assert store.add(make_attempt(2)).problem is None
    assert len(store.attempts("local")) == 2


def test_a_server_that_never_answers_holds_up_one_page_only(make_attempt, monkeypatch, opened):
    monkeypatch.setitem(connect._CLIENT, "connect_timeout", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = opened(f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/x")
        assert "cannot be reached" in store.problem
        began = time.monotonic()
        for number in range(20):
            goes_on(store, make_attempt(number), "cannot be reached")
            store.cards("local")
        assert time.monotonic() - began < 10  # waiting each time would take a second each


def reasons(cluster) -> dict[str, tuple[str, str]]:
    return {
        "a wrong password": (cluster.address(password=f"not-{PASSWORD}"), "the password"),
        "an unknown user": (cluster.address(user="nobody"), "the user name or the password"),
        "an unknown database": (
            cluster.address(database="nowhere"),
            "does not exist on its server",
        ),
        "an unknown host": (f"postgresql://u:{PASSWORD}@no.such.host.invalid/x", "cannot be found"),
        "a closed port": (
            f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/x",
            "cannot be reached",
        ),
        "no password": (f"postgresql://{USER}@127.0.0.1:{cluster.port}/postgres", "the password"),
        "a setting nobody knows": (f"{cluster.address()}?{PASSWORD}=1", "address with a mistake"),
        "a password in the settings": (
            f"postgresql://127.0.0.1:{cluster.port}/nowhere?user={USER}&password={PASSWORD}",
            "does not exist on its server",
        ),
        "encryption where there is none": (f"{cluster.address()}?sslmode=require", "be reached"),
    }


def test_an_address_that_does_not_work_is_explained(cluster, make_attempt, opened):
    for number, (url, words) in enumerate(reasons(cluster).values()):
        goes_on(opened(url), make_attempt(number), words)


def test_the_place_is_named_without_user_or_password(cluster, opened):
    store = opened(cluster.url())
    assert store.place == f"the PostgreSQL database postgres at 127.0.0.1:{cluster.port}"
    assert describe(address(f"postgres://u:{PASSWORD}@h/d")) == "the PostgreSQL database d at h"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_spelling_of_an_address_works(place, opened, scheme):
    url = place.replace("postgresql", scheme)
    assert opened(url).saving
    assert opened(make_url(url)).saving


def test_an_address_in_parts_may_hold_any_password(cluster, opened):
    cluster.run(
        "CREATE ROLE odd LOGIN PASSWORD 'p@s/s:w#r%d'", "CREATE SCHEMA odd AUTHORIZATION odd"
    )
    parts = ("postgresql", "odd", "p@s/s:w#r%d", "127.0.0.1", cluster.port, "postgres")
    store = opened(URL.create(*parts))
    assert store.saving, store.problem
    assert "p@s" not in store.place


def test_a_user_without_the_right_to_make_tables(cluster, make_attempt, opened):
    cluster.run("CREATE ROLE guest LOGIN PASSWORD 's3cret'")
    url, open_to_read = (cluster.url().replace(f"{USER}:", "guest:") for _ in range(2))
    cluster.run(f"GRANT USAGE ON SCHEMA {open_to_read.rpartition('%3D')[2]} TO guest")
    goes_on(opened(url), make_attempt(1), "no schema that this user may write")
    goes_on(opened(open_to_read), make_attempt(1), "grant these rights")


def test_a_server_that_only_reads(cluster, place, store, make_attempt, opened):
    store.add(make_attempt(1))
    reader = opened(f"{place}%20-cdefault_transaction_read_only%3Don")
    assert reader.attempts("local") == (make_attempt(1),)
    goes_on(reader, make_attempt(2), "is read-only")
    assert reader.attempts("local") == (make_attempt(1), make_attempt(2))


def test_a_table_that_was_dropped(cluster, place, store, make_attempt):
    schema = place.rpartition("%3D")[2]
    cluster.run(f"DROP TABLE {schema}.cards")
    goes_on(store, make_attempt(1), "lacks a table")


def test_a_place_where_another_program_keeps_a_table_of_that_name(cluster, make_attempt, opened):
    url = cluster.url()
    schema = url.rpartition("%3D")[2]
    cluster.run(f"CREATE TABLE {schema}.cards (name TEXT)")
    goes_on(opened(url), make_attempt(1), "already has a table cards of another program")
    assert cluster.run(f"SELECT count(*) FROM {schema}.cards") == [(0,)]


def test_tables_of_other_programs_are_no_hindrance(cluster, opened):
    url = cluster.url()
    cluster.run(f"CREATE TABLE {url.rpartition('%3D')[2]}.recipes (name TEXT)")
    assert opened(url).saving


@pytest.mark.parametrize("pause", [0.0, 60.0], ids=["asked at once again", "left alone"])
def test_a_learner_locked_by_another_program(
    cluster, place, store, make_attempt, opened, monkeypatch, pause
):
    monkeypatch.setattr("quiz_bank.progress.store.PAUSE", pause)
    store.add(make_attempt(1))
    with psycopg.connect(cluster.address()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_key("local")])
        goes_on(store, make_attempt(2), "is locked by another program")
        assert opened(place).add(make_attempt(3, learner="ann")).problem is None
    assert store.add(make_attempt(4)).problem is None
    assert [a.seed for a in opened(place).attempts("local")] == [1, 2, 4]


def test_many_sessions_share_few_connections(cluster, place, make_attempt, opened):
    store = opened(place)
    most = []

    def visit(number: int) -> None:
        for i in range(5):
            store.add(make_attempt(100 * number + i, learner=f"visitor {number}"))
            store.due(f"visitor {number}", make_attempt(9).at)
        most.append(store._disk.pool.checkedin() + store._disk.pool.checkedout())

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.saving
    assert max(most) <= 10
    assert all(len(store.attempts(f"visitor {n}")) == 5 for n in range(30))


def test_rows_edited_by_hand_do_not_reach_the_page(cluster, place, store, make_attempt, opened):
    schema = place.rpartition("%3D")[2]
    store.add(make_attempt(1))
    for change in ("score = 7", "at = 'infinity'", "verdict = 'x'", "id = 'x'"):
        cluster.run(f"UPDATE {schema}.attempts SET {change}")
        assert store.attempts("local") == ()
        assert "is damaged" in store.problem
        cluster.run(f"DELETE FROM {schema}.attempts")
        assert store.add(make_attempt(1)).problem is None


def test_a_server_may_have_any_language_clock_and_isolation(cluster, store):
    """The settings of tests' own server do arrive, and the store is not bothered by them."""
    shown = {name: cluster.run(f"SHOW {name}")[0][0] for name in ("timezone", "datestyle")}
    assert shown == {"timezone": "Asia/Kolkata", "datestyle": "German, DMY"}
    with store._disk.connect() as connection:
        level = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
        waits = connection.exec_driver_sql("SHOW lock_timeout").scalar()
        lasts = connection.exec_driver_sql("SHOW statement_timeout").scalar()
    assert (level, waits, lasts) == ("read committed", "50ms", "30s")
