"""What figures share: numbers in words, arrays in base64, colors that can be read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.basedatatypes import BaseFigure

from pages.figures import base
from pages.figures.base import Figure, axis, counted, layout, line, listed, number, typed
from tests.pages.figures.reading import LIGHT, array, every_look, validated, value

LINES = [line("a", np.arange(3), np.arange(3), LIGHT, k) for k in range(20)]


@pytest.mark.parametrize(
    ("given", "digits", "text"),
    [
        (0, 4, "0"),
        (-0.0, 4, "0"),
        (3.0, 4, "3"),
        (-0.25, 4, "−0.25"),
        (0.123456, 4, "0.1235"),
        (1e-4, 4, "0.0001"),
        (0.00099996, 4, "0.001"),
        (1e-7, 4, "1 × 10⁻⁷"),
        (-1.2345e-12, 3, "−1.23 × 10⁻¹²"),
        (9.9999e-5, 2, "0.0001"),
        (9.96, 2, "10"),
        (99.7, 2, "100"),
        (999.6, 3, "1,000"),
        (9999.96, 4, "10,000"),
        (1234.4, 4, "1,234"),
        (123456, 4, "123,456"),
        (-4321.6, 3, "−4,322"),
        (999999.7, 4, "1 × 10⁶"),
        (1e9, 4, "1 × 10⁹"),
        (-2.5e300, 4, "−2.5 × 10³⁰⁰"),
        (np.nan, 4, "not finite"),
        (np.inf, 4, "not finite"),
        (-np.inf, 2, "not finite"),
        (np.float32(0.5), 4, "0.5"),
        (7, 4, "7"),
    ],
)
def test_number(given, digits, text):
    assert number(given, digits) == text


@given(st.floats(-1e300, 1e300, allow_subnormal=False), st.integers(2, 6))
def test_number_reads_back_to_its_digits(given, digits):
    text = number(given, digits)
    assert "e" not in text
    assert "-" not in text
    assert value(text) == pytest.approx(given, rel=0.50001 * 10.0 ** (1 - digits), abs=0.0)


def test_words_for_counts_and_lists():
    assert [counted(n, "step") for n in (0, 1, 2, 1000)] == [
        "0 steps",
        "1 step",
        "2 steps",
        "1,000 steps",
    ]
    assert [listed(names) for names in (["A"], ["A", "B"], ["A", "B", "C"])] == [
        "A",
        "A and B",
        "A, B and C",
    ]


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(-1, 1, 7),
        np.arange(12).reshape(3, 4),
        np.arange(12).reshape(3, 4).T,
        np.arange(24.0).reshape(2, 3, 4)[:, ::2, 1],
        np.array([]),
        np.array([np.nan, 1e-30, 1e30]),
    ],
)
def test_typed_arrays_read_back(values):
    spec = typed(values)
    assert ("shape" in spec) == (values.ndim > 1)
    np.testing.assert_array_equal(array(spec), values.astype(np.float32))


def test_a_figure_is_its_spec():
    traces, look = [LINES[0]], layout(LIGHT, xaxis=axis(LIGHT, "x"))
    figure = Figure(traces, look)
    assert isinstance(figure, BaseFigure)
    assert figure.to_dict() == {"data": traces, "layout": look}
    assert figure.frame_only().to_dict() == {"data": [], "layout": look}
    assert Figure(traces, look, [{"name": "0"}]).to_dict()["frames"] == [{"name": "0"}]
    assert repr(figure) == "Figure(1 traces)"
    with pytest.raises(AttributeError, match="batch_update_now"):
        _ = figure.batch_update_now


@every_look
def test_common_parts_are_valid(look):
    spec = validated(
        Figure(
            [line("a", np.arange(3), np.arange(3), look, 11)], layout(look, yaxis=axis(look, "y"))
        )
    )
    assert spec["layout"]["font"]["color"] == look.text
    assert spec["layout"]["yaxis"]["title"]["text"] == "y"
    heat = {"type": "heatmap", "z": [[0, 1]]}
    for scale in (look.low_is_calm, look.diverging):
        validated(Figure([heat | {"colorscale": scale}], layout(look)))
    assert look.diverging[1] == [0.5, look.background]


def test_lines_are_told_apart_by_color_and_by_dash():
    for part in ("color", "dash"):
        assert len({trace["line"][part] for trace in LINES[:8]}) == 8
    assert LINES[8]["line"] == LINES[0]["line"]
    assert len(base.DASHES) == len(base.MARKERS) == len(set(base.MARKERS)) == 8


def luminance(color):
    parts = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@every_look
def test_colors_have_the_contrast_of_wcag(look):
    for scale in (look.low_is_calm, look.diverging):
        assert min(contrast(look.text, color) for _, color in scale) >= 4.5
    assert min(contrast(look.background, color) for color in look.lines) >= 3.0
