"""What a browser hands over is untrusted; what it is handed is complete, bounded and its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.ui import browser_records
from pages.ui.browser_keeping import LOT, TAIL, Browser
from pages.ui.browser_records import MOST_IN_ONE, as_text, is_learner_id, records_in
from quiz_bank.progress import Attempt, Store, new_attempt, new_entry, open_store, taken_back
from quiz_bank.progress.records import MAX_VALUE, Record

ID, ANOTHER = "0c5d1a5e-3f0e-4d6c-9a55-7d2f5b0c8e11", "7b1f54a2-58f1-4a3b-8f0e-2c9d1e6a4b30"
WHOSE = f"browser-{ID}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "progress.db")
    yield store
    store.close()


def made(count: int, learner: str = WHOSE) -> list[Record]:
    return [new_attempt("a/b", k, "½ ∂", "correct", 1.0, learner=learner) for k in range(count)]


def handed(records: list[Any], learner_id: object = ID) -> dict[str, Any]:
    return {"ask": "x 1", "id": learner_id, "records": records}


def each_kind() -> list[Record]:
    (attempt,) = made(1)
    assert isinstance(attempt, Attempt)
    plan = new_entry(str(uuid4()), "begin", None, '{"a": "\\"\x01"}' * 1_000, learner=WHOSE)
    return [attempt, taken_back(attempt), replace(attempt, id=str(uuid4()), confidence=75), plan]


def test_every_kind_of_record_comes_back_as_it_was():
    records = each_kind()
    assert list(records_in(WHOSE, [as_text(record) for record in records])) == records


def test_the_longest_entry_fits():
    (entry,) = [new_entry(str(uuid4()), "begin", None, '"' * MAX_VALUE, learner=WHOSE)]
    assert records_in(WHOSE, [as_text(entry)]) == (entry,)


def test_a_text_names_no_learner():
    assert not any(ID in as_text(record) for record in each_kind())


def test_records_belong_to_who_hands_them_over():
    (record,) = made(1, learner=f"browser-{ANOTHER}")
    forged = as_text(record).replace('"seed"', f'"learner":"browser-{ANOTHER}","seed"')
    assert records_in(WHOSE, [forged]) == ()
    assert records_in(WHOSE, [as_text(record)]) == (replace(record, learner=WHOSE),)


GOOD = as_text(made(1)[0])
BAD = {
    "number": 1,
    "nothing": None,
    "list": [GOOD],
    "object": json.loads(GOOD),
    "empty": "",
    "cut": GOOD[:-5],
    "no object": json.dumps([GOOD]),
    "another version": GOOD.replace('"version":2', '"version":99'),
    "no version": GOOD.replace('"version":2,', ""),
    "a wrong type": GOOD.replace('"seed":0', '"seed":"0"'),
    "not a number": GOOD.replace('"score":1.0', '"score":NaN'),
    "out of range": GOOD.replace('"score":1.0', '"score":7'),
    "no moment": GOOD.replace('"at":"', '"at":"x'),
    "deep": '{"version":2,"attempts":' + "[" * 30_000,
    "deep in a field": GOOD.replace('"seed":0', '"seed":' + "[" * 5_000 + "]" * 5_000),
    "surrogate": GOOD.replace("½", "\ud800"),
    "escaped surrogate": GOOD.replace("½", "\\ud800"),
    "zero byte": GOOD.replace("½", "\\u0000"),
    "too long": GOOD.replace("½", "9" * MOST_IN_ONE),
    "markup": "<script>alert(1)</script>",
    "another form": '{"format":"x"}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_no_record_is_left_out_and_the_rest_kept(bad):
    texts = [as_text(record) for record in made(3)]
    found = records_in(WHOSE, [texts[0], bad, *texts[1:]])
    kept = [record for record in found if record.response == "½ ∂"]
    assert [as_text(record) for record in kept] == texts
    assert len(found) <= 4


@pytest.mark.parametrize("texts", [None, 1, "x", GOOD, {"0": GOOD}, [[GOOD]], True])
def test_what_is_no_list_of_texts_holds_no_record(texts):
    assert records_in(WHOSE, texts) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CHANGED = st.builds(
    lambda at, new: GOOD[:at] + new + GOOD[at + 1 :],
    st.integers(0, len(GOOD)),
    st.text(max_size=3),
)


@settings(max_examples=300)
@given(JSON | st.lists(JSON.map(json.dumps) | CHANGED | st.text() | JSON, max_size=4))
def test_nothing_that_is_handed_over_raises(texts):
    for record in records_in(WHOSE, texts):
        assert record.learner == WHOSE


@settings(max_examples=60)
@given(JSON | st.fixed_dictionaries({"id": JSON | st.just(ID), "records": JSON, "ids": JSON}))
def test_no_message_of_a_browser_raises(message):
    memory = open_store("sqlite://")
    browser = Browser()
    browser.take(message, memory)
    browser.confirm(message)
    assert browser.learner in (WHOSE, f"visit-{browser.visit}")
    memory.close()


def test_there_are_limits_to_how_much_is_taken(monkeypatch):
    texts = [as_text(record) for record in made(6)]
    monkeypatch.setattr(browser_records, "MOST_RECORDS", 4)
    assert len(records_in(WHOSE, texts)) == 4
    many = GOOD.replace("[{", "[" + GOOD.partition("[")[2][:-2] + ",{")
    assert len(records_in(WHOSE, [many] * 9)) <= 4
    monkeypatch.setattr(browser_records, "MOST_CHARACTERS", sum(map(len, texts[:2])))
    assert len(records_in(WHOSE, texts)) == 2


NO_IDS = {
    "nothing": None,
    "number": 1,
    "empty": "",
    "the own machine's": "local",
    "an account's": "account-" + "0" * 64,
    "upper case": ID.upper(),
    "line end": f"{ID}\n",
    "blank": f" {ID}",
    "not random": ID.replace("4d6c", "1d6c"),
    "short": ID[:-1],
    "other digits": "٠" + ID[1:],
    "list": [ID],
    "object": {"id": ID},
}


@pytest.mark.parametrize("value", NO_IDS.values(), ids=NO_IDS)
def test_only_a_random_uuid_is_a_learner(value, store):
    assert not is_learner_id(value)
    browser = Browser()
    browser.take(handed([GOOD], value), store)
    assert browser.learner == f"visit-{browser.visit}"
    assert browser.problem == "forbidden"
    assert store.everything(browser.learner) == ()


def test_what_the_browser_has_and_what_was_answered_meanwhile_become_one(store):
    browser = Browser()
    (before,), (meanwhile,) = made(1), made(1, browser.learner)
    store.add(meanwhile)
    browser.take(handed([as_text(before)]), store)
    assert browser.learner == WHOSE
    assert {record.id for record in store.everything(WHOSE)} == {before.id, meanwhile.id}
    assert list(browser.outbox) == [meanwhile.id]


def test_what_another_session_answered_goes_to_the_browser_that_lacks_it(store):
    records = made(3)
    store.add(*records)
    browser = Browser()
    browser.take(handed([as_text(records[0])]), store)
    assert set(browser.outbox) == {record.id for record in records[1:]}


def test_a_browser_answers_once(store):
    browser = Browser()
    browser.take(handed([]), store)
    browser.take(handed([as_text(r) for r in made(2)], ANOTHER), store)
    assert browser.learner == WHOSE
    assert store.everything(WHOSE) == store.everything(f"browser-{ANOTHER}") == ()


def test_a_broken_record_neither_hides_nor_doubles_the_stores(store):
    records = made(2)
    store.add(*records)
    browser = Browser()
    browser.take(handed([as_text(records[0]), as_text(records[1])[:-9]]), store)
    assert {record.id for record in store.everything(WHOSE)} == {r.id for r in records}
    assert list(browser.outbox) == [records[1].id]


def test_two_browsers_share_nothing(store):
    ann, bob = Browser(), Browser()
    ann.take(handed([as_text(r) for r in made(2)]), store)
    bob.take(handed([], ANOTHER), store)
    assert store.everything(bob.learner) == ()
    assert bob.outbox == {}
    assert len(store.everything(ann.learner)) == 2


def test_the_same_id_in_two_browsers_is_two_records(store):
    (record,) = made(1)
    for learner_id, score in ((ID, "1.0"), (ANOTHER, "0.5")):
        text = as_text(record).replace('"score":1.0', f'"score":{score}')
        Browser().take(handed([text], learner_id), store)
    for learner_id, score in ((ID, 1.0), (ANOTHER, 0.5)):
        (attempt,) = store.attempts(f"browser-{learner_id}")
        assert (attempt.id, attempt.score) == (record.id, score)


def test_what_is_confirmed_is_not_sent_again(store):
    browser = Browser()
    browser.take(handed([]), store)
    records = made(TAIL + 2)
    browser.send(records)
    browser.confirm({"ids": [r.id for r in records[:5]] + [None, [], "unknown"], "full": True})
    assert browser.problem == "full"
    assert list(browser.outbox) == [r.id for r in records[5:]]
    browser.confirm({"ids": list(browser.outbox), "full": False})
    assert (browser.problem, browser.outbox) == (None, {})


def test_thousands_of_records_are_taken_in_quickly(store):
    texts = [as_text(record) for record in made(4 * LOT)]
    browser = Browser()
    browser.take(handed(texts), store)
    assert len(store.everything(WHOSE)) == 4 * LOT
    assert browser.outbox == {}
