"""Comparisons in pictures and words: what is drawn is what was trained, and captions follow it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.playground.compare import best_of, compared, with_seeds
from engine.playground.data import OwnTable
from engine.playground.look import plane
from engine.playground.settings import Settings
from engine.playground.sweeps import SWEEPS
from pages.figures.playground_compare import losses_figure, together
from pages.figures.playground_compare_words import (
    curves_table,
    describe_pair,
    losses_alt,
    numbers_of,
    pair_table,
    side_caption,
)
from pages.figures.playground_surface import (
    FINE,
    ON_TILE,
    TILE,
    points_told,
    surface_alt,
    surface_figure,
    tile_figure,
)
from pages.figures.playground_sweep import sweep_figure
from pages.figures.playground_sweep_words import (
    describe_sweep,
    sweep_alt,
    sweep_table,
    tile_caption,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    points,
    same,
    shown,
    validated,
)

MARKUP = "<b onclick=x>&"
TABLE = OwnTable(
    ("a" + MARKUP, "b", "c"),
    np.random.default_rng(0).normal(size=(40, 3)),
    np.arange(40) % 3,
    ("x" + MARKUP, "y", "z"),
)
SMALL = Settings(n=60)
WILD = replace(SMALL, data="plane", rate=1e4)
STARTS = {
    "two classes": SMALL,
    "five classes": replace(SMALL, data="spiral", classes=5),
    "a number": replace(SMALL, data="bumps"),
    "houses": replace(SMALL, data="houses"),
    "own": replace(SMALL, data="own"),
    "no layers": replace(SMALL, units=(), activations=()),
    "diverges": WILD,
}


def trained(runs, epochs=8):
    *_, last = compared(runs, epochs, TABLE)
    return list(last.done)


def sides(start, count, epochs=8, **changes):
    other = replace(start, **changes)
    done = trained([*with_seeds(start, count), *with_seeds(other, count)], epochs)
    return done[:count], done[count:]


every_start = pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)


@every_look
@every_start
def test_the_surface_is_what_the_network_says(start, look):
    (outcome,) = trained([start])
    spec = validated(surface_figure(outcome, look))
    said = plane(outcome.experiment, outcome.moment, FINE)
    sample = outcome.experiment.sample
    drawn = {0: said[:, :, 0], 2: said[:, :, -1]}.get(len(sample.labels), said.argmax(axis=2))
    same(array(spec["data"][0]["z"]), drawn.astype(np.float32))
    marks = [points(t) for t in spec["data"] if t["type"] == "scatter"]
    assert sum(map(len, marks)) == len(sample.x)
    assert clean(surface_alt("A", outcome))
    assert clean(points_told(outcome))


@every_look
@every_start
def test_a_tile_is_small_and_framed_where_it_is_the_best(start, look):
    (outcome,) = trained([start])
    for framed in (False, True):
        spec = validated(tile_figure(outcome, look, framed=framed))
        assert spec["layout"]["height"] == TILE
        assert (spec["layout"]["shapes"][0]["line"]["width"] > 2) == framed
        marks = [points(t) for t in spec["data"] if t["type"] == "scatter"]
        assert sum(map(len, marks)) == min(ON_TILE, len(outcome.experiment.task.training.x))


def test_nothing_that_a_visitor_typed_is_markup():
    (outcome,) = trained([STARTS["own"]])
    for figure in (surface_figure(outcome, LIGHT), tile_figure(outcome, LIGHT)):
        assert MARKUP not in str(figure.to_dict())


def test_sets_differ_by_marker_not_by_color_alone():
    for start in STARTS.values():
        (outcome,) = trained([start])
        spec = surface_figure(outcome, LIGHT).to_dict()
        markers = [t["marker"]["symbol"] for t in spec["data"] if t["type"] == "scatter"]
        assert len(set(markers)) == len(markers)


@every_look
@pytest.mark.parametrize("count", [1, 3])
def test_curves_are_the_means_with_the_range_around_them(count, look):
    a, b = sides(SMALL, count, rate=0.3)
    spec = validated(losses_figure(a, b, look))
    for name, group in (("A", a), ("B", b)):
        for kind in ("training", "test"):
            losses = np.mean([o.curves[f"{kind}_loss"] for o in group], axis=0)
            same(array(named(spec, f"{name}, {kind}")["y"]), losses.astype(np.float32))
    bands = [t for t in spec["data"] if t.get("fill")]
    assert len(bands) == (2 if count > 1 else 0)
    lines = [(t["line"]["dash"], t["line"]["color"]) for t in spec["data"] if not t.get("fill")]
    assert len({dash for dash, _ in lines}) == len(lines)


def test_a_seed_that_ends_early_is_not_drawn_further():
    group = trained([WILD, replace(WILD, rate=0.01)])
    epochs, rows = together(group, "test_loss")
    assert epochs[-1] == 8
    assert np.isnan(rows[0][epochs > group[0].curves["epoch"][-1]]).all()
    assert np.isfinite(rows[1]).all()
    validated(losses_figure(group[:1], group[1:], LIGHT))


@pytest.mark.parametrize("count", [1, 3])
def test_the_sentence_names_the_better_one_and_by_how_much(count):
    for changes in ({"rate": 0.3}, {"rate": 1e-4}, {"batch_size": 1}):
        a, b = sides(SMALL, count, **changes)
        text = clean(describe_pair(a, b))
        means = [float(np.mean([o.scores.test_loss for o in group])) for group in (a, b)]
        better = "AB"[int(np.argmin(means))]
        assert f"**{better} is better**" in text
        assert after(text, "its test loss is") == shown(min(means), 3)
        assert after(text, "lower by") == shown(abs(means[0] - means[1]), 2)
        assert ("One seed proves little" in text) == (count == 1)
        assert clean(losses_alt(a, b))


def test_a_lower_loss_with_a_lower_accuracy_is_said():
    a, b = sides(SMALL, 1, rate=0.3)
    a[0].scores.__dict__["test_quality"], b[0].scores.__dict__["test_quality"] = 0.9, 0.9
    low = min(a[0], b[0], key=lambda o: o.scores.test_loss)
    assert "lower, though" not in describe_pair(a, b)
    low.scores.__dict__["test_quality"] = 0.8
    assert "lower, though: 0.8 against 0.9" in clean(describe_pair(a, b))


def test_seeds_that_agree_are_counted():
    a, b = sides(Settings(), 3, 30, rate=1e-4)
    wins = sum(x.rank < y.rank for x, y in zip(a, b, strict=True))
    assert wins == 3
    assert "All 3 seeds agree" in describe_pair(a, b)
    mixed = [b[0], a[1], a[2]], [a[0], b[1], b[2]]
    assert "Only 2 of the 3 seeds agree" in describe_pair(*mixed)


def with_loss(outcome, loss):
    return replace(outcome, scores=replace(outcome.scores, test_loss=loss))


@pytest.mark.parametrize("count", [1, 3])
def test_what_differs_by_less_than_a_hundredth_is_practically_equal(count):
    (outcome,) = trained([SMALL])
    for low, is_equal in ((0.995, True), (0.98, False), (0.0, False)):
        for losses in ((low, 1.0), (1.0, low)):
            a, b = ([with_loss(outcome, loss)] * count for loss in losses)
            text = clean(describe_pair(a, b))
            assert ("**A and B are practically equal**" in text) == is_equal
            assert ("is better" not in text) == is_equal
            if is_equal:
                assert after(text, "the test losses are") == losses[0]
                assert ("One seed proves little" in text) == (count == 1)
                assert ("The test loss of A goes from" in text) == (count > 1)
    a, b = ([with_loss(outcome, 0.0)], [with_loss(outcome, 0.0)])
    b[0].scores.__dict__["training_loss"] = 9.0
    assert "practically equal" in clean(describe_pair(a, b))


def test_a_start_below_the_other_end_is_no_effort():
    (sound,) = trained([SMALL])
    start = sound.curves["test_loss"][0]
    bad = with_loss(sound, 2 * start)
    text = clean(describe_pair([sound], [bad]))
    assert "**A is better**" in text
    assert "was down to" not in text
    near = with_loss(sound, sound.curves["test_loss"][2])
    assert "A was down to the final test loss of B after" in describe_pair([sound], [near])


def test_a_change_without_effect_is_said():
    a, b = sides(SMALL, 1, beta=0.5)  # SGD has none
    assert "exactly the same numbers" in clean(describe_pair(a, b))


def test_what_diverges_is_worse_and_told_with_step_and_tensor():
    sound, wild = trained([replace(WILD, rate=0.01), WILD])
    step, tensor = wild.moment.diverged
    for a, b, winner in (([sound], [wild], "A"), ([wild], [sound], "B")):
        text = clean(describe_pair(a, b))
        assert f"**{winner} is better**" in text
        assert f"diverged at step {step:,} in {tensor}" in text
    assert "is better" not in clean(describe_pair([wild], [wild]))
    assert f"diverged at step {step:,}" in side_caption("A", wild)
    assert "1 of 2 seeds" in describe_pair([sound, wild], [sound, sound])


def test_tables_have_every_run_and_every_mark():
    a, b = sides(STARTS["a number"], 3, rate=0.1)
    table = pair_table(a, b)
    assert list(table["configuration"]) == ["A"] * 3 + ["B"] * 3
    assert list(table["seed"]) == [1, 2, 3] * 2
    assert list(table["test loss"]) == [o.scores.test_loss for o in (*a, *b)]
    assert "test R²" in table
    assert len(curves_table(a, b)) == sum(len(o.curves["step"]) for o in (*a, *b))


SWEPT = {
    "rate": (0.001, 0.1, 1e4),
    "optimizer": ("GD", "SGD", "Adam"),
    "seed": (1, 2, 3),
    "noise": (0.0, 0.1),
    "beta": (0.0, 0.9),
    "units": (4,),
    "features": (("x1", "x2"), ("x1", "x2", "x1x2")),
}


@every_look
@pytest.mark.parametrize("name", SWEPT)
@pytest.mark.parametrize("data", ["circle", "plane"])
def test_a_sweep_is_drawn_and_told_for_every_value(name, data, look):
    sweep, values = SWEEPS[name], SWEPT[name]
    start = replace(SMALL, data=data)
    outcomes = trained([sweep.change(start, value) for value in values])
    spec = validated(sweep_figure(sweep, values, outcomes, look))
    losses = [o.rank if np.isfinite(o.rank) else np.nan for o in outcomes]
    same(array(named(spec, "test loss")["y"]), np.float32(losses))
    assert clean(describe_sweep(sweep, values, outcomes))
    assert clean(sweep_alt(sweep, values, outcomes))
    assert len(sweep_table(sweep, values, outcomes)) == len(values)
    best = best_of(outcomes)
    rows = list(zip(values, outcomes, strict=True))
    said = [tile_caption(sweep, v, o, k == best) for k, (v, o) in enumerate(rows)]
    assert ["**best**" in text for text in said] == [k == best for k in range(len(values))]
    for value, outcome, text in zip(values, outcomes, said, strict=True):
        assert text.startswith(f"**{sweep.written(value)}**")
        assert ("diverged" in text) == bool(numbers_of(outcome)["diverged"])


def test_a_sweep_says_what_it_does_not_show():
    cases = {"noise": "other examples", "seed": "Only the seed differs", "beta": "nothing here"}
    for name, words in cases.items():
        values = SWEPT[name]
        outcomes = trained([SWEEPS[name].change(SMALL, value) for value in values])
        assert words in describe_sweep(SWEEPS[name], values, outcomes)
    values = (1e3, 1e4)
    outcomes = trained([replace(WILD, rate=value) for value in values], 30)
    text = clean(describe_sweep(SWEEPS["rate"], values, outcomes))
    assert text.startswith("Nothing trains here. Learning rate 1000 diverged at step")
    validated(sweep_figure(SWEEPS["rate"], values, outcomes, LIGHT))
