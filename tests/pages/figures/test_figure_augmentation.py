"""Augmentation's pictures and words, against points and errors counted anew."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from engine.activations import sigmoid
from engine.augmentation import AUGMENTATIONS
from engine.studies.augmentation_study import GRID, LABEL_LAWS, classify, false_share
from engine.studies.letters import LETTERS, PAIRS
from pages.figures import augmentation as figures
from pages.figures.letters import describe_letters, letters_alt, letters_figure
from tests.pages.figures.reading import (
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

STATES = [("arch", "mirror"), ("wave", "mirror"), ("wave", "noise"), ("arch", "both")]
every_state = pytest.mark.parametrize(("law", "name"), STATES)


@cache
def run(law, name):
    augment = AUGMENTATIONS[name](0.1)
    plain, augmented = classify(law, 15, 2, None), classify(law, 15, 2, augment)
    rng = np.random.default_rng(0)
    added = np.array([augment(rng, plain.examples.x) for _ in range(3)])
    return plain, augmented, added


@every_look
@every_state
def test_surface_draws_probabilities_border_and_points(law, name, look):
    plain, augmented, added = run(law, name)
    spec = validated(figures.surface_figure(augmented, law, added, look))
    same(array(spec["data"][0]["z"]), sigmoid(augmented.logits))
    same(points(named(spec, "law")), np.column_stack([GRID, LABEL_LAWS[law].height(GRID)]))
    labels = plain.examples.y[:, 0]
    for label, names in ((0, ("label 0", "added")), (1, ("label 1", "added, label 1"))):
        same(points(named(spec, names[0])), plain.examples.x[labels == label])
        same(points(named(spec, names[1])), added[:, labels == label].reshape(-1, 2))
    marks = {trace["marker"]["symbol"] for trace in spec["data"] if trace.get("mode") == "markers"}
    assert len(marks) == 4
    alone = validated(figures.surface_figure(plain, law, None, look))
    assert not [trace for trace in alone["data"] if "added" in trace["name"]]


@every_state
def test_words_tell_errors_and_false_labels(law, name):
    plain, augmented, added = run(law, name)
    false = float(np.mean([false_share(law, plain.examples.x, copy) for copy in added]))
    text = clean(figures.describe_augmentation(plain, augmented, name, false))
    assert numbers(text)[:3] == [
        15,
        shown(100 * plain.error, 3),
        shown(100 * augmented.error, 3),
    ]
    assert after(text, "goes from ") == shown(plain.loss, 3)
    if false:
        assert after(text, "added points **") == shown(100 * false, 3)
    assert ("true label" in text) == (false == 0)
    for each, how in ((plain, None), (augmented, name)):
        alt = clean(figures.surface_alt(each, law, how))
        assert numbers(alt.rpartition(";")[2]) == [shown(100 * each.error, 3)]


def test_outcome_has_a_band_of_half_a_percent():
    assert figures.outcome(0.1, 0.09) == "falls"
    assert figures.outcome(0.1, 0.12) == "rises"
    assert figures.outcome(0.1, 0.104) == "stays"


@every_look
def test_repeats_are_drawn_on_square_axes(look):
    plain, augmented = [0.1, 0.2, 0.3], [0.05, 0.25, 0.1]
    spec = validated(figures.repeats_figure(plain, augmented, look))
    same(points(named(spec, "one training set")), np.column_stack([plain, augmented]))
    assert spec["layout"]["xaxis"]["range"] == spec["layout"]["yaxis"]["range"]
    text = clean(figures.describe_repeats(plain, augmented, "mirror"))
    assert numbers(text) == [3, shown(20, 3), shown(100 * np.mean(augmented), 3), 2, 3]
    clean(figures.repeats_alt(plain, augmented, "mirror"))
    validated(figures.repeats_figure([], [], look).frame_only())


@every_look
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_letters_stand_beside_their_mirror_images(pair, look):
    spec = validated(letters_figure(pair, look))
    assert [note["text"] for note in spec["layout"]["annotations"]] == [
        pair[0],
        f"{pair[0]} mirrored",
        pair[1],
        f"{pair[1]} mirrored",
    ]
    for k, trace in enumerate(spec["data"]):
        same(array(trace["z"]), LETTERS[pair[k // 2]][:, :: 1 if k % 2 == 0 else -1])
    text = clean(describe_letters(pair, 0.02, 0.5))
    assert ("does not stay" in text) == (pair == ("b", "d"))
    assert ("the label stays" in text) == (pair == ("A", "H"))
    assert after(text, "gets **") == 2
    assert after(text, "mirroring and **") == 50
    clean(letters_alt(pair))


@every_state
def test_table_has_every_copy_with_both_labels(law, name):
    plain, _, added = run(law, name)
    table = figures.augmentation_table(plain, law, added)
    assert len(table) == 4 * 15
    first = table[table["copy"] == 0]
    np.testing.assert_array_equal(first["label kept"], first["label by the law"])
    false = (table["label kept"] != table["label by the law"])[15:].mean()
    told = np.mean([false_share(law, plain.examples.x, copy) for copy in added])
    assert false == pytest.approx(told)
