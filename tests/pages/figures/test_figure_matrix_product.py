"""The matrix product drawn in Falk's scheme: numbers in place, row, column and entry framed."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.matrix_product import cell_text, product_alt, product_figure, three_digits
from tests.pages.figures.reading import LIGHT, clean, every_look, numbers, validated

NAMES = ("L (2, 3)", "R (3, 4)", "P (2, 4)")


@pytest.fixture
def factors():
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, 3)), rng.normal(size=(3, 4))


@every_look
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 4), (16, 3, 4), (4, 16, 1)])
def test_every_shape_is_a_valid_figure(shape, look):
    r, k, c = shape
    rng = np.random.default_rng(1)
    left, right = rng.normal(size=(r, k)), rng.normal(size=(k, c))
    validated(product_figure(left, right, (r - 1, c - 1), NAMES, look))
    validated(product_figure(0 * left, right, (0, 0), NAMES, look))


def test_numbers_stand_where_row_and_column_meet(factors):
    left, right = factors
    grid = validated(product_figure(left, right, (1, 2), NAMES, LIGHT))["data"][0]["text"]
    assert [row[:3] for row in grid[4:]] == [[cell_text(v) for v in row] for row in left]
    assert [row[4:] for row in grid[:3]] == [[cell_text(v) for v in row] for row in right]
    assert [row[4:] for row in grid[4:]] == [[cell_text(v) for v in row] for row in left @ right]
    assert {text for row in grid[:4] for text in row[:4]} == {""}


def test_frames_are_on_row_column_and_entry(factors):
    spec = validated(product_figure(*factors, (1, 2), NAMES, LIGHT))
    frames = [
        tuple(round(frame[side]) for side in ("x0", "x1", "y0", "y1"))
        for frame in spec["layout"]["shapes"]
    ]
    assert frames == [(0, 2, 5, 5), (6, 6, 0, 2), (6, 6, 5, 5)]


def test_the_alternative_spells_the_entry_out(factors):
    left, right = factors
    text = clean(product_alt(left, right, (1, 2), NAMES))
    found = numbers(text)
    assert found[-1] == pytest.approx((left @ right)[1, 2], rel=1e-3)
    for value in (*left[1], *right[:, 2]):
        assert any(abs(value - n) < 0.006 * max(abs(value), 1) for n in found)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (-1.234, "−1.23"), (1e-4, "1e-4"), (-2e5, "−2e5")]
)
def test_cells_are_short(value, text):
    assert cell_text(value) == text.replace("e-", "e−")


def test_0_has_no_sign():
    assert cell_text(-0.0) == "0.00"
    assert three_digits(-0.0) == three_digits(0.0) == "0"


def test_numbers_are_as_large_as_words_where_they_fit_a_phone(factors):
    def font(left):
        return product_figure(left, factors[1], (0, 0), NAMES, LIGHT).to_dict()["data"][0]

    assert font(factors[0])["textfont"]["size"] == 12
    assert "size" not in font(-900 * np.abs(factors[0]))["textfont"]
