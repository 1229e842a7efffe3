"""Numbers are read as people type them and compared by the stated rule."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.grading import bounds, grade_number
from quiz_bank.grading.reading import MAX_CHARACTERS, read_number
from quiz_bank.grading.tolerance import what_counts

EXAMPLES = Path(__file__).parent / "examples" / "number_examples.json"
CASES = json.loads(EXAMPLES.read_text(encoding="utf-8"))["cases"]

MINUSES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\ufe58\ufe63\uff0d\u207b"
BLANKS = " \t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u2060\ufeff"

READ = {
    ".25": 0.25,
    "5.": 5.0,
    "0.250": 0.25,
    "+3": 3.0,
    "+ 3": 3.0,
    "1e-3": 1e-3,
    "1E-3": 1e-3,
    "1E+3": 1e3,
    "1.5×10^-3": 1.5e-3,
    "1.5 × 10^-3": 1.5e-3,
    "1.5×10^(-3)": 1.5e-3,
    "1.5×10⁻³": 1.5e-3,
    "1.5·10^−3": 1.5e-3,
    "1.5*10**-3": 1.5e-3,
    "1.5 * 10 ** -3": 1.5e-3,
    "1.5X10^3": 1.5e3,
    r"1.5\times 10^{-3}": 1.5e-3,
    "10^3": 1e3,
    "-10^-3": -1e-3,
    "1/3": 1 / 3,
    "1 / 3": 1 / 3,
    "1⁄3": 1 / 3,
    "1∕3": 1 / 3,
    "1／3": 1 / 3,
    "(1)/(3)": 1 / 3,
    "-(1/3)": -1 / 3,
    "1e-3/2": 5e-4,
    "(5)": 5.0,
    "((5))": 5.0,
    "( - 5 )": -5.0,
    "-(-5)": 5.0,
    "１２．５": 12.5,
    "12 345": 12345.0,
    "1\u2009000\u2009000": 1e6,
    "1 000/4": 250.0,
    "0.123 456 7": 0.1234567,
    "  7  ": 7.0,
    "9" * 300: float("9" * 300),
}
REFUSED = {
    "1,5": "comma",
    "1,234,567.8": "comma",
    "1，5": "comma",
    "1 2 3": "ambiguous_spacing",
    "1 0000": "ambiguous_spacing",
    "0 500": "ambiguous_spacing",
    "1  000": "ambiguous_spacing",
    "0. 5": "ambiguous_spacing",
    "1 2/3": "ambiguous_spacing",
    "1_000": "not_a_number",
    "1'000": "not_a_number",
    "--3": "not_a_number",
    "1–3": "not_a_number",
    "1/2/3": "not_a_number",
    "2(3)": "not_a_number",
    "(5": "not_a_number",
    "()": "not_a_number",
    ".": "not_a_number",
    "-": "not_a_number",
    "0x10": "not_a_number",
    "1e": "not_a_number",
    "5²": "not_a_number",
    "<b>5</b>": "not_a_number",
    "one": "not_a_number",
    "٣": "not_a_number",
    "(" * 500: "not_a_number",
    "nan": "not_finite",
    "-Infinity": "not_finite",
    "np.inf": "not_finite",
    "∞": "not_finite",
    "1e309": "not_finite",
    "1×10^999999999": "not_finite",
    "9" * 400: "not_finite",
    "1/0": "division_by_zero",
    "1/0.0": "division_by_zero",
    "1/1e-400": "division_by_zero",
    "\u200b": "blank",
    "\n\t": "blank",
    "9" * (MAX_CHARACTERS + 1): "too_long",
    "1+2j": "complex_not_allowed",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["submitted"]))
def test_example(case):
    result = grade_number(case["submitted"], case["true"], method=case["method"], **case["params"])
    assert result.verdict == case["expected"]
    assert result.error_code == case.get("error_code")


@pytest.mark.parametrize(("text", "value"), READ.items(), ids=lambda x: repr(x)[:30])
def test_read(text, value):
    assert read_number(text).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("minus", MINUSES)
@pytest.mark.parametrize("form", ["{}3", "{} 3", "({}3)", "6/{}2", "{}3e0", "300e{}2"])
def test_every_minus_in_sign_position(minus, form):
    assert abs(read_number(form.format(minus)).value) == 3.0
    assert read_number(form.format(minus)).value == read_number(form.format("-")).value


@pytest.mark.parametrize("blank", BLANKS)
def test_groups_of_three_split_by_any_blank(blank):
    assert read_number(f"12{blank}345.678{blank}9").value == 12345.6789


@pytest.mark.parametrize("char", INVISIBLE)
def test_invisible_characters_are_dropped(char):
    assert read_number(f"{char}1{char}.5{char}").value == 1.5


@pytest.mark.parametrize(("text", "code"), REFUSED.items(), ids=lambda x: repr(x)[:30])
def test_refused_with_a_reason(text, code):
    result = grade_number(text, 5.0)
    assert (result.verdict, result.value, result.error_code) == ("invalid", None, code)
    assert result.message.endswith(".")
    assert "<" not in result.message


def test_a_comma_message_names_both_readings():
    assert {"1.5", "15"} <= set(grade_number("1,5", 1.5).message.replace(":", "").split())
    assert {"1.000", "1000"} <= set(grade_number("1,000", 1.0).message.replace(":", "").split())


@pytest.mark.parametrize(
    ("text", "meant"), [("0,5", "0.5"), ("-0,25", "-0.25"), ("1,234,567.8", "1234567.8")]
)
def test_a_comma_with_one_reading_names_that(text, meant):
    assert grade_number(text, 1.5).message == f"{text} is written {meant} here, without a comma."


def test_missing_text_is_blank():
    assert grade_number(None, 1.0).error_code == "blank"


SHOWN = {
    "1/3": "0.3333",
    "1.00e5": "1.00 × 10⁵",
    "0.250": "0.250",
    "1200": "1200",
    "-1.5e-7": "-1.5 × 10⁻⁷",
    "00012": "12",
    "12 345": "12345",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items())
def test_shows_what_was_understood(text, shown):
    assert grade_number(text, 1.0).shown == shown


def test_digit_rules_are_strict_and_extra_digits_are_never_punished():
    assert grade_number("1.005099", 1.0, method="decdig", digits=2).verdict == "correct"
    assert grade_number("1.0051", 1.0, method="decdig", digits=2).verdict == "incorrect"
    assert grade_number("12.340001", 12.34, method="sigfig", digits=3).verdict == "correct"
    assert grade_number("1e-8", 0.0, method="sigfig", digits=3).verdict == "correct"


def test_a_stated_bound_is_inclusive():
    assert grade_number("1.01", 1.0, rtol=0.01, atol=0.0).verdict == "correct"
    assert grade_number("12345.679", 12345.678, rtol=0.0, atol=1e-3).verdict == "correct"
    assert grade_number("1.0100001", 1.0, rtol=0.01, atol=0.0).verdict == "incorrect"


@pytest.mark.parametrize(
    ("text", "true", "rule"),
    [
        ("5", 5.06, {"method": "relabs"}),
        ("1.1", 1.234, {"method": "sigfig", "digits": 3}),
        ("1.1", 1.234, {"method": "decdig", "digits": 2}),
    ],
)
def test_too_few_digits_are_named_only_when_wrong(text, true, rule):
    assert grade_number(text, true, **rule).warning
    assert not grade_number(text, float(text), **rule).warning
    assert not grade_number("9.000000", true, **rule).warning


COMPLEX = {
    "1+2j": 1 + 2j,
    "1 - 2 i": 1 - 2j,
    "-j": -1j,
    "2i": 2j,
    "1e-3+2e-3j": 1e-3 + 2e-3j,
    "3": 3,
}


@pytest.mark.parametrize(("text", "value"), COMPLEX.items())
@pytest.mark.parametrize("method", ["relabs", "sigfig", "decdig"])
def test_complex_numbers_where_the_truth_is_complex(text, value, method):
    assert grade_number(text, complex(value), method=method).verdict == "correct"
    assert grade_number(text, complex(value) + 1j, method=method).verdict == "incorrect"


@pytest.mark.parametrize("text", ["1+2k", "i+j", "1e999j", "j" * 200, ""])
def test_unreadable_complex_text(text):
    assert grade_number(text, 1j).verdict == "invalid"


def test_bounds_in_plain_words():
    assert bounds(0.1231) == "between 0.1230 and 0.1232 counts"
    assert bounds(1.0, rtol=0.0, atol=0.0) == "only 1 counts"
    assert what_counts(0.1231) == "any value between 0.1230 and 0.1232 counts"
    assert what_counts(5680, rtol=0.0, atol=0.0) == "only 5680 counts"


def test_an_exact_number_asks_for_no_digits():
    assert grade_number("5680.0", 5680.0, rtol=0.0, atol=0.0).verdict == "correct"
    off = grade_number("5676", 5680.0, rtol=0.0, atol=0.0)
    assert (off.verdict, off.warning) == ("incorrect", "")


@given(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300), st.floats(1e-9, 0.1))
def test_each_printed_bound_counts(true, rtol):
    _, low, _, high, _ = bounds(true, rtol, 0.0).split()
    for bound in (low, high):
        assert grade_number(bound, true, rtol=rtol, atol=0.0).verdict == "correct"


@given(st.text() | st.text(alphabet="0123456789 .,-+eE/()*^xij×⁻¹"), st.sampled_from([1.0, 1j]))
def test_no_text_raises(text, true):
    result = grade_number(text, true)
    assert (result.verdict == "invalid") == (result.value is None) == bool(result.error_code)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_float_is_read_back_exactly(value):
    result = grade_number(repr(value), value, rtol=0.0, atol=0.0)
    assert result.verdict == "correct"
    assert math.copysign(1.0, result.value) == math.copysign(1.0, value)
