"""The pictures of questions: valid, on the same axes, and told in words that give nothing away."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.question_picture import HEIGHT, option_figures, picture_alts
from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from quiz_bank.model import Picture
from tests.pages.figures.reading import LIGHT, array, clean, every_look, points, same, validated

QUESTIONS = [question for question in load_bank() if question.kind == "picture"]
X = np.linspace(0, 10, 101)


def picture(**more):
    return Picture("step", "loss", {"rate": "0.1"}, **more)


def alt(drawn, *others):
    (text, *_) = picture_alts([drawn, *others], "ABCD")
    return clean(text)


@every_look
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_options_are_valid_and_share_their_axes(question, look):
    for n in range(3):
        pictures = [option.picture for option in draw(question, n)[1].answer]
        specs = [validated(figure) for figure in option_figures(pictures, look)]
        for axis in ("xaxis", "yaxis"):
            assert len({tuple(spec["layout"][axis]["range"]) for spec in specs}) == 1
        assert len({spec["layout"]["height"] for spec in specs}) == 1
        assert "title" not in specs[0]["layout"]
        for drawn, spec in zip(pictures, specs, strict=True):
            for name, (x, y) in drawn.lines.items():
                (trace,) = [trace for trace in spec["data"] if trace.get("name") == name]
                same(points(trace), np.column_stack([x, y]))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_alternatives_tell_the_pictures_apart_but_not_which_is_right(question):
    for n in range(5):
        options = draw(question, n)[1].answer
        texts = picture_alts([o.picture for o in options], [o.text for o in options])
        for option, text in zip(options, texts, strict=True):
            clean(text)
            assert text.startswith(f"Picture {option.text}. ")
            assert len(text) < 900
            assert not {"right", "wrong", "correct"} & set(text.lower().split())
        assert len({text.partition(". ")[2] for text in texts}) == len(texts)


def test_ranges_hold_all_options_with_some_room():
    low, high = picture(lines={"loss": (X, X)}), picture(lines={"loss": (X, 3 * X)})
    (spec, _) = (validated(figure) for figure in option_figures([low, high], LIGHT))
    assert spec["layout"]["yaxis"]["range"] == [-1.5, 31.5]
    logs = [picture(lines={"loss": (X, 10 ** (k * X))}, log_y=True) for k in (0.1, 0.2)]
    spec = validated(option_figures(logs, LIGHT)[0])
    assert spec["layout"]["yaxis"]["type"] == "log"
    assert spec["layout"]["yaxis"]["range"] == pytest.approx([-0.1, 2.1])


def test_several_curves_have_a_legend_and_differ_by_more_than_color():
    two = picture(lines={"training": (X, X), "test": (X, 2 * X)}, points={"data": (X, X)})
    spec = validated(option_figures([two], LIGHT)[0])
    assert spec["layout"]["showlegend"]
    assert spec["layout"]["height"] > HEIGHT
    assert len({trace["line"]["dash"] for trace in spec["data"][:2]}) == 2
    assert spec["data"][2]["mode"] == "markers"
    one = validated(option_figures([picture(lines={"loss": (X, X)})], LIGHT)[0])
    assert not one["layout"]["showlegend"]


def test_bars_and_contours_are_drawn():
    bars = picture(bars={"count": (np.arange(3.0), np.array([1.0, 4, 2]))})
    assert validated(option_figures([bars], LIGHT)[0])["data"][0]["type"] == "bar"
    assert "have the heights 1, 4, 2" in alt(bars)
    many = picture(bars={"count": (np.arange(40.0), np.arange(40.0))})
    assert "The row of bars “count” starts at 0, passes 19 at 19, rises to 39 at 39." in alt(many)
    plane = picture(contours=(X, X[:7], X[:7, None] - X))
    trace = validated(option_figures([plane], LIGHT)[0])["data"][0]
    assert array(trace["z"]).shape == (7, 101)
    assert trace["contours"]["showlabels"]
    told = "The contours run from −10 to 0.6. Left to right, top row 0.6, −4.4, −9.4; middle row"
    assert told in alt(plane)


def test_the_course_of_a_line_in_words():
    valley = picture(lines={"loss": (X, (X - 4) ** 2)})
    assert "starts at 16, falls to 0 at 4, rises to 36 at 10." in alt(valley)
    flat = picture(lines={"loss": (X, 0 * X + 2)})
    assert "starts at 2, hardly moves, ends at 2." in alt(flat, valley)
    cut = picture(lines={"loss": (X, np.where(X <= 5, X, np.nan))})
    assert "rises to 5 at 5 and leaves the picture there." in alt(cut)
    bent = picture(lines={"w": (X, np.maximum(4 - X, 0))})
    assert "starts at 4, passes 2 at 2, falls to 0 at 4, stays near that." in alt(bent)
    waves = picture(lines={"loss": (X, np.sin(4 * X))})
    assert "turns 8 more times, ends at 0.745." in alt(waves)
    turn = np.linspace(0, np.pi, 101)
    path = picture(lines={"path": (np.cos(turn) * 3, np.sin(turn) * 3)})
    assert "runs through (3, 0)" in alt(path)
    dots = picture(points={"data": (np.arange(20.0), np.arange(20.0))})
    assert "(5, 5), …, (14, 14)" in alt(dots)


def test_a_log_course_counts_turns_in_powers_of_ten():
    y = 10 ** -np.abs(X - 5)
    assert "rises to 1 at 5, falls to 1 × 10⁻⁵ at 10" in alt(
        picture(lines={"l": (X, y)}, log_y=True)
    )
