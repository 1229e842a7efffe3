"""The LSTM items: their passes against the engine, their printed values, and their prose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice

import numpy as np
import pytest

from engine.activations import sigmoid
from engine.gradcheck import numerical_gradient
from engine.recurrent import LSTM, gradient_flow
from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.loader import load_bank
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import Variant
from quiz_bank.templates.lstm_cell import (
    GATES,
    SLIPS,
    Gradients,
    Unit,
    backward,
    drawn_unit,
    forward,
    loss,
    truth,
)
from quiz_bank.templates.lstm_words import table, values_table

NAMES = [field.name for field in fields(Gradients)]
LSTM_ITEMS = [question for question in load_bank() if question.topic == "lstm"]


def unit(seed: int, **settings) -> Unit:
    return drawn_unit(np.random.default_rng(seed), **settings)


@pytest.mark.parametrize("targets", [1, 2, 3])
@pytest.mark.parametrize("recurrent", [True, False])
def test_the_pass_by_hand_is_that_of_the_engine(targets, recurrent):
    for seed in range(20):
        drawn = unit(seed, targets=targets, recurrent=recurrent)
        by_hand, engine = backward(drawn, forward(drawn)), truth(drawn)
        for name in NAMES:
            np.testing.assert_allclose(
                getattr(by_hand, name), getattr(engine, name), rtol=1e-10, atol=1e-14
            )


def test_all_gradients_are_central_differences():
    drawn = unit(3, targets=2)
    found = truth(drawn)
    for name in ("w", "u", "b", "h0", "c0"):
        at = np.asarray(getattr(drawn, name))
        proof = numerical_gradient(lambda v, name=name: loss(replace(drawn, **{name: v})), at)
        np.testing.assert_allclose(proof, getattr(found, f"d{name}"), rtol=1e-7, atol=1e-9)


def test_units_have_three_steps_and_states_that_are_not_zero():
    for seed in range(50):
        drawn = unit(seed)
        assert len(drawn.x) == 3
        assert min(abs(drawn.h0), abs(drawn.c0)) > 0.3


def test_printed_values_lead_to_the_same_gradients():
    for seed in range(50):
        drawn = unit(seed, targets=2)
        found, steps = truth(drawn), [step.rounded for step in forward(drawn)]
        for name in NAMES:
            np.testing.assert_allclose(
                getattr(backward(drawn, steps), name), getattr(found, name), rtol=3e-4
            )


def printed(name: str, count: int = 100) -> Iterator[tuple[Variant, dict[str, np.ndarray]]]:
    """Variants of an item, each with the rows of its table as they are printed."""
    question = load_bank()[f"lstm/{name}"]
    for seed in islice(certified_variants(question), count):
        variant = variant_of(question, seed)
        lines = [line.split("|")[1:-1] for line in variant.prompt.splitlines() if "|" in line]
        yield (
            variant,
            {head.strip(" $"): np.array(cells, float) for head, *cells in lines[2:]},
        )


def test_printed_derivatives_lead_to_the_weights():
    for variant, rows in printed("stacked-product"):
        dz = np.array([rows[rf"\delta z^{gate}_t"] for gate in GATES])
        found = dz @ np.array([rows["x_t"], rows["h_{t-1}"]]).T
        np.testing.assert_allclose(found, variant.answer, rtol=3e-4)


def test_printed_derivatives_lead_to_the_forget_bias():
    for variant, rows in printed("forget-bias-gradient"):
        slope = rows["f_t"] * (1 - rows["f_t"])
        found = np.sum(rows[r"\delta C_t"] * rows["C_{t-1}"] * slope)
        assert found == pytest.approx(variant.answer, rel=3e-4)


def test_a_forgotten_path_still_leads_from_step_1_to_the_first_states():
    for seed in range(20):
        wrong = variant_of(load_bank()["lstm/first-states"], seed).wrong
        assert all(np.all(np.asarray(answer) != 0) for answer in wrong.values())


def test_a_count_of_parameters_is_exact():
    question = load_bank()["lstm/parameter-count"]
    variant = variant_of(question, 0)
    assert grade(question, variant, str(variant.answer)).verdict == "correct"
    assert grade(question, variant, str(variant.answer + 1)).verdict == "incorrect"


def test_every_slip_is_known_and_changes_some_gradient():
    drawn = unit(0)
    found = truth(drawn)
    for key, rules in SLIPS.items():
        assert key in MISCONCEPTIONS
        slipped = backward(drawn, forward(drawn), rules)
        assert any(not np.allclose(getattr(slipped, n), getattr(found, n)) for n in NAMES), key


def test_tables_of_values():
    drawn = unit(1)
    lines = values_table(forward(drawn)).splitlines()
    assert lines[0] == "| $t$ | 1 | 2 | 3 |"
    assert lines[2] == f"| $x_t$ | {' | '.join(f'{x:g}' for x in drawn.x)} |"
    assert len({line.count("|") for line in lines}) == 1
    assert values_table(forward(drawn), first=2).splitlines()[0] == "| $t$ | 2 | 3 |"
    assert table(["", "f"], {"w": ["1"]}) == "|  | $f$ |\n| --- | --- |\n| $w$ | 1 |"


def test_five_derivations_and_more():
    kinds = [question.kind for question in LSTM_ITEMS]
    assert kinds.count("staged") >= 5
    assert len(kinds) >= 16
    assert {"number", "formula", "matrix", "vector", "choice", "order", "wrong line"} <= set(kinds)


def right(question_id: str) -> set[str]:
    answer = variant_of(load_bank()[question_id], 0).answer
    return {option.text for option in answer if option.correct}


def test_two_steps_from_zero_hide_a_forgotten_path():
    """Every gradient of the item, and of the solution, with and without the path."""
    hidden = {"w_o", "w_f", "u_g", "u_f", "u_i", "u_o", "b_f", "b_o"}
    rng = np.random.default_rng(0)
    for _ in range(20):
        w, u, b = rng.normal(size=(3, 4))
        drawn = Unit(w, u, b, rng.normal(size=2), 0.0, 0.0, np.array([np.nan, 1.5]))
        found = truth(drawn)
        slipped = backward(drawn, forward(drawn), SLIPS["no_f_path"])
        same = {
            f"{name}_{gate}"
            for name in "wub"
            for gate, a, b_ in zip(
                "figo", getattr(found, f"d{name}"), getattr(slipped, f"d{name}"), strict=True
            )
            if np.isclose(a, b_, rtol=1e-9, atol=1e-15)
        }
        assert same == hidden
    options = {f"$\\partial E / \\partial {name}$" for name in hidden}
    assert right("lstm/two-steps-hide-it") == options & {
        option.text for option in variant_of(load_bank()["lstm/two-steps-hide-it"], 0).answer
    }


def test_forget_bias_at_the_start():
    zero, one = sigmoid(np.array([0.0, 1.0])) ** 10
    assert (f"{zero:.3f}", f"{one:.3f}") == ("0.001", "0.044")
    assert right("lstm/forget-bias-at-the-start") == {"0.001 and 0.044"}
    assert one / zero == pytest.approx(45, rel=0.02)


def test_an_lstm_explodes_through_its_gates_and_not_along_its_cell():
    cell, x = LSTM(1, 1), np.zeros((20, 1))
    theta = np.array([0.0, 0, 0, 0, 0, 0, 8, 0, 0, 3, 0, 3])  # u_g = 8, open gates, zero states
    flow = gradient_flow(cell, theta, x)
    _, cache = cell.forward(theta, x[None])
    assert flow.hidden[0] > 1e15
    assert np.prod(cell.trace(cache)[0]["f"]) == pytest.approx(0.5**20)


def test_numbers_of_the_engine_stand_in_the_solutions():
    """Parameters of a layer, and the gradient of a head, again by other ways."""
    for seed in range(20):
        variant = variant_of(load_bank()["lstm/parameter-count"], seed)
        d, h = (int(n) for n in (variant.prompt.split("$")[3], variant.prompt.split("$")[1]))
        assert variant.answer == LSTM(d, h).size
