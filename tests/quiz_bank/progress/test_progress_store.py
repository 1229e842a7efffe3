"""What is answered is there: as it was, in every query, from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from quiz_bank.progress import Saved, Store, new_entry, open_store, taken_back
from quiz_bank.progress.schema import ATTEMPTS, CARDS, ENTRIES, MIGRATIONS, SCHEMA, VERSION


def later(days: float) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=days)


def test_an_attempt_comes_back_as_it_was(store, make_attempt):
    attempt = make_attempt(1, misconception="sign", rating=None, seed=2**63 - 1, score=0.5)
    assert store.add(attempt) == Saved(1, None)
    assert store.attempts("local") == (attempt,)


def test_the_same_id_twice_is_one_attempt_and_one_review(store, make_attempt):
    store.add(make_attempt(1))
    before = store.cards("local")
    assert store.add(make_attempt(1), make_attempt(1, response="changed")) == Saved(0, None)
    assert store.attempts("local") == (make_attempt(1),)
    assert store.cards("local") == before


def test_attempts_that_arrive_late_make_the_same_card(tmp_path, make_attempt):
    attempts = [make_attempt(i, rating=1 + i % 4) for i in range(6)]
    stores = [open_store(tmp_path / name) for name in ("a", "b")]
    for attempt in attempts:
        stores[0].add(attempt)
    for attempt in reversed(attempts):
        stores[1].add(attempt)
    assert stores[0].cards("local") == stores[1].cards("local")


def test_an_attempt_without_rating_makes_no_card(store, make_attempt):
    store.add(make_attempt(1, rating=None))
    assert store.cards("local") == ()


def test_learners_never_meet(store, make_attempt):
    store.add(make_attempt(1, learner="ann"))
    assert store.add(make_attempt(1, learner="bob", score=0.0)).added == 1
    assert [a.score for a in store.attempts("ann")] == [1.0]
    assert store.best_scores("bob") == {"losses/gradient": 0.0}
    assert store.attempts("local") == store.cards("local") == store.due("local", later(1)) == ()
    assert store.last_attempt("local") is None


def test_queries_of_the_pages(store, make_attempt):
    store.add(
        make_attempt(1, question_id="a/x", score=0.5),
        make_attempt(2, question_id="a/y", score=0.0, rating=1),
        make_attempt(3, question_id="a/x", score=1.0),
        make_attempt(4, question_id="a/x", score=0.2, rating=None),
    )
    assert store.best_scores("local") == {"a/x": 1.0, "a/y": 0.0}
    assert [a.seed for a in store.attempts("local", ["a/x", "a/z"])] == [1, 3, 4]
    assert store.attempts("local", []) == ()
    assert store.last_attempt("local").seed == 4


def test_due_is_oldest_first_and_by_the_time_asked(store, make_attempt):
    store.add(
        make_attempt(2, question_id="a/late", rating=1),
        make_attempt(1, question_id="a/early", rating=1),
        make_attempt(1, id=make_attempt(9).id, question_id="a/easy", rating=4),
    )
    minute = 1 / 1440
    assert store.due("local", later(1)) == ()
    assert store.due("local", later(1 + minute)) == ("a/early",)
    assert store.due("local", later(2 + minute)) == ("a/early", "a/late")
    assert store.due("local", later(60)) == ("a/early", "a/late", "a/easy")


def test_text_is_bound_not_executed(store, make_attempt):
    nasty = "'); DROP TABLE attempts; --"
    store.add(make_attempt(1, learner=nasty, question_id=nasty, response=nasty))
    assert store.attempts(nasty, [nasty])[0].response == nasty
    assert store.due(nasty, later(999)) == (nasty,)


def together(work: Callable[[int], None], threads: int) -> None:
    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_threads_of_one_store(place, make_attempt, opened):
    threads_of_one(opened(place, fuzz=False), make_attempt)


def test_threads_of_a_store_in_memory(make_attempt):
    threads_of_one(open_store("sqlite://", fuzz=False), make_attempt)


def threads_of_one(store: Store, make_attempt) -> None:
    def answer(thread: int) -> None:
        for i in range(10):
            store.add(make_attempt(100 * thread + i, question_id=f"a/{i % 3}"))
            store.due("local", later(0))

    together(answer, 6)
    assert store.problem is None
    assert len(store.attempts("local")) == 60
    replayed = open_store("sqlite://", fuzz=False)
    replayed.add(*store.attempts("local"))
    assert replayed.cards("local") == store.cards("local")


@pytest.mark.parametrize("attempt", range(10))
def test_sessions_that_make_the_tables_together(place, make_attempt, attempt, opened):
    stores = {}

    def begin(thread: int) -> None:
        stores[thread] = opened(place)
        stores[thread].add(make_attempt(thread))

    together(begin, 4)
    assert [store.problem for store in stores.values()] == [None] * 4
    assert len(stores[0].attempts("local")) == 4


def test_what_is_undone_counts_no_more_and_stays_in_the_backup(store, make_attempt):
    first, second = make_attempt(1), make_attempt(2, rating=1, score=0.0)
    store.add(first, second)
    after_first = open_store("sqlite://", fuzz=False)
    after_first.add(first)
    assert store.add(taken_back(second)) == Saved(1, None)
    assert store.add(taken_back(second)) == Saved(0, None)
    assert store.attempts("local") == (first,)
    assert store.last_attempt("local") == first
    assert store.cards("local") == after_first.cards("local")
    assert len(store.everything("local")) == 3
    store.add(taken_back(first))
    assert store.attempts("local") == store.cards("local") == ()
    assert store.best_scores("local") == {}


def test_undoing_reaches_only_the_learner_who_undoes(store, make_attempt):
    store.add(make_attempt(1), make_attempt(1, learner="ann"))
    store.add(replace(taken_back(make_attempt(1)), learner="ann"))
    assert store.attempts("ann") == ()
    assert store.attempts("local") == (make_attempt(1),)


def test_undoing_before_the_attempt_arrives_undoes_it_too(store, make_attempt):
    store.add(taken_back(make_attempt(1)))
    store.add(make_attempt(1))
    assert store.attempts("local") == store.cards("local") == ()


def test_an_interview_comes_back_entry_by_entry(store):
    interview, other = (str(UUID(int=n)) for n in (7, 8))
    entries = [
        new_entry(interview, "begin", value='{"minutes": 15}', learner="ann"),
        new_entry(interview, "answer", 0, "0.5", learner="ann"),
        new_entry(other, "begin", learner="ann"),
        new_entry(interview, "begin", learner="bob"),
    ]
    assert store.add(*entries) == Saved(4, None)
    assert store.add(entries[1]) == Saved(0, None)
    assert store.entries("ann", interview) == tuple(entries[:2])
    assert store.entries("ann") == tuple(entries[:3])
    assert store.entries("bob", other) == ()


def test_many_records_at_once_are_counted_each_once(store, make_attempt):
    """More than one statement can hold, some of them there already and some given twice."""
    attempts = [make_attempt(i, question_id=f"a/{i}", at=later(0)) for i in range(2500)]
    assert store.add(*attempts[:1200]) == Saved(1200, None)
    assert store.add(*attempts, *attempts[:700]) == Saved(1300, None)
    assert store.attempts("local") == tuple(attempts)
    assert len(store.cards("local")) == 2500
    ids = [attempt.question_id for attempt in attempts]
    assert store.attempts("local", ids) == tuple(attempts)
    assert store.attempts("local", [*ids[:3], "a/none"]) == tuple(attempts[:3])


def test_cards_due_together_come_in_one_order_everywhere(store, make_attempt):
    """By code points: a server's own order of letters depends on its language."""
    ids = ["a/b", "a/C", "a/é", "a/-b", "a/B", "Z/a"]
    store.add(*(make_attempt(i, question_id=q, at=later(0)) for i, q in enumerate(ids)))
    assert [card.question_id for card in store.cards("local")] == sorted(ids)


def test_undoing_changes_the_card_of_what_is_undone(store, make_attempt):
    """Whatever question the record that undoes names."""
    store.add(make_attempt(1), make_attempt(2, question_id="a/other"))
    store.add(replace(taken_back(make_attempt(1)), question_id="a/other"))
    assert [card.question_id for card in store.cards("local")] == ["a/other"]


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "x" * 201, "a\nb"])
def test_what_no_record_can_be_called_has_no_records(store, make_attempt, name):
    store.add(make_attempt(1))
    assert store.attempts(name) == store.cards(name) == store.entries(name) == ()
    assert store.everything(name) == store.due(name, later(999)) == ()
    assert store.best_scores(name) == {}
    assert store.last_attempt(name) is None
    assert store.attempts("local", [name]) == store.entries("local", name) == ()
    assert store.saving


def test_the_schema_has_every_column_and_its_version(store):
    with store._disk.connect() as connection:
        for table in (SCHEMA, ATTEMPTS, ENTRIES, CARDS):
            stored = {column["name"] for column in inspect(connection).get_columns(table.name)}
            assert stored == {c.name for c in table.columns}
        assert connection.scalars(select(SCHEMA.c.version)).all() == [VERSION]
    assert list(MIGRATIONS) == list(range(1, VERSION + 1))
