"""The boxes of the way back, the rows in words, and the marks of typed values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.by_hand.lstm_edits import apply_edits
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_labels import BY_NAME, LABELS, label_values
from engine.by_hand.lstm_nudges import central_differences
from pages.figures.derivation import WHAT, derivation_alt, derivation_figure, plain_symbol
from pages.figures.derivation_typed import (
    SLIPS,
    describe_recurrent,
    describe_typed,
    forward_table,
    slips,
    stages,
    typed_cells,
    typed_table,
)
from pages.figures.derivation_words import (
    MOST_DIGITS,
    describe_row,
    enough_digits,
    rows_table,
    short,
    worked_row,
)
from pages.figures.latex_lines import joined, length
from pages.figures.lstm_numbers import TABLES, describe_origins, number_table
from quiz_bank.grading.staged import grade_stages, true_values
from quiz_bank.misconceptions import MISCONCEPTIONS
from tests.pages.figures.reading import LIGHT, after, clean, every_look, numbers, shown, validated

VALUES = label_values(EXAMPLE)
DIFFERENCES = central_differences(EXAMPLE)
NAMES = [label.name for label in LABELS]
each_label = pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)


def texts(spec):
    return [note["text"] for note in spec["layout"]["annotations"] if note["text"]]


def cells_until(name):
    return {n: short(VALUES[n]) for n in NAMES[: NAMES.index(name) + 1]}


@every_look
@each_label
def test_boxes_hold_values_up_to_the_row_which_alone_is_lit(label, look):
    cells = cells_until(label.name)
    spec = validated(derivation_figure(cells, label.name, look))
    boxes = {name: text for name in NAMES for text in texts(spec) if f">{name}<" in text}
    assert set(boxes) == set(NAMES)
    assert [name for name, text in boxes.items() if text.endswith(cells.get(name, "no"))] == list(
        cells
    )
    assert [name for name, text in boxes.items() if "<b>" in text] == [label.name]
    lines = [shape["line"] for shape in spec["layout"]["shapes"] if "dash" in shape["line"]]
    assert [line["width"] == 4 for line in lines] == [name == label.name for name in NAMES]
    assert [line["dash"] == "solid" for line in lines] == [name in cells for name in NAMES]


def test_no_value_is_drawn_before_the_prediction():
    spec = validated(derivation_figure({}, None, LIGHT))
    assert not any("  =  " in text or "−" in text for text in texts(spec))
    assert derivation_alt({}, None).endswith("No box is filled yet.")


def test_a_point_to_click_lies_in_the_box_of_its_label():
    spec = validated(derivation_figure({}, None, LIGHT))
    (clicks,) = spec["data"]
    shapes = [shape for shape in spec["layout"]["shapes"] if "dash" in shape["line"]]
    boxes = dict(zip(NAMES, shapes, strict=True))
    assert set(clicks["customdata"]) == set(NAMES)
    for x, y, text, name in zip(
        clicks["x"], clicks["y"], clicks["text"], clicks["customdata"], strict=True
    ):
        assert boxes[name]["x0"] < x < boxes[name]["x1"]
        assert boxes[name]["y0"] < y < boxes[name]["y1"]
        assert f"{name}:" in text
    for name, box in boxes.items():  # no place in a box is far from its points
        own = [x for x, n in zip(clicks["x"], clicks["customdata"], strict=True) if n == name]
        assert len(own) == round(box["x1"] - box["x0"] + 0.1)


def test_boxes_do_not_overlap_and_arrows_end_at_boxes():
    spec = validated(derivation_figure({}, None, LIGHT))
    boxes = [shape for shape in spec["layout"]["shapes"] if "dash" in shape["line"]]
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            apart = a["x1"] < b["x0"] or b["x1"] < a["x0"] or a["y1"] < b["y0"] or b["y1"] < a["y0"]
            assert apart
    arrows = [note for note in spec["layout"]["annotations"] if note["showarrow"]]
    assert len(arrows) == 2 * 10 + 2 + 2
    for arrow in arrows:
        ends = [
            box
            for box in boxes
            if box["x0"] - 1e-9 <= arrow["x"] <= box["x1"] + 1e-9
            and box["y0"] - 1e-9 <= arrow["y"] <= box["y1"] + 1e-9
        ]
        assert len(ends) == 1


def test_symbols_name_their_steps():
    assert plain_symbol(BY_NAME["2.3.1"]) == "dΓ<sub>u,2</sub>"
    assert plain_symbol(BY_NAME["1.3.4"]) == "dC<sub>0</sub>⁽¹⁾"
    assert {name.partition(".")[2] for name in NAMES} == set(WHAT)


def test_the_alternative_tells_what_is_filled():
    alt = clean(derivation_alt(cells_until("2.2.1"), "2.2.1"))
    assert "2.1 −0.441, 2.2.1 −0.3105. Lit: 2.2.1." in alt


@each_label
def test_a_row_in_words_and_in_latex_has_its_value(label):
    text = clean(describe_row(label, VALUES, DIFFERENCES))
    value = VALUES[label.name]
    assert after(text, f"the derivative **{label.name}** is **") == shown(value)
    assert label.words in text
    assert after(text, "central difference is **") == shown(DIFFERENCES[label.name])
    assert ("raises" in text) == (value > 0)
    symbols, written = worked_row(label, VALUES)
    assert symbols.startswith(f"{label.symbol} = ")
    assert float(written.rpartition("= ")[2]) == pytest.approx(value, rel=1e-3)
    assert all(length(line) <= 34 for line in written.split(r"\\ &"))


@each_label
def test_the_numbers_of_a_formula_lead_to_the_value_beside_them(label):
    digits = enough_digits(label, VALUES)
    rounded = {name: float(f"{value:.{digits}g}") for name, value in VALUES.items()}
    assert f"{label.value(rounded):.4g}" == f"{VALUES[label.name]:.4g}"
    assert digits < MOST_DIGITS
    _, written = worked_row(label, VALUES)
    written = written.replace(r"\\ &", "").replace(r" \quad", "").replace(r"\cdot", "*")
    *numbers_in, value = written.replace("^", "**").split("=")
    assert f"{eval(numbers_in[0]):.4g}" == f"{float(value):.4g}"


def test_a_row_of_zero_says_so():
    example = replace(EXAMPLE, c_0=0.0)
    values = label_values(example)
    text = clean(describe_row(BY_NAME["1.3.3"], values, central_differences(example)))
    assert (
        "is **0**, so a small change of the forget gate's pre-activation at step 1 hardly" in text
    )


def test_the_table_has_every_row_with_its_check():
    table = rows_table(LABELS, VALUES, DIFFERENCES)
    assert list(table["row"]) == NAMES
    assert list(table["value"]) == [VALUES[name] for name in NAMES]
    assert table["error"].max() < 1e-10


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-0.44101, "−0.441"), (2.3e-7, "2.3e−7"), (123456.0, "1.2e5")],
)
def test_short_numbers(value, text):
    assert short(value) == text


def test_terms_are_joined_in_lines_that_fit():
    assert joined(["a"], "+") == "a"
    assert joined(["a", "b"], r"\cdot") == r"a \cdot b"
    assert joined(["a" * 20, "b" * 20], "+") == "a" * 20 + r" \\ & \quad + " + "b" * 20


def test_stages_have_the_labels_values_and_every_slip_is_known_and_wrong():
    found = stages(EXAMPLE)
    truth = true_values(found)
    assert truth == pytest.approx({name: VALUES[name] for name in NAMES}, rel=1e-12)
    for stage in found:
        for key, rule in stage.wrong.items():
            assert key in MISCONCEPTIONS
            assert rule(truth) != pytest.approx(truth[stage.name], rel=0.01)
    assert set(SLIPS) <= set(WHAT)
    assert "no_f_path" in slips(BY_NAME["1.2.1"])
    assert "no_f_path" not in slips(BY_NAME["2.2.1"])


def graded(**typed):
    """Grades of right values in five digits, some typed otherwise, the others blank."""
    return grade_stages(stages(EXAMPLE), [typed.get(f"r{n.replace('.', '_')}", "") for n in NAMES])


def test_one_slip_is_marked_once_and_what_follows_is_carried():
    own = 0.441  # the sign turned
    s = VALUES
    dc = own * s["Go_2"] * (1 - s["tanhC_2"] ** 2)
    do = own * s["tanhC_2"] * s["Go_2"] * (1 - s["Go_2"])
    grades = graded(r2_1="0.441", r2_2_1=f"{dc}", r2_2_2=f"{do}", r2_3_1="x", r2_3_2="7")
    assert [g.verdict for g in grades[:6]] == [
        "incorrect",
        "carried",
        "carried",
        "invalid",
        "incorrect",
        "blank",
    ]
    cells = typed_cells(grades)
    assert cells["2.1"] == "✗ 0.441"
    assert cells["2.2.1"] == f"↪ {short(dc)}"
    assert cells["2.3.1"].startswith("?")
    assert "2.3.3" not in cells
    text = clean(describe_typed(grades))
    assert numbers(text) == [5, 16, 2, 2, 1]
    table = typed_table(grades)
    assert list(table["row"]) == NAMES[:5]
    assert list(table["verdict"])[:2] == ["wrong", "right from your own earlier value"]
    validated(derivation_figure(cells, "2.3.1", LIGHT))


def test_a_known_slip_is_named():
    s = VALUES
    grades = graded(r2_2_2=f"{s['2.1'] * s['tanhC_2']}")
    assert grades[NAMES.index("2.2.2")].misconception == "no_sig"


@pytest.mark.parametrize("text", ["1e308", "-1e308", "9" * 400, "∞", "1/0", "0", "<b>"])
def test_absurd_typed_values_are_graded_and_drawn(text):
    grades = grade_stages(stages(EXAMPLE), [text] * 16)
    clean(describe_typed(grades))
    validated(derivation_figure(typed_cells(grades), "1.1", LIGHT))


def test_nothing_typed_says_what_will_be_shown():
    clean(describe_typed(graded()))
    assert typed_cells(graded()) == {}


def test_the_given_values_are_those_of_the_forward_pass():
    table = forward_table(EXAMPLE).set_index("value")
    assert table.loc["output a", "step 2"] == VALUES["a_2"]
    assert table.loc["C before the step", "step 1"] == EXAMPLE.c_0
    assert table.loc["a before the step", "step 2"] == VALUES["a_1"]
    assert numbers(clean(describe_recurrent(EXAMPLE))) == EXAMPLE.W[:, -1].tolist()


def test_number_tables_hold_every_number_once_with_its_origin():
    example, _ = apply_edits({("W_o", (2,)): 0.5, ("alpha", ()): 0.1})
    places = [
        table.place(i, j)
        for table in TABLES.values()
        for i in range(len(table.rows))
        for j in range(len(table.columns))
    ]
    assert len(places) == len(set(places)) == 25
    weights = number_table(example, TABLES["weights"])
    assert weights.loc["W_o", "a"] == 0.5
    assert weights.loc["W_o", "from"] == "published, yours"
    assert weights.loc["W_f", "from"] == "chosen"
    single = number_table(example, TABLES["single"])
    assert single.loc["rate α"].tolist() == ["yours", 0.1]
    assert single.loc["label y₂"].tolist() == ["published", 0.3]
    assert single.loc["bias b_o", "from"] == "chosen"


def test_origins_in_a_sentence():
    assert clean(describe_origins(EXAMPLE)).endswith("**Yours**: none yet.")
    example, _ = apply_edits({("W_o", (2,)): 0.5, ("y_2", ()): 0.1})
    text = clean(describe_origins(example))
    assert "post: W_o and alpha." in text
    assert text.endswith("**Yours**: W_o[3] and y_2.")
