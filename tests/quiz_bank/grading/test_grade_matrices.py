"""Arrays are read from every common notation, graded by cell, and explained as a whole."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quiz_bank.grading import grade_matrix, parse_matrix

EXAMPLES = json.loads(
    (Path(__file__).parent / "examples" / "matrix_examples.json").read_text(encoding="utf-8")
)
LONG = "[" + ",".join(["1"] * 20001) + "]"
SQUARE = [[1.0, 2.0], [3.0, 4.0]]

READ = {
    "torch.tensor([[1., 2.], [3., 4.]], dtype=torch.float64, requires_grad=True)": SQUARE,
    "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<MmBackward0>)": SQUARE,
    "tensor([1., 2.], device='cuda:0')": [1.0, 2.0],
    "array([[1, 2],\n       [3, 4]])": SQUARE,
    "np.array(3.5)": 3.5,
    "[np.float64(1.0), np.float64(-2.0)]": [1.0, -2.0],
    "[1 2\n3 4]": SQUARE,
    "[\n [1, 2],\n [3, 4],\n]": SQUARE,
    "[[1,2];[3,4]]": SQUARE,
    "[[1,2] [3,4]]": SQUARE,
    "((1, 2), (3, 4))": SQUARE,
    "{{1,2},{3,4}}": SQUARE,
    "1 2\n3 4\n": SQUARE,
    "1\t2\n3\t4": SQUARE,
    "1,2,\n3,4,": SQUARE,
    "１，２；３，４": SQUARE,
    "[1 2; 3 4]'": [[1.0, 3.0], [2.0, 4.0]],
    "[[1, 2], [3, 4]].T": [[1.0, 3.0], [2.0, 4.0]],
    "[1 2; 3 4]^T": [[1.0, 3.0], [2.0, 4.0]],
    r"$\begin{pmatrix} 1 & 2 \\[2pt] 3 & \frac{8}{2} \\ \end{pmatrix}$": SQUARE,
    r"\left[\begin{array}{cc}1&2\\3&4\end{array}\right]": SQUARE,
    r"\begin{bmatrix}1\\2\end{bmatrix}^{\top}": [[1.0, 2.0]],
    "[1, 2,\n 3, 4]": [1.0, 2.0, 3.0, 4.0],
    "[1, 2, 3,]": [1.0, 2.0, 3.0],
    "[1 -2]": [1.0, -2.0],
    "[1 / 3  2]": [1 / 3, 2.0],
    "[1.5×10⁻³, (2)]": [1.5e-3, 2.0],
    "1 000": [1.0, 0.0],
    "- 3": -3.0,
    "[5]": [5.0],
    "[[5]]": [[5.0]],
    "1\n2": [[1.0], [2.0]],
    str(np.arange(40) / 8): np.arange(40) / 8,
}
REFUSED = {
    "[1- 2]": "ambiguous_sign",
    "1 + 2": "ambiguous_sign",
    "[1 000, 2]": "bad_entry",
    "[1 2, 3 4]": "bad_entry",
    "np.matrix('1 2; 3 4')": "bad_entry",
    "[1|2]": "bad_entry",
    "words": "bad_entry",
    "[1, nan]": "not_finite",
    "[1e309]": "not_finite",
    "[1/0]": "division_by_zero",
    "[1, 2i]": "complex_not_allowed",
    "[]": "empty",
    "[;]": "empty",
    "[1;;2]": "empty_cell",
    "[,1]": "empty_cell",
    "[[1,2],,[3,4]]": "empty_cell",
    "[[1,2],3]": "ragged",
    "[1 2; 3]": "ragged",
    "[1,2)": "unbalanced",
    "[1,2]]": "unbalanced",
    r"\begin{bmatrix}1 & 2": "unbalanced",
    "2*[1 2]": "text_outside",
    "[1,2],[3,4]": "text_outside",
    "zeros((2, 2))": "unknown_constructor",
    "\n \t": "blank",
    "1" * 20001: "too_large",
    "'" * 20000: "bad_entry",
}


@pytest.mark.parametrize("case", EXAMPLES["cases"], ids=lambda case: repr(case["text"])[:40])
def test_example(case):
    parsed = parse_matrix(LONG if case["text"] is None else case["text"])
    if case["expected"] == "ok":
        assert parsed.error_code is None
        assert parsed.value.shape == tuple(case["shape"])
        np.testing.assert_array_equal(parsed.value, case["values"])
    else:
        assert parsed.value is None
        assert parsed.error_code == case["error_code"]
        assert parsed.message


@pytest.mark.parametrize("case", EXAMPLES["grading"], ids=lambda case: case["id"])
def test_grading_example(case):
    result = grade_matrix(
        case["submitted"], case["true"], case["rtol"], case["atol"], case["partial"]
    )
    assert result.score == case["expected_score"]
    assert result.diagnosis == case["diagnosis"]
    np.testing.assert_array_equal(result.cells, np.array(case["cell_correct"], dtype=bool))


@pytest.mark.parametrize(("text", "value"), READ.items(), ids=lambda x: repr(x)[:40])
def test_read(text, value):
    parsed = parse_matrix(text)
    assert parsed.value is not None, parsed.message
    assert parsed.value.shape == np.shape(value)
    np.testing.assert_allclose(parsed.value, value, rtol=1e-15)


@pytest.mark.parametrize(("text", "code"), REFUSED.items(), ids=lambda x: repr(x)[:40])
def test_refused_with_a_reason(text, code):
    parsed = parse_matrix(text)
    assert (parsed.value, parsed.error_code) == (None, code)
    assert parsed.message
    assert "<" not in parsed.message


def test_thousands_commas_are_warned_about():
    assert parse_matrix("[1,234; 5,678]").warning
    assert not parse_matrix("[1, 234; 5, 678]").warning
    assert not parse_matrix("[1,234; 5,67]").warning


TRUTH = np.array([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
WHOLE = np.array([[0.1, 0.2], [0.3, 0.4]])
RELATED = {
    "global_sign_flip": (-TRUTH, TRUTH),
    "constant_factor": (3 * TRUTH, TRUTH),
    "rows_swapped": (TRUTH[::-1], TRUTH),
    "one_cell_sign": (TRUTH * [[1, 1, 1], [1, -1, 1]], TRUTH),
    "transposed": (WHOLE.T, WHOLE),
}


@pytest.mark.parametrize("name", RELATED)
def test_relation_is_named(name):
    assert grade_matrix(*RELATED[name]).diagnosis == name


def test_a_relation_is_named_only_when_it_is_the_only_one():
    opposite_rows = np.array([[1.0, 2.0], [-1.0, -2.0]])
    assert grade_matrix(opposite_rows[::-1], opposite_rows).diagnosis is None


def test_partial_credit_is_the_share_of_right_cells():
    wrong = TRUTH + np.array([[0, 0, 1], [0, 0, 0]])
    assert grade_matrix(wrong, TRUTH, partial=True).score == pytest.approx(5 / 6)
    assert grade_matrix(wrong, TRUTH, partial=True).verdict == "partial"
    assert grade_matrix(wrong, TRUTH).score == 0.0
    assert grade_matrix(wrong, TRUTH).verdict == "incorrect"


def test_a_wrong_shape_scores_zero_and_says_so():
    result = grade_matrix(TRUTH.T, TRUTH, partial=True)
    assert (result.verdict, result.score, result.diagnosis) == ("incorrect", 0.0, "transposed")
    assert "3 × 2" in result.message
    assert "transposed" in result.message
    other = grade_matrix(np.ones((3, 2)), TRUTH, partial=True)
    assert other.diagnosis is None
    assert "transposed" in other.message
    assert "transposed" not in grade_matrix("[1 2]", TRUTH).message


@pytest.mark.parametrize("text", ["[1, 2]", "[[1, 2]]", "[1; 2]", "1 2"])
def test_a_vector_may_be_flat_a_row_or_a_column(text):
    assert grade_matrix(text, [1.0, 2.0]).verdict == "correct"


def test_rows_and_columns_are_not_confused_where_both_have_two_dimensions():
    assert grade_matrix("[[1, 2]]", [[1.0], [2.0]]).error_code == "wrong_shape"
    assert grade_matrix("[1, 2]", [[1.0], [2.0]]).verdict == "correct"
    assert grade_matrix("5", 5.0).verdict == "correct"


def test_unreadable_text_is_invalid():
    assert grade_matrix("[1, ", TRUTH).verdict == "invalid"
    assert grade_matrix(None, TRUTH).error_code == "blank"


@given(st.text() | st.text(alphabet="0123456789 .,;-+e/()[]{}\n\\&Tj'"))
def test_no_text_raises(text):
    parsed = parse_matrix(text)
    assert (parsed.value is None) == bool(parsed.error_code)


FLOATS = st.floats(-1e6, 1e6)
EIGHTHS = st.integers(-8000, 8000).map(lambda k: k / 8)


@given(arrays(float, array_shapes(min_dims=1, max_dims=2, max_side=30), elements=EIGHTHS))
def test_what_numpy_prints_is_read_back(value):
    for text in (str(value), repr(value), str(value.tolist())):
        np.testing.assert_array_equal(parse_matrix(text).value, value)


@given(arrays(float, (2, 3), elements=FLOATS))
def test_the_truth_is_right(value):
    result = grade_matrix(str(value.tolist()), value, 0.0, 0.0)
    assert (result.verdict, result.score) == ("correct", 1.0)
