"""A history is what the store's attempts say, however it was read."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from quiz_bank.progress import LOCAL, taken_back
from quiz_bank.progress.history import History, read_history, revision


def same(actual, expected):
    for name in (f.name for f in fields(History)):
        np.testing.assert_array_equal(getattr(actual, name), getattr(expected, name), name)


@pytest.fixture
def five(make_attempt):
    return [
        make_attempt(
            k,
            question_id=f"losses/{'ab'[k % 2]}",
            score=0.5 * (k % 3),
            misconception="no_sig" if k == 3 else None,
            rating=None if k == 1 else 3,
            confidence=None if k == 2 else 10 * k,
        )
        for k in range(1, 6)
    ]


def test_a_history_has_the_columns_of_the_attempts(store, five):
    store.add(*five)
    found = read_history(store, LOCAL)
    kept = store.attempts(LOCAL)
    assert len(found) == 5
    assert [found.question_ids[q] for q in found.question] == [a.question_id for a in kept]
    assert found.at.tolist() == [a.at.timestamp() for a in kept]
    for name in ("seed", "tries", "score", "seconds"):
        assert getattr(found, name).tolist() == [getattr(a, name) for a in kept]
    assert found.rating.tolist() == [0, 3, 3, 3, 3]
    assert found.misconceptions == ("no_sig",)
    assert found.misconception.tolist() == [-1, -1, 0, -1, -1]
    np.testing.assert_allclose(found.confidence, [0.1, np.nan, 0.3, 0.4, 0.5], rtol=1e-15)


def test_another_learner_and_what_could_not_be_read_are_left_out(store, make_attempt):
    store.add(
        make_attempt(1, learner="other"),
        make_attempt(2, verdict="invalid", score=0.0, rating=None),
        make_attempt(3),
    )
    assert read_history(store, LOCAL).seed.tolist() == [3]
    assert len(read_history(store, "nobody")) == 0


def test_the_revision_changes_with_every_record(store, five):
    seen = [revision(store, LOCAL)]
    for record in [*five[:2], taken_back(five[0]), *five[2:]]:
        store.add(record)
        seen.append(revision(store, LOCAL))
    assert len(set(seen)) == len(seen)
    store.add(*five)
    assert revision(store, LOCAL) == seen[-1]


def test_nothing_new_is_the_same_history(store, five):
    store.add(*five)
    before = read_history(store, LOCAL)
    assert read_history(store, LOCAL, before) is before


def test_new_answers_are_added_to_what_was_read(store, five, make_attempt, monkeypatch):
    store.add(*five[:3])
    before = read_history(store, LOCAL)
    store.add(
        *five[3:],
        make_attempt(6, question_id="new/one", misconception="loss_sign"),
        make_attempt(7, verdict="invalid", score=0.0, rating=None),
    )
    read = []
    rows = store.rows
    monkeypatch.setattr(store, "rows", lambda *a: read.append(rows(*a)) or read[-1])
    found = read_history(store, LOCAL, before)
    assert max(map(len, read)) == 4
    same(found, read_history(store, LOCAL))
    assert found.misconceptions == ("no_sig", "loss_sign")


def test_what_was_undone_goes(store, five):
    store.add(*five)
    before = read_history(store, LOCAL)
    store.add(taken_back(five[4]))
    found = read_history(store, LOCAL, before)
    assert found.seed.tolist() == [1, 2, 3, 4]
    same(found, read_history(store, LOCAL))


def test_what_is_merged_in_from_before_is_read_in_its_place(store, five):
    store.add(five[0], five[3])
    before = read_history(store, LOCAL)
    store.add(five[1], five[4], replace(five[2], at=five[3].at))
    found = read_history(store, LOCAL, before)
    assert sorted(found.seed.tolist()) == [1, 2, 3, 4, 5]
    same(found, read_history(store, LOCAL))


def test_the_first_answers_are_read_after_none(store, five):
    before = read_history(store, LOCAL)
    store.add(*five)
    same(read_history(store, LOCAL, before), read_history(store, LOCAL))
