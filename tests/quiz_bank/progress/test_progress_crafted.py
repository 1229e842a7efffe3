"""A backup made by hand, to harm: it is refused in words, or merged without effect on others."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from uuid import UUID

import pytest

from quiz_bank.progress import RestoreReport, export, new_entry, open_store, restore, taken_back
from quiz_bank.progress.backup import FORMAT, MAX_BYTES, MAX_RECORDS, VERSION

TAKEN = f"at most {MAX_RECORDS:,} records are restored at once"


def backup(attempts=(), interviews=(), **changes) -> bytes:
    lists = {"attempts": list(attempts), "interviews": list(interviews), "cards": []}
    return json.dumps({"format": FORMAT, "version": VERSION} | lists | changes).encode()


def plain(record) -> dict:
    fields = vars(record) | {"at": record.at.isoformat()}
    return {name: value for name, value in fields.items() if name != "learner"}


def entry(value: str = "", event: str = "begin") -> dict:
    return plain(new_entry(str(UUID(int=7)), event, value=value, learner="x"))


def test_two_hundred_thousand_attempts_are_refused_at_once(store, make_attempt):
    one = plain(make_attempt(1))
    begun = time.process_time()
    for data in (
        backup([one] * (MAX_RECORDS + 1), cards="no list"),
        b" " * (MAX_BYTES + 1),
    ):
        assert restore(store, "local", data).problem.startswith("Nothing was restored: ")
    assert time.process_time() - begun < 3
    many = backup([{}] * 200_000)
    begun = time.process_time()
    report = restore(store, "local", many)
    assert time.process_time() - begun < 1
    assert f"the file holds 200,000 records; {TAKEN}" in report.problem
    assert TAKEN in restore(store, "local", b" " * (MAX_BYTES + 1)).problem
    assert store.attempts("local") == ()


def test_the_limit_counts_both_lists(store):
    half = [{}] * (MAX_RECORDS // 2 + 1)
    assert TAKEN in restore(store, "local", backup(half, half)).problem


def test_ten_thousand_attempts_take_seconds(store, make_attempt):
    start = make_attempt(0).at
    attempts = [
        plain(make_attempt(i, question_id=f"a/{i % 200}", at=start + timedelta(minutes=i)))
        for i in range(10_000)
    ]
    data = backup(attempts)
    begun = time.process_time()
    assert restore(store, "local", data) == RestoreReport(10_000, 0, None)
    assert restore(store, "local", data) == RestoreReport(0, 10_000, None)
    assert time.process_time() - begun < 20
    assert len(store.cards("local")) == 200
    assert len(export(store, "local")) < MAX_BYTES * 10_000 / MAX_RECORDS


def test_many_undoes_take_no_longer(store, make_attempt):
    """Each is looked up, not compared with every attempt."""
    start = make_attempt(0).at
    attempts = [make_attempt(i, question_id=f"a/{i % 9}", at=start) for i in range(4000)]
    begun = time.process_time()
    records = [plain(r) for a in attempts for r in (a, taken_back(a))]
    assert restore(store, "local", backup(records)) == RestoreReport(8000, 0, None)
    assert store.attempts("local") == store.cards("local") == ()
    assert time.process_time() - begun < 15


NESTED = {
    "arrays": "[" * 100_000 + "]" * 100_000,
    "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "open": "[" * 5_000_000,
}


@pytest.mark.parametrize("inner", NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("where", ["attempts", "response", "beside"])
def test_nesting_is_refused(store, make_attempt, inner, where):
    text = backup([plain(make_attempt(1))]).decode()
    crafted = {
        "attempts": text.replace('"attempts": [', f'"attempts": [{inner}, ', 1),
        "response": text.replace('"response": ', f'"response": {inner}, "x": ', 1),
        "beside": text.replace('"cards": ', f'"x": {inner}, "cards": ', 1),
    }[where]
    assert restore(store, "local", crafted.encode()).problem.startswith("Nothing was restored")
    assert store.attempts("local") == ()


WRONG = [None, True, -1, 1.5, 10**400, "", "x" * 30_000, [], {}, [[]], {"a": 1}, "\ud800", "a\0b"]
REFUSES_ALL = ("id", "at", "verdict", "way")


@pytest.mark.parametrize("value", WRONG, ids=lambda v: repr(v)[:12])
def test_a_wrong_type_in_any_field_is_refused_or_kept_as_it_is(store, make_attempt, value):
    one = plain(make_attempt(1))
    for field in one:
        report = restore(store, "local", backup([one | {field: value}]))
        assert report.added == 0 or field not in REFUSES_ALL
        assert report.problem is None or len(report.problem) < 400
    for field in entry():
        assert restore(store, "local", backup([], [entry() | {field: value}])).added <= 1
    assert store.saving
    assert export(store, "local")


def test_one_id_for_two_records_is_refused_across_both_lists(store, make_attempt):
    one = plain(make_attempt(1))
    for crafted in (
        backup([one, one | {"score": 0.5}]),
        backup([one], [entry() | {"id": one["id"]}]),
        backup([], [entry("a") | {"id": one["id"]}, entry("b") | {"id": one["id"]}]),
    ):
        assert "share the id" in restore(store, "local", crafted).problem
    assert store.everything("local") == ()


def test_a_name_given_twice_in_one_object_cannot_smuggle_a_value_in(store, make_attempt):
    text = backup([plain(make_attempt(1))]).decode()
    twice = text.replace('"score": 1.0', '"score": 1.0, "score": 7', 1)
    assert "score must be" in restore(store, "local", twice.encode()).problem


def test_another_learners_attempts_cannot_be_changed_or_taken_back(store, make_attempt):
    victim, mine = make_attempt(1, learner="ann"), make_attempt(1, score=0.0, rating=1)
    store.add(victim, make_attempt(2, learner="ann"))
    before = store.everything("ann"), store.cards("ann"), store.best_scores("ann")
    undoing = [plain(taken_back(victim)), plain(taken_back(make_attempt(2)))]
    assert restore(store, "local", backup([plain(mine), *undoing])).added == 3
    assert (store.everything("ann"), store.cards("ann"), store.best_scores("ann")) == before
    assert store.attempts("local") == store.cards("local") == ()


@pytest.mark.parametrize("field", ["learner", "due", "place"])
def test_no_learner_can_be_named(store, make_attempt, field):
    crafted = backup([plain(make_attempt(1)) | {field: "ann"}])
    assert "does not have exactly the fields" in restore(store, "local", crafted).problem
    assert store.everything("ann") == ()


def test_undoing_itself_or_an_undoing_does_nothing(store, make_attempt):
    one = make_attempt(1)
    back = plain(taken_back(one))
    odd = back | {"id": str(UUID(int=9)), "undoes": str(UUID(int=9))}
    again = back | {"id": str(UUID(int=10)), "undoes": back["id"]}
    assert restore(store, "local", backup([plain(one), odd])).added == 2
    assert store.attempts("local") == (one,)
    assert restore(store, "local", backup([back, again])).added == 2
    assert store.attempts("local") == store.cards("local") == ()


def test_undoing_under_another_question_leaves_no_card_behind(store, make_attempt):
    one, other = make_attempt(1), make_attempt(2, question_id="a/other")
    store.add(one, other)
    crafted = plain(taken_back(one)) | {"question_id": "a/other", "rating": 4}
    assert restore(store, "local", backup([crafted])).added == 1
    rebuilt = open_store("sqlite://", fuzz=False)
    rebuilt.add(*store.everything("local"))
    assert [c.question_id for c in store.cards("local")] == ["a/other"]
    assert store.cards("local") == rebuilt.cards("local")


PLANS = [
    "{",
    "null",
    "[]",
    "[" * 10_000,
    '{"minutes": "__import__(\'os\').abort()"}',
    "__import__('os').abort()",
    '{"questions": [{"id": 1e999}]}',
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("plan", PLANS, ids=range(len(PLANS)))
def test_a_plan_is_text_whatever_it_says(store, plan):
    crafted = entry(plan)
    assert restore(store, "local", backup([], [crafted])) == RestoreReport(1, 0, None)
    (kept,) = store.entries("local", crafted["interview"])
    assert kept.value == plan
    again = open_store("sqlite://")
    assert restore(again, "local", export(store, "local")).added == 1
    assert again.entries("local") == (kept,)


def test_times_from_the_far_past_and_future_make_a_card(store, make_attempt):
    times = ("1970-01-01T00:00:00+00:00", "2099-12-31T23:59:59.999999+00:00")
    attempts = [plain(make_attempt(n, rating=4)) | {"at": at} for n, at in enumerate(times, 1)]
    assert restore(store, "local", backup(attempts)) == RestoreReport(2, 0, None)
    assert len(store.cards("local")) == 1
    assert store.saving
