"""Batch sizes compared: passes on the axis, outcomes in words, noise that falls as 1 / B."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.batches import descend_on_batches, passes
from engine.least_squares import house_prices
from engine.optimizers import GD, SGD
from engine.surfaces import regression
from pages.figures.batches import (
    Run,
    batches_alt,
    batches_table,
    closest,
    describe_batches,
    describe_noise,
    epochs_alt,
    epochs_figure,
)
from pages.figures.contour import contour_figure
from tests.pages.figures.reading import (
    LIGHT,
    after,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

PARAMETERS = ("bedrooms", "age")
PROBLEM, SURFACE = house_prices(PARAMETERS, True), regression(PARAMETERS, True)


def compare(size, rate, epochs, seed=0):
    return {
        name: Run(
            descend_on_batches(
                rule(rate),
                PROBLEM,
                SURFACE,
                SURFACE.start,
                count,
                epochs,
                np.random.default_rng(seed),
            ),
            passes(200, count, epochs),
        )
        for name, rule, count in (("GD", GD, 200), ("Mini-batch", SGD, size), ("SGD", SGD, 1))
    }


STATES = {
    "default": (16, 0.1, 5),
    "one pass": (2, 1e-4, 1),
    "uneven": (64, 0.3, 3),
    "SGD diverges": (16, 1.5, 20),
    "all diverge": (16, 3.0, 20),
    "border": (100, 2.0, 5),
}
EPOCHS = {name: state[2] for name, state in STATES.items()}
ALL = {name: compare(*state) for name, state in STATES.items()}
every_state = pytest.mark.parametrize("name", STATES)


def settled(run):
    """Mean gap over the last tenth of the losses, by hand; infinite for a lost run."""
    losses = run.path.values.tolist()
    last = losses[-max(1, len(losses) // 10) :]
    gap = sum(last) / len(last) - PROBLEM.value(PROBLEM.minimum)
    return gap if np.isfinite(gap) else np.inf


def test_the_states_cover_the_cases():
    lost = {name: [run.path.diverged_at for run in runs.values()] for name, runs in ALL.items()}
    assert lost["default"] == [None, None, None]
    assert [at is None for at in lost["SGD diverges"]] == [True, True, False]
    assert None not in lost["all diverge"]


@every_state
@every_look
def test_losses_are_drawn_against_the_rows_seen(name, look):
    spec = validated(epochs_figure(ALL[name], look))
    assert spec["layout"]["yaxis"]["type"] == "log"
    for label, count in (("GD", 200), ("Mini-batch", STATES[name][0]), ("SGD", 1)):
        drawn, path = points(named(spec, label)), ALL[name][label].path
        seen = [
            k + min(done * count, 200) / 200
            for k in range(EPOCHS[name])
            for done in range(1, -(-200 // count) + 1)
        ]
        same(drawn[:, 0], [0.0, *seen])
        gap = path.values - SURFACE.minimum_value
        same(drawn[:, 1], np.where(gap > 0, gap, np.nan))
    assert len({named(spec, label)["line"]["color"] for label in ALL[name]}) == 3


@every_state
def test_paths_can_be_drawn_still(name):
    paths = {label: run.path for label, run in ALL[name].items()}
    spec = validated(contour_figure(SURFACE, paths, SURFACE.start, LIGHT, playable=False))
    assert "frames" not in spec


@every_state
def test_description_tells_updates_and_outcomes(name):
    runs, epochs = ALL[name], EPOCHS[name]
    text = clean(describe_batches(runs))
    assert text.startswith(f"In {epochs} epoch{'' if epochs == 1 else 's'} **GD**")
    starts = [text.index(f"**{label}**") for label in runs]
    for (label, run), (start, stop) in zip(
        runs.items(), pairwise([*starts, len(text)]), strict=True
    ):
        part = text[start:stop]
        if run.path.diverged_at is not None:
            assert numbers(part) == [run.path.diverged_at]
            assert "diverges at update" in part
        else:
            count = {"GD": 200, "Mini-batch": STATES[name][0], "SGD": 1}[label]
            assert after(part, "makes ") == epochs * -(-200 // count)
            assert after(part, "ends about ") == shown(settled(run), 2)
            assert run.settled == pytest.approx(settled(run), rel=1e-9, abs=1e-15)


@every_state
def test_closest_is_the_lowest(name):
    ends = {label: settled(run) for label, run in ALL[name].items()}
    assert ends[closest(ALL[name])] == min(ends.values())


@every_state
def test_alts_repeat_the_outcome(name):
    words = describe_batches(ALL[name]).replace("*", "")
    for text in (batches_alt(SURFACE, ALL[name]), epochs_alt(ALL[name])):
        assert clean(text).endswith(words)
    told = numbers(clean(batches_alt(SURFACE, {})))
    assert told == pytest.approx(SURFACE.minimum, abs=0.0051)
    assert "[" not in batches_alt(SURFACE, {})


@pytest.mark.parametrize("size", [2, 16, 100])
def test_noise_is_that_of_the_examples_over_the_batch_size(size):
    text = clean(describe_noise(PROBLEM, (1, size)))
    each = PROBLEM.design * (PROBLEM.design @ PROBLEM.minimum - PROBLEM.target)[:, None]
    variance = (each**2).mean(axis=0).sum()  # the mean gradient at the minimum is 0
    assert numbers(text)[:4] == [shown(variance, 3), 1, shown(variance / size, 3), size]


@every_state
def test_table_has_a_row_per_update_and_run(name):
    table = batches_table(ALL[name])
    assert list(table) == ["epochs", "run", "θ₁", "θ₂", "loss"]
    assert len(table) == sum(len(run.path.values) for run in ALL[name].values())
    for label, rows in table.groupby("run"):
        run = ALL[name][label]
        np.testing.assert_array_equal(rows["epochs"], run.passes)
        np.testing.assert_array_equal(rows[["θ₁", "θ₂"]], run.path.points)
        np.testing.assert_array_equal(rows["loss"], run.path.values)
