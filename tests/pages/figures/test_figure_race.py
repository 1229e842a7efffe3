"""What a race says, against runs counted by hand: winners, ties, latecomers and the lost."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.descent import descend
from engine.optimizers import GD, OPTIMIZERS
from engine.surfaces import SURFACES, ravine
from pages.figures.race import (
    CLOSE,
    arrivals,
    describe_race,
    gap_alt,
    race_alt,
    race_table,
    winners,
)
from tests.pages.figures.reading import after, clean, numbers, shown


def race(surface, names, rate, steps, noise=0.0, start=None):
    seen = {name: replace(surface, noise=noise if name == "SGD" else 0.0) for name in names}
    return {
        name: descend(
            OPTIMIZERS[name](learning_rate=rate),
            seen[name],
            start or surface.start,
            steps,
            np.random.default_rng(0),
        )
        for name in names
    }


RACES = {
    "one winner": race(ravine(60), ("GD", "Momentum", "Adam"), 0.03, 500),
    "a tie": race(ravine(20), ("GD", "SGD", "AdaGrad"), 0.03, 300),
    "three in turn": race(ravine(10), ("GD", "Momentum", "Adam"), 0.03, 500),
    "nobody": race(SURFACES["rosenbrock"], ("GD", "Adam"), 1e-4, 50),
    "alone": race(ravine(10), ("RMSProp",), 0.02, 400),
    "at the minimum": race(ravine(10), ("GD", "AdaGrad"), 0.01, 10, start=(0.0, 0.0)),
    "one step": race(ravine(1), ("GD",), 1.0, 20),
    "all diverged": race(ravine(1000), ("GD", "Momentum", "Nesterov"), 3.0, 60),
    "some diverged": race(ravine(200), ("GD", "Adam", "AdaGrad"), 0.5, 100),
    "loss overflows": race(SURFACES["beale"], OPTIMIZERS, 3.0, 500, start=(-4.5, -4.5)),
    "noisy": race(ravine(60), tuple(OPTIMIZERS), 0.01, 200, noise=5.0),
    "short": race(ravine(60), tuple(OPTIMIZERS), 1e-4, 10),
    "negative minimum": race(SURFACES["saddle"], tuple(OPTIMIZERS), 0.1, 500),
}
every_race = pytest.mark.parametrize("runs", RACES.values(), ids=RACES)


def arrival(path):
    for step, loss in enumerate(path.values):
        if loss <= path.surface.minimum_value + CLOSE:
            return step
    return None


def by_hand(runs):
    return {name: arrival(path) for name, path in runs.items() if arrival(path) is not None}


def first_by_hand(runs):
    reached = by_hand(runs)
    return [name for name in reached if reached[name] == min(reached.values())]


def test_the_races_cover_the_cases():
    assert len(first_by_hand(RACES["a tie"])) == 2
    assert len(set(by_hand(RACES["three in turn"]).values())) == 3
    assert by_hand(RACES["nobody"]) == by_hand(RACES["all diverged"]) == {}
    assert all(path.diverged_at for path in RACES["all diverged"].values())
    assert by_hand(RACES["at the minimum"]) == {"GD": 0, "AdaGrad": 0}
    assert by_hand(RACES["one step"]) == {"GD": 1}


@every_race
def test_arrivals_and_winners_are_counted(runs):
    reached = arrivals(runs)
    assert reached == by_hand(runs)
    assert list(reached.values()) == sorted(reached.values())
    assert winners(runs) == first_by_hand(runs)


@every_race
def test_description_names_winners_latecomers_and_divergence(runs):
    text, reached, first = clean(describe_race(runs)), by_hand(runs), first_by_hand(runs)
    if first:
        lead, step = text.split("**")[1], reached[first[0]]
        assert lead.replace(" and ", ", ").split(", ") == first
        assert f"** {'comes' if len(first) == 1 else 'come'} within 10⁻³" in text
        assert after(text, "first, after **") == step
        assert f"**{step:,} step{'' if step == 1 else 's'}**" in text
        later = sorted((step, name) for name, step in reached.items() if name not in first)
        assert (" takes " in text) == bool(later)
        told = re.findall(r"(\w+) takes ([\d,]+)", text)
        assert sorted((int(step.replace(",", "")), name) for name, step in told) == later
    else:
        steps = len(next(iter(runs.values())).values) - 1
        assert text.startswith(f"None comes within 10⁻³ of the lowest loss after {steps} step")
    for name, path in runs.items():
        assert (f"**{name} diverges**" in text) == (path.diverged_at is not None)
        if path.diverged_at is not None:
            assert after(text, f"**{name} diverges** at step ") == path.diverged_at
    lost = [n for n, path in runs.items() if n not in reached and path.diverged_at is None]
    assert ("Not there yet" in text) == bool(first and lost)
    for name in lost if first else ():
        gap = runs[name].values[-1] - runs[name].surface.minimum_value
        told = after(text[text.index("Not there yet") :], f"{name} (")
        assert told == shown(gap, 2)


@pytest.mark.parametrize(
    ("race_name", "name", "failure", "words"),
    [
        ("all diverged", "GD", "point", "the point leaves for good"),
        ("loss overflows", "GD", None, "leaves for good"),
    ],
)
def test_the_way_of_divergence_is_told(race_name, name, failure, words):
    path = RACES[race_name][name]
    assert failure is None or path.diverged_in == failure
    assert words in describe_race({name: path})


@pytest.mark.parametrize(("failure", "words"), [("gradient", "gradient"), ("value", "loss")])
def test_an_overflow_is_told_by_what_overflowed(failure, words):
    path = replace(RACES["all diverged"]["GD"], diverged_in=failure)
    assert clean(describe_race({"GD": path})).endswith(f": the {words} overflows.")


def test_without_runs_there_is_no_race():
    assert clean(describe_race({})).startswith("Choose an optimizer")
    alt = clean(race_alt(ravine(60), {}))
    assert "ath" not in alt.replace("Contours", "")
    assert race_table({}).empty


@every_race
def test_alt_tells_minimum_ends_and_outcome(runs):
    surface = next(iter(runs.values())).surface
    text = clean(race_alt(surface, runs))
    assert surface.label in text
    assert numbers(text[text.index("minimum at") :])[:2] == [shown(v, 3) for v in surface.minimum]
    for name, path in runs.items():
        kept = path.points[: path.diverged_at]
        ends = text[text.index("Paths end: ") :]
        told = numbers(ends[ends.index(f"{name} at (") :])[:2]
        assert told == [shown(v, 3) for v in kept[-1]]
    assert text.endswith(describe_race(runs).replace("*", ""))


@every_race
def test_table_has_a_row_per_step_and_run(runs):
    table = race_table(runs)
    assert list(table) == ["step", "optimizer", "θ₁", "θ₂", "loss"]
    assert len(table) == sum(len(path.values) for path in runs.values())
    assert list(table["optimizer"].unique()) == list(runs)
    for name, rows in table.groupby("optimizer"):
        path = runs[name]
        np.testing.assert_array_equal(rows["step"], np.arange(len(path.values)))
        np.testing.assert_array_equal(rows[["θ₁", "θ₂"]], path.points)
        np.testing.assert_array_equal(rows["loss"], path.values)


@every_race
def test_gap_alt_tells_the_last_loss(runs):
    text = clean(gap_alt(runs))
    ends = text[text.index("At the end") :]
    for name, path in runs.items():
        gap = path.values[-1] - path.surface.minimum_value
        if np.isnan(gap):
            assert f"{name} not finite" in ends
        else:
            assert after(ends, f"{name} ") == shown(gap, 2)


def test_thousands_of_steps_are_told_with_a_comma():
    runs = {"GD": descend(GD(0.002), ravine(1), (1.0, 1.0), 2000)}  # the loss is 0.998^(2 steps)
    expected = int(np.ceil(np.log(CLOSE) / (2 * np.log(0.998))))
    assert by_hand(runs) == {"GD": expected}
    assert f"**{expected:,} steps**" in describe_race(runs)
    assert expected > 1000
