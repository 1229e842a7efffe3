"""Runs at a cliff: their captions, tables and pictures."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import descend
from engine.optimizers import GD
from engine.studies.cliff import CLIFFS, clipped
from pages.figures.cliff import (
    CLIPPED,
    DOWN,
    FREE,
    LAST,
    LOST,
    THROWN,
    cliff_alt,
    cliff_table,
    describe_cliff,
    longest,
    loss_alt,
    loss_figure,
    outcome,
    step_lengths,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    same,
    shown,
    validated,
)


def runs(kind="unit", rate=1.0, depth=50, limit=0.1, start=None):
    surface = CLIFFS[kind](depth)
    start = start or surface.start
    return {
        FREE: descend(GD(rate), surface, start, 100),
        CLIPPED: descend(GD(rate), clipped(surface, "norm", limit), start, 100),
    }


@every_look
def test_the_losses_are_drawn(look):
    both = runs()
    spec = validated(loss_figure(both, look))
    for name, path in both.items():
        same(array(named(spec, name)["y"]), path.values)


def test_the_caption_has_the_longest_step_of_each_run():
    both = runs()
    text = clean(describe_cliff(both))
    for name, path in both.items():
        said = text[text.index(name) :]
        lengths = step_lengths(path)
        assert after(said, "longest of") == 100
        first = next(k for k, step in enumerate(lengths, 1) if step > lengths.max() - 1e-12)
        assert after(said, "number") == first
        assert after(said, f"number {first}, **") == shown(lengths.max(), 3)
        end = path.values[-LAST:]
        assert after(said, "lie between") == shown(end.min(), 3)
        assert after(said[said.index("lie between") :], "and") == shown(end.max(), 3)


def test_the_caption_names_the_step_that_a_run_is_lost_at():
    text = clean(describe_cliff(runs("chain")))
    assert after(text, "lost at **step") == 1
    assert "a parameter is beyond ±1,000,000" in text


def test_a_run_that_rests_has_one_last_loss():
    resting = runs(start=(2.0, -5.0), rate=1e-9)
    assert "the last 10 losses are " in clean(describe_cliff(resting))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"rate": 1.0}, THROWN),
        ({"rate": 0.01}, DOWN),
        ({"kind": "chain"}, LOST),
    ],
)
def test_the_outcome_of_plain_descent(settings, expected):
    assert outcome(runs(**settings)[FREE]) == expected


@pytest.mark.parametrize("kind", CLIFFS)
@pytest.mark.parametrize("rate", [1e-4, 1.5])
@pytest.mark.parametrize("depth", [2, 60])
def test_every_end_has_a_picture_and_words(kind, rate, depth):
    surface = CLIFFS[kind](depth)
    for start in ((surface.x_range[k], surface.y_range[j]) for k in (0, 1) for j in (0, 1)):
        both = runs(kind, rate, depth, 5.0, start)
        validated(loss_figure(both, LIGHT))
        for text in (describe_cliff(both), cliff_alt(surface, both), loss_alt(both)):
            clean(text)
        assert longest(both[FREE]) >= 0


def test_the_table_has_every_step_of_both_runs():
    table = cliff_table(runs())
    assert len(table) == 202
    held = table[table["run"] == CLIPPED]
    assert held["length of the update"].max() <= 0.1 + 1e-9
    assert np.isfinite(held["loss"]).all()


def test_the_table_of_a_lost_run_ends_where_it_is_lost():
    table = cliff_table(runs("chain"))
    assert np.isfinite(table["loss"]).all()
    assert (table["run"] == FREE).sum() == 1
