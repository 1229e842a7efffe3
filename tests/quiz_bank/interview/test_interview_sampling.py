"""Every interview that can be set up: full but not over-full, mixed, certified and reproducible."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from quiz_bank.blueprint import BLUEPRINT
from quiz_bank.certify import certified
from quiz_bank.interview.plan import Item, Plan, read_plan
from quiz_bank.interview.sampling import SUBJECTS, WAYS, choose, sample, skill
from quiz_bank.interview.settings import (
    KINDS_BY_WAY,
    LEVELS,
    MINUTES,
    MIX,
    PROFILES,
    ROLES,
    WEIGHTS,
)
from quiz_bank.loader import load_bank
from quiz_bank.model import DIFFICULTIES, KINDS
from quiz_bank.progress.records import MAX_VALUE

BANK = load_bank()
SETTINGS = [pytest.param(s, id="-".join(map(str, s))) for s in product(MINUTES, LEVELS, ROLES)]
SEEDS = range(5)


def chosen(minutes, level, role, seed):
    return choose(BANK, minutes, level, role, np.random.default_rng(seed))


def many(minutes, level, role, seeds=range(20)):
    """The questions of many interviews."""
    return [q for seed in seeds for q in chosen(minutes, level, role, seed)]


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_time_is_filled_and_never_overrun(settings):
    total = 60 * settings[0]
    for seed in SEEDS:
        seconds = [q.seconds for q in chosen(*settings, seed)]
        assert 0.85 * total <= sum(seconds) <= total
        assert max(seconds) <= total / 3


@pytest.mark.parametrize("settings", SETTINGS)
def test_no_skill_is_asked_twice_and_easier_questions_come_first(settings):
    for seed in SEEDS:
        questions = chosen(*settings, seed)
        assert len({skill(q) for q in questions}) == len(questions)
        levels = [DIFFICULTIES.index(q.difficulty) for q in questions]
        assert levels == sorted(levels)


@pytest.mark.parametrize("settings", SETTINGS[::5])
def test_variants_are_certified_and_the_plan_follows_from_its_settings(settings):
    plan = sample(BANK, *settings, 11)
    assert all(certified(BANK[item.question_id], item.seed) for item in plan.items)
    assert plan == sample(tuple(BANK), *settings, 11)
    assert [item.question_id for item in plan.items] == [q.id for q in chosen(*settings, 11)]
    assert chosen(*settings, 12) != chosen(*settings, 11)
    assert (plan.minutes, plan.level, plan.role, plan.seed) == (*settings, 11)
    assert read_plan(plan.to_json()) == plan
    assert len(plan.to_json()) <= MAX_VALUE


def test_ways_of_answering_are_mixed():
    for minutes, role in product(MINUTES, ROLES):
        for seed in SEEDS:
            ways = Counter(WAYS[q.kind] for q in chosen(minutes, "mid", role, seed))
            assert {"said", "worked"} <= ways.keys()
            assert len(ways) >= 3


def test_seniors_are_asked_harder_questions():
    shares = {}
    for level in LEVELS:
        found = Counter(q.difficulty for q in many(30, level, "applied"))
        shares[level] = [found[d] / found.total() for d in DIFFICULTIES]
    easy, _, hard = zip(*shares.values(), strict=True)
    assert list(easy) == sorted(easy, reverse=True)
    assert list(hard) == sorted(hard)
    assert hard[-1] > 2 * hard[0]


@pytest.mark.parametrize(
    ("role", "subject", "other"),
    [
        ("research", "Losses, softmax", "engineer"),
        ("applied", "L1, L2, dropout", "engineer"),
        ("engineer", "Multi-head attention", "applied"),
    ],
)
def test_a_role_is_asked_for_what_it_is_about(role, subject, other):
    counts = {
        name: Counter(SUBJECTS[q.topic] for q in many(45, "mid", name)) for name in (role, other)
    }
    share = {name: count[subject] / count.total() for name, count in counts.items()}
    assert share[role] > 1.3 * share[other]


def test_engineers_look_for_more_bugs():
    bugs = {r: Counter(q.kind for q in many(45, "mid", r))["wrong line"] for r in ROLES}
    assert bugs["engineer"] == max(bugs.values())
    assert bugs["engineer"] > 1.5 * bugs["research"]


def test_the_tables_cover_every_subject_and_kind():
    assert WEIGHTS.keys() == BLUEPRINT.keys()
    assert all(len(weights) == len(ROLES) and min(weights) > 0 for weights in WEIGHTS.values())
    assert sorted(kind for kinds in KINDS_BY_WAY.values() for kind in kinds) == sorted(KINDS)
    for table in (*MIX.values(), *(profile.shares for profile in PROFILES.values())):
        assert sum(table.values()) == pytest.approx(1)
    assert {q.topic for q in BANK} <= SUBJECTS.keys()


def test_a_bank_that_is_too_small_gives_what_it_has():
    few = [q for q in BANK if q.kind == "choice"][:3]
    plan = sample(few, 60, "mid", "applied", 1)
    assert 1 <= len(plan.items) <= 3
    assert sample([], 15, "mid", "applied", 1).items == ()


def test_a_skill_is_what_is_asked_not_how():
    question = next(iter(BANK))
    named = {
        name: skill(replace(question, id=f"lstm/{name}", topic="lstm"))
        for name in ("staged-forget-gate", "forget-bias-gradient", "wrong-line-candidate")
    }
    assert named["staged-forget-gate"] == named["forget-bias-gradient"] == "lstm/forget"
    assert named["wrong-line-candidate"] == "lstm/candidate"


GOOD = Plan(15, "mid", "applied", 1, (Item("a/b", 2),)).to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        "NaN",
        GOOD.replace("15", "16"),
        GOOD.replace("15", "true"),
        GOOD.replace('"mid"', '"staff"'),
        GOOD.replace('"mid"', "[]"),
        GOOD.replace('"applied"', "null"),
        GOOD.replace('"seed":1', '"seed":-1'),
        GOOD.replace('"seed":1', '"seed":1e400'),
        GOOD.replace('["a/b",2]', ""),
        GOOD.replace('["a/b",2]', '["a/b"]'),
        GOOD.replace('["a/b",2]', '["a/b","2"]'),
        GOOD.replace('["a/b",2]', '["a/b",2.0]'),
        GOOD.replace('["a/b",2]', '["",2]'),
        GOOD.replace('["a/b",2]', '[{"a":1},2]'),
        GOOD.replace('["a/b",2]', ",".join(['["a/b",2]'] * 201)),
        "9" * 20_000,
    ],
)
def test_what_is_no_plan_is_none(text):
    assert read_plan(GOOD) is not None
    assert read_plan(text) is None
