"""Worked steps: the numbers shown lead to the result shown, and the result is the engine's."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from functools import partial

import numpy as np
import pytest

from engine.descent import state_at
from engine.optimizers import MOMENTUM_FORMS, OPTIMIZERS, Momentum
from engine.surfaces import SURFACES, ravine
from pages.figures.update_rules import (
    FORMS_OF_MOMENTUM,
    QUANTITIES,
    RULES,
    latex_number,
    lines_of,
    state_table,
    worked_update,
)

NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")
PLACES = {
    "ravine": (ravine(60), (-4.0, 1.0)),
    "stiff ravine, turned": (ravine(1000, 30), (-3.96, -1.13)),
    "flat saddle": (SURFACES["saddle"], (-1.8, -1e-5)),
    "steep": (SURFACES["beale"], (4.5, 4.5)),
    "at the minimum": (ravine(10), (0.0, 0.0)),
}
MAKES = {
    **{name: make for name, make in OPTIMIZERS.items() if make is not Momentum},
    **{f"Momentum, {form}": partial(Momentum, form=form) for form in MOMENTUM_FORMS},
}
every_optimizer = pytest.mark.parametrize("name", MAKES)
every_place = pytest.mark.parametrize(("surface", "start"), PLACES.values(), ids=PLACES)
STEPS = (1, 2, 10, 101)


def python(latex):
    """A worked line's LaTeX as an expression that Python evaluates in the same order."""
    for old, new in ((r"\cdot", "*"), (r"\sqrt{", "sqrt{"), ("^{", "**{"), ("^", "**")):
        latex = latex.replace(old, new)
    return latex.replace("{", "(").replace("}", ")")


def evaluate(text):
    return eval(text, {"__builtins__": {}, "sqrt": math.sqrt})


def tolerance(text, exact):
    """How far rounding each number to four digits may move the result, to first order."""
    total, here = 0.0, evaluate(text)
    for match in NUMBER.finditer(text):
        if match[0] in exact or text[: match.start()].endswith(("**(", "**(-", "**", "10**(")):
            continue
        digits = match[0].replace(".", "").lstrip("0") or "0"
        decimals = len(match[0].partition(".")[2])
        last = 10.0 ** -max(decimals, decimals + 4 - len(digits))
        moved = f"{float(match[0]) + last / 2!r}"
        total += abs(evaluate(text[: match.start()] + moved + text[match.end() :]) - here)
    return total


def steps_of(name, surface, start):
    optimizer = MAKES[name](learning_rate=0.03)
    for step in STEPS:
        before, after = (state_at(optimizer, surface, start, k) for k in (step - 1, step))
        if np.isfinite(after["theta"]).all():
            yield optimizer, before, after


def exact_numbers(optimizer):
    """The hyperparameters as they appear: these are shown whole."""
    hyper = [getattr(optimizer, field.name) for field in fields(optimizer)]
    values = [v for v in hyper if isinstance(v, float)]
    return {latex_number(v) for v in (*values, *(1 - v for v in values))} | {"0", "1", "10"}


@every_optimizer
@every_place
@pytest.mark.parametrize("coordinate", [0, 1])
def test_each_line_leads_to_its_result(name, surface, start, coordinate):
    for optimizer, before, after in steps_of(name, surface, start):
        for symbols, line in worked_update(optimizer, before, after, coordinate):
            assert symbols == symbols.strip() != ""
            expression, _, result = python(line).rpartition(" = ")
            slack = tolerance(expression, exact_numbers(optimizer))
            told = evaluate(result)
            slack += 0.51e-3 * abs(told) + 1e-300
            assert evaluate(expression) == pytest.approx(told, rel=0, abs=1.01 * slack), line


@every_optimizer
@every_place
@pytest.mark.parametrize("coordinate", [0, 1])
def test_each_result_is_the_engines(name, surface, start, coordinate):
    left = {r"\theta": "theta", r"\hat m": "m_hat", r"\hat v": "v_hat"}
    for optimizer, before, after in steps_of(name, surface, start):
        lines = worked_update(optimizer, before, after, coordinate)
        assert len(lines) == len(lines_of(optimizer))
        for symbols, line in lines:
            quantity = re.split(r" \\leftarrow | = ", symbols)[0]
            expected = float(after[left.get(quantity, quantity)][coordinate])
            told = evaluate(python(line).rpartition(" = ")[2])
            assert told == pytest.approx(float(f"{expected:.4g}"), rel=1e-12, abs=0.0)
        assert lines[-1][0].startswith(r"\theta \leftarrow")


TOKEN = re.compile(r"\\hat \w|\\[a-z]+(?:_\d)?|\\,|\S")
PYTHON = {
    r"\hat m": "m_hat",
    r"\hat v": "v_hat",
    r"\beta_1": "beta1",
    r"\beta_2": "beta2",
    r"\eta": "learning_rate",
    r"\lambda": "weight_decay",
    r"\sqrt": "root",
    r"\,": "",
    "{": "(",
    "}": ")",
    "^": "**",
}


def program(symbols):
    """The name that a line of symbols sets, and its right side as an expression of Python."""
    left, right = re.split(r" \\leftarrow | = ", symbols)
    return as_python(left), as_python(right)


def as_python(latex):
    text = ""
    for token in TOKEN.findall(latex):
        word = PYTHON.get(token, token.lstrip("\\"))
        follows = re.search(r"[\w)]$", text) and not text.endswith("root")
        text += "*" + word if follows and re.match(r"[\w(]", word) else word
    return text


@every_optimizer
@every_place
def test_the_symbols_are_the_engines_step(name, surface, start):
    """Carried out in full precision line by line, each line sets what the engine has after it."""
    for optimizer, before, after in steps_of(name, surface, start):
        for coordinate in (0, 1):
            known = {"g": after["gradient"][coordinate], "root": math.sqrt} | vars(optimizer)
            known |= {key: part(value, coordinate) for key, value in before.items()}
            if "t" in after:
                known["t"] = part(after["t"], coordinate)
            for symbols, _ in worked_update(optimizer, before, after, coordinate):
                left, right = program(symbols)
                known[left] = eval(right, {"__builtins__": {}}, known)
                wanted = part(after[left], coordinate)
                assert known[left] == pytest.approx(wanted, rel=1e-12, abs=1e-300), symbols


def part(value, coordinate):
    return value[coordinate] if np.ndim(value) else value


def test_momentum_has_lines_for_each_of_its_forms():
    assert set(FORMS_OF_MOMENTUM) == set(MOMENTUM_FORMS)
    assert {*RULES, "Momentum"} == set(OPTIMIZERS)
    assert len({lines_of(Momentum(form=form)) for form in MOMENTUM_FORMS}) == len(MOMENTUM_FORMS)


@every_optimizer
@every_place
def test_lines_are_latex_that_can_be_set(name, surface, start):
    for optimizer, before, after in steps_of(name, surface, start):
        for coordinate in (0, 1):
            for _, line in worked_update(optimizer, before, after, coordinate):
                assert not re.search(r"\^\{[^{}]*\}\s*\^", line), "double superscript"
                assert not re.search(r"nan|inf|\de[-+]|\(-0\)", line)
                for opening, closing in ("()", "{}"):
                    assert line.count(opening) == line.count(closing)


def test_the_symbols_and_numbers_of_adams_second_step():
    optimizer = OPTIMIZERS["Adam"](learning_rate=0.1)
    surface, start = ravine(60), (-4.0, 1.0)
    before, after = (state_at(optimizer, surface, start, k) for k in (1, 2))
    m, v, theta = 0.1 * -4, 0.001 * 16, -3.9
    g = theta
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    m_hat, v_hat = m / (1 - 0.9**2), v / (1 - 0.999**2)
    theta -= 0.1 * m_hat / math.sqrt(v_hat)
    results = [line.rpartition(" = ")[2] for _, line in worked_update(optimizer, before, after, 0)]
    assert results == [latex_number(value) for value in (m, v, m_hat, v_hat, theta)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-0.5, "(-0.5)"),
        (0.123456, "0.1235"),
        (0.0001, "0.0001"),
        (1e-7, r"(1\cdot 10^{-7})"),
        (-1.5e-7, r"(-1.5\cdot 10^{-7})"),
        (9999.6, r"(1\cdot 10^{4})"),
        (1234.4, "1234"),
        (123456, r"(1.235\cdot 10^{5})"),
        (1e9, r"(1\cdot 10^{9})"),
        (np.float64(-2.0), "(-2)"),
        (float("nan"), "nan"),
    ],
)
def test_latex_number(value, text):
    assert latex_number(value) == text


@every_optimizer
@every_place
def test_state_table_shows_every_quantity(name, surface, start):
    for optimizer, _, after in steps_of(name, surface, start):
        table = state_table(after)
        assert list(table) == ["quantity", "θ₁", "θ₂"]
        held = [q for q in QUANTITIES if q in after or q == "rate"]
        assert list(table["quantity"]) == [QUANTITIES[q] for q in held]
        assert set(optimizer.state_names) - {"t"} <= set(held)
        for quantity, *pair in table.itertuples(index=False):
            key = next(k for k, label in QUANTITIES.items() if label == quantity)
            if key == "rate":
                for told, change, g in zip(pair, after["update"], after["gradient"], strict=True):
                    assert np.isnan(told) if g == 0 else told == pytest.approx(-change / g)
            else:
                np.testing.assert_array_equal(pair, after[key])
