"""Augmentation: what each change does, and that it helps exactly where its labels stay true."""

from __future__ import annotations

import numpy as np
import pytest

from engine.augmentation import (
    AUGMENTATIONS,
    Both,
    Mirror,
    MirrorPictures,
    Noise,
    noisy_squared_error,
    noisy_squared_error_gradient,
)
from engine.gradcheck import check_gradient
from engine.studies.augmentation_study import (
    EPOCHS,
    GRID,
    LABEL_LAWS,
    classify,
    false_share,
    grid_points,
    small_classifier,
)
from engine.studies.letters import LETTERS, NOISE, PAIRS, letter_error, noisy_letters

X = np.random.default_rng(0).uniform(-1, 1, (400, 2))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_augmentation_is_drawn_and_leaves_its_input(name):
    before, augment = X.copy(), AUGMENTATIONS[name](0.1)
    one, again, other = (augment(np.random.default_rng(seed), X) for seed in (0, 0, 1))
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(one, again)
    assert one.shape == X.shape
    assert (one != other).any()


def test_noise_has_the_stated_spread():
    moved = Noise(0.3)(np.random.default_rng(0), np.zeros((20_000, 2)))
    assert moved.std() == pytest.approx(0.3, rel=0.02)
    np.testing.assert_array_equal(Noise(0.0)(np.random.default_rng(0), X), X)


@pytest.mark.parametrize("column", [0, 1])
def test_the_mirror_turns_one_sign_in_half_of_the_examples(column):
    mirrored = Mirror(column)(np.random.default_rng(0), X)
    np.testing.assert_array_equal(mirrored[:, 1 - column], X[:, 1 - column])
    np.testing.assert_array_equal(np.abs(mirrored), np.abs(X))
    assert np.mean(mirrored[:, column] != X[:, column]) == pytest.approx(0.5, abs=0.08)


def test_pictures_are_mirrored_row_by_row():
    pictures = np.arange(60.0).reshape(10, 6)
    mirrored = MirrorPictures(3)(np.random.default_rng(0), pictures)
    for before, after in zip(pictures, mirrored, strict=True):
        turned = before.reshape(2, 3)[:, ::-1].ravel()
        assert (after == before).all() or (after == turned).all()
    assert (mirrored != pictures).any()


def test_both_is_one_after_the_other():
    rng = np.random.default_rng(3)
    by_hand = Mirror()(rng, Noise(0.2)(rng, X))
    both = Both(Noise(0.2), Mirror())(np.random.default_rng(3), X)
    np.testing.assert_array_equal(both, by_hand)


@pytest.mark.parametrize("sd", [0.0, 0.1, 1.0])
def test_noise_on_a_line_is_ridge(sd):
    y, w = X @ [1.0, -2.0] + 0.3, np.array([0.7, -1.1])
    copies = np.tile(X, (500, 1))
    noisy = Noise(sd)(np.random.default_rng(0), copies)
    measured = ((np.tile(y, 500) - noisy @ w) ** 2).mean()
    assert noisy_squared_error(X, y, w, sd) == pytest.approx(measured, rel=0.02)
    gradient = noisy_squared_error_gradient(X, y, w, sd)
    assert check_gradient(lambda v: noisy_squared_error(X, y, v, sd), gradient, w).error < 1e-9


@pytest.mark.parametrize("law", LABEL_LAWS)
def test_the_mirror_keeps_the_labels_of_a_symmetric_law_only(law):
    mirrored = X * [-1, 1]
    share = false_share(law, X, mirrored)
    assert (share == 0) == LABEL_LAWS[law].symmetric
    assert false_share(law, X, X) == 0


def test_errors_are_counted_on_the_grid():
    assert EPOCHS >= 50
    found = classify("arch", 20, 0, None)
    points = grid_points()
    np.testing.assert_array_equal(points[1] - points[0], [GRID[1] - GRID[0], 0])
    wrong = (found.logits.ravel() > 0) != LABEL_LAWS["arch"].labels(points)[:, 0]
    assert found.error == wrong.mean()
    assert found.examples.x.shape == (20, 2)
    assert small_classifier().size == 2 * 16 + 16 + 16 + 1


def test_the_mirror_helps_where_labels_stay_and_harms_where_not():
    for law, sign in (("arch", 1), ("wave", -1)):
        plain, mirrored = (
            np.mean([classify(law, 20, seed, augment).error for seed in range(8)])
            for augment in (None, Mirror())
        )
        assert sign * (plain - mirrored) > 0.02


def test_noise_calms_the_loss():
    plain, noisy = (
        np.mean([classify("arch", 20, seed, augment).loss for seed in range(8)])
        for augment in (None, Noise(0.1))
    )
    assert noisy < 0.8 * plain


def test_letters_and_their_mirror_images():
    np.testing.assert_array_equal(LETTERS["b"][:, ::-1], LETTERS["d"])
    for name in "AH":
        np.testing.assert_array_equal(LETTERS[name][:, ::-1], LETTERS[name])
    examples = noisy_letters(np.random.default_rng(0), PAIRS["b and d"], 2_000)
    assert examples.x[:2_000].mean(axis=0) == pytest.approx(LETTERS["b"].ravel(), abs=0.06)
    assert (examples.x - np.repeat(examples.y, 35, axis=1)).std() > NOISE / 2


def test_mirrored_letters_cannot_be_told_apart_when_one_is_the_other():
    assert letter_error(PAIRS["b and d"], False) < 0.1
    assert letter_error(PAIRS["b and d"], True) == pytest.approx(0.5, abs=0.05)
    assert letter_error(PAIRS["A and H"], True) <= letter_error(PAIRS["A and H"], False)
