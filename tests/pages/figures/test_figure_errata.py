"""Errata in pictures: bars that add up, words that count, curves with their distance."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.errata import (
    curves_alt,
    curves_figure,
    describe_curves,
    describe_errata,
    describe_found,
    errata_alt,
    errata_figure,
    errata_table,
)
from pages.handbook.all_errata import ERRATA
from pages.handbook.model import SEVERITIES, Curves
from tests.pages.figures.reading import (
    LIGHT,
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

EVERY = {
    "1": {"A": 0, "B": 1, "C": 1},
    "4": {"A": 7, "B": 19, "C": 12},
    "Post": {"A": 8, "B": 11, "C": 9},
}
NONE = {chapter: dict.fromkeys(SEVERITIES, 0) for chapter in EVERY}
FOUND = NONE | {"4": {"A": 7, "B": 0, "C": 0}, "Post": {"A": 8, "B": 0, "C": 0}}
STATES = {"all": EVERY, "some": FOUND, "none": NONE}
every_state = pytest.mark.parametrize("found", STATES.values(), ids=STATES)

AT = np.linspace(-2, 3, 51)
CURVES = Curves(
    "pre-activation, z", "slope", AT, AT**2 + 0.5, np.cos(AT), np.cos(AT) + 1e-9 * np.sin(AT)
)
WITH_CURVES = [e for errata in ERRATA.values() for e in errata if e.curves]


@every_state
@every_look
def test_bars_add_up_to_all_errata_of_a_chapter(found, look):
    spec = validated(errata_figure(found, EVERY, look))
    assert spec["layout"]["barmode"] == "stack"
    heights = np.sum([array(trace["y"]) for trace in spec["data"]], axis=0)
    assert heights.tolist() == [sum(counts.values()) for counts in EVERY.values()]
    for severity, words in SEVERITIES.items():
        drawn = named(spec, f"{severity}: {words}")
        assert list(drawn["x"]) == list(EVERY)
        assert array(drawn["y"]).tolist() == [found[c][severity] for c in EVERY]
    styles = {(t["marker"]["color"], str(t["marker"].get("pattern"))) for t in spec["data"]}
    assert len(styles) == len(spec["data"])
    assert (len(spec["data"]) == 4) is (found is not EVERY)


def test_kinds_differ_without_color():
    spec = validated(errata_figure(EVERY, EVERY, LIGHT))
    assert len({trace["marker"]["pattern"]["shape"] for trace in spec["data"]}) == 3


def test_the_sentence_counts():
    text = clean(describe_errata(EVERY, 50))
    assert numbers(text) == [68, 15, 31, 22, 4, 38, 50]
    assert "Chapter 4 has the most, 38." in text
    one = {"Post": {"A": 1, "B": 1, "C": 2}}
    text = clean(describe_errata(one, 3))
    assert "“Post” has the most" in text
    assert "**1** has a wrong" in text
    assert "**1** misleads" in text
    assert "**2** are wording" in text


def test_what_is_shown_is_said():
    assert clean(describe_found(66, 8, 8)) == "**66** fit, 9 to 16 are shown."
    assert describe_found(9, 8, 1) == "**9** fit, 9 to 9 are shown."
    assert describe_found(5, 0, 5) == "**5** fit."
    assert describe_found(1, 0, 1) == "**1** fits."


def test_alternatives_name_every_bar():
    text = clean(errata_alt(EVERY))
    assert numbers(text) == [1, 1, 1, 4, 7, 19, 12, 8, 11, 9]
    assert "chapter 1 has 1 B and 1 C; chapter 4 has 7 A, 19 B and 12 C; Post has" in text
    assert "chapter 1" not in clean(errata_alt(FOUND))
    assert clean(errata_alt(NONE)).endswith("none in the selection.")


@every_look
def test_curves_are_drawn_as_given(look):
    spec = validated(curves_figure(CURVES, look))
    same(points(named(spec, "printed")), np.column_stack([AT, CURVES.printed]))
    same(points(named(spec, "corrected")), np.column_stack([AT, CURVES.corrected]))
    drawn = points(named(spec, "numeric"))
    assert set(np.float32(drawn[:, 0])) <= set(np.float32(AT))
    same(drawn[:, 1], np.cos(drawn[:, 0]))
    assert named(spec, "printed")["line"]["dash"] != named(spec, "corrected")["line"]["dash"]


def test_the_distance_of_each_form_is_said():
    text = clean(describe_curves(CURVES))
    assert after(text, "within **") == shown(1e-9 * np.abs(np.sin(AT)).max(), 2)
    assert after(text, "up to **") == shown(np.abs(CURVES.printed - CURVES.numeric).max(), 2)
    assert describe_curves(CURVES).replace("*", "") in clean(curves_alt(CURVES))
    assert "from −2 to 3" in curves_alt(CURVES)


@pytest.mark.parametrize("erratum", WITH_CURVES, ids=lambda erratum: erratum.id)
def test_the_numeric_derivative_sides_with_the_correction(erratum):
    curves = erratum.curves()
    for values in (curves.printed, curves.corrected, curves.numeric):
        assert values.shape == curves.at.shape
        assert np.isfinite(values).all()
    scale = np.abs(curves.numeric).max()
    assert np.abs(curves.corrected - curves.numeric).max() < 1e-6 * max(1, scale)
    assert np.abs(curves.printed - curves.numeric).max() > 0.05 * scale
    clean(curves_alt(curves))
    validated(curves_figure(curves, LIGHT))


def test_the_table_has_a_row_for_each():
    row = {
        "id": "H01",
        "chapter": "1",
        "severity": "A",
        "printed": "a",
        "corrected": "b",
        "number that decides": "",
    }
    table = errata_table([row, row])
    assert table.to_dict("records") == [row, row]
    assert list(errata_table([]).columns) == list(row)
