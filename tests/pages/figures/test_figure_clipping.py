"""Arrows, entries and histograms of clipped gradients, and their captions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.clipping import CLIPPINGS, norm
from engine.studies.noisy_training import clipped_run
from pages.figures.clipping import (
    LABELS,
    Clipped,
    arrows_alt,
    arrows_figure,
    clipped_table,
    describe_clipped,
    describe_run,
    entries_alt,
    entries_figure,
    norms_alt,
    norms_figure,
    norms_table,
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

G = np.array([3.0, 0.5, -0.2])
every_rule = pytest.mark.parametrize("rule", LABELS)


def test_every_rule_has_a_label():
    assert set(LABELS) == set(CLIPPINGS)


@every_look
@every_rule
def test_arrows_have_true_lengths_and_the_true_angle(look, rule):
    clipped = Clipped(G, rule, 1.0)
    spec = validated(arrows_figure(clipped, look))
    ends = {name: np.array([named(spec, name)[k][1] for k in "xy"]) for name in ("before", "after")}
    assert np.hypot(*ends["before"]) == pytest.approx(norm(G))
    assert np.hypot(*ends["after"]) == pytest.approx(norm(clipped.after))
    turn = np.degrees(np.arctan2(ends["after"][1], ends["after"][0]))
    assert turn == pytest.approx(clipped.degrees, abs=1e-6)
    circle = named(spec, "norm c")
    same(np.hypot(array(circle["x"]), array(circle["y"])), np.ones(90))


@every_look
def test_bars_are_the_entries(look):
    clipped = Clipped(G, "value", 1.0)
    spec = validated(entries_figure(clipped, look))
    same(array(named(spec, "before")["y"]), G)
    same(array(named(spec, "after")["y"]), [1, 0.5, -0.2])


def test_the_captions_of_the_reference_example():
    assert after(clean(describe_clipped(Clipped(G, "value", 1.0))), "turns by **") == 18.1
    text = clean(describe_clipped(Clipped(G, "norm", 1.0)))
    assert after(text, "Length **") == shown(norm(G), 3)
    assert after(text, "and **") == 1
    assert "the direction is the same" in text
    long = clean(describe_clipped(Clipped(0.005 * G / norm(G), "always", 1.0)))
    assert after(long, "the step is") == 200


@every_rule
@pytest.mark.parametrize("g", [np.zeros(3), np.full(3, -5.0), np.array([0.0, 0.0, 5.0])])
@pytest.mark.parametrize("limit", [0.05, 10.0])
def test_every_end_has_a_picture_and_words(rule, g, limit):
    clipped = Clipped(g, rule, limit)
    validated(arrows_figure(clipped, LIGHT))
    validated(entries_figure(clipped, LIGHT))
    for text in (describe_clipped(clipped), arrows_alt(clipped), entries_alt(clipped)):
        clean(text)


def test_the_table_has_every_rule():
    table = clipped_table(Clipped(G, "norm", 1.0)).set_index("rule")
    assert table.loc["By value", "angle (°)"] == pytest.approx(18.1, abs=0.05)
    assert table.loc["Global norm", "length"] == pytest.approx(1)
    assert table.loc["Global norm", "angle (°)"] == 0


@pytest.fixture(scope="module")
def runs():
    return clipped_run("norm", 1.0, 0.1, 0.02), clipped_run("none", 1.0, 0.1, 0.02)


@every_look
def test_the_histogram_counts_every_step(look, runs):
    spec = validated(norms_figure(runs[0], 1.0, look))
    counts = [array(trace["y"]).sum() for trace in spec["data"]]
    assert sum(counts) == runs[0].norms.size
    assert counts[1] / sum(counts) == pytest.approx(runs[0].share)


@pytest.mark.parametrize("limit", [0.05, 0.3, 1.0, 10.0])
def test_no_bar_lies_on_both_sides_of_the_limit(runs, limit):
    for trace, side in zip(
        norms_figure(runs[0], limit, LIGHT).to_dict()["data"], (1, -1), strict=True
    ):
        middles, widths = array(trace["x"]), array(trace["width"])
        assert (side * (limit - middles) > 0).all()
        counted = array(trace["y"]).sum()
        assert counted == (side * (limit - runs[0].norms) >= (0 if side > 0 else 1e-12)).sum()
        assert (widths > 0).all()


@pytest.mark.parametrize("limit", [0.05, 1.0, 10.0])
@pytest.mark.parametrize("rule", ["norm", "value"])
def test_all_of_the_circle_is_in_sight(rule, limit):
    spec = validated(arrows_figure(Clipped(G, rule, limit), LIGHT))
    left, right = spec["layout"]["xaxis"]["range"]
    assert left < -limit
    assert right > max(limit, norm(G))


def test_the_caption_compares_both_runs(runs):
    held, free = runs
    text = clean(describe_run(held, free, "norm"))
    assert after(text, "fresh houses is **") == shown(free.error, 3)
    assert after(text, "it is **") == shown(held.error, 3)
    assert f"{held.share:.1%}" in text
    assert "choose a rule" in clean(describe_run(free, free, "none"))
    assert len(norms_table(held)) == held.norms.size


def test_a_run_that_overflows_has_a_picture_and_words():
    lost = clipped_run("none", 1.0, 1e200, 0.02)
    validated(norms_figure(lost, 1.0, LIGHT))
    assert "diverged at step" in clean(describe_run(lost, lost, "norm"))
    clean(norms_alt(lost, 1.0))
