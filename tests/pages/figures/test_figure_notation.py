"""Notations and mistakes of the LSTM by hand drawn and told: points, tables, words, numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward
from engine.by_hand.lstm_example import EXAMPLE, GATES, Example
from engine.by_hand.moved_step import with_pre_activation
from engine.by_hand.notations import gate_curve, notations
from engine.by_hand.wrong_lstm import MISTAKES
from pages.figures.notation import (
    DEPENDS,
    NAMES,
    SYMBOLS,
    U_FIRST,
    VALUE_FIRST,
    describe_pairs,
    larger,
    pairs_alt,
    pairs_figure,
    pairs_table,
    place_name,
    places,
)
from pages.figures.notation_check import PARAMETERS, check_mistake, check_table, symbol_of
from pages.figures.notation_curve import (
    curve_alt,
    curve_figure,
    describe_curve,
    describe_mistake,
    mistake_alt,
    mistake_figure,
    span,
)
from pages.figures.notation_mistakes import (
    describe_check,
    describe_labels,
    labels_alt,
    labels_figure,
    scatter_alt,
    scatter_figure,
    window,
)
from pages.handbook.lstm_post import ERRATA
from pages.ui.labs.notation_mathematics import notation_lines
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

STEPS = forward(EXAMPLE)
PAIRS = notations(EXAMPLE, STEPS)
PLACES = places(2)
BY = ("u", "value")
every_place = pytest.mark.parametrize("place", PLACES, ids=place_name)
every_mistake = pytest.mark.parametrize("key", MISTAKES)


def check(key, example=EXAMPLE):
    return check_mistake(example, forward(example), MISTAKES[key])


def curves(place, key="none", u=None):
    start = float(STEPS[place[0]].u[place[1]])
    rules = MISTAKES[key].rules
    at = np.array([start if u is None else u])
    whole = gate_curve(EXAMPLE, STEPS, place, span(start), rules)
    return whole, gate_curve(EXAMPLE, STEPS, place, at, rules, every=1), start


def test_places_follow_the_backward_pass():
    assert [place_name(place) for place in PLACES] == [
        f"{symbol}, step {step}" for step in (2, 1) for symbol in ("Γo", "Γu", "C̃", "Γf")
    ]


@every_look
@pytest.mark.parametrize("by", BY)
@every_place
def test_pairs_are_both_gradients_and_the_differences_of_the_chosen(place, by, look):
    spec = validated(pairs_figure(PAIRS, by, place, look))
    rows = range(len(PLACES))
    for name, values, filled in [
        ("by the value", PAIRS.by_value, by == "value"),
        ("by the pre-activation", PAIRS.by_u, by == "u"),
    ]:
        trace = named(spec, name)
        same(points(trace), [(values[p], k) for k, p in enumerate(PLACES)])
        assert trace["marker"]["symbol"].endswith("-open") != filled
    numeric = PAIRS.numeric_by_u if by == "u" else PAIRS.numeric_by_value
    rings = points(named(spec, "central difference"))
    same(rings, [(numeric[p], k) for k, p in zip(rows, PLACES, strict=True)])
    bold = [text.startswith("<b>") for text in spec["layout"]["yaxis"]["ticktext"]]
    assert [p for p, is_bold in zip(PLACES, bold, strict=True) if is_bold] == [place]
    heading, *notes = spec["layout"]["annotations"]
    assert (heading["text"], heading["yref"], heading["y"]) == ("slope", "paper", 1)
    factors = [note["text"] for note in notes]
    for p, text in zip(PLACES, factors, strict=True):
        assert after(text, "×") == shown(PAIRS.slopes[p], 3)


@pytest.mark.parametrize("by", BY)
@every_place
def test_pairs_are_told_with_their_numbers(place, by):
    text = clean(describe_pairs(PAIRS, by, place))
    chosen, numeric = (
        (PAIRS.by_u, PAIRS.numeric_by_u) if by == "u" else (PAIRS.by_value, PAIRS.numeric_by_value)
    )
    bold = [after(f"x {part}", "x ") for part in text.split("**")[1::2]]
    assert bold[0] == shown(chosen[place])
    assert bold[1] == shown(PAIRS.slopes[place])
    assert shown(PAIRS.by_u[place]) in numbers(text)
    assert shown(PAIRS.by_value[place]) in numbers(text)
    assert after(text, "central difference by the") == shown(numeric[place])
    assert SYMBOLS[GATES[place[1]]] in text
    clean(pairs_alt(PAIRS, by, place))


def test_the_result_stays_hidden_until_it_is_revealed():
    spec = validated(pairs_figure(PAIRS, "u", (1, 3), LIGHT, revealed=False))
    assert [trace["name"] for trace in spec["data"]] == ["by the value"]
    assert not spec["layout"]["annotations"]
    text = clean(pairs_alt(PAIRS, "u", (1, 3), revealed=False))
    assert not any(value == shown(PAIRS.by_u[1, 3]) for value in numbers(text))


def test_the_larger_one_is_computed():
    assert larger(PAIRS) == VALUE_FIRST
    swapped = type(PAIRS)(**{**vars(PAIRS), "by_u": PAIRS.by_value, "by_value": PAIRS.by_u})
    assert larger(swapped) == U_FIRST
    mixed = type(PAIRS)(**{**vars(PAIRS), "by_u": PAIRS.by_value * np.array([2, 0.5, 1, 1])})
    assert larger(mixed) == DEPENDS


def test_the_table_of_pairs_has_a_row_per_place():
    table = pairs_table(PAIRS)
    assert len(table) == 8
    first = table.iloc[0]
    assert (first["step"], first["of"]) == (2, "Γo")
    assert first["gradient by value"] == pytest.approx(0.085051747914, abs=1e-9)
    assert first["gradient by u"] == pytest.approx(0.016716863949, abs=1e-9)


@every_look
@every_place
def test_curves_pass_through_the_points(place, look):
    curve, now, start = curves(place)
    for by in BY:
        spec = validated(curve_figure(curve, now, start, by, place, look))
        numeric = curve.numeric_by_u if by == "u" else curve.numeric_by_value
        same(points(named(spec, "central difference"))[:, 1], numeric)
        same(points(named(spec, "by the value"))[:, 1], curve.by_value)
        same(points(named(spec, "by the pre-activation"))[:, 1], curve.by_u)
    tangent = next(t for t in spec["data"] if str(t.get("name", "")).startswith("slope"))
    (x0, y0), (x1, y1) = points(tangent)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(PAIRS.slopes[place], rel=1e-5)
    text = clean(describe_curve(now, 0.0, place))
    assert after(text, "slope") == shown(PAIRS.slopes[place])
    assert after(text, "by the value the gradient is") == shown(PAIRS.by_value[place])
    assert after(text, "difference by u") == shown(PAIRS.by_u[place])
    clean(curve_alt(now, 0.0, place))


def test_a_moved_point_is_told_and_saturation_with_it():
    _, now, start = curves((1, 3), u=STEPS[1].u[3] + 2)
    text = clean(describe_curve(now, 2.0, (1, 3)))
    assert after(text, "Moved by") == 2
    assert after(text, "to u =") == shown(start + 2, 3)
    assert "saturated" not in text
    _, now, _ = curves((1, 3), u=9.0)
    assert "gate is saturated" in clean(describe_curve(now, 8.0, (1, 3)))
    _, now, _ = curves((1, 2), u=4.0)
    assert "candidate is saturated" in clean(describe_curve(now, 4.6, (1, 2)))


@every_place
def test_the_mathematics_follow_the_moved_point(place):
    t, row = place
    for moved in (0.0, -4.0, 2.5):
        _, now, start = curves(place, u=STEPS[t].u[row] + moved)
        steps = with_pre_activation(EXAMPLE, STEPS, t, row, start + moved)
        lines = notation_lines(steps[t], backward(EXAMPLE, steps)[t], row)
        results = [after(worked.replace("-", "−"), "= ") for _, worked in lines]
        expected = (now.by_value, now.slopes, now.by_u)
        assert results == [shown(float(value[0])) for value in expected]


@pytest.mark.parametrize("u", [-1000.0, -9.0, -0.3, 0.0, 4.9, 12.0, 1000.0])
def test_the_span_holds_wherever_the_slider_goes(u):
    at = span(u)
    assert at[0] <= u - 4
    assert at[-1] >= u + 4
    assert np.all(np.diff(at) > 0)


@every_look
@every_mistake
def test_every_mistake_draws_and_is_told(key, look):
    state = check(key)
    spec = validated(scatter_figure(state, look))
    edge, most = window(state)
    for k, gate in enumerate(GATES):
        trace, here = named(spec, NAMES[gate]), [3 * k, 3 * k + 1, 3 * k + 2, 12 + k]
        wrong = np.clip(state.wrong.flat[here], -most, most)
        same(points(trace), np.column_stack([state.numeric[here], wrong]))
        marks = [symbol.endswith("-open") for symbol in trace["marker"]["symbol"]]
        assert marks == state.off[here].tolist()
        assert np.abs(points(trace)[:, 0]).max() <= edge
    text = clean(describe_check(state))
    clean(scatter_alt(state))
    clean(describe_labels(state))
    clean(labels_alt(state))
    if state.exposed is None:
        assert key == "none"
        assert after(text, "at most") == shown(np.abs(state.right.flat - state.numeric).max(), 2)
        return
    _, wrong, right, numeric = state.exposed
    bold = [after(f"x {part}", "x ") for part in text.split("**")[1::2]]
    assert bold[:2] == [shown(wrong), shown(right)]
    assert bold[2:] == [len(state.off_labels), state.off.sum()]
    assert after(text, "central difference is") == shown(numeric)
    assert state.confirmed
    assert abs(wrong - right) > 1e-4


@every_look
@every_mistake
def test_the_table_of_labels_marks_what_is_wrong(key, look):
    state = check(key)
    (trace,) = validated(labels_figure(state, look))["data"]
    texts = np.array(trace["text"])
    assert texts.shape == array(trace["z"]).shape == (8, 2)
    for text in texts.ravel():
        name = text[:5].split()[0].split("<")[0]
        assert ("wrong" in text) == (name in state.off_labels)
        assert after(text.replace("<b>", ""), "<br>") == shown(state.labels[name][0])
    assert trace["x"] == ["step 2", "step 1"]


@every_look
@every_mistake
def test_the_curve_of_a_mistake_is_the_gradient_that_it_spoils(key, look):
    state = check(key)
    place = state.place
    curve, now, start = curves(place, key)
    spec = validated(mistake_figure(curve, now, start, place, look))
    same(points(named(spec, "with the mistake"))[:, 1], curve.wrong)
    same(points(named(spec, "right"))[:, 1], curve.by_u)
    text = clean(describe_mistake(curve, now, place))
    clean(mistake_alt(curve, now, place))
    assert shown(PAIRS.by_u[place]) in numbers(text)
    if key in ("none", "input_only", "last_step"):
        assert "right everywhere" in text
    else:
        assert after(text, "mistake it is") == shown(now.wrong[0])
        assert after(text, "up to") == shown(np.abs(curve.wrong - curve.by_u).max(), 3)


def test_the_brackets_are_exposed_by_the_printed_numbers():
    name, wrong, right, numeric = check("brackets").exposed
    assert "2.3.2" in name
    assert "dC̃₂" in name
    assert (wrong, right, numeric) == pytest.approx((-0.500663, -0.158584, -0.158584), abs=1e-6)


@pytest.mark.parametrize(
    ("key", "whose"),
    [("input_only", ["update"]), ("cell_path", ["forget", "update", "candidate"]), ("no_da", [])],
)
def test_whose_weights_are_spoiled_is_told(key, whose):
    text = describe_check(check(key))
    assert ("those for" in text) == bool(whose)
    told = text.partition("those for")[2].partition(".")[0]
    assert [name for name in NAMES.values() if name in told] == whose


def test_symbols_carry_their_step():
    wanted = {"2.1": "da₂", "1.1": "da₁", "1.2.1": "dC₁", "1.2.2": "dΓo₁"}
    wanted |= {"2.3.4": "dC₁⁽²⁾", "2.4.1": "da₁⁽²⁾", "1.3.4": "dC₀⁽¹⁾"}
    assert {name: symbol_of(name) for name in wanted} == wanted


def test_the_table_of_a_mistake_has_labels_and_parameters():
    state = check("last_step")
    table = check_table(state)
    assert len(table) == 16 + len(PARAMETERS) == 32
    assert table["spoiled"].sum() == 16
    np.testing.assert_allclose(table["right"], table["central difference"], rtol=0, atol=1e-9)


@every_mistake
def test_extreme_numbers_are_drawn_and_told(key):
    rng = np.random.default_rng(0)
    for _ in range(6):
        shapes = (4, 3), 4, (2, 2), 2
        parts = [rng.choice([-1e3, -30.0, -1.0, 0.0, 1.0, 1e3], shape) for shape in shapes]
        example = Example(*parts, 1e3, -1e3)
        steps = forward(example)
        state = check(key, example)
        validated(scatter_figure(state, LIGHT))
        validated(labels_figure(state, LIGHT))
        for text in (describe_check(state), describe_labels(state)):
            clean(text)
        pairs, place = notations(example, steps), state.place
        validated(pairs_figure(pairs, "u", place, LIGHT))
        clean(describe_pairs(pairs, "value", place))
        start = float(steps[place[0]].u[place[1]])
        rules = MISTAKES[key].rules
        curve = gate_curve(example, steps, place, span(start), rules)
        now = gate_curve(example, steps, place, np.array([start]), rules, every=1)
        validated(mistake_figure(curve, now, start, place, LIGHT))
        clean(describe_mistake(curve, now, place))
        clean(describe_curve(now, 0.0, place))


def test_mistakes_name_errata_of_this_lab():
    own = {erratum.id for erratum in ERRATA if "notation" in erratum.labs}
    named_ids = {name for mistake in MISTAKES.values() for name in mistake.errata}
    assert named_ids <= own
    assert {"B04", "B05", "B06", "B07", "B10", "B11", "B16"} <= named_ids
