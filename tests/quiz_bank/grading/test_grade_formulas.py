"""Formulas are compared by value, shown as understood, and refused before they can do harm."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.grading import FormulaError, evaluate, grade_formula, render_latex
from quiz_bank.grading.formula_functions import FUNCTIONS, GREEK
from quiz_bank.grading.formula_tokens import MAX_CHARACTERS, python_source
from quiz_bank.grading.formulas import Domain, values_at

EXAMPLES = Path(__file__).parent / "examples" / "formula_examples.json"
CASES = json.loads(EXAMPLES.read_text(encoding="utf-8"))["cases"]
LONG = "x" + "+x" * 5000

EQUAL = {
    "2x": "2*x",
    "2 x": "x*2",
    "x(x+1)": "x^2+x",
    "(x+1)(x-1)": "x**2-1",
    "(x+1)2": "2x+2",
    "9x/10": "0.9*x",
    "2sin(x)cos(x)": "sin(2x)",
    "2e^x": "2*exp(x)",
    "x²+x⁻¹": "x^2+1/x",
    "x·x÷2": "x^2/2",
    "x−1": "x-1",
    "x–1": "x-1",
    "－x": "-x",
    "２x": "2x",
    "-x^2": "0-x*x",
    "2^-x": "exp(-x*ln(2))",
    "2^3^2*x": "512x",
    "007x": "7x",
    ".5x": "x/2",
    "√(x^2)": "abs(x)",
    "σ(x)": "1/(1+exp(-x))",
    "softplus(x)-softplus(-x)": "x",
    "step(x)*x": "relu(x)",
    "sign(x)*x": "max(x,-x)",
    "-min(x, 0, -x)": "abs(x)",
    "tan(x)": "sin(x)/cos(x)",
    "cosh(x)^2-sinh(x)^2": "1",
    "sin(x)^2+cos(x)^2-1": "0",
    "e^(pi*0)": "1",
    "x^(100-99)": "x",
    "(((((x)))))": "x",
    "log(x)": "ln(x)",
}
SLIPS = {
    "": "blank",
    " \n": "blank",
    "x x2": "unknown_symbol",
    "sinx": "unknown_symbol",
    "nan": "unknown_symbol",
    "True": "unknown_symbol",
    "λx": "unknown_symbol",
    "eval": "unknown_symbol",
    "sin x": "syntax",
    "sin": "syntax",
    "x 2": "syntax",
    "x2": "unknown_symbol",
    "2 3": "syntax",
    "x^^2": "syntax",
    "*x": "syntax",
    "x..": "syntax",
    "()": "syntax",
    "(x": "syntax",
    "x)(": "syntax",
    "log(,x)": "syntax",
    "max(x)": "arity",
    "exp(x,1)": "arity",
    "(x,1)": "forbidden_syntax",
    "0,5*x": "forbidden_syntax",
    "max(*x, 1)": "forbidden_syntax",
    "max(**x)": "forbidden_syntax",
    "x and 1": "forbidden_syntax",
    "x if x else 1": "forbidden_syntax",
    "x=1": "bad_character",
    "x==1": "bad_character",
    "x>0": "bad_character",
    "x!": "bad_character",
    "x & 1": "bad_character",
    "é": "bad_character",
    "\x00": "bad_character",
    "\ud800": "bad_character",
    r"\frac{x}{2}": "bad_character",
    "$x$": "bad_character",
    "1.2.3": "bad_number",
    "5..0x": "bad_number",
    "1_000x": "bad_number",
    "0b11x": "bad_number",
}
HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0]",
    "eval(x)",
    "open(x)",
    "globals()",
    "compile (x)",
    "sympify(x)",
    "xy(2)",
    "x . real",
    "x.__class__",
    "lambda: x",
    "lambda x: x",
    "[x for x in x]",
    "x[0]",
    "{x}",
    "{x: x}",
    "`x`",
    '"x"',
    "x:=1",
    "x%2",
    "x@x",
    "x<<2",
    "x#1",
    "x\nimport os",
    "while x",
    "x**65",
    "x^-65",
    "x^(8*9)",
    "2^10^10",
    "x^(1/0)",
    "x^e^e^e",
    "1e16*x",
    "1e999",
    "9" * 40,
    "(" * 41 + "x" + ")" * 41,
    "(" * 400,
    "-" * 41 + "x",
    "+".join("x" * 42),
    "exp(" * 39 + "--x" + ")" * 39,
    "max(" + ",".join(["-x"] * 125) + ")",
    "x" * (MAX_CHARACTERS + 1),
    "λ" * 10**6,
    "sqrt(-1-x^2)",
    "log(-abs(x)-1)",
    "0/0",
    "1/0",
]


def judged(text, reference="x", variables=("x",), **domain):
    return grade_formula(text, reference=reference, variables=variables, **domain)


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["submitted"])[:40])
def test_example(case):
    result = judged(
        LONG if case["submitted"] is None else case["submitted"],
        case["reference"],
        tuple(case["variables"]),
        positive=tuple(case.get("positive", ())),
        unit_interval=tuple(case.get("unit_interval", ())),
    )
    assert result.verdict == case["expected"]
    assert "error_code" not in case or result.error_code == case["error_code"]


@pytest.mark.parametrize(("text", "reference"), EQUAL.items())
def test_equivalent(text, reference):
    assert judged(text, reference).verdict == "equivalent"


@pytest.mark.parametrize(("text", "code"), SLIPS.items(), ids=repr)
def test_a_slip_is_invalid_and_says_why(text, code):
    result = judged(text)
    assert (result.verdict, result.error_code, result.latex) == ("invalid", code, "")
    assert result.message.endswith(".")
    assert "<" not in result.message


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:40])
def test_hostile_or_oversized_text_is_refused(text):
    result = judged(text)
    assert result.verdict == "refused"
    assert result.message.endswith(".")
    assert result.error_code


def test_long_text_is_refused_before_it_is_read():
    with pytest.raises(FormulaError) as caught:
        python_source("'" * (MAX_CHARACTERS + 1), ("x",))
    assert caught.value.code == "too_long"


def test_the_limits_are_inclusive():
    assert judged("x^64", "x^64").verdict == "equivalent"
    assert judged("1e15x", "10^15*x").verdict == "equivalent"
    assert judged("(" * 40 + "x" + ")" * 40).verdict == "equivalent"
    assert judged("-" * 38 + "x").verdict == "equivalent"
    assert judged("x" + " " * (MAX_CHARACTERS - 1)).verdict == "equivalent"


@pytest.mark.parametrize(("letter", "name"), GREEK.items())
def test_greek_letters_are_their_names(letter, name):
    assert judged(f"2{letter}g", f"2*{name}*g", (name, "g")).verdict == "equivalent"
    assert judged(f"{letter}₁", f"{name}1", (f"{name}1",)).verdict == "equivalent"


@pytest.mark.parametrize("spelling", ["λ", "lam", "lambda"])
@pytest.mark.parametrize("variable", ["lam", "lambda"])
def test_lambda_has_three_spellings(spelling, variable):
    assert judged(f"{spelling}*w", f"{variable}*w", (variable, "w")).verdict == "equivalent"


def test_a_variable_wins_over_a_function_or_constant_of_its_name():
    assert judged("sigma(x+1)", "sigma*x+sigma", ("sigma", "x")).verdict == "equivalent"
    assert judged("2e", "e+e", ("e",)).verdict == "equivalent"
    assert judged("2e", "e+e", ()).verdict == "equivalent"


def test_a_product_of_variables_is_suggested():
    assert "x*y" in judged("xy", "x*y", ("x", "y")).message


def test_only_finite_pairs_are_compared():
    assert judged("sqrt(x)^2").verdict == "equivalent"
    assert judged("x + 0*log(x)").verdict == "equivalent"


def test_nearly_equal_is_different():
    assert judged("x*1.0000001").verdict == "different"
    assert judged("x*1.0000000001").verdict == "equivalent"


def test_the_same_seed_gives_the_same_points():
    first, again = (judged("2x", seed=7) for _ in range(2))
    assert first == again
    assert first.message != judged("2x", seed=8).message


def test_the_domain_is_respected():
    domain = Domain(("x", "d", "p"), positive=("d",), unit_interval=("p",))
    points = domain.sample(np.random.default_rng(0))
    assert {name: values.shape for name, values in points.items()} == dict.fromkeys("xdp", (40,))
    assert -2 < points["x"].min() < 0 < points["x"].max() < 2
    assert 0.05 < points["d"].min() < points["d"].max() < 2
    assert 0.02 < points["p"].min() < points["p"].max() < 0.98


def test_evaluate_gives_arrays_of_the_shape_of_the_values():
    x = np.linspace(-1, 1, 6).reshape(2, 3)
    np.testing.assert_allclose(evaluate("2x + sigma(x)", {"x": x}), 2 * x + 1 / (1 + np.exp(-x)))
    assert evaluate("3", {"x": x}).shape == (2, 3)
    assert np.isnan(evaluate("log(x)", {"x": np.array([-1.0])})).all()
    with pytest.raises(FormulaError):
        evaluate("y", {"x": x})


def test_functions_are_stable_far_from_zero():
    x = np.array([-1e4, -800.0, 800.0, 1e4])
    assert np.isfinite(evaluate("sigmoid(x) + softplus(x)/1e4 + tanh(x) + sech(x)", {"x": x})).all()


LATEX = {
    "x/(1+x)": r"\frac{x}{1 + x}",
    "-(x+1)^2": r"-\left(x + 1\right)^{2}",
    "x-(x-1)": r"x - \left(x - 1\right)",
    "x-(-1)": r"x - \left(-1\right)",
    "(x/2)^2": r"\left(\frac{x}{2}\right)^{2}",
    "2x(x+1)": r"2 \cdot x \cdot \left(x + 1\right)",
    "sigma(x)(1-sigma(x))": r"\sigma\left(x\right) \cdot \left(1 - \sigma\left(x\right)\right)",
    "max(x, 0)": r"\max\left(x, 0\right)",
    "1e-8": r"1 \cdot 10^{-8}",
    "sqrt(x)": r"\sqrt{x}",
}


@pytest.mark.parametrize(("text", "latex"), LATEX.items())
def test_latex_shows_what_was_understood(text, latex):
    assert render_latex(text, ("x",)) == latex
    assert judged(text).latex == latex


def test_names_in_latex():
    names = ("eta", "beta1", "yhat", "lv", "z_2", "a_b")
    assert render_latex("+".join(names), names) == (
        r"\eta + \beta_{1} + \hat{y} + \mathrm{lv} + z_{2} + \mathrm{a\_b}"
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_evaluates_and_renders(name):
    arguments = "x, 0.5" if FUNCTIONS[name].arguments is None else "x"
    text = f"{name}({arguments})"
    assert judged(text, text, positive=("x",)).verdict == "equivalent"
    assert "#" not in render_latex(text, ("x",))


def test_a_reference_that_cannot_be_read_is_an_error():
    with pytest.raises(FormulaError):
        judged("x", "x +")


def test_values_at_depend_on_the_seed_alone():
    domain = Domain(("x",))
    np.testing.assert_array_equal(values_at("x", domain, 3), values_at("x*1", domain, 3))


PIECES = (
    *("x", "2", "e", ".", ",", " ", "(", ")", "+", "-", "*", "/", "^", "**", "²", "'"),
    *("exp(", "max(", "σ(", "lambda", "not ", "1e9"),
)


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=80).map("".join))
def test_no_text_raises(text):
    result = judged(text)
    assert (result.error_code is None) == (result.verdict in ("equivalent", "different"))
