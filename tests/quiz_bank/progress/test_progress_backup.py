"""A backup merges in any order into the same progress, and a bad one is refused whole."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz_bank.progress import RestoreReport, Store, export, open_store, restore
from quiz_bank.progress.backup import MAX_BYTES, VERSION

SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEVERAL = settings(SHARED, max_examples=40)


def memory_store() -> Store:
    return open_store("sqlite://")


def state(store: Store, learner: str = "local") -> object:
    return store.attempts(learner), store.cards(learner)


def document(store: Store) -> dict:
    return json.loads(export(store, "local"))


@pytest.fixture
def filled(store, make_attempt) -> Store:
    store.add(make_attempt(1), make_attempt(2, question_id="no/longer-in-the-bank", rating=1))
    store.add(make_attempt(3, rating=None, verdict="invalid", score=0.0, misconception="sign"))
    return store


@st.composite
def histories(draw):
    """Three sets of attempts drawn from one pool, as devices of one learner hold them."""
    pool = draw(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from([0, 1, 99]), st.sampled_from([None, 1, 2, 3, 4])
            ),
            min_size=1,
            max_size=12,
        )
    )
    chosen = st.sets(st.integers(0, len(pool) - 1))
    return pool, [draw(chosen) for _ in range(3)]


@SEVERAL
@given(histories())
def test_merging_is_commutative_associative_and_idempotent(make_attempt, history):
    pool, choices = history
    attempts = [
        make_attempt(i, question_id=f"a/{q}", rating=rating, at=make_attempt(0).at + shift)
        for i, (q, hours, rating) in enumerate(pool)
        for shift in [timedelta(hours=hours)]
    ]
    files = []
    for choice in choices:
        device = memory_store()
        device.add(*(attempts[i] for i in sorted(choice, reverse=True)))
        files.append(export(device, "local"))

    def merged(order):
        store = memory_store()
        for index in order:
            assert restore(store, "local", files[index]).problem is None
        return state(store)

    once = memory_store()
    once.add(*(attempts[i] for i in set().union(*choices)))
    assert merged([0, 1, 2]) == merged([2, 1, 0]) == merged([1, 2, 0, 1, 1]) == state(once)


def test_restoring_counts_what_is_new(filled, make_attempt):
    data = export(filled, "local")
    other = memory_store()
    other.add(make_attempt(1), make_attempt(7))
    assert restore(other, "local", data) == RestoreReport(2, 1, None)
    assert restore(other, "local", data) == RestoreReport(0, 3, None)
    assert {a.seed for a in other.attempts("local")} == {1, 2, 3, 7}
    assert "no/longer-in-the-bank" in other.best_scores("local")


def test_a_file_belongs_to_whoever_restores_it(filled):
    data = export(filled, "local")
    assert b"local" not in data
    assert restore(filled, "ann", data) == RestoreReport(3, 0, None)
    assert [a.id for a in filled.attempts("ann")] == [a.id for a in filled.attempts("local")]


def test_nothing_is_a_backup_too(store):
    assert restore(store, "local", export(store, "local")) == RestoreReport(0, 0, None)


def test_cards_in_the_file_cannot_contradict_the_attempts(filled):
    forged = document(filled)
    forged["cards"] = [{"question_id": "a/b", "due": "never", "fsrs": 1}]
    other = memory_store()
    assert restore(other, "local", json.dumps(forged).encode()).problem is None
    assert [c.question_id for c in other.cards("local")] == [
        c.question_id for c in open_copy(filled).cards("local")
    ]


def open_copy(store: Store) -> Store:
    copy = memory_store()
    copy.add(*store.attempts("local"))
    return copy


def test_a_repeated_attempt_is_one_and_a_contradiction_is_refused(filled):
    twice = document(filled)
    twice["attempts"] *= 2
    assert restore(memory_store(), "local", json.dumps(twice).encode()).added == 3
    twice["attempts"][0] = twice["attempts"][0] | {"score": 0.1}
    refused = restore(memory_store(), "local", json.dumps(twice).encode())
    assert "share the id" in refused.problem


def test_an_attempt_that_is_there_is_never_changed(filled, make_attempt):
    forged = document(filled)
    forged["attempts"][0]["score"] = 0.0
    restore(filled, "local", json.dumps(forged).encode())
    assert filled.attempts("local")[0] == make_attempt(1)


def with_first(**changes):
    def change(document: dict) -> dict:
        return document | {"attempts": [document["attempts"][0] | changes]}

    return change


def without(name: str):
    return lambda document: {k: v for k, v in document.items() if k != name}


REFUSED = {
    "another format": (lambda d: d | {"format": "anki"}, "not a Gradient Gym backup"),
    "no format": (without("format"), "not a Gradient Gym backup"),
    "a list": (lambda d: [d], "not a Gradient Gym backup"),
    "a number": (lambda d: 1, "not a Gradient Gym backup"),
    "a newer version": (lambda d: d | {"version": VERSION + 1}, "newer Gradient Gym"),
    "an older version": (lambda d: d | {"version": 0}, "older Gradient Gym"),
    "a version in words": (lambda d: d | {"version": "1"}, "which version"),
    "a true version": (lambda d: d | {"version": True}, "which version"),
    "no attempts": (without("attempts"), "lacks its list"),
    "no cards": (without("cards"), "lacks its list"),
    "no interviews": (without("interviews"), "lacks its list"),
    "attempts by name": (lambda d: d | {"attempts": {}}, "lacks its list"),
    "an attempt in words": (lambda d: d | {"attempts": ["right"]}, "attempt 1 does not have"),
    "a missing field": (lambda d: d | {"attempts": [{"id": "1"}]}, "attempt 1 does not have"),
    "a further field": (with_first(learner="ann"), "attempt 1 does not have"),
    "a bad id": (with_first(id="1"), "attempt 1, id must be a UUID"),
    "a score above 1": (with_first(score=2), "attempt 1, score must be"),
    "a score in words": (with_first(score="1"), "attempt 1, score must be"),
    "a huge seed": (with_first(seed=2**70), "attempt 1, seed must be"),
    "a huge time": (with_first(seconds=1e300), "attempt 1, seconds must be"),
    "a bad rating": (with_first(rating=9), "attempt 1, rating must be"),
    "no time zone": (with_first(at="2026-01-01T00:00:00"), "attempt 1, at must be"),
    "another time zone": (with_first(at="2026-01-01T00:00:00+02:00"), "attempt 1, at must be"),
    "no date": (with_first(at="x" * 1000), "attempt 1, at must be"),
    "a numeric date": (with_first(at=17), "attempt 1, at must be"),
    "a far date": (with_first(at="9999-12-31T23:59:59+00:00"), "attempt 1, at must be"),
    "a long response": (with_first(response="x" * 10_000), "attempt 1, response must be"),
    "half a character": (with_first(response="\ud800"), "attempt 1, response must be"),
    "a null in an id": (with_first(question_id="a\0b"), "attempt 1, question_id must be"),
    "not a number": (with_first(score=float("nan")), "holds NaN"),
    "infinity": (with_first(seconds=float("inf")), "holds Infinity"),
    "one bad of many": (
        lambda d: d | {"attempts": [*d["attempts"], d["attempts"][0] | {"verdict": "yes"}]},
        "attempt 4, verdict must be",
    ),
}


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused_whole(filled, change, words):
    before = state(filled)
    report = restore(filled, "local", json.dumps(change(document(filled))).encode())
    assert words in report.problem
    assert len(report.problem) < 400
    assert (report.added, report.already_there) == (0, 0)
    assert state(filled) == before
    assert filled.saving


RAW = {
    "empty": b"",
    "words": b"hello",
    "an image": b"\x89PNG\r\n\x1a\n\0\0",
    "half a character": b'{"format": "\xff"}',
    "nested": b"[" * 200_000 + b"]" * 200_000,
    "a long number": b'{"version": ' + b"9" * 100_000 + b"}",
    "too large": b" " * (MAX_BYTES + 1),
}


@pytest.mark.parametrize("data", RAW.values(), ids=RAW)
def test_what_is_no_document_is_refused(store, data):
    report = restore(store, "local", data)
    assert report.problem.startswith("Nothing was restored: the file is")


def test_every_truncation_is_refused(filled, tmp_path):
    data = export(filled, "local")
    before = state(filled)
    for length in range(0, len(data), 7):
        report = restore(filled, "local", data[:length])
        assert "part of it is missing" in report.problem
    assert state(filled) == before


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@SHARED
@given(st.data())
def test_any_value_in_any_place_is_refused_or_restored_and_loses_nothing(filled, data):
    before = {a.id for a in filled.attempts("local")}
    forged = document(filled)
    place = data.draw(st.sampled_from([forged, *forged["attempts"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(json_values)
    report = restore(filled, "local", json.dumps(forged).encode())
    assert report.problem is None or report.added == 0
    assert before <= {a.id for a in filled.attempts("local")}
    assert filled.saving


@SHARED
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(store, data):
    assert restore(store, "local", data).problem


def test_many_invented_questions_are_restored_and_counted(make_attempt):
    source, target = memory_store(), memory_store()
    source.add(*(make_attempt(i, question_id=f"a/{i}", at=make_attempt(1).at) for i in range(3000)))
    assert restore(target, "local", export(source, "local")).added == 3000


def test_a_store_that_cannot_save_keeps_the_restored_and_says_so(filled, tmp_path: Path):
    unsaved = open_store(tmp_path)
    report = restore(unsaved, "local", export(filled, "local"))
    assert report.added == 3
    assert report.problem == unsaved.problem is not None
    assert [UUID(a.id).int for a in unsaved.attempts("local")] == [1, 2, 3]
    assert restore(memory_store(), "local", export(unsaved, "local")).added == 3
