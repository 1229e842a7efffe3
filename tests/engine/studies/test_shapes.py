"""Pictures of shapes: their pixels, places, classes and noise."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.shapes import MIDDLE, REACH, SHAPES, SHIFT, SIDE, draw, pictures

WIDTH = 2 * REACH + 1


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_nine_pixels_wide_and_stays_in_the_picture(name):
    for row in range(MIDDLE - SHIFT, MIDDLE + SHIFT + 1):
        for column in range(MIDDLE - SHIFT, MIDDLE + SHIFT + 1):
            picture = draw(name, row, column)
            assert picture.shape == (SIDE, SIDE)
            assert set(np.unique(picture)) == {0, 1}
            np.testing.assert_array_equal(
                picture,
                np.roll(draw(name, MIDDLE, MIDDLE), (row - MIDDLE, column - MIDDLE), (0, 1)),
            )


def test_the_pixels_are_counted():
    count = {name: int(draw(name, 5, 5).sum()) for name in SHAPES}
    assert count["horizontal bar"] == count["vertical bar"] == WIDTH
    assert count["cross"] == 2 * WIDTH - 1
    assert count["square"] == 4 * (WIDTH - 1)
    bar, upright = draw("horizontal bar", 5, 5), draw("vertical bar", 5, 5)
    np.testing.assert_array_equal(bar, upright.T)
    np.testing.assert_array_equal(draw("cross", 5, 5), np.maximum(bar, upright))
    for name in ("square", "circle", "triangle", "cross", "vertical bar"):
        np.testing.assert_array_equal(draw(name, 5, 5)[:, 1:10], draw(name, 5, 5)[:, 9:0:-1])


def test_pictures_have_every_class_and_place_and_the_noise():
    drawn = pictures(np.random.default_rng(0), 3_000, 0.0)
    names = list(SHAPES)
    assert drawn.x.shape == (3_000, SIDE * SIDE)
    np.testing.assert_array_equal(np.bincount(drawn.y), np.full(len(SHAPES), 500))
    span = range(MIDDLE - SHIFT, MIDDLE + SHIFT + 1)
    for k, name in enumerate(names):
        seen = {row.tobytes() for row in drawn.x[drawn.y == k]}
        assert seen == {draw(name, r, c).ravel().tobytes() for r in span for c in span}
    noisy = pictures(np.random.default_rng(0), 3_000, 0.3)
    assert (noisy.x - drawn.x).std() == pytest.approx(0.3, rel=0.01)


def test_the_rng_is_the_callers():
    one, two, other = (pictures(np.random.default_rng(seed), 12, 0.1) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.x, two.x)
    assert not np.array_equal(one.x, other.x)
