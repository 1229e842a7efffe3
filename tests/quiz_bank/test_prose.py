"""The prose of the bank: its form, and the numbers in it recomputed."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest

from engine.losses import LOSSES
from engine.network import mlp
from engine.optimizers import GD, AdamW, Momentum, RMSProp
from quiz_bank.certify import variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.loader import load_bank
from quiz_bank.model import Order, Rubric
from tests.quiz_bank.listings import right_option

PROSE = [question for question in load_bank() if not question.is_template]
CHOICES = [question for question in PROSE if question.kind in ("choice", "choices")]
ORDERS = [question for question in PROSE if question.kind == "order"]
OWN_WORDS = [question for question in PROSE if question.kind == "own words"]
LISTINGS = [question for question in PROSE if question.kind == "wrong line"]


def by_id(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


@by_id(PROSE)
def test_formulas_and_code_are_closed(question):
    variant = variant_of(question, 0)
    texts = [variant.prompt, variant.solution, *variant.hints]
    if isinstance(variant.answer, Order):
        texts += variant.answer.items
    elif isinstance(variant.answer, Rubric):
        texts += variant.answer.points
    else:
        texts += [text for option in variant.answer for text in (option.text, option.feedback)]
    for text in texts:
        assert text.count("```") % 2 == 0
        prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert prose.count("$") % 2 == 0, prose
        assert prose.count("{") == prose.count("}"), prose
        words = re.sub(r"\$.+?\$", "", prose)  # on one line: Streamlit misses other formulas
        assert not re.search(r"[\\{}_^<\t\f\b]", words), words
        assert not re.search(r"[\t\f\b\r\v\a]", text), text  # an escape eaten by a basic string


@by_id(CHOICES)
def test_options_are_shuffled_by_the_seed_and_graded(question):
    orders = set()
    for seed in range(30):
        variant = variant_of(question, seed)
        assert variant == variant_of(question, seed)
        orders.add(tuple(option.text for option in variant.answer))
        right = [k for k, option in enumerate(variant.answer) if option.correct]
        response = right if question.kind == "choices" else right[0]
        assert grade(question, variant, response).verdict == "correct"
        for k, option in enumerate(variant.answer):
            if not option.correct:
                graded = grade(question, variant, [k] if question.kind == "choices" else k)
                assert graded.verdict == "incorrect"
                assert option.feedback in graded.feedback
    assert len(orders) > 3
    assert len({frozenset(order) for order in orders}) == 1


@by_id(OWN_WORDS)
def test_the_share_of_points_ticked_is_the_score(question):
    variant = variant_of(question, 0)
    total = len(variant.answer.points)
    for ticked in range(total + 1):
        graded = grade(question, variant, tuple(range(ticked)))
        assert graded.score == ticked / total
        assert (graded.verdict == "correct") == (ticked == total)
        for point in variant.answer.points[ticked:]:
            assert point in graded.feedback
    assert grade(question, variant, ("no such point",)).verdict == "invalid"


@by_id(LISTINGS)
def test_lines_keep_their_order_and_are_graded(question):
    lines = [variant_of(question, seed).answer for seed in range(10)]
    assert len(set(lines)) == 1
    (wrong,) = (k for k, option in enumerate(lines[0]) if option.correct)
    variant = variant_of(question, 0)
    for k, option in enumerate(lines[0]):
        assert f"# line {k + 1}\n" in variant.prompt
        graded = grade(question, variant, k)
        assert graded.verdict == ("correct" if k == wrong else "incorrect")
        assert graded.feedback == option.feedback


@by_id(ORDERS)
def test_orders_accept_what_their_pairs_allow(question):
    variant = variant_of(question, 0)
    size = len(variant.answer.items)
    right = [
        arranged
        for arranged in permutations(range(size))
        if grade(question, variant, arranged).verdict == "correct"
    ]
    assert tuple(range(size)) in right
    # Adam: the two moments in either order, and the step count at any of four places.
    expected = {"optimizers/adam-step-order": 2 * 4}
    assert len(right) == expected.get(question.id, 1)


def test_parameter_count():
    assert right_option("basics/count-parameters") == str(mlp((3, 4, 1)).size)


def test_uniform_cross_entropy():
    assert f"{np.log(10):.3f}" in right_option("losses/uniform-cross-entropy")


def test_sigmoid_through_tanh():
    z = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), 0.5 + 0.5 * np.tanh(z / 2), rtol=1e-12)
    assert right_option("basics/sigmoid-as-tanh").count("alve") == 2


def test_saturated_product_is_not_a_number():
    a, y = 1 / (1 + np.exp(np.float64(-40.0))), 0.0
    with np.errstate(all="ignore"):
        product = (-y / a + (1 - y) / (1 - a)) * (a * (1 - a))
    assert np.isnan(product)
    assert a - y == 1.0
    assert "NaN" in right_option("losses/loss-from-logits")


def test_price_as_probability_has_no_lower_bound():
    p = np.array([0.9, 0.99, 0.999])
    losses = -(350 * np.log(p) + (1 - 350) * np.log(1 - p))
    assert np.all(np.diff(losses) < -700)


def test_curvature_limit():
    def distance(rate: float) -> float:
        theta = np.array([1.0, 1.0])
        for _ in range(3000):
            theta, _ = GD(rate).step(theta, np.array([100.0, 1.0]) * theta, ())
            if np.abs(theta).max() > 1e6:
                break
        return float(np.abs(theta).max())

    assert right_option("optimizers/curvature-limit") == "η below 0.02"
    assert distance(0.0199) < 1e-6
    assert distance(0.0201) > 1e6
    assert distance(0.02) == pytest.approx(1.0)


def test_logistic_regression_knows_nothing_about_xor():
    """At zero weights the gradient vanishes, and every other point of a convex loss is higher."""
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1, 1, 0])
    loss = LOSSES["binary_cross_entropy"]
    features = np.column_stack([x, np.ones(4)])
    np.testing.assert_allclose(loss.gradient(np.zeros(4), y) @ features, 0, atol=1e-15)
    rng = np.random.default_rng(0)
    for theta in rng.normal(size=(50, 3)):
        assert loss.value(features @ theta, y) > np.log(2)
    best = max(np.mean((features @ theta > 0) == y) for theta in rng.normal(size=(2000, 3)))
    assert best == 0.75
    assert "0.5" in right_option("learning/xor-by-a-line")


def test_momentum_forms_move_ten_to_one():
    ways = {}
    for form in ("accumulate", "average"):
        rule, theta = Momentum(0.1, 0.9, form), np.array(0.0)
        state, way = rule.init(theta), []
        for _ in range(30):
            theta, state = rule.step(theta, np.array(2.0), state)
            way.append(float(theta))
        ways[form] = np.array(way)
    np.testing.assert_allclose(ways["accumulate"], 10 * ways["average"], rtol=1e-12)
    assert right_option("optimizers/momentum-forms").startswith("A moves 10 times as far")


def test_rmsprop_divides_by_the_root_mean_square():
    _, (s,) = RMSProp(0.1, beta=0.9).step(np.array(0.0), np.array(2.0), (np.array(9.0),))
    assert float(s) == pytest.approx(0.9 * 9 + 0.1 * 4)
    gradients = np.array([0.0, 0.0, 0.0, 4.0])
    assert (np.abs(gradients).mean(), np.sqrt((gradients**2).mean())) == (1.0, 2.0)


def test_adamw_listing_runs_away_and_the_rule_does_not():
    frozen, theta = 1.0, np.array(1.0)
    rule = AdamW(learning_rate=0.1, weight_decay=0.1)
    state = rule.init(theta)
    for _ in range(400):
        frozen -= 0.1 * 0.1 * 1.0
        theta, state = rule.step(theta, np.array(0.0), state)
    assert frozen == pytest.approx(-3.0)
    assert 0 < float(theta) < 0.02


def test_adaptive_scaling_weakens_the_coupled_decay_of_the_noisy_weight():
    def shrunk(decoupled: bool) -> np.ndarray:
        rng = np.random.default_rng(0)
        rule = AdamW(learning_rate=0.001, weight_decay=0.1, decoupled=decoupled)
        theta = np.ones((2, 200))
        state, noise = rule.init(theta), np.array([[0.1], [10.0]])
        for _ in range(500):
            theta, state = rule.step(theta, noise * rng.standard_normal((2, 200)), state)
        return 1 - theta.mean(axis=1)

    small, large = shrunk(decoupled=True)
    assert small == pytest.approx(large, abs=0.01)
    small, large = shrunk(decoupled=False)
    assert small > 5 * abs(large)
