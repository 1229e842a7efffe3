"""Stacked product, update, next pass and epochs: numbers where they belong, captions recomputed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, total_error, weight_gradient
from engine.by_hand.lstm_checks import initial_check, parameter_check
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_updates import loss_along, repeat_update, stacked
from pages.figures.lstm_weights import (
    COUNTED,
    KINDS,
    LAST,
    MEAN,
    SUM,
    Stacked,
    describe_stacked,
    entry_alt,
    entry_figure,
    entry_lines,
    gradient_table,
    matrix_tex,
    nearest,
    parameter_names,
    stacked_alt,
    stacked_figure,
)
from pages.figures.lstm_weights_epochs import (
    courses_alt,
    courses_figure,
    describe_epochs,
    describe_next,
    epochs_alt,
    epochs_figure,
    next_alt,
    next_table,
    outputs_figure,
)
from pages.figures.lstm_weights_update import (
    Update,
    along_alt,
    along_figure,
    describe_numbers,
    describe_update,
    numbers_alt,
    numbers_figure,
    numbers_table,
)
from pages.figures.matrix_blocks import three_digits
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

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "engine" / "by_hand" / "lstm_by_hand_reference.json").read_text()
)["update"]
STEPS = forward(EXAMPLE)
GRADIENTS = backward(EXAMPLE, STEPS)
DZ, XA = stacked(STEPS, GRADIENTS)
DW, DB = weight_gradient(GRADIENTS)
ABSURD = replace(EXAMPLE, W=1000 * np.sign(EXAMPLE.W), x=1000 * EXAMPLE.x, y=-1000 * EXAMPLE.y)
FLAT = replace(EXAMPLE, y=np.array([step.cell.a for step in STEPS]))  # nothing left to learn


def update_of(example, rate, taken=50):
    at_rate = replace(example, learning_rate=rate)
    gradient = weight_gradient(backward(example, forward(example)))
    return Update(at_rate, *gradient, repeat_update(at_rate, 60), taken)


UPDATES = {
    "usual": update_of(EXAMPLE, 0.01),
    "one": update_of(EXAMPLE, 1.0, 1),
    "long": update_of(EXAMPLE, 100.0),
    "huge": update_of(EXAMPLE, 1e7),
    "still": update_of(EXAMPLE, 0.0),
    "upward": update_of(EXAMPLE, -1.0),
    "absurd": update_of(ABSURD, 1e3),
    "learned": update_of(FLAT, 1.0),
}
OVERFLOW = update_of(replace(EXAMPLE, y=1000 * EXAMPLE.y), 1e308)  # no control goes so far
every_update = pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
every_product = pytest.mark.parametrize(
    "product",
    [
        Stacked(DZ, XA, kind, counted, gate, source)
        for kind in KINDS
        for counted in COUNTED
        for gate, source in ((0, 0), (2, 1), (3, 2))
    ],
    ids=lambda p: f"{p.kind}-{p.counted}-{p.gate}{p.source}",
)


@every_product
@every_look
def test_the_product_is_drawn_with_its_names(product, look):
    grid = validated(stacked_figure(product, look))["data"][0]["text"]
    left, right = product.factors
    k = left.shape[1]
    expected = [[three_digits(v) for v in row] for row in (left @ right).tolist()]
    assert [row[k + 1 :] for row in grid[k + 1 :]] == expected
    words = [a["text"] for a in stacked_figure(product, look).to_dict()["layout"]["annotations"]]
    assert {"f", "u", "c", "o", "DZ (4 × 2)" if k == 2 else "DZ (4 × 1)"} <= set(words)
    assert words.count("step 1") == 2 * (product.counted != "second")


@every_product
def test_unrevealed_the_product_is_open(product):
    spec = validated(stacked_figure(product, LIGHT, revealed=False))["data"][0]
    k = product.factors[0].shape[1]
    assert {text for row in spec["text"][k + 1 :] for text in row[k + 1 :]} == {"?"}
    assert "to be found" in clean(stacked_alt(product, revealed=False))
    bars = validated(entry_figure(product, LIGHT, revealed=False))["data"][0]
    assert bars["y"] == ["step 1", "step 2"]
    assert "sum" not in clean(entry_alt(product, revealed=False))


@every_product
def test_the_entry_is_the_sum_of_its_two_terms(product):
    total = weight_gradient(GRADIENTS)[product.kind == "biases"]
    expected = total[product.place] if product.kind == "weights" else total[product.gate]
    bars = validated(entry_figure(product, LIGHT))["data"][0]
    same(array(bars["x"])[:2].sum(), expected)
    same(array(bars["x"])[2], expected)
    text = clean(describe_stacked(product))
    assert any(n == shown(expected) for n in numbers(text))
    assert any(n == shown(product.terms[1]) for n in numbers(text))
    assert clean(entry_alt(product))
    assert clean(stacked_alt(product))
    ((symbols, worked),) = entry_lines(product)
    assert ("step" in symbols) == (product.counted != "both")
    ending = float(worked.rsplit("= ", 1)[1].replace(r"\cdot 10^{", "e").replace("}", ""))
    counted = product.terms[list(COUNTED[product.counted])].sum()
    assert ending == pytest.approx(counted, rel=1e-3)


def test_the_numeric_gradient_is_nearest_to_the_sum():
    product = Stacked(DZ, XA)
    assert nearest(product, DW) == SUM
    assert nearest(product, DW / 2) == MEAN
    assert nearest(product, GRADIENTS[1].dW) == LAST


def test_the_table_has_every_parameter_in_the_order_of_its_name():
    table = gradient_table(Stacked(DZ, XA)).set_index("parameter")
    assert list(table.index) == parameter_names()
    assert table.loc["W_c[1]", "gradient"] == pytest.approx(DW[2, 0], rel=1e-14)
    assert table.loc["b_o", "gradient"] == pytest.approx(DB[3], rel=1e-14)
    np.testing.assert_allclose(table["step 1"] + table["step 2"], table["gradient"], atol=1e-16)
    assert len(matrix_tex(Stacked(DZ, XA))) == len(matrix_tex(Stacked(DZ, XA, "biases"))) == 3


@pytest.mark.parametrize("example", [EXAMPLE, ABSURD, FLAT], ids=["usual", "absurd", "learned"])
def test_all_gradients_are_central_differences(example):
    gradients = backward(example, forward(example))
    dW, db = weight_gradient(gradients)
    assert parameter_check(example, np.column_stack([dW, db])).passed(1e-7)
    initial = [gradients[0].dc_prev, gradients[0].da_prev]
    assert initial_check(example, initial).passed(1e-7)


@every_update
@every_look
def test_every_update_is_a_valid_figure(update, look):
    for draw in (along_figure, numbers_figure, outputs_figure, epochs_figure, courses_figure):
        validated(draw(update, look))
    spec = validated(along_figure(update, look, revealed=False))
    assert [trace["name"] for trace in spec["data"]] == ["first order", "loss now"]


@every_update
def test_every_caption_reads_well(update):
    for words in (
        describe_update,
        describe_numbers,
        describe_epochs,
        along_alt,
        numbers_alt,
        epochs_alt,
        courses_alt,
    ):
        clean(words(update))
    clean(along_alt(update, revealed=False))
    clean(describe_next(update))
    clean(next_alt(update))


@every_update
def test_loss_and_tangent_are_drawn_along_the_update(update):
    spec = along_figure(update, LIGHT).to_dict()
    drawn = points(named(spec, "loss"))
    rates = np.linspace(0, 2 * (update.rate or 1.0), len(drawn))
    finite = np.isfinite(drawn).all(axis=1)
    losses = loss_along(update.example, update.dW, update.db, rates)
    np.testing.assert_allclose(drawn[finite, 1], losses[finite], rtol=1e-5, atol=1e-30)
    low, high = spec["layout"]["yaxis"]["range"]
    assert low < update.before < high


def test_the_reference_numbers_are_in_the_captions():
    update = UPDATES["usual"]
    text = clean(describe_update(update))
    assert after(text, "from ") == shown(REFERENCE["loss_before"], 6)
    assert after(text, " to **") == shown(REFERENCE["loss_after"], 6)
    assert "**0.170577**" in text
    promised = REFERENCE["first_order_prediction_of_the_drop"]
    assert after(text, "promised a change of **") == shown(promised, 6)
    text = clean(describe_next(update))
    assert "−0.141014 to **−0.139874**" in text
    table = numbers_table(update).set_index("parameter")
    assert table.loc["W_f[2]", "new"] == pytest.approx(REFERENCE["W_new"]["W_f"][1], abs=1e-9)
    assert table.loc["b_c", "new"] == pytest.approx(REFERENCE["b_new"]["b_c"], abs=1e-9)
    values = next_table(update).set_index("value")
    assert values.loc["a, step 2", "after"] == pytest.approx(REFERENCE["a_2_after"], abs=1e-9)
    errors = values.loc[["E, step 1", "E, step 2"], "before"].sum()
    assert errors == pytest.approx(total_error(EXAMPLE))


def test_captions_say_what_happens():
    said = {name: describe_update(update) for name, update in UPDATES.items()}
    assert "% of it" in said["usual"]
    assert "rate is 0" in said["still"]
    assert "climbs" in said["upward"]
    assert "below 0" in said["long"]
    assert "Every gradient is 0" in said["learned"]
    assert "too large" in describe_update(OVERFLOW)
    assert "epoch **1** W is too large" in describe_epochs(OVERFLOW)
    assert "saturated" in describe_epochs(UPDATES["huge"])
    assert describe_numbers(UPDATES["still"]) == "No number moves."
    tiny = describe_update(update_of(EXAMPLE, 1e-15))
    promised = 1e-15 * REFERENCE["first_order_prediction_of_the_drop"] / 0.01
    assert after(tiny, "promised a change of **") == shown(promised, 3)
    assert "rounding of the loss" in tiny
    assert "%" not in tiny


def test_a_loss_that_does_not_fall_is_stuck_or_saturated_only_where_it_is():
    assert "less than a millionth" not in describe_epochs(UPDATES["usual"])
    slow = describe_epochs(update_of(EXAMPLE, 1e-9))
    assert "less than a millionth" in slow
    assert "saturated" not in slow
    assert "less than a millionth" not in describe_epochs(UPDATES["learned"])  # it is 0


def test_a_loss_that_hardly_changes_has_an_axis_with_room():
    for update in (UPDATES["absurd"], update_of(EXAMPLE, 1e-12)):
        low, high = epochs_figure(update, LIGHT).to_dict()["layout"]["yaxis"]["range"]
        assert low + 0.009 < np.log10(update.before) < high - 0.009
    low, high = along_figure(update, LIGHT).to_dict()["layout"]["yaxis"]["range"]
    assert high - low > 1e-6 * update.before


def test_terms_of_0_are_said_as_they_are():
    second = np.array([[0.0, 1.0]] * 4)
    assert describe_stacked(Stacked(second, XA)).endswith("One of them is 0.")
    assert describe_stacked(Stacked(0 * second, XA)).endswith("Both are 0.")
    small = describe_stacked(Stacked(np.full((4, 2), 1e-200), np.abs(XA)))
    assert small.endswith("The two pull the same way.")


@every_update
def test_epochs_are_the_repeated_updates(update):
    drawn = points(named(epochs_figure(update, LIGHT).to_dict(), "total error"))
    losses = np.where(update.many.losses > 0, update.many.losses, np.nan)
    np.testing.assert_allclose(drawn[:, 1], losses.astype(np.float32), rtol=1e-6)
    assert update.last <= update.taken
    assert np.isfinite(update.many.losses[update.last])


def test_cells_of_the_numbers_hold_old_change_and_new():
    spec = validated(numbers_figure(UPDATES["one"], LIGHT))["data"][0]
    assert spec["text"][2][0].split("<br>") == ["0.75", "−0.097", "<b>0.652968</b>"]
    same(array(spec["z"])[:, :3], DW)
